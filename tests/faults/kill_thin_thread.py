#!/usr/bin/env python3
"""Kills the real process in the middle of file -> keyed window -> transactional file, and lets it go on.

    kill_thin_thread.py WEIR [ROUNDS [SEED]]

Each round runs the pipeline from scratch, kills it with SIGKILL at a random moment, starts it again, up to five
times, and lets the last run end. The output must be that of one undisturbed run, row by row. Two rounds more are
killed between prepare and commit, at a named step. Prints its counts; exit status 1 when any output differs.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROWS = 2_000_000
PIPELINE = """weir: 1
name: thread
checkpoint: {every: 20ms}
sources:
  events:
    type: file
    path: in.csv
    format: {type: csv, columns: {ts: timestamp, user: string, x: int64}}
    event_time: {column: ts, max_delay: 10s}
transforms:
  per_minute: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {n: count(), x: sum(x), top: max(x)}}
sinks:
  out: {type: file, inputs: per_minute, path: out.csv, format: csv}
  late: {type: file, inputs: per_minute.late, path: late.csv, format: csv}
"""


def write_input(folder):
    with open(os.path.join(folder, "in.csv"), "w", encoding="ascii") as out:
        out.write("ts,user,x\n")
        for i in range(ROWS):
            second = i // 25
            out.write(f"2025-01-{1 + second // 86400:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:"
                      f"{second % 60:02d}Z,u{i * 7 % 29},{i % 1009}\n")
    with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="ascii") as out:
        out.write(PIPELINE)


def rows(folder):
    with open(os.path.join(folder, "out.csv"), encoding="ascii") as text:
        return sorted(text)


def run(weir, folder, fault="", timeout=None, from_scratch=False):
    """Returns the exit status, or None when the process was killed after `timeout` seconds."""
    command = [weir, "run", "pipeline.yaml", "--no-progress"] + (["--from-scratch"] if from_scratch else [])
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True,
                               env=dict(os.environ, WEIR_FAULT=fault))
    try:
        _, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    if process.returncode > 0:
        print(errors)
    return process.returncode


def has_checkpoint(folder):
    path = os.path.join(folder, ".weir/thread/checkpoints")
    return os.path.isdir(path) and any(name.endswith(".manifest") for name in os.listdir(path))


def main():
    weir = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    folder = tempfile.mkdtemp(prefix="weir-kill-")
    write_input(folder)
    began = time.monotonic()
    assert run(weir, folder, from_scratch=True) == 0
    whole = time.monotonic() - began
    expected = rows(folder)
    kills = after_checkpoint = between = wrong = 0
    for _ in range(rounds):
        os.remove(os.path.join(folder, "out.csv"))
        for attempt in range(6):
            limit = chance.uniform(0.2, 0.7) * whole if attempt < 5 else None
            status = run(weir, folder, timeout=limit, from_scratch=attempt == 0)
            if status is not None:
                break
            kills += 1
            after_checkpoint += has_checkpoint(folder)
        assert status == 0, status
        wrong += rows(folder) != expected
    for point in ("checkpoint.manifest.write:2:kill", "sink.commit:1:kill", "checkpoint.manifest.rename:1:kill"):
        os.remove(os.path.join(folder, "out.csv"))
        if run(weir, folder, fault=point, from_scratch=True) == 0:
            continue
        kills += 1
        between += 1
        after_checkpoint += has_checkpoint(folder)
        assert run(weir, folder) == 0
        wrong += rows(folder) != expected
    shutil.rmtree(folder)
    print(f"{kills} kills, {after_checkpoint} after a completed checkpoint, {between} between prepare and commit; "
          f"{wrong} wrong outputs")
    enough = kills >= 10 and after_checkpoint >= 5 and between >= 2
    if not enough:
        print("too few kills: the machine is too fast or too slow for this input")
    sys.exit(0 if wrong == 0 and enough else 1)


main()
