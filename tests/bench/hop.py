"""What it costs to hand a batch from node to node, against oneTBB's flow graph.

A chain's processor time is taken by its own end, from the first batch to the last; of several runs the least counts.
What one more node costs is the difference to a source with its end behind it, so neither engine pays for those. With
fan-out 2, two nodes and a second end are added. Each engine has one thread. Weir's node that does nothing is `merge` of
one input.
"""
import process
from row import Row, Target

STRAIGHT = (0, 1)  # Nodes in a branch, branches.
SHOWN = ((16, 1), 1024)
SHAPES = ((1, 1), (4, 1), (16, 1), (1, 2))
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

    def flow_graph(self, policy, shape, rows):
        return [self.build / "bin/hop_flow_graph", policy, *shape, rows, BATCHES]

    def commands(self, shape, rows):
        return {("weir", shape): self.weir(*shape, rows),
                ("queueing", shape): self.flow_graph("queueing", shape, rows),
                ("lightweight", shape): self.flow_graph("lightweight", shape, rows)}


def batch_ns(measured):
    """What all batches took at the end that was through last, a batch, in the run that took least."""
    def last(text):
        return max(int(line.split()[0]) for line in text.splitlines())
    return min(last(text) for text in measured.printed) / BATCHES


def added_ns(times, engine, shape):
    nodes, fan_out = shape
    added = nodes * fan_out + fan_out - 1
    return (times[engine, shape] - times[engine, STRAIGHT]) / added


def measure(build, work, runs):
    hop = Hop(build, work)
    row = Row("Hop: ns of processor time a batch and node", ["nodes", "fan-out", "rows a batch", "Weir", "flow graph", "Weir is faster by",
                                           "flow graph, lightweight"])
    worst_ns, worst_ratio = 0, float("inf")
    for rows in BATCH_ROWS:
        commands = {}
        for shape in (STRAIGHT, *SHAPES):
            commands |= hop.commands(shape, rows)
        measured = process.alternate(commands, runs)
        times = {key: batch_ns(one) for key, one in measured.items()}
        row.commands += [process.show(one.command) for (_, shape), one in measured.items()
                         if (shape, rows) == SHOWN]
        for shape in SHAPES:
            ours = added_ns(times, "weir", shape)
            theirs = added_ns(times, "queueing", shape)
            light = added_ns(times, "lightweight", shape)
            row.lines.append([str(shape[0]), str(shape[1]), str(rows), f"{ours:.0f}", f"{theirs:.0f}",
                              f"{theirs / ours:.1f}", f"{light:.0f}"])
            worst_ns, worst_ratio = max(worst_ns, ours), min(worst_ratio, theirs / ours)
    row.targets.append(Target(f"at most {worst_ns:.0f} ns a batch and node, at most {FUSED_LIMIT_NS} wanted",
                              worst_ns <= FUSED_LIMIT_NS))
    row.targets.append(Target(f"at least {worst_ratio:.1f} times faster than the flow graph, {WANTED_RATIO} wanted",
                              worst_ratio >= WANTED_RATIO))
    return row
