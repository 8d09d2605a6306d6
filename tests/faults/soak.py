#!/usr/bin/env python3
"""Runs the real process for long, and with what is hard on memory: nothing may grow.

    soak.py WEIR [--seconds 120]

An endless pipeline with checkpoints and a sink that nobody answers, behind a buffer on disk, runs so long. It may hold
no more than its `memory`, what it takes with next to nothing to do, and 32 MiB; from a quarter of that time on its memory,
open files, threads and the files of its state may not grow. Before, one row in a thousand goes into a sort, and one line
of 100 MiB goes through. Prints what it measured; exit status 1 when something grew.
"""
import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
ROOM = 32 * MIB  # What a run may take beyond what it took at the beginning.

MEMORY = 64 * MIB
ENDLESS = """weir: 1
name: soak
memory: 64MiB
checkpoint: {every: 1s}
sources:
  rows:
    type: generator
    rate: RATE
    columns: {id: sequence, user: {zipf: {n: 5000}}}
transforms:
  few: {type: filter, inputs: rows, where: "id % 100 = 0"}
sinks:
  kept: {type: file, inputs: few, path: out/kept.csv, format: csv}
  dead: {type: socket, inputs: rows, buffer: {disk: 8MiB, when_full: drop_newest}, address: "tcp://127.0.0.1:9", format: ndjson}
"""

SORTED = """weir: 1
name: sorted
sources:
  rows: {type: generator, rows: ROWS, columns: {id: sequence, text: {random_string: 40}}}
transforms:
  few: {type: filter, inputs: rows, where: "id % 1000 = 0"}
  ranked: {type: sort, inputs: few, by: [{column: id, order: desc}]}
sinks:
  out: {type: file, inputs: ranked, path: out.csv, format: csv, columns: [id]}
"""

LONG_LINE = """weir: 1
name: long_line
sources:
  lines: {type: file, path: in.txt, format: lines, max_record_bytes: 128MiB}
sinks:
  out: {type: file, inputs: lines, path: out.txt, format: lines}
"""


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="ascii") as out:
        out.write(text)


def start(weir, folder, name):
    return subprocess.Popen([weir, "run", name, "--no-progress", "--from-scratch"], cwd=folder, stderr=subprocess.PIPE,
                            text=True)


def measured(pid, folder):
    """Bytes resident, open files, threads, files of the state."""
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
    state = sum(len(names) for _, _, names in os.walk(os.path.join(folder, ".weir")))
    return (int(fields["VmRSS"].split()[0]) * 1024, len(os.listdir(f"/proc/{pid}/fd")), int(fields["Threads"]), state)


def idle_memory(weir, folder):
    """What the same pipeline takes with one row a second."""
    write(folder, "slow.yaml", ENDLESS.replace("RATE", "1").replace("name: soak", "name: slow").replace("out/", "slow/"))
    process = start(weir, folder, "slow.yaml")
    time.sleep(3)
    used = measured(process.pid, folder)[0]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    return used


def soak(weir, folder, seconds):
    idle = idle_memory(weir, folder)
    write(folder, "endless.yaml", ENDLESS.replace("RATE", "20000"))
    process = start(weir, folder, "endless.yaml")
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        time.sleep(min(1, seconds / 20))
        samples.append(measured(process.pid, folder))
    if process.poll() is not None:
        print(process.communicate()[1])
        return ["the endless run ended by itself"]
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    wrong = [] if process.returncode == 0 else [f"SIGTERM gave exit status {process.returncode}: {errors}"]
    with open(os.path.join(folder, "out/kept.csv"), encoding="ascii") as kept:
        rows = sum(1 for _ in kept)
    if rows < seconds * 100:
        wrong.append(f"only {rows} rows were kept in {seconds} s: the run stood still")
    most = max(sample[0] for sample in samples)
    print(f"{seconds} s with a dead sink: {most // MIB} MiB at most, {idle // MIB} MiB with nothing to do")
    if most > MEMORY + idle + ROOM:
        wrong.append(f"{most // MIB} MiB are more than memory: 64MiB, {idle // MIB} MiB and 32 MiB")
    settled = samples[len(samples) // 4:]
    half = len(settled) // 2
    for what, index, room in (("memory", 0, ROOM), ("open files", 1, 2), ("threads", 2, 0), ("files of state", 3, 4)):
        before = max(sample[index] for sample in settled[:half])
        after = max(sample[index] for sample in settled[half:])
        print(f"{seconds} s: {what} {before} in the first half, {after} in the second")
        if after > before + room:
            wrong.append(f"{what} grew from {before} to {after}")
    return wrong


def peak(weir, folder, name):
    """Returns the most that a run had resident [bytes]."""
    process = start(weir, folder, name)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        print(errors)
        raise SystemExit(f"{name} failed")
    return usage.ru_maxrss * 1024


def sort_of_few(weir, folder):
    write(folder, "idle.yaml", SORTED.replace("ROWS", "1"))
    write(folder, "sorted.yaml", SORTED.replace("ROWS", "20000000"))
    idle = peak(weir, folder, "idle.yaml")
    used = peak(weir, folder, "sorted.yaml")
    with open(os.path.join(folder, "out.csv"), encoding="ascii") as out:
        ids = [int(line) for line in out.read().split()[1:]]
    print(f"1:1000 into sort: {used // MIB} MiB at most, {idle // MIB} MiB of them for a single row")
    wrong = [] if ids == list(range(19_999_000, -1, -1000)) else ["the sorted rows are not those that were kept"]
    return wrong + ([] if used <= idle + 128 * MIB else ["the sort keeps what the filter left out"])


def long_line(weir, folder):
    line = b"0123456789abcdef" * (100 * MIB // 16)
    with open(os.path.join(folder, "in.txt"), "wb") as out:
        out.write(b"first\n" + line + b"\nlast\n")
    write(folder, "long.yaml", LONG_LINE)
    used = peak(weir, folder, "long.yaml")
    print(f"a line of 100 MiB: {used // MIB} MiB at most")
    with open(os.path.join(folder, "in.txt"), "rb") as given, open(os.path.join(folder, "out.txt"), "rb") as got:
        is_same = hashlib.sha256(given.read()).digest() == hashlib.sha256(got.read()).digest()
    # The bytes, the row, what the sink makes of it, and room to grow into.
    faults = [] if used <= 500 * MIB else [f"a line of 100 MiB took {used // MIB} MiB, more than 500"]
    return faults if is_same else faults + ["the line of 100 MiB came out changed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weir")
    parser.add_argument("--seconds", type=int, default=120)
    arguments = parser.parse_args()
    weir = os.path.abspath(arguments.weir)
    with tempfile.TemporaryDirectory(prefix="weir-soak-") as folder:
        wrong = sort_of_few(weir, folder) + long_line(weir, folder) + soak(weir, folder, arguments.seconds)
    for fault in wrong:
        print("FAILED: " + fault)
    sys.exit(1 if wrong else 0)


main()
