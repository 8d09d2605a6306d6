#!/usr/bin/env python3
"""The include rule: each room of core uses only rooms above it, plugins and the SDK use nothing of core.

    check_includes.py SOURCE_DIR
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
rooms = re.search(r"set\(WEIR_ROOMS ([^)]*)\)", (source / "core/CMakeLists.txt").read_text()).group(1).split()
faults = []
seen = 0


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1)


for path in sorted(source.glob("core/*/**/*.[ch]pp")):
    room = path.relative_to(source / "core").parts[0]
    allowed = set(rooms[: rooms.index(room) + 1])
    seen += 1
    for number, name in includes(path):
        head = name.split("/")[0]
        if head in rooms and head not in allowed:
            faults.append(f"{path.relative_to(source)}:{number}: core/{room} may not use core/{head} ({name})")
        if head == "plugins":
            faults.append(f"{path.relative_to(source)}:{number}: core uses a plugin ({name})")

outside = [p for folder in ("sdk/include", "sdk/src", "plugins") for p in sorted((source / folder).rglob("*.[ch]*"))]
for path in outside:
    if path.suffix not in (".h", ".hpp", ".cpp") or path.stem.endswith(("_test", "_bench")):
        continue
    seen += 1
    for number, name in includes(path):
        if name.split("/")[0] in rooms:
            faults.append(f"{path.relative_to(source)}:{number}: nothing of core may be used here ({name})")

for name in ("util", "common", "misc", "helpers"):
    for path in source.glob(f"[cpst]*/**/{name}*"):
        if "build" not in path.parts and path.stem == name:
            faults.append(f"{path.relative_to(source)}: no file or folder has this name")

print("\n".join(faults))
print(f"{seen} files looked at, {len(faults)} faults")
sys.exit(1 if faults or seen < 100 else 0)
