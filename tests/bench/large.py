"""The NDJSON question over 5 GB: how much memory it takes."""
import answers
import process
from row import Row, Target

LIMIT_BYTES = 400 << 20


def measure(question, engines, path):
    process.alternate({"reference": engines.reference(question, path)}, 1)
    measured = process.alternate({threads: engines.weir(question, path, threads) for threads in (1, 2)}, 2)
    wanted = answers.read(engines.work / "reference.csv", question.keys)
    size = path.stat().st_size
    row = Row(f"NDJSON, {size / 1e9:.1f} GB", ["threads", "median s", "GB/s", "largest memory, MiB", "answer"])
    for threads, one in measured.items():
        found = answers.read(engines.output("weir", threads), question.keys)
        faults = answers.differences(found, wanted, answers.is_p99_by_value)
        row.fail(f"Weir, {threads} threads", faults)
        row.lines.append([str(threads), f"{one.median:.2f}", f"{size / one.median / 1e9:.2f}",
                          f"{one.peak_bytes / 2**20:.0f}", "FAIL" if faults else "equal"])
        row.commands.append(process.show(one.command))
    peak = max(one.peak_bytes for one in measured.values())
    row.targets.append(Target(f"{peak / 2**20:.0f} MiB, at most 400 wanted", peak <= LIMIT_BYTES))
    return row
