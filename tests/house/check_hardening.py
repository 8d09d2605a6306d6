#!/usr/bin/env python3
"""Reads the hardening flags back from what was built: RELRO, BIND_NOW, no executable stack, PIE, stack protector,
and that no library is looked for in a folder which depends on where the program is started.

    check_hardening.py BUILD_DIR
"""
import pathlib
import re
import subprocess
import sys

build = pathlib.Path(sys.argv[1])
files = [build / "bin/weir", build / "lib/libweir.so", *sorted((build / "lib/weir/plugins").glob("*.so"))]
faults = []


def readelf(path, *flags):
    return subprocess.run(["readelf", "-W", *flags, str(path)], check=True, capture_output=True, text=True).stdout


for path in files:
    segments, dynamic, header = readelf(path, "-l"), readelf(path, "-d"), readelf(path, "-h")
    checks = {
        "GNU_RELRO": "GNU_RELRO" in segments,
        "BIND_NOW": "BIND_NOW" in dynamic or "NOW" in dynamic,
        "a stack that cannot be executed": any(
            "GNU_STACK" in line and "RWE" not in line for line in segments.splitlines()),
        "a position-independent form": "DYN" in header,
    }
    folders = re.search(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", dynamic)
    for folder in folders[1].split(":") if folders else []:
        if not folder.startswith("$ORIGIN"):
            faults.append(f"{path.name}: looks for libraries in '{folder}'")
    faults += [f"{path.name}: lacks {name}" for name, holds in checks.items() if not holds]
symbols = readelf(build / "lib/libweir.so", "--dyn-syms")
if "__stack_chk_fail" not in symbols:
    faults.append("libweir.so: lacks the stack protector")
if "_chk@" not in symbols:
    faults.append("libweir.so: lacks _FORTIFY_SOURCE")

print("\n".join(faults))
print(f"{len(files)} files looked at, {len(faults)} faults")
sys.exit(1 if faults or len(files) < 8 else 0)
