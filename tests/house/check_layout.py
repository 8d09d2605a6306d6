#!/usr/bin/env python3
"""At the top of the tree lie these folders and files, beside what begins with a dot and builds, and nothing else.

    check_layout.py SOURCE_DIR
"""
import pathlib
import sys

WANTED = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "core", "docs", "pipelines", "plugins", "sdk",
          "tests"}

found = {path.name for path in pathlib.Path(sys.argv[1]).iterdir() if not path.name.startswith(".")} - {"build"}
faults = [f"{name}: does not belong at the top" for name in sorted(found - WANTED)]
faults += [f"{name}: is missing" for name in sorted(WANTED - found)]
print("\n".join(faults))
print(f"{len(found)} names looked at, {len(faults)} faults")
sys.exit(1 if faults else 0)
