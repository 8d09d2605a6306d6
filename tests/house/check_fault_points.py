#!/usr/bin/env python3
"""Every fault point that core names is in a test, which is red, or says why it is not, when its step is left out.

    check_fault_points.py ROOT

A point is a name given to step(), skip() or reach() of FaultPoints; what write_atomic() is given stands for the steps of
which it makes names. Prints how many there are; exit status 1 and the names when some are in no test.
"""
import pathlib
import re
import sys

STEP = re.compile(r'\b(?:step|skip|reach)\(\s*"([a-z_]+(?:\.[a-z_]+)+)"')
WHOLE_FILE = re.compile(r'\bwrite_atomic\([^;"]*"([a-z_]+(?:\.[a-z_]+)*)"')
WHOLE_FILE_STEPS = ("write", "sync_before_rename", "sync", "close", "rename", "sync_dir")
NO_DURABLE_STEP = {
    "bless": "expected rows in a file of the author, who looks at them",
    "test.file": "files that a test of a plugin begins with",
}


def sources(root, is_test):
    for room in ("core", "tests/sim"):
        for path in sorted((root / room).rglob("*.?pp")):
            if (path.name.endswith("_test.cpp") or room == "tests/sim") == is_test:
                yield path


def main():
    root = pathlib.Path(sys.argv[1])
    points = {}
    for path in sources(root, is_test=False):
        text = path.read_text(encoding="utf-8")
        points.update((name, path) for name in STEP.findall(text))
        for name in WHOLE_FILE.findall(text):
            if name not in NO_DURABLE_STEP:
                points.update((f"{name}.{step}", path) for step in WHOLE_FILE_STEPS)
    tests = "".join(path.read_text(encoding="utf-8") for path in sources(root, is_test=True))
    missing = [(name, path) for name, path in sorted(points.items()) if f'"{name}"' not in tests]
    for name, path in missing:
        print(f"{path.relative_to(root)}: no test leaves out '{name}'")
    print(f"{len(points)} fault points, {len(missing)} in no test")
    return 1 if missing or len(points) < 60 else 0


sys.exit(main())
