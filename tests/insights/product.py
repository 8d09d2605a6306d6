#!/usr/bin/env python3
"""Makes the page of pipelines/product-insights from real data, opens it in a browser, and computes every number on it
once more from the raw files.

    product.py BINARY DIRECTORY

DIRECTORY keeps playwright-core, the fetched click-stream and the page. Only the standard library is used, and of Weir
nothing but its binary. Ends with 77 when there are no data sets in $WEIR_DATA.
"""
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "answers"))

from page import Expected, compare, expect, faults, read  # noqa: E402
from weir_runs import PIPELINES, REPOSITORY, Weir, read_table  # noqa: E402

from clicks import PLANTED, expect_clicks  # noqa: E402
from edits import expect_edits  # noqa: E402
from experiments import expect_experiments  # noqa: E402
from loans import expect_loans  # noqa: E402
from planted import plant_all  # noqa: E402
from seen import compare_seen  # noqa: E402
from shop import expect_shop  # noqa: E402

SKIPPED = 77
# Whom each event was planted for, as the answers of the page say it.
SEGMENTS = {"checkout": "On mobile: ", "payment": "It fell on 3 kinds of devices", "trouble": "The largest channel was organic"}
KEY = b"a key that only this test has"
# A change is found within a week of the day on which it was planted: that many visits it takes.
DAYS_OFF = 7


def make_page(binary, directory, data, clicks):
    """With a copy of the pipeline that has a key of its own."""
    job = directory / "job"
    shutil.rmtree(job, ignore_errors=True)
    shutil.copytree(PIPELINES / "product-insights", job, ignore=shutil.ignore_patterns("shop.key", "out", ".weir"))
    (job / "shop.key").write_bytes(KEY + b"\n")
    shutil.rmtree(directory / "state", ignore_errors=True)
    return Weir(binary, directory).run(job / "pipeline.yaml", "out", "--from-scratch", data=data, clicks=clicks)


def pseudonym(name):
    return hmac.new(KEY, name.encode(), hashlib.sha256).hexdigest()[:16]


def begin_to_look(directory, report):
    """A browser that reads what the page holds; it fails on text that overlaps or is cut at 390 or 1280 px."""
    with (directory / "page.json").open("w", encoding="utf-8") as page:
        return subprocess.Popen(["bash", HERE.parent / "report/run_check.sh", directory / "browser", report],
                                stdout=page)


def main(binary, directory):
    data = pathlib.Path(os.environ.get("WEIR_DATA") or REPOSITORY.parent / "shared" / "data").resolve()
    if not (data / "answers.json").exists():
        print(f"skipped: no data sets in {data}; set WEIR_DATA to where they are. "
              "Not compared: the page of product-insights")
        return SKIPPED
    directory = pathlib.Path(directory).resolve()
    clicks = pathlib.Path(os.environ.get("WEIR_QUICKSTART_DATA") or directory / "data").resolve()
    if subprocess.run(["bash", PIPELINES / "quickstart/fetch_data.sh", clicks]).returncode != 0:
        print("skipped: the click-stream cannot be fetched. Not compared: the page of product-insights")
        return SKIPPED

    begin = time.monotonic()
    out = make_page(pathlib.Path(binary).resolve(), directory, data, clicks)
    made = time.monotonic()
    browser = begin_to_look(directory, out / "report.html")
    expected = Expected()
    expect_loans(expected, data)
    expect_shop(expected, data, read_table(out / "customers.csv"), pseudonym)
    expect_experiments(expected, data)
    expect_edits(expected, data, json.loads((data / "answers.json").read_text(encoding="utf-8")))
    found = expect_clicks(expected, clicks)
    for name, (first, last) in PLANTED.items():
        off = max(abs((day - planted).days) for day, planted in zip((found[name][0], found[name][-1]), (first, last)))
        expect(f"days between the {name} as planted and as found, at most {DAYS_OFF}", min(off, DAYS_OFF), off)
    computed = time.monotonic()
    expect("what the browser ended with", browser.wait(), 0)
    expect("rows that no source could read", (out / "rejected.ndjson").read_text(encoding="utf-8"), "")
    pipeline = (PIPELINES / "product-insights/pipeline.yaml").read_text(encoding="utf-8")
    page = read(directory / "page.json")
    report = (out / "report.html").read_text(encoding="utf-8")
    compare_all = lambda report, page: (compare(page, expected, pipeline),
                                        compare_seen(report, page, pipeline, expected.tiles, expected))
    (answers, tiles, figures, numbers), beside = compare_all(report, page)
    planted = plant_all(compare_all, report, page)
    for name, segment in SEGMENTS.items():
        expect(f"whom the planted event of '{name}' met, in its answer", segment in page["answers"][name]["text"], True)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{answers} answers, {tiles} tiles, {figures} figures, {numbers} numbers, beside them {beside}: "
          f"{len(faults)} of them differ; {planted} alterations were planted, and each must be found; "
          f"made in {made - begin:.1f} s, computed again in {computed - made:.1f} s, "
          f"seen after {time.monotonic() - made:.1f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
