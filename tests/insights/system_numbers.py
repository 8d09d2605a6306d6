#!/usr/bin/env python3
"""Computes the report of pipelines/system-insights once more, from the recorded data, and compares everything it says.

    system_numbers.py DATA VISITORS_KEY REPORT.html PAGE.json SCRATCH [DUCKDB]

REPORT.html lies beside its pipeline, and PAGE.json is what check_report.mjs read from it in a browser. Nothing of Weir is
used. Counts, texts, moments and whole sentences must be equal, other numbers to 1e-9 of their size (sums in another order),
and percentiles out of sketches to the 0.8 % that they promise. DUCKDB is its command line: what it says of the flights must
be the same to 1e-9, too.
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
from beside import Beside  # noqa: E402
from page import sections  # noqa: E402
from planted import plant_all  # noqa: E402
from seen import compare_seen  # noqa: E402
from shows import base  # noqa: E402
from system_page import moment, plain  # noqa: E402


def number_of(template, tiles, suffix):
    """The first number that a sentence names, and its tile."""
    tile, part = next(named for named in re.findall(r"\{\{(\w+)\.?(\w*)", template) if named[1] != "name")
    value, previous = tiles[tile + suffix]
    return previous if part == "previous" else value


def compare_answers(page, tiles, answers, templates):
    for name, text in answers.items():
        expect(f"answer {name}", page["answers"].get(name, {}).get("text"), text)
    expect("answers on the page", sorted(page["answers"]), sorted(answers))
    for name, answer in page["answers"].items():
        section = base(name)
        number = number_of(templates[section], tiles, name.removeprefix(section))
        expect(f"answer {name}, its number", answer["value"], number)


def main(data, key_file, report, page_file, scratch, duckdb=None):
    data = pathlib.Path(data)
    key = pathlib.Path(key_file).read_bytes().removesuffix(b"\n")
    page = json.loads(pathlib.Path(page_file).read_text(encoding="utf-8"))
    beside, logs = Beside(), data / "access-logs"
    *status, newest_status = system_web.of_status(data / "metrics/nginx-plus-status-2015-10-31.jsonl.gz", beside)
    *log, newest_request, rejected = system_web.of_log(logs / "apache-combined-2015-05.log.gz", key, beside)
    *tls, newest_tls = system_network.of_tls(logs / "zeek-ssl-2018-03-24.json.gz", beside)
    *oddities, newest_oddity = system_network.of_oddities(logs / "zeek-weird-2018-03-24.json.gz", beside)
    *flights, exact, newest_flight = system_flights.of_flights(data / "throughput/flights-3m.csv.zst", duckdb, scratch,
                                                               beside)
    *watched, newest_value = system_machines.of_watched(data / "metrics/nab", beside)
    moved = system_machines.of_moved(data / "metrics/nab", beside)
    forecast = system_machines.of_forecast(data, beside)
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

    beside.newest = {"fresh_status": moment(newest_status), "fresh_log": moment(newest_request),
                     "fresh_tls": moment(newest_tls), "fresh_odd": moment(newest_oddity),
                     "fresh_flights": newest_flight, "fresh_machines": moment(newest_value)}
    beside.rejected["lines_rejected"] = (rejected, tiles["log_requests"][0] + rejected, {"bad-log-line": rejected})
    pipeline = pathlib.Path(report).with_name("pipeline.yaml").read_text(encoding="utf-8")
    html = pathlib.Path(report).read_text(encoding="utf-8")

    templates, _ = sections(pipeline)

    def compare_all(html, page):
        check_numbers.compare_tiles(page, tiles)
        check_numbers.compare_figures(page, figures)
        for name, figure in page["figures"].items():
            expect(f"columns of {name}", [column["name"] for column in figure["columns"]], list(figures.get(name, {})))
        compare_answers(page, tiles, answers, templates)
        return compare_seen(html, page, pipeline, tiles, beside)

    seen = compare_all(html, page)
    planted = plant_all(compare_all, html, page)
    expect("addresses on the page", re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", html), [])
    for fault in check_numbers.faults:
        print(fault, file=sys.stderr)
    numbers = 2 * len(tiles) + sum(len(values) for series in figures.values() for values in series.values())
    print(f"{len(answers)} answers, {len(tiles)} tiles, {len(figures)} figures, {numbers} numbers, beside them {seen}: "
          f"{len(check_numbers.faults)} of them differ; {planted} alterations were planted, and each must be found; "
          f"the flights {'also' if duckdb else 'not'} compared with DuckDB")
    return 1 if check_numbers.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
