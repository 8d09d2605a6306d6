#!/usr/bin/env python3
"""The calls of the disk that the simulation sees are those that the kernel sees.

    calls_match.py WEIR SIM_CALLS

Runs one pipeline in the real process under strace and once more on the simulated disk, cuts both lists into the calls
of one checkpoint each (from one manifest to the next), and compares what they do to files: writes, syncs, renames,
removals, in their order. Where a buffer on disk parts two regions, whose calls come between each other's in any order,
what each of those that do them does is looked at alone, and what follows what; so with a run that goes on from where one
was killed.
Skips where strace is not installed.
"""
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile

PIPELINE = """weir: 1
name: calls
checkpoint: {every: 10ms}
sources:
  rows: {type: generator, rows: 300000, rate: 1000000, columns: {id: sequence, user: {zipf: {n: 50}}}}
transforms:
  totals: {type: aggregate, inputs: rows, by: [user], compute: {n: count(), last: max(id)}}
  few: {type: filter, inputs: rows, where: "id % 1000 = 0"}
sinks:
  out: {type: file, inputs: totals, path: out/totals.csv, format: csv}
  kept: {type: file, inputs: few, path: out/few.csv, format: csv}
"""
BUFFERED = """weir: 1
name: calls
checkpoint: {every: 10ms}
sources:
  rows: {type: generator, rows: 300000, rate: 1000000, columns: {id: sequence, user: {zipf: {n: 50}}}}
transforms:
  totals: {type: aggregate, inputs: rows, buffer: {disk: 2MiB}, by: [user], compute: {n: count(), last: max(id)}}
sinks:
  out: {type: file, inputs: totals, path: out/totals.csv, format: csv}
"""
# A step at which the run is killed whose successor is looked at.
KILLED_AT = "buffer.segment.unlink:2"
TRACED = "pwrite64,pwritev,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate"
MANIFEST = re.compile(r"rename .*\.manifest$")


def shown(path):
    """The path from the checkpoint's or the output's directory on, without what differs from run to run."""
    name = re.sub(r"^.*?(checkpoints|out|buffers)(?=/|$)", r"\1", path)
    return re.sub(r"\d{20}", "EPOCH", name)


def is_ours(path):
    return re.search(r"/(checkpoints|out|buffers)(/|$)", "/" + path) is not None


def real_calls(weir, folder, killed_at=None):
    trace = os.path.join(folder, "trace")
    run = [weir, "run", "pipeline.yaml", "--no-progress", "--threads", "1"]
    if killed_at:
        killed = subprocess.run(run, cwd=folder, env=dict(os.environ, WEIR_FAULT=killed_at + ":kill"), check=False,
                                stderr=subprocess.PIPE)
        assert killed.returncode < 0, f"it was not killed at {killed_at}"
    subprocess.run(["strace", "-f", "-y", "-s", "0", "-o", trace, "-e", "trace=" + TRACED] + run, cwd=folder, check=True,
                   stderr=subprocess.PIPE)
    calls = []
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            call = real_call(line)
            if call:
                calls.append(call)
    return calls


def real_call(line):
    found = re.match(r"\d+ +(\w+)\((.*)", line)
    if not found:
        return None
    name, rest = found.groups()
    on_handle = re.match(r"\d+<([^>]*)>", rest)
    quoted = re.findall(r'"([^"]*)"', rest)
    if name in ("pwrite64", "pwritev", "write", "fsync", "fdatasync", "ftruncate") and on_handle:
        path = on_handle.group(1)
        word = {"fsync": "sync", "fdatasync": "sync", "ftruncate": "truncate"}.get(name, "write")
        if word == "sync" and "." not in os.path.basename(path):
            word = "sync_dir"
        return f"{word} {shown(path)}" if is_ours(path) else None
    if name.startswith(("rename", "unlink")) and quoted and is_ours(quoted[-1]):
        return " ".join([name[:6]] + [shown(path) for path in quoted])
    return None


