#!/usr/bin/env python3
"""weir plan on every pipeline under pipelines/ and on cases/*.yaml, against the golden text of each.

    run_plan.py WEIR PIPELINES [--bless]

A pipeline's input need not be there: where its columns are declared they are enough.
"""
import argparse
import difflib
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
THREADS = "2"


def plan(binary, path):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")}
    got = subprocess.run([binary, "plan", path.name, "--threads", THREADS], cwd=path.parent, text=True,
                         capture_output=True, env=environment)
    return got.stdout if got.returncode == 0 else f"exit {got.returncode}\n{got.stderr}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("pipelines", type=pathlib.Path)
    parser.add_argument("--bless", action="store_true")
    given = parser.parse_args()
    paths = {f.parent.name: f for f in sorted(given.pipelines.glob("*/pipeline.yaml"))}
    paths.update({f.stem: f for f in sorted((HERE / "cases").glob("*.yaml"))})
    wrong = 0
    for name, path in paths.items():
        got, golden = plan(given.weir, path), HERE / "golden" / f"{name}.txt"
        if given.bless:
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(got)
        want = golden.read_text() if golden.exists() else "(no golden text)\n"
        if got == want:
            continue
        wrong += 1
        print(f"{name}:")
        sys.stdout.writelines(difflib.unified_diff(want.splitlines(True), got.splitlines(True), "golden", "printed"))
    print(f"{len(paths)} plans, {wrong} not as they should be")
    return 1 if wrong else 0


sys.exit(main())
