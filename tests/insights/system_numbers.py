#!/usr/bin/env python3
"""Computes the report of pipelines/system-insights once more, from the recorded data, and compares everything it says.

    system_numbers.py DATA VISITORS_KEY REPORT.html PAGE.json SCRATCH [DUCKDB]

PAGE.json is what check_report.mjs read from the page in a browser. Nothing of Weir is used. Counts, texts, moments and
whole sentences must be equal, other numbers to 1e-9 of their size (sums in another order), and percentiles out of sketches
to the 0.8 % that they promise. DUCKDB is its command line: what it says of the flights must be the same to 1e-9, too.
"""
import json
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "quickstart"), str(TESTS / "answers")]
import check_numbers  # noqa: E402
from check_numbers import expect  # noqa: E402

import system_flights  # noqa: E402
import system_machines  # noqa: E402
import system_network  # noqa: E402
import system_web  # noqa: E402
from system_page import moment, plain  # noqa: E402


def newest_text(iso):
    """As a badge writes it."""
    time = iso.removesuffix("Z").split(".")[0].replace("T", " ").removesuffix(":00")
    return time.removesuffix(" 00:00")


def compare_badges(page, rejected, lines, newest):
    badges = page["badges"]
    expect("badges on the page", sorted(badges), sorted(["lines_rejected", *newest]))
    bad = badges.get("lines_rejected", {})
    expect("rejected lines", (bad.get("state"), f"{rejected} row of {plain(lines)} rejected" in bad.get("text", ""),
                              f"{rejected} row: bad-log-line" in bad.get("text", "")), ("bad", True, True))
    for name, iso in newest.items():
        badge = badges.get(name, {})
        expect(f"badge {name}", (badge.get("state"), f"Stale: data up to {newest_text(iso)}" in badge.get("text", "")),
               ("bad", True))


def compare_marks(page, marks):
    found = {name: [mark["at"] for mark in figure["marks"]] for name, figure in page["figures"].items()
             if figure.get("marks")}
    expect("moments marked in charts", found, {name: at for name, at in marks.items() if at})


def compare_answers(page, tiles, answers):
    for name, text in answers.items():
        expect(f"answer {name}", page["answers"].get(name, {}).get("text"), text)
    expect("answers on the page", sorted(page["answers"]), sorted(answers))
    for name, answer in page["answers"].items():
        expect(f"the number of answer {name} is that of a tile", any(
            check_numbers.equal(answer["value"], tile[0]) for tile in tiles.values()), True)


def main(data, key_file, report, page_file, scratch, duckdb=None):
    data = pathlib.Path(data)
    key = pathlib.Path(key_file).read_bytes().removesuffix(b"\n")
    page = json.loads(pathlib.Path(page_file).read_text(encoding="utf-8"))
    *status, newest_status = system_web.of_status(data / "metrics/nginx-plus-status-2015-10-31.jsonl.gz")
    *log, newest_request, rejected = system_web.of_log(data / "access-logs/apache-combined-2015-05.log.gz", key)
    *tls, newest_tls = system_network.of_tls(data / "access-logs/zeek-ssl-2018-03-24.json.gz")
    *oddities, newest_oddity = system_network.of_oddities(data / "access-logs/zeek-weird-2018-03-24.json.gz")
    *flights, exact, newest_flight = system_flights.of_flights(data / "throughput/flights-3m.csv.zst", duckdb, scratch)
    *watched, marks, newest_value = system_machines.of_watched(data / "metrics/nab")
    *moved, moved_marks = system_machines.of_moved(data / "metrics/nab")
    forecast = system_machines.of_forecast(data)
    tiles, figures, answers = {}, {}, {}
    for part in (status, log, tls, oddities, flights, watched, moved, forecast):
        for made, known in zip((tiles, figures, answers), part):
            twice = made.keys() & known.keys()
            if twice:
                raise ValueError(f"{twice}: computed twice")
            made.update(known)
    tiles = {name: value if isinstance(value, tuple) else (value, None) for name, value in tiles.items()}
    system_flights.compare_sketches(page, exact, tiles, answers)
    answers["inputs"] = (f"{plain(tiles['rows_flights'][0])} flights, {plain(tiles['rows_log'][0])} requests, "
                         f"{plain(tiles['rows_tls'][0])} TLS connections, {plain(tiles['rows_odd'][0])} oddities and "
                         f"{plain(tiles['rows_status'][0])} status documents; recordings, so all of them are old.")

    check_numbers.compare_tiles(page, tiles)
    check_numbers.compare_figures(page, figures)
    for name, figure in page["figures"].items():
        expect(f"columns of {name}", [column["name"] for column in figure["columns"]], list(figures.get(name, {})))
    compare_answers(page, tiles, answers)
    compare_marks(page, marks | moved_marks)
    compare_badges(page, rejected, tiles["log_requests"][0] + rejected, {
        "fresh_status": moment(newest_status), "fresh_log": moment(newest_request), "fresh_tls": moment(newest_tls),
        "fresh_odd": moment(newest_oddity), "fresh_flights": newest_flight, "fresh_machines": moment(newest_value)})
    html = pathlib.Path(report).read_text(encoding="utf-8")
    expect("addresses on the page", re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", html), [])
    for fault in check_numbers.faults:
        print(fault, file=sys.stderr)
    numbers = 2 * len(tiles) + sum(len(values) for series in figures.values() for values in series.values())
    print(f"{len(answers)} answers, {len(tiles)} tiles, {len(figures)} figures, {numbers} numbers: "
          f"{len(check_numbers.faults)} of them differ; the flights {'also' if duckdb else 'not'} compared with DuckDB")
    return 1 if check_numbers.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
