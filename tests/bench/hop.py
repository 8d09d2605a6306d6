"""What it costs to hand a batch from node to node, against oneTBB's flow graph.

A chain's time is taken by its own end, from the first batch to the last. What one more node costs is the difference
between chains with and without nodes, so neither engine pays for its source and its end.
"""
import statistics

import process
from row import Row, Target

CHAINS = (1, 4, 16)
BATCH_ROWS = (1, 64, 1024, 8192)
BATCHES = 200_000
FUSED_LIMIT_NS = 150
WANTED_RATIO = 2


def pipeline(nodes, fan_out, rows):
    lines = ["weir: 1", "name: bench-hop", "sources:",
             f"  same: {{type: same_batch, batches: {BATCHES}, rows: {rows}}}"]
    nodes_text, sinks = [], []
    for branch in range(fan_out):
        feeder = "same"
        for i in range(nodes):
            name = f"n{branch}_{i}"
            nodes_text.append(f"  {name}: {{type: merge, inputs: [{feeder}]}}")
            feeder = name
        sinks.append(f"  end{branch}: {{type: stopwatch, inputs: {feeder}}}")
    if nodes_text:
        lines += ["transforms:", *nodes_text]
    return "\n".join([*lines, "sinks:", *sinks]) + "\n"


class Hop:
    def __init__(self, build, work):
        self.build, self.work = build, work

    def weir(self, nodes, fan_out, rows):
        path = self.work / f"hop-{nodes}-{fan_out}-{rows}.yaml"
        path.write_text(pipeline(nodes, fan_out, rows), encoding="utf-8")
        return [self.build / "bin/weir", "run", path, "--plugin-path", self.build / "bench/plugins", "--threads", 1,
                "--state", self.work / "state", "--from-scratch", "--no-progress"]

    def flow_graph(self, nodes, fan_out, rows, threads):
        return [self.build / "bin/hop_flow_graph", nodes, fan_out, rows, BATCHES, threads]

    def commands(self, nodes, fan_out, rows):
        return {("weir", nodes): self.weir(nodes, fan_out, rows),
                ("flow graph 1", nodes): self.flow_graph(nodes, fan_out, rows, 1),
                ("flow graph 2", nodes): self.flow_graph(nodes, fan_out, rows, 2)}


def batch_ns(measured):
    """The median over runs of the time that all batches took at the slowest end, a batch."""
    def slowest(text):
        return max(int(line.split()[0]) for line in text.splitlines())
    return statistics.median(slowest(text) for text in measured.printed) / BATCHES


def added_ns(times, engine, nodes, fan_out):
    return (times[engine, nodes] - times[engine, 0]) / (nodes * fan_out)


def measure(build, work, runs):
    hop = Hop(build, work)
    row = Row("Hop: ns a batch and node", ["nodes", "fan-out", "rows a batch", "Weir", "oneTBB flow graph", "times faster"])
    worst_ns, worst_ratio = 0, float("inf")
    shapes = [(1, rows) for rows in BATCH_ROWS] + [(2, rows) for rows in BATCH_ROWS]
    for fan_out, rows in shapes:
        chains = CHAINS if fan_out == 1 else CHAINS[:1]
        commands = {}
        for nodes in (0, *chains):
            commands |= hop.commands(nodes, fan_out, rows)
        measured = process.alternate(commands, runs)
        times = {key: batch_ns(one) for key, one in measured.items()}
        row.commands += [process.show(one.command) for one in measured.values()]
        for nodes in chains:
            ours = added_ns(times, "weir", nodes, fan_out)
            theirs = min(added_ns(times, f"flow graph {threads}", nodes, fan_out) for threads in (1, 2))
            row.lines.append([str(nodes), str(fan_out), str(rows), f"{ours:.0f}", f"{theirs:.0f}", f"{theirs / ours:.1f}"])
            worst_ns, worst_ratio = max(worst_ns, ours), min(worst_ratio, theirs / ours)
    row.targets.append(Target(f"at most {worst_ns:.0f} ns a batch and node, at most {FUSED_LIMIT_NS} wanted",
                              worst_ns <= FUSED_LIMIT_NS))
    row.targets.append(Target(f"at least {worst_ratio:.1f} times faster than the flow graph, {WANTED_RATIO} wanted",
                              worst_ratio >= WANTED_RATIO))
    return row
