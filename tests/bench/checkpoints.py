#!/usr/bin/env python3
"""What a checkpoint every second costs: checkpoints.py WEIR [KEYS [ROUNDS]]

A pipeline fills a keyed state with KEYS keys (190 bytes each as they are stored: 100 MB if none is given), and goes on
for twenty seconds changing some of them: a tenth in each second, or all of them at random. Each case runs without
checkpoints and with one every second, in turns; what is printed is the median of the ratios of single rounds, of the
time that passed and of the processor's. Beside it stands how often a second the disk can sync 4 KiB.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

PIPELINE = """weir: 1
name: state
{checkpoint}
sources:
  numbers: {{type: generator, rows: {rows}, columns: {{id: sequence}}}}
transforms:
  keyed: {{type: map, inputs: numbers, set: {{key: "{key}"}}}}
  sums: {{type: aggregate, inputs: keyed, by: [key], compute: {{n: count(), x: sum(id), low: min(id), high: max(id)}}}}
sinks:
  out: {{type: blackhole, inputs: sums}}
"""
STEP = 7_368_787  # Prime: spreads keys over the table.


def syncs_a_second(folder):
    path = os.path.join(folder, "sync")
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    count = 0
    begun = time.monotonic()
    while time.monotonic() - begun < 2:
        os.pwrite(file, b"x" * 4096, 0)
        os.fsync(file)
        count += 1
    os.close(file)
    return count / (time.monotonic() - begun)


def run(weir, folder, rows, key, checkpoint):
    """Returns seconds, seconds of the processor, checkpoints taken, bytes of all pages and of the largest."""
    with open(os.path.join(folder, "state.yaml"), "w", encoding="ascii") as out:
        out.write(PIPELINE.format(rows=rows, key=key, checkpoint="checkpoint: {every: 1s}" if checkpoint else ""))
    begun = time.monotonic()
    process = subprocess.Popen([weir, "run", "state.yaml", "--no-progress", "--from-scratch", "--threads", "1"], cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    directory = os.path.join(folder, ".weir", "state", "checkpoints")
    seen = {}
    used, status = None, 0
    while used is None:
        time.sleep(0.05)
        try:
            for entry in os.scandir(directory):
                seen[entry.name] = max(seen.get(entry.name, 0), entry.stat().st_size)
        except OSError:
            pass
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended != 0:
            used = usage.ru_utime + usage.ru_stime
    seconds = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(process.stderr.read().decode())
    pages = [size for name, size in seen.items() if name.endswith(".page")]
    return seconds, used, sum(name.endswith(".manifest") for name in seen), sum(pages), max(pages, default=0)


def tenth_in_each_second(keys, rate, fill):
    """Returns the key of row id: all keys once, then in each tenth of a second's rows another hundredth of them."""
    few = keys // 100
    window = f"({few} * CAST(floor(id / {rate // 10}) AS int64) + id * {STEP} % {few}) * {STEP} % {keys}"
    return f"CASE WHEN id < {keys} THEN {fill} ELSE {window} END"


def main():
    weir = os.path.abspath(sys.argv[1])
    keys = int(sys.argv[2]) if len(sys.argv) > 2 else 525_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory(prefix="weir-checkpoints-", dir=".") as folder:
        print(f"the disk syncs 4 KiB {syncs_a_second(folder):.0f} times a second")
        fill = f"id * {STEP} % {keys}"
        rate = 5_000_000
        for name in ("10 %", "100 %"):
            # First the rows in a second at this case's own speed: as fast as the whole run, not as its beginning.
            for seconds in (10, 20):
                key = fill if name == "100 %" else tenth_in_each_second(keys, rate, fill)
                rows = keys + seconds * rate
                took, *_ = run(weir, folder, rows, key, False)
                rate = int(rows / took)
            rows = keys + 20 * rate
            if name == "10 %":
                key = tenth_in_each_second(keys, rate, fill)
            ratios, used, largest, written, taken = [], [], 0, 0, 0
            for _ in range(rounds):
                without, used_without, *_ = run(weir, folder, rows, key, False)
                with_them, used_with_them, taken, written, largest = run(weir, folder, rows, key, True)
                ratios.append(with_them / without)
                used.append(used_with_them / used_without)
            print(f"{name} of {keys} keys change in a second: {rows / without / 1e6:.2f} M rows/s without, "
                  f"{100 * (statistics.median(ratios) - 1):.1f} % longer and {100 * (statistics.median(used) - 1):.1f} % more "
                  f"of the processor with {taken} checkpoints ({written / 1e6:.0f} MB in pages, the largest {largest / 1e6:.0f} MB)")


main()