def sim_calls(program, folder, killed_at=None):
    listed = subprocess.run([program, os.path.join(folder, "pipeline.yaml")] + ([killed_at] if killed_at else []), check=True,
                            capture_output=True, text=True).stdout
    calls = []
    for line in listed.splitlines():
        name, *paths = line.split(" ")
        if name in ("write", "sync", "sync_dir", "rename", "unlink", "truncate") and is_ours(paths[-1]):
            calls.append(" ".join([name] + [shown(path) for path in paths]))
    return calls


def checkpoints(calls):
    """What is done from one manifest to the next, as texts; the first is no whole one. Totals come when the source has
    ended, which may be while a manifest is written: that and what follows is no checkpoint as the others are."""
    blocks = [[]]
    for call in calls:
        blocks[-1].append(call)
        if MANIFEST.search(call):
            blocks.append([])
    whole = itertools.takewhile(lambda block: not any("totals" in call for call in block), blocks[1:-1])
    return ["\n".join(block) for block in whole]


def without_some_outputs(block):
    """The sequence, and each that it is where some sinks got no row since the last checkpoint: nothing is written
    there then."""
    lines = block.splitlines()
    outputs = sorted({line.split(" ")[-1] for line in lines if re.match(r"(write|sync) out/", line)})
    for count in range(len(outputs) + 1):
        for left_out in itertools.combinations(outputs, count):
            yield "\n".join(line for line in lines if line.split(" ")[-1] not in left_out)


def doer_of(call):
    """Who does it: each does one thing after the other, and what two of them do comes in any order."""
    path = call.split(" ")[-1]
    if path.startswith("buffers"):
        return "who reads the buffer" if call.startswith("unlink") else "who writes the buffer"
    if path.startswith("out"):
        return "the sink"
    return "the region behind" if path.startswith("checkpoints/totals") else "the region before"


def successions(calls):
    """By doer, what follows what; a call that comes several times in a row counts once."""
    pairs = set()
    # The mark of the end is empty, and the kernel sees no write. Whether a killed run was in the middle of a file with a
    # temporary name, which the next one removes, is chance.
    calls = [call for call in calls if "/complete" not in call and not re.match(r"unlink .*\.tmp$", call)]
    for doer in sorted({doer_of(call) for call in calls}):
        own = [call for call, _ in itertools.groupby(call for call in calls if doer_of(call) == doer)]
        pairs.update((doer,) + pair for pair in itertools.pairwise(own))
    return pairs


def compare_regions(weir, program, killed_at=None):
    """Returns whether the real process does nothing that the simulation does not."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="ascii") as out:
            out.write(BUFFERED)
        real = successions(real_calls(weir, folder, killed_at))
        simulated = successions(sim_calls(program, folder, killed_at))
    what = f"a run that goes on after a kill at {killed_at}" if killed_at else "a run with a buffer"
    of_buffer = sum("buffers/" in call for pair in real for call in pair)
    print(f"{what}: {len(real)} successions of calls, {len(real & simulated)} of them in simulation, {of_buffer} with files "
          "of the buffer")
    for doer, first, then in sorted(real - simulated):
        print(f"{doer} never does this in simulation:\n  {first}\n  {then}")
    return real <= simulated and of_buffer >= 6


def main():
    weir, program = (os.path.abspath(path) for path in sys.argv[1:3])
    if shutil.which("strace") is None:
        print("skipped: strace is not installed")
        return 77
    are_regions_same = [compare_regions(weir, program, killed_at) for killed_at in (None, KILLED_AT)]
    if not all(are_regions_same):
        return 1
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="ascii") as out:
            out.write(PIPELINE)
        real = checkpoints(real_calls(weir, folder))
        simulated = checkpoints(sim_calls(program, folder))
    print(f"{len(real)} checkpoints under strace, {len(simulated)} in simulation")
    if len(real) < 3 or not simulated or not any(".page" in block and "out/" in block for block in real):
        print("too few checkpoints to compare")
        return 1
    known = {shorter for block in simulated for shorter in without_some_outputs(block)}
    strange = [block for block in real if block not in known]
    for block in strange[:3]:
        print("the simulation never does this:\n" + block)
    if strange:
        print("but this, for example:\n" + simulated[0])
        return 1
    common = len(set(real) & known)
    print(f"{common} sequences of calls in common; the longest:\n" + max(set(real) & known, key=len))
    return 0


sys.exit(main())
