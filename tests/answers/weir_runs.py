"""Runs the binary and reads what it wrote; compares what was found with what was expected."""
import base64
import csv
import decimal
import json
import math
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PIPELINES = REPOSITORY / "pipelines"
sys.path.insert(0, str(REPOSITORY / "tests" / "plan"))
import within_bound  # noqa: E402

OWN_PIPELINES = pathlib.Path(__file__).resolve().parent / "pipelines"


class Wrong(Exception):
    """What was found is not what was expected."""


def expect(what, found, expected):
    if found != expected:
        raise Wrong(f"{what}: found {found!r}, expected {expected!r}")


class Weir:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)
        self.share_of_plan = 0.0  # Of all runs, the largest memory against what the plan says.

    def call(self, *arguments):
        """The finished process; one that ended by a signal is Wrong."""
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, timeout=300)
        if done.returncode < 0:
            raise Wrong(f"weir {' '.join(map(str, arguments))}: ended by signal {-done.returncode}")
        return done

    def run(self, pipeline, name, *arguments, exit_code=0, **variables):
        """Runs a pipeline with `out` set to a folder of its own and returns that folder."""
        out = self.folder / name
        settings = [part for key, value in variables.items() for part in ("--var", f"{key}={value}")]
        given = [pipeline, "--no-progress", "--state", self.folder / "state" / name, "--var", f"out={out}", *settings,
                 *arguments]
        code, said, peak = within_bound.run(self.binary, given)
        if code != exit_code:
            raise Wrong(f"{pipeline}: exit {code}, expected {exit_code}\n{said}")
        planned = within_bound.planned_bytes(self.binary, given)
        if peak > planned + within_bound.SLACK:
            raise Wrong(f"{pipeline}: largest memory {peak} bytes, planned {planned:.0f}")
        self.share_of_plan = max(self.share_of_plan, peak / planned)
        return out


def read_table(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_rejected(path):
    """(offset, raw bytes) of the rows that an errors port gave, in the order of the input."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted((row["partition"], row["offset"], base64.b64decode(row["raw"])) for row in rows)


def agrees(found, expected):
    """Whether the text of a cell is this value: counts, decimals and texts exactly, floats to 1e-9."""
    if expected is None:
        return found == ""
    if isinstance(expected, str):
        return found == expected
    if found == "":
        return False
    if isinstance(expected, (int, decimal.Decimal)):
        return decimal.Decimal(found) == expected
    if isinstance(expected, float):
        return math.isclose(float(found), expected, rel_tol=1e-9, abs_tol=1e-12)
    return expected.low <= float(found) <= expected.high


def compare_table(name, found, expected):
    expect(f"{name}: rows", len(found), len(expected))
    for at, (have, want) in enumerate(zip(found, expected)):
        expect(f"{name}: columns", list(have), list(want))
        for key, value in want.items():
            if not agrees(have[key], value):
                raise Wrong(f"{name}, row {at + 1}, {key}: found {have[key]!r}, expected {value!r} in {have}")


def compare_outputs(out, expected):
    for name, rows in expected.items():
        if name == "rejected.ndjson":
            found = [(offset, raw) for _, offset, raw in read_rejected(out / name)]
            expect(f"{out.name}/{name}", found, rows)
            continue
        # What is not sorted by the pipeline comes in the order of no promise.
        found = read_table(out / name)
        if name in ("statuses.csv", "methods.csv"):
            found.sort(key=lambda row: list(row.values())[0])
        compare_table(f"{out.name}/{name}", found, rows)
