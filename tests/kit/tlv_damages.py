#!/usr/bin/env python3
"""The guide's format plugin, as the guide says and on damaged logs.

    tlv_damages.py PREFIX

Follows docs/writing-a-plugin.md in an empty folder against an installed weir: every block marked `elsewhere=` this
script or `file=tlv/...` is run or written, with gcc in Release; then the plugin is built once more by clang (where
there is one) in Debug. Each library reads 100 logs, plain ones in parallel ranges and gzip ones, with one byte of one
record damaged in each: every other record must arrive, and the damaged one must be in `errors`.
"""
import csv
import gzip
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs/writing-a-plugin.md"
ME = "tests/kit/tlv_damages.py"
MAX_LINES = 120
CHUNK = 16 * 1024
RECORDS = 1500
LOGS = 100


def shell(command, folder, environment):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"`{command}` ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def follow_guide(folder, environment):
    for info, body in re.findall(r"^```\w+([^\n]*)\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL):
        options = dict((word.split("=", 1) + [""])[:2] for word in info.split())
        if "file" in options:
            if options["file"] == "tlv/tlv.cpp":
                print(f"tlv.cpp: {len(body.splitlines())} lines")
                assert len(body.splitlines()) <= MAX_LINES
            (folder / options["file"]).write_text(body)
        elif options.get("elsewhere") == ME:
            for command in re.findall(r"^\$ (.*)$", body, re.MULTILINE):
                if " run " not in command:  # The run comes with each compiler's library.
                    shell(command, folder, environment)


def record(kind, value):
    body = b"\xa7" + bytes([kind]) + struct.pack("<H", len(value)) + value
    return body + struct.pack("<I", zlib.crc32(body))


class Log:
    """One log with one damaged byte."""

    def __init__(self, number):
        draw = random.Random(number)
        self.name = f"log{number:03}.tlv"
        self.values = [f"{number}-{i}-" + "x" * draw.randrange(60) for i in range(RECORDS)]
        self.starts, self.records = [], [record(i % 256, v.encode()) for i, v in enumerate(self.values)]
        at = 0
        for one in self.records:
            self.starts.append(at)
            at += len(one)
        self.size = at
        self.at_seam = number % 4 in (1, 2)
        self.in_length = number % 4 in (0, 1)
        if self.at_seam:  # The record over the border of two ranges.
            seam = CHUNK * draw.randrange(1, self.size // CHUNK)
            self.victim = max(i for i, start in enumerate(self.starts) if start <= seam)
        else:
            self.victim = draw.randrange(RECORDS)
        bad = bytearray(self.records[self.victim])
        place = draw.choice([2, 3]) if self.in_length else draw.choice([0, 1, *range(4, len(bad))])
        bad[place] ^= draw.randrange(1, 256)
        self.bytes = b"".join([*self.records[: self.victim], bytes(bad), *self.records[self.victim + 1 :]])


def check(logs, folder, what):
    with open(folder / "out/records.csv", newline="") as file:
        found = sorted(row["value"] for row in csv.DictReader(file))
    wanted = sorted(v for log in logs for i, v in enumerate(log.values) if i != log.victim)
    assert found == wanted, f"{what}: {len(found)} records arrived, expected {len(wanted)}"
    damaged = [json.loads(line) for line in open(folder / "out/damaged.ndjson")]
    places = sorted((pathlib.Path(row["partition"]).name.removesuffix(".gz"), row["offset"]) for row in damaged)
    assert places == sorted((log.name, log.starts[log.victim]) for log in logs), f"{what}: {places}"
    reasons = {(row["code"], row["message"]) for row in damaged}
    assert reasons == {("bad-record", "these bytes are no record with a right CRC-32")}, reasons
    print(f"{what}: {len(found)} records arrived, {len(damaged)} damaged ones in errors")


def main():
    prefix = pathlib.Path(sys.argv[1]).resolve()
    environment = os.environ | {"PREFIX": str(prefix), "PATH": f"{prefix}/bin:{os.environ['PATH']}", "CXX": "g++"}
    environment.pop("WEIR_PLUGIN_PATH", None)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-tlv-"))
    follow_guide(folder, environment)
    builds = {"gcc Release": "tlv/build"}
    if shutil.which("clang++-19"):
        shell("cmake -S tlv -B tlv/clang -DCMAKE_PREFIX_PATH=$PREFIX -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++-19"
              " && cmake --build tlv/clang && ctest --test-dir tlv/clang --output-on-failure", folder, environment)
        builds["clang Debug"] = "tlv/clang"
    else:
        print("no clang++-19: not tried")
    logs = [Log(number) for number in range(LOGS)]
    seams = sum(log.at_seam for log in logs)
    lengths = sum(log.in_length for log in logs)
    both = sum(log.at_seam and log.in_length for log in logs)
    print(f"{LOGS} damages: {lengths} in a length field, {seams} in a record over a range's seam ({both} both)")
    for packed in (False, True):
        (folder / "logs").mkdir()
        for log in logs:
            name = folder / "logs" / (log.name + ".gz" if packed else log.name)
            name.write_bytes(gzip.compress(log.bytes, 1) if packed else log.bytes)
        for compiler, build in builds.items():
            shutil.rmtree(folder / "out", ignore_errors=True)
            shell(f"weir --plugin-path {build}/lib/weir/plugins run --threads 3 --from-scratch --no-progress logs.yaml", folder, environment)
            check(logs, folder, f"{compiler}, {'gz' if packed else 'split ranges'}")
        shutil.rmtree(folder / "logs")
    shutil.rmtree(folder)


main()
