#!/usr/bin/env python3
"""Every test that a page names exists: named_tests_test.py

A page names a file (`tests/sim/retry_test.cpp`), or tests as ctest does, with `*` for anything (`sim.Retry.*`,
`faults.kill_loop`). Each such name on the pages below is looked for in the sources.
"""
import fnmatch
import pathlib
import re
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PAGES = ("docs/reliability.md", "docs/time-and-delivery.md")
PREFIXES = {"tests/sim": "sim", "tests/kit": "kit", "tests/threads": "threads", "sdk/tests": "sdk"}
FILE = re.compile(r"`((?:tests|core|plugins|sdk|docs)/[\w./-]+\.\w+)`")
TEST = re.compile(r"`([a-z_]+\.[\w*.]+)`")
FAMILIES = {"cli", "faults", "fixtures", "fuzz"}


def prefix_of(path):
    """What ctest puts before the tests of a program, which lies beside its sources."""
    folder = path.parent.relative_to(REPOSITORY).as_posix()
    kind, _, name = folder.partition("/")
    return PREFIXES.get(folder) or (name if kind == "core" else folder.replace("/", "."))


def test_names():
    names = {"cli." + path.stem.removesuffix("_test") for path in (REPOSITORY / "tests/cli").glob("*_test.py")}
    for path in [*REPOSITORY.glob("tests/**/*.cpp"), *REPOSITORY.glob("core/**/*_test.cpp"),
                 *REPOSITORY.glob("plugins/**/*_test.cpp"), *REPOSITORY.glob("sdk/**/*_test.cpp")]:
        for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", path.read_text(encoding="utf-8"), re.MULTILINE):
            names.add(f"{prefix_of(path)}.{suite}.{name}")
    for path in REPOSITORY.glob("tests/**/CMakeLists.txt"):
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"add_test\(NAME ([\w.]+)", text))
        for family, variable in re.findall(r"add_test\(NAME (\w+)\.\$\{(\w+)\}", text):
            for words in re.findall(rf"foreach\({variable} ([\w ]+)\)", text):
                names |= {f"{family}.{word}" for word in words.split()}
            names.add(f"{family}.")  # Whose names only the build knows.
    return names


def faults_of(page, names):
    families = FAMILIES | {name.split(".")[0] for name in names}
    for number, line in enumerate((REPOSITORY / page).read_text(encoding="utf-8").splitlines(), 1):
        for name in FILE.findall(line):
            if not (REPOSITORY / name).exists():
                yield f"{page}:{number}: there is no {name}"
        for name in TEST.findall(line):
            is_test = name.split(".")[0] in families and ("*" in name or re.match(r"\w+\.[A-Z]|(cli|faults|fixtures)\.", name))
            if is_test and not fnmatch.filter(names, name):
                yield f"{page}:{number}: there is no test {name}"


def main():
    names = test_names()
    faults = [fault for page in PAGES for fault in faults_of(page, names)]
    print("\n".join(faults) or f"{len(names)} tests, and none that is named is missing")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
