#!/usr/bin/env python3
"""Runs pipelines and compares every figure with known answers.

    python3 tests/answers/run_answers.py BINARY [samples | data] [NAME ...]

`samples` are the small inputs beside the pipelines, compared with plain Python. `data` are the real data sets in
$WEIR_DATA, compared with the figures stated there; exit 77 when they are absent. Without either word: both.
"""
import json
import multiprocessing
import os
import pathlib
import sys
import tempfile
import time

import known_answers
from oracle import ORACLES
from weir_runs import PIPELINES, REPOSITORY, Weir, Wrong, compare_outputs

SKIPPED = 77


def sample_check(name):
    def check(weir):
        out = weir.run(PIPELINES / name / "pipeline.yaml", f"sample-{name}")
        files = sorted(path for path in (PIPELINES / name / "sample").iterdir())
        expected = ORACLES[name](files)
        if not expected["rejected.ndjson"]:
            raise Wrong(f"{name}: the sample has no bad row")
        compare_outputs(out, expected)
    return check


def judge(name, check, binary):
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="weir-answers-") as folder:
        weir = Weir(binary, folder)
        try:
            check(weir)
            verdict = "ok   "
        except Wrong as wrong:
            verdict = f"FAIL  {wrong}\n     "
    print(f"{verdict} {name} ({time.monotonic() - begin:.1f} s, at most {weir.share_of_plan:.0%} of the planned memory)",
          flush=True)
    sys.exit(verdict.startswith("FAIL"))


def main(arguments):
    binary, words = pathlib.Path(arguments[0]).resolve(), arguments[1:]
    parts = [word for word in words if word in ("samples", "data")] or ["samples", "data"]
    names = [word for word in words if word not in ("samples", "data")]
    data = pathlib.Path(os.environ.get("WEIR_DATA") or REPOSITORY.parent / "shared" / "data").resolve()
    os.environ["WEIR_DATA"] = str(data)
    checks = {}
    if "samples" in parts:
        checks |= {f"sample {name}": sample_check(name) for name in ORACLES}
    is_skipped = "data" in parts and not (data / "answers.json").exists()
    if is_skipped:
        print(f"skip  real data: none at {data}; set WEIR_DATA to where it is. Not compared: "
              f"{', '.join(known_answers.CHECKS)}")
    elif "data" in parts:
        answers = json.loads((data / "answers.json").read_text(encoding="utf-8"))
        checks |= {f"data {name}": lambda weir, check=check: check(weir, data, answers)
                   for name, check in known_answers.CHECKS.items()}
    failures = 0
    for name, check in checks.items():
        if names and name.split()[1] not in names:
            continue
        # In a process of its own: a run begins as a copy of this one, and what an earlier check has read would count as
        # the memory of a later one's runs.
        judging = multiprocessing.get_context("fork").Process(target=judge, args=(name, check, binary))
        judging.start()
        judging.join()
        failures += judging.exitcode != 0
    return 1 if failures else SKIPPED if is_skipped and parts == ["data"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
