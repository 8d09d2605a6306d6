#!/usr/bin/env python3
"""A log is rotated again and again under load while a real process follows it, is told to stop, and is killed.

    follow_rotation.py WEIR [LINES]

Half of the rotations rename the log, the rest of it written after the rename; the process is stopped or killed and
started again in between; on a slow machine the log is rotated twice meanwhile. Every line must arrive exactly once. Then nothing happens for a while: the process must not
use more than a hundredth of a core. Prints its counts.
"""
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

PIPELINE = """weir: 1
name: follow
checkpoint: {every: 50ms}
sources:
  log: {type: file, path: "logs/app.log*", follow: true, rotate_wait: 1s, format: {type: ndjson, columns: {n: int64, text: string}}}
sinks:
  out: {type: file, inputs: log, path: out.csv, format: csv, columns: [n]}
"""
ROTATE_EVERY = 20_000  # Lines.


def write_log(folder, lines):
    path = os.path.join(folder, "logs", "app.log")
    log = open(path, "a", encoding="ascii", buffering=8192)
    rotations = 0
    for n in range(lines):
        log.write(f'{{"n":{n},"text":"{"x" * (n % 90)}"}}\n')
        if n % 500 == 0:
            log.flush()
            time.sleep(0.002)
        if n % ROTATE_EVERY == ROTATE_EVERY - 1:
            rotations += 1
            os.rename(path, f"{path}.{rotations}")
            if rotations % 2:  # It has the old file open for a little longer.
                log.flush()
                time.sleep(0.01)
            log.close()
            log = open(path, "a", encoding="ascii", buffering=8192)
    log.close()
    return rotations


def start(weir, folder):
    return subprocess.Popen([weir, "run", "pipeline.yaml", "--no-progress", "--threads", "2"], cwd=folder,
                            stderr=subprocess.DEVNULL)


def rows(folder):
    try:
        with open(os.path.join(folder, "out.csv"), encoding="ascii") as text:
            return [int(line) for line in text.read().split("\n")[1:-1]]
    except FileNotFoundError:
        return []


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    weir = os.path.abspath(sys.argv[1])
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 300_000
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "logs"))
        with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="ascii") as out:
            out.write(PIPELINE)
        counts = {}
        writer = threading.Thread(target=lambda: counts.update(rotations=write_log(folder, lines)))
        process = start(weir, folder)
        writer.start()
        restarts = 0
        while writer.is_alive():
            writer.join(random.uniform(0.3, 1.2))
            process.send_signal((signal.SIGKILL, signal.SIGTERM)[restarts % 2])
            process.wait()
            restarts += 1
            process = start(weir, folder)
        deadline = time.monotonic() + 120
        while len(rows(folder)) < lines and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.2)
        time.sleep(1)  # What came twice would be there by now.
        used, began = cpu_seconds(process.pid), time.monotonic()
        time.sleep(5)
        idle = (cpu_seconds(process.pid) - used) / (time.monotonic() - began)
        process.send_signal(signal.SIGTERM)
        status = process.wait()
        found = rows(folder)
    missing = lines - len(set(found))
    twice = len(found) - len(set(found))
    print(f"{lines} lines, {counts['rotations']} rotations, {restarts} restarts: {missing} missing, {twice} twice; "
          f"idle: {idle:.2%} of a core")
    sys.exit(0 if missing == 0 and twice == 0 and status == 0 and idle <= 0.01 and restarts >= 2 else 1)


main()
