#!/usr/bin/env python3
"""weir plan on every pipeline under pipelines/ and on cases/*.yaml, against the golden text of each.

    run_plan.py WEIR PIPELINES [--bless]

Each is planned in a copy of its folder. Inputs that are not in the repository are there as files without rows: their
columns are declared.
"""
import argparse
import difflib
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
THREADS = "2"
# Of pipelines whose inputs are not in the repository: these, and the key of their pseudonyms.
ABSENT = {
    "quickstart": (["CDNOW_master.txt", "ecom.csv.gz"], "shop.key"),
    "product-insights": ([
        "ecom.csv.gz",
        "user-events/bpic2012-loan-applications.csv.gz",
        "user-events/online-retail-by-day/2010-12-01.csv.gz",
        "user-events/wikipedia-edits-2015-09-12.json.gz",
        "ab/cookie_cats.csv.gz",
        "ab/obd-men-random.csv.gz",
        "ab/obd-men-bts.csv.gz"], "shop.key"),
    "system-insights": ([
        "metrics/nginx-plus-status-2015-10-31.jsonl.gz",
        "access-logs/apache-combined-2015-05.log.gz",
        "access-logs/zeek-ssl-2018-03-24.json.gz",
        "access-logs/zeek-weird-2018-03-24.json.gz",
        "throughput/flights-3m.csv.zst",
        "metrics/nab/realKnownCause/machine_temperature_system_failure.csv",
        "metrics/nab/realKnownCause/ec2_request_latency_system_failure.csv",
        "metrics/nab/realKnownCause/nyc_taxi.csv",
        "metrics/nab/realAWSCloudwatch/ec2_cpu_utilization_c6585a.csv",
        "metrics/nab/realAWSCloudwatch/ec2_cpu_utilization_ac20cd.csv"], "visitors.key")}


def set_up(path, folder):
    """Returns the pipeline's file in a folder where it can be planned, and what else to say on the command line."""
    if path.parent == HERE / "cases":
        shutil.copy(path, folder)
        (folder / "rows.csv").touch()
        return folder / path.name, []
    # What a run has left there, its socket among it, is nothing to plan.
    shutil.copytree(path.parent, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("out", ".weir", "*.key"))
    if path.parent.name not in ABSENT:
        return folder / path.name, []
    inputs, key = ABSENT[path.parent.name]
    for name in inputs:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(gzip.compress(b"") if name.endswith(".gz") else b"")
    (folder / key).write_text("a key that only this test has\n")
    (folder / key).chmod(0o600)
    clicks = ["--var", "clicks=."] if path.parent.name == "product-insights" else []
    return folder / path.name, ["--var", "data=.", "--var", "out=out", *clicks]


def plan(binary, path):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")}
    with tempfile.TemporaryDirectory(prefix="weir-plan-") as folder:
        file, more = set_up(path, pathlib.Path(folder))
        got = subprocess.run([binary, "plan", file.name, "--threads", THREADS, *more], cwd=folder, text=True,
                             capture_output=True, env=environment)
    return got.stdout if got.returncode == 0 else f"exit {got.returncode}\n{got.stderr}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("pipelines", type=pathlib.Path)
    parser.add_argument("--bless", action="store_true")
    given = parser.parse_args()
    given.weir = os.path.abspath(given.weir)
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
