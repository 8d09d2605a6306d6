#!/usr/bin/env python3
"""Writes the small inputs under pipelines/*/sample: invented rows, the same ones every time.

Each has rows that are bad in ways that happen, so that the pipelines' errors are seen too.
    python3 tests/answers/make_samples.py
"""
import csv
import datetime as dt
import json
import pathlib
import random

PIPELINES = pathlib.Path(__file__).resolve().parents[2] / "pipelines"


def skewed(draw, items):
    """An item, the first ones most often."""
    return items[min(int(draw.expovariate(0.5)), len(items) - 1)]


def edits(draw):
    channels = ["#en.wikipedia", "#de.wikipedia", "#fr.wikipedia", "#sw.wikipedia"]
    pages = ["River", "Weir", "Écluse", "Moulin à eau", 'The "Old" Mill', "Fish ladder", "Sluice", "Kanal"]
    users = ["Ada", "Bo", "Chidi", "Dora", "192.0.2.7", "CleanerBot"]
    moment = dt.datetime(2024, 3, 1, 9, 0)
    lines = []
    for _ in range(240):
        moment += dt.timedelta(milliseconds=draw.randrange(1, 90_000))
        user = skewed(draw, users)
        added, deleted = int(draw.lognormvariate(3, 1.5)), int(draw.lognormvariate(1, 1.5))
        lines.append(json.dumps({
            "time": moment.isoformat(timespec="milliseconds") + "Z", "channel": skewed(draw, channels),
            "countryName": "Kenya" if user == "192.0.2.7" else None, "comment": "fixed a link",
            "isAnonymous": user == "192.0.2.7", "isMinor": draw.random() < 0.4, "isNew": draw.random() < 0.05,
            "isRobot": user == "CleanerBot", "isUnpatrolled": draw.random() < 0.1,
            "page": skewed(draw, pages), "user": user, "delta": added - deleted, "added": added,
            "deleted": deleted}, ensure_ascii=False))
    lines.insert(50, '{"time":"2024-03-01T09:30:00.000Z","channel":"#en.wikipedia","page":"Cut o')
    lines.insert(120, '{"time":"yesterday","channel":"#en.wikipedia","page":"Weir","user":"Bo","added":1,"deleted":0,'
                      '"delta":1}')
    (PIPELINES / "wikipedia/sample/edits.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")


def orders(draw):
    goods = [("K100", "KETTLE, COPPER", "12.950"), ("M200", 'MUG "RIVER"', "3.250"), ("T300", "TEA 100G", "4.005"),
             ("S400", None, "0.000"), ("L500", "LAMP", "39.990")]
    customers = [("1001", "Kenya"), ("1002", "Norway"), (None, "Norway"), ("1003", "Chile"), ("1004", "Kenya")]
    number = 5000
    for day in (dt.datetime(2024, 3, 1, 8), dt.datetime(2024, 3, 2, 8)):
        rows = []
        for _ in range(30):
            number += 1
            day += dt.timedelta(minutes=draw.randrange(1, 18))
            customer, country = skewed(draw, customers)
            cancelled = draw.random() < 0.1
            for _ in range(draw.randrange(1, 5)):
                code, name, price = skewed(draw, goods)
                quantity = draw.randrange(1, 13)
                rows.append([f"C{number}" if cancelled else str(number), code, name or "",
                             -quantity if cancelled else quantity, day.isoformat(" "), price, customer or "", country])
        rows.insert(10, rows[9])  # A line that was sent twice.
        rows.insert(20, rows[19][:3] + ["a dozen"] + rows[19][4:])
        path = PIPELINES / f"retail/sample/{day:%Y-%m-%d}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow("InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice CustomerID Country".split())
            writer.writerows(rows)


def requests(draw):
    paths = ["/", "/style.css", "/mills", "/mills/42", "/search?q=fish+ladder", "/missing"]
    hosts = ["192.0.2.1", "192.0.2.2", "198.51.100.3", "203.0.113.9", "2001:db8::7"]
    moment = dt.datetime(2024, 3, 1, 23, 56)
    lines = []
    for _ in range(300):
        moment += dt.timedelta(seconds=draw.randrange(0, 4))
        path = skewed(draw, paths)
        status = 404 if path == "/missing" else 500 if draw.random() < 0.03 else 304 if draw.random() < 0.1 else 200
        size = "-" if status == 304 else int(draw.lognormvariate(8, 1.2))
        seen = moment - dt.timedelta(seconds=draw.randrange(0, 3))  # Lines come when requests end.
        method = "HEAD" if draw.random() < 0.02 else "GET"
        version = "1.0" if draw.random() < 0.1 else "1.1"
        referer = "-" if draw.random() < 0.5 else "https://example.org/mills"
        lines.append(f'{skewed(draw, hosts)} - - [{seen:%d/%b/%Y:%H:%M:%S} +0000] "{method} {path} HTTP/{version}" '
                     f'{status} {size} "{referer}" "Mozilla/5.0 (X11; Linux x86_64)"')
    lines.insert(177, lines[177][:-20])  # The user agent is never closed.
    (PIPELINES / "access-logs/sample/access.log").write_text("\n".join(lines) + "\n", encoding="utf-8")


def flights(draw):
    airports = ["NBO", "OSL", "SCL", "ZRH", "YYZ"]
    moment = dt.datetime(2024, 2, 28, 6)
    rows = []
    for _ in range(400):
        moment += dt.timedelta(minutes=draw.randrange(0, 25))
        start, end = draw.sample(airports, 2)
        delay = int(draw.gauss(2, 8)) if draw.random() < 0.9 else int(draw.lognormvariate(4, 0.6))
        rows.append([moment.isoformat(" "), delay, draw.randrange(300, 12_000), start, end])
    rows.insert(200, ["2024-02-30 10:00:00", 5, 800, "OSL", "ZRH"])  # There is no such day.
    rows.insert(300, rows[299][:1] + ["late"] + rows[299][2:])
    with (PIPELINES / "flights/sample/flights.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "delay", "distance", "origin", "destination"])
        writer.writerows(rows)


if __name__ == "__main__":
    for write in (edits, orders, requests, flights):
        write(random.Random(write.__name__))
