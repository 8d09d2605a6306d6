#!/usr/bin/env python3
"""Runs a pipeline and compares its largest memory with what `weir plan` says of it: within_bound.py WEIR run FILE ...

Ends as the run does, or with 1 when the run needed more than the plan's total and 32 MiB: the process itself, its
libraries and what the allocator keeps. A state without `memory:` is not in the total; it must fit nevertheless.
"""
import os
import re
import subprocess
import sys
import tempfile

SLACK = 32 << 20
UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
OF_RUN_ALONE = {"--no-progress": 0, "--from-scratch": 0, "--state": 1}


def planned_bytes(weir, arguments):
    """The total that the plan names for a run with these arguments."""
    kept, skip = [], 0
    for word in map(str, arguments):
        if skip > 0 or word in OF_RUN_ALONE:
            skip = OF_RUN_ALONE.get(word, 0) if skip == 0 else skip - 1
            continue
        kept.append(word)
    planned = subprocess.run([weir, "plan", *kept], capture_output=True, text=True, timeout=60, check=True).stdout
    number, unit = re.search(r"^  in total: ([0-9.]+) (\w+)", planned, re.MULTILINE).groups()
    return float(number) * UNITS[unit]


def run(weir, arguments):
    """Returns the exit code (negative: a signal), what it said on stderr, and its largest memory [bytes]."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([weir, "run", *map(str, arguments)], stdin=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read().decode(errors="replace"), usage.ru_maxrss << 10


def main(weir, verb, *arguments):
    assert verb == "run"
    code, said, peak = run(weir, arguments)
    sys.stderr.write(said)
    planned = planned_bytes(weir, arguments)
    print(f"largest memory {peak / 2**20:.0f} MiB, planned {planned / 2**20:.0f} MiB", file=sys.stderr)
    return code if code != 0 else 1 if peak > planned + SLACK else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
