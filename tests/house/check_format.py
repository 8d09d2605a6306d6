#!/usr/bin/env python3
"""Every C and C++ source is as clang-format would write it.

    check_format.py SOURCE_DIR
"""
import pathlib
import subprocess
import sys

CLANG_FORMAT = "clang-format-19"
ENDINGS = {".c", ".h", ".cpp", ".hpp"}

root = pathlib.Path(sys.argv[1])
sources = sorted(path for folder in ("core", "plugins", "sdk", "tests") for path in (root / folder).rglob("*")
                 if path.suffix in ENDINGS)
run = subprocess.run([CLANG_FORMAT, "--dry-run", *map(str, sources)], capture_output=True, text=True)
faults = [line for line in run.stderr.splitlines() if "[-Wclang-format-violations]" in line]
print("\n".join(faults) or run.stderr)
print(f"{len(sources)} files looked at, {len(faults)} faults; '{CLANG_FORMAT} -i FILE' mends one")
sys.exit(1 if faults or run.returncode != 0 or len(sources) < 300 else 0)
