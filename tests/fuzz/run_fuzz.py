#!/usr/bin/env python3
"""Lets libFuzzer look for trouble in the fuzz targets of a build folder.

    python3 tests/fuzz/run_fuzz.py build/fuzz --seconds 60 [TARGET...]

Each target begins with the stored inputs of tests/fuzz/corpus/TARGET and with what earlier runs found in the build
folder, unless --afresh. It fails on a crash, an undefined operation, a broken promise, a leak, an input that takes
over 10 s or over 2 GiB; then it prints the command that repeats it.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FURTHER_INPUTS = {"pipeline": [HERE.parent / "check" / "correct", HERE.parent / "check" / "broken"]}
INPUT_SECONDS = 10
MEMORY_MIB = 2048


def known_targets(build):
    return sorted(path.name.removeprefix("fuzz_") for path in (build / "bin").glob("fuzz_*") if path.suffix == "")


def command(build, target, arguments):
    limits = [f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEMORY_MIB}", "-print_final_stats=1"]
    return [str(build / "bin" / f"fuzz_{target}"), *limits, *map(str, arguments)]


def run(build, target, seconds, seed, afresh):
    """Returns whether nothing was found."""
    found = build / "fuzz" / target
    if afresh:
        shutil.rmtree(found, ignore_errors=True)
    for folder in ("corpus", "trouble"):
        (found / folder).mkdir(parents=True, exist_ok=True)
    arguments = [f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=4096", f"-artifact_prefix={found}/trouble/"]
    words = HERE / "words" / f"{target}.dict"
    if words.exists():
        arguments.append(f"-dict={words}")
    arguments += [found / "corpus", HERE / "corpus" / target, *FURTHER_INPUTS.get(target, [])]
    # The one of clang's own version: another reads no line numbers.
    symbolizer = shutil.which("llvm-symbolizer-19")
    symbols = {"ASAN_SYMBOLIZER_PATH": symbolizer} if symbolizer else {}
    result = subprocess.run(
        command(build, target, arguments), capture_output=True, text=True, errors="replace", env=os.environ | symbols
    )
    log = result.stderr
    (found / "log").write_text(log)
    executions = re.search(r"stat::number_of_executed_units: (\d+)", log)
    rate = re.search(r"stat::average_exec_per_sec: +(\d+)", log)
    covered = re.findall(r"cov: (\d+)", log)
    size = len(list((found / "corpus").iterdir()))
    print(
        f"{target:18} {executions.group(1) if executions else '?':>10} executions"
        f" {rate.group(1) if rate else '?':>7}/s {size:>6} inputs {covered[-1] if covered else '?':>7} edges",
        flush=True,
    )
    if result.returncode == 0:
        return True
    trouble = re.findall(r"Test unit written to (\S+)", log)
    print(log[-6000:], file=sys.stderr)
    again = command(build, target, [trouble[-1]]) if trouble else [f"(see {found}/log)"]
    print(f"{target}: FAILED. To repeat it:\n  {' '.join(again)}", file=sys.stderr, flush=True)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="a build folder of the preset fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--afresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("target", nargs="*", help="default: all that are built")
    arguments = parser.parse_intermixed_args()
    build = arguments.build.resolve()
    known = known_targets(build)
    if not known:
        parser.error(f"{build}/bin has no fuzz targets; build them with the preset fuzz")
    unknown = [target for target in arguments.target if target not in known]
    if unknown:
        parser.error(f"no target '{unknown[0]}'; there are {', '.join(known)}")
    results = [
        run(build, target, arguments.seconds, arguments.seed, arguments.afresh) for target in arguments.target or known
    ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
