#!/usr/bin/env python3
"""Runs clang-tidy over the sources of core, plugins and sdk, tests aside, and prints each finding once.

    check_tidy.py BUILD_DIR [PATH_PART]...     only sources whose path holds one of the parts

Ends with 1 when there is a finding.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[2]
CLANG_TIDY = "clang-tidy-19"
ROOMS = ("core", "plugins", "sdk")
# What gcc is told that clang does not know.
ONLY_GCC = {"-fno-gnu-unique", "-Wno-maybe-uninitialized"}
FINDING = re.compile(r"^(/.+?):(\d+):(\d+): (?:error|warning): (.*)$")


def sources(build):
    """Path and words of each source, of those too that the build compiles several at a time."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        words = shlex.split(entry["command"])
        if path.parent.name != "Unity":
            yield path, words, entry["directory"]
            continue
        for source in re.findall(r'^#include "(.+)"$', path.read_text(), re.MULTILINE):
            yield pathlib.Path(source), [source if word == str(path) else word for word in words], entry["directory"]


def commands(build):
    """One entry for each source that is the product's own, without the words that only gcc knows."""
    entries = {}
    for path, words, directory in sources(build):
        if not path.is_relative_to(HERE) or path.is_relative_to(build) or path.stem.endswith(("_test", "_bench")):
            continue
        if path.relative_to(HERE).parts[0] not in ROOMS or "tests" in path.parts:
            continue
        words = [word for word in words if word not in ONLY_GCC]
        entries[path] = {"directory": directory, "file": str(path), "arguments": words}
    return entries


def findings_of(folder, path):
    run = subprocess.run([CLANG_TIDY, "-p", folder, "--quiet", str(path)], capture_output=True, text=True)
    found = {match.groups() for line in run.stdout.splitlines() if (match := FINDING.match(line))}
    if run.returncode != 0 and not found:
        found = {(str(path), "1", "1", (run.stderr or run.stdout).strip())}
    return found


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    parts = sys.argv[2:]
    entries = commands(build)
    chosen = sorted(path for path in entries if not parts or any(part in str(path) for part in parts))
    if not chosen:
        sys.exit("check_tidy.py: no source is chosen")
    findings, is_terminal = set(), sys.stderr.isatty()
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "compile_commands.json").write_text(json.dumps(list(entries.values())))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for done, found in enumerate(pool.map(lambda path: findings_of(folder, path), chosen), 1):
                for path, line, column, text in sorted(found - findings):
                    print(f"{os.path.relpath(path, HERE)}:{line}:{column}: {text}", flush=True)
                findings |= found
                if is_terminal:
                    print(f"\r{done} of {len(chosen)} sources", end="", file=sys.stderr, flush=True)
    print(f"{len(chosen)} sources looked at, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
