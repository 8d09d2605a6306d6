#!/usr/bin/env python3
"""A real disk that is full for a while: disk_full.py WEIR

On a small tmpfs of its own (a user and a mount namespace) a pipeline runs out of room in its output, its checkpoints
and its rejected rows. It must stand still and say so, go on by itself when there is room, and lose nothing.
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROWS = 300_000
PIPELINE = f"""weir: 1
name: full
checkpoint: {{every: 50ms}}
sources:
  numbers: {{type: generator, rows: {ROWS}, columns: {{n: sequence}}}}
transforms:
  halves: {{type: map, inputs: numbers, set: {{n: "CASE WHEN n % 1000 = 999 THEN CAST('odd' AS int64) ELSE n END"}}}}
  sums: {{type: aggregate, inputs: halves, by: [n], compute: {{rows: count()}}}}
sinks:
  out: {{type: file, inputs: halves, path: out/n.csv, format: csv}}
  all: {{type: file, inputs: sums, path: out/sums.csv, format: csv}}
"""


def in_namespace():
    """Starts this script again where it may mount; returns the exit code, 77 (skipped) where the kernel refuses."""
    probe = subprocess.run(["unshare", "-Urm", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        print(f"skipped: the kernel allows no user namespace here: {probe.stderr.strip()}")
        return 77
    return subprocess.run(["unshare", "-Urm", sys.executable, "-B", __file__, sys.argv[1], "inside"]).returncode


def ready(address):
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def fill(folder, leave):
    """Takes all room but `leave` bytes."""
    free = os.statvfs(folder)
    with open(folder / "ballast", "wb") as ballast:
        left = free.f_bavail * free.f_frsize - leave
        while left > 0:
            left -= ballast.write(b"\0" * min(left, 1 << 16))


def until(what, holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(0.05)


def status(weir, folder):
    asked = subprocess.run([weir, "status", "full.yaml", "--json"], cwd=folder, capture_output=True, text=True)
    return json.loads(asked.stdout) if asked.returncode == 0 else None


def disk_is_full(weir, folder):
    found = status(weir, folder)
    return found is not None and found["disk"]["full"]


def stands_still(weir, folder, running):
    """Waits until the disk is full: the run says so everywhere, and its source reads nothing more."""
    address = running.stderr.readline().split("/")[2]
    until("the disk is full", lambda: disk_is_full(weir, folder))
    until("/readyz says so", lambda: ready(address)[0] == 503)
    code, reason = ready(address)
    print(f"/readyz: {code} {reason.strip()}")
    assert "the disk is full: " in reason and "No space left on device" in reason, reason
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        assert 'weir_disk_full{pipeline="full"} 1\n' in answer.read().decode()
    time.sleep(1)  # What was on its way when the disk was full has been counted by now.
    before = [node["rows_out"] for node in status(weir, folder)["nodes"]]
    time.sleep(1)
    assert running.poll() is None, running.stderr.read()
    after = [node["rows_out"] for node in status(weir, folder)["nodes"]]
    print(f"rows by node: {before}, a second later {after}")
    assert before[0] == after[0], "the source read while the disk was full"


def inside(weir):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-full-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", folder], check=True)
    (folder / "full.yaml").write_text(PIPELINE)
    fill(folder, 600 << 10)
    running = subprocess.Popen([weir, "run", "full.yaml", "--no-progress", "--metrics", "0"], cwd=folder, stderr=subprocess.PIPE,
                               text=True)
    try:
        stands_still(weir, folder, running)
        os.unlink(folder / "ballast")
        error = running.stderr.read()
        assert running.wait() == 0, error
    finally:
        running.kill()
    with open(folder / "out/n.csv") as file:
        found = sorted(int(row["n"]) for row in csv.DictReader(file))
    assert found == [n for n in range(ROWS) if n % 1000 != 999], f"{len(found)} rows"
    with open(folder / "out/sums.csv") as file:
        assert sum(int(row["rows"]) for row in csv.DictReader(file)) == len(found)
    listed = subprocess.run([weir, "dead", "list", "full.yaml"], cwd=folder, capture_output=True, text=True, check=True)
    assert listed.stdout.split()[:3] == [str(ROWS // 1000), "halves", "bad-cast"], listed.stdout + listed.stderr
    print(f"ok: {len(found)} rows and {ROWS // 1000} rejected ones, each once")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        inside(str(pathlib.Path(sys.argv[1]).resolve()))
    else:
        sys.exit(in_namespace())
