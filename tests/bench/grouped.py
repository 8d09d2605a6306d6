"""The rows that group a file: limit, yardstick, Weir and DuckDB on the same file in the same run."""
import statistics

import answers
import process
from row import Row, Target

THREADS = (1, 2)
NAMES = {"limit": "memchr over the file", "yardstick": "hand-written C++", "weir": "Weir", "duckdb": "DuckDB"}
P99_RULES = {"yardstick": answers.is_p99_by_value, "weir": answers.is_p99_by_value, "duckdb": answers.is_p99_by_rank}


def count(threads):
    return "1 thread" if threads == 1 else f"{threads} threads"


def ratio(slower, faster):
    """The median over runs of the same round: each was disturbed alike."""
    return statistics.median(a / b for a, b in zip(slower.seconds, faster.seconds))


def measure(question, engines, path, runs):
    commands = {}
    for threads in THREADS:
        commands["limit", threads] = engines.limit(path, threads)
        commands["yardstick", threads] = engines.yardstick(question, path, threads)
        commands["weir", threads] = engines.weir(question, path, threads)
        commands["duckdb", threads] = engines.opponent(question, path, threads)
    process.alternate({"reference": engines.reference(question, path)}, 1)
    return process.alternate(commands, runs)


def table(question, engines, path, measured):
    row = Row(question.title, ["threads", "", "median s", "min–max", "GB/s", "DuckDB takes times", "answer"])
    wanted = answers.read(engines.work / "reference.csv", question.keys)
    size = path.stat().st_size
    for (engine, threads), one in measured.items():
        verdict = "–"
        if engine in P99_RULES:
            found = answers.read(engines.output(engine, threads), question.keys)
            faults = answers.differences(found, wanted, P99_RULES[engine])
            row.fail(f"{NAMES[engine]}, {count(threads)}", faults)
            verdict = "FAIL" if faults else "equal"
        times = ratio(measured["duckdb", threads], one)
        row.lines.append([str(threads), NAMES[engine], f"{one.median:.2f}", one.spread, f"{size / one.median / 1e9:.2f}",
                          f"{times:.2f}", verdict])
        row.commands.append(process.show(one.command))
    return row


def ndjson(question, engines, path, runs):
    measured = measure(question, engines, path, runs)
    row = table(question, engines, path, measured)
    for threads in THREADS:
        times = ratio(measured["duckdb", threads], measured["weir", threads])
        row.targets.append(Target(f"Weir is {times:.2f} times as fast as DuckDB with {count(threads)}, at least 1.5 "
                                  "wanted", times >= 1.5))
    times = ratio(measured["weir", 1], measured["weir", 2])
    others = [f"{NAMES[engine]} {ratio(measured[engine, 1], measured[engine, 2]):.2f}" for engine in ("yardstick", "duckdb")]
    row.targets.append(Target(f"Weir with 2 threads is {times:.2f} times as fast as with 1, at least 1.7 wanted (in the "
                              f"same rounds {', '.join(others)})", times >= 1.7))
    return row


def flights(question, engines, path, runs):
    return table(question, engines, path, measure(question, engines, path, runs))
