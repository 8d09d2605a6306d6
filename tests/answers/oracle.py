"""The answers of the pipelines under pipelines/, computed a second time in plain Python.

Each function takes the input files and returns {output file: rows}, rows as dicts of Python values, and
{output file: None} for none. Nothing here knows how Weir computes.
"""
import collections
import csv
import datetime as dt
import decimal
import gzip
import json
import math
import re


class Near:
    """A quantile of many values: between two of them, or within 1 % beside them."""

    def __init__(self, low, high):
        self.low, self.high = low - abs(low) * 0.01, high + abs(high) * 0.01

    def __repr__(self):
        return f"{self.low} to {self.high}"


def quantile(values, q):
    """With linear interpolation; exact for up to 1,024 values, as the reference of `quantile` says."""
    values = sorted(v for v in values if v is not None)
    if not values:
        return None
    at = q * (len(values) - 1)
    low, high = values[math.floor(at)], values[math.ceil(at)]
    return low + (high - low) * (at - math.floor(at)) if len(values) <= 1024 else Near(low, high)


def read_lines(path):
    """(byte offset, line without its end) of a plain or gzipped file."""
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        offset = 0
        for line in file:
            yield offset, line.rstrip(b"\r\n")
            offset += len(line)


def stamp(moment):
    """A time as Weir writes it: as many digits after the point as it needs, none, three or six."""
    micros = moment.microsecond
    digits = "seconds" if micros == 0 else "milliseconds" if micros % 1000 == 0 else "microseconds"
    return moment.replace(tzinfo=None).isoformat(timespec=digits) + "Z"


def groups_of(rows, *keys):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return sorted(groups.items())


def column(rows, name):
    return [row[name] for row in rows if row[name] is not None]


def distinct(rows, name):
    return len(set(column(rows, name)))


def ranked(rows, by, then):
    return sorted(rows, key=lambda row: (-row[by], row[then]))


def hour(moment):
    return moment.replace(minute=0, second=0, microsecond=0)


def wikipedia(files):
    edits, rejected = [], []
    for offset, line in (pair for path in files for pair in read_lines(path)):
        try:
            edit = json.loads(line)
            edit["time"] = dt.datetime.fromisoformat(edit["time"].replace("Z", "+00:00"))
            edits.append(edit | {"hour": hour(edit["time"])})
        except ValueError:
            rejected.append((offset, line))
    flag = lambda name: sum(edit[name] for edit in edits)
    totals = {"edits": len(edits), "users": distinct(edits, "user"), "pages": distinct(edits, "page"),
              "channels": distinct(edits, "channel"), "added": flag("added"), "deleted": flag("deleted"),
              "delta": flag("delta"), "by_robots": flag("isRobot"), "by_anonymous": flag("isAnonymous"),
              "minor": flag("isMinor"), "new_pages": flag("isNew"), "unpatrolled": flag("isUnpatrolled"),
              "without_country": sum(edit["countryName"] is None for edit in edits),
              "first_edit": stamp(min(column(edits, "time"))), "last_edit": stamp(max(column(edits, "time")))}
    channels = [{"channel": key[0], "edits": len(rows), "added": sum(column(rows, "added")),
                 "p50_added": quantile(column(rows, "added"), 0.5), "p99_added": quantile(column(rows, "added"), 0.99)}
                for key, rows in groups_of(edits, "channel")]
    channel_hours = [{"window_start": stamp(key[0]), "window_end": stamp(key[0] + dt.timedelta(hours=1)),
                      "channel": key[1], "edits": len(rows), "added": sum(column(rows, "added")),
                      "deleted": sum(column(rows, "deleted"))}
                     for key, rows in groups_of(edits, "hour", "channel")]
    hours = [{"window_start": stamp(key[0]), "edits": len(rows), "added": sum(column(rows, "added")),
              "deleted": sum(column(rows, "deleted"))} for key, rows in groups_of(edits, "hour")]
    pages = [{"page": key[0], "edits": len(rows)} for key, rows in groups_of(edits, "page")]
    return {"totals.csv": [totals], "channels.csv": ranked(channels, "added", "channel"),
            "channel_hours.csv": channel_hours, "hours.csv": hours,
            "top_pages.csv": ranked(pages, "edits", "page")[:10], "rejected.ndjson": rejected}


def table_of(files, convert):
    """Rows of CSV files that `convert` makes of the texts, and those for which it fails. One line is one record."""
    rows, rejected = [], []
    for path in files:
        lines = read_lines(path)
        names = next(csv.reader([next(lines)[1].decode()]))
        for offset, line in lines:
            try:
                rows.append(convert(dict(zip(names, next(csv.reader([line.decode()]))))))
            except (ValueError, decimal.InvalidOperation):
                rejected.append((offset, line))
    return rows, rejected


def order_line(row):
    moment = dt.datetime.fromisoformat(row["InvoiceDate"])
    quantity, price = int(row["Quantity"]), decimal.Decimal(row["UnitPrice"])
    return {name: value or None for name, value in row.items()} | {
        "Quantity": quantity, "UnitPrice": price, "InvoiceDate": moment, "revenue": quantity * price,
        "day": moment.date()}


def retail(files):
    lines, rejected = table_of(files, order_line)
    same = collections.Counter(tuple(map(str, line.values())) for line in lines)
    totals = {"lines": len(lines), "invoices": distinct(lines, "InvoiceNo"), "customers": distinct(lines, "CustomerID"),
              "stock_codes": distinct(lines, "StockCode"), "countries": distinct(lines, "Country"),
              "quantity": sum(column(lines, "Quantity")), "revenue": sum(column(lines, "revenue")),
              "without_customer": len(lines) - len(column(lines, "CustomerID")),
              "without_description": len(lines) - len(column(lines, "Description")),
              "cancelled": sum(line["InvoiceNo"].startswith("C") for line in lines),
              "returned": sum(line["Quantity"] < 0 for line in lines),
              "unpriced": sum(line["UnitPrice"] <= 0 for line in lines),
              "first_line": stamp(min(column(lines, "InvoiceDate"))),
              "last_line": stamp(max(column(lines, "InvoiceDate")))}
    countries = [{"country": key[0], "lines": len(rows), "revenue": sum(column(rows, "revenue"))}
                 for key, rows in groups_of(lines, "Country")]
    known = [line for line in lines if line["CustomerID"] is not None]
    customers = [{"customer": key[0], "orders": distinct(rows, "InvoiceNo"), "revenue": sum(column(rows, "revenue")),
                  "last_order": stamp(max(column(rows, "InvoiceDate")))} for key, rows in groups_of(known, "CustomerID")]
    days = [{"day": str(key[0]), "lines": len(rows), "orders": distinct(rows, "InvoiceNo"),
             "revenue": sum(column(rows, "revenue"))} for key, rows in groups_of(lines, "day")]
    return {"totals.csv": [totals], "countries.csv": ranked(countries, "revenue", "country"),
            "top_customers.csv": ranked(customers, "revenue", "customer")[:100], "days.csv": days,
            "repeats.csv": [{"distinct_lines": len(same), "repeated_lines": len(lines) - len(same)}],
            "rejected.ndjson": rejected}


LOG_LINE = re.compile(r'(?P<host>\S+) \S+ \S+ \[(?P<time>[^]]+)\] "(?P<method>\S+) (?P<path>\S+) (?P<protocol>\S+)" '
                      r'(?P<status>\d{3}) (?P<bytes>\d+|-) "(?P<referer>(?:[^"\\]|\\.)*)" "(?:[^"\\]|\\.)*"')


def access_logs(files):
    requests, rejected = [], []
    for offset, line in (pair for path in files for pair in read_lines(path)):
        match = LOG_LINE.fullmatch(line.decode())
        if not match:
            rejected.append((offset, line))
            continue
        moment = dt.datetime.strptime(match["time"], "%d/%b/%Y:%H:%M:%S %z")
        requests.append(match.groupdict() | {
            "minute": moment.replace(second=0), "day": moment.date(), "status": int(match["status"]),
            "bytes": None if match["bytes"] == "-" else int(match["bytes"]),
            "referer": None if match["referer"] == "-" else match["referer"]})
    size = lambda rows: sum(column(rows, "bytes")) if column(rows, "bytes") else None
    totals = {"requests": len(requests), "hosts": distinct(requests, "host"), "bytes": size(requests),
              "without_bytes": len(requests) - len(column(requests, "bytes")),
              "without_referer": len(requests) - len(column(requests, "referer")),
              "http_1_0": sum(request["protocol"] == "HTTP/1.0" for request in requests),
              "http_1_1": sum(request["protocol"] == "HTTP/1.1" for request in requests)}
    minutes = []
    for (minute,), rows in groups_of(requests, "minute"):
        errors = sum(row["status"] >= 400 for row in rows)
        minutes.append({"window_start": stamp(minute), "window_end": stamp(minute + dt.timedelta(minutes=1)),
                        "requests": len(rows), "errors": errors, "bytes": size(rows),
                        "p50_bytes": quantile(column(rows, "bytes"), 0.5),
                        "p99_bytes": quantile(column(rows, "bytes"), 0.99), "error_share": errors / len(rows)})
    counts = lambda name: [{name: str(key[0]), "requests": len(rows)} for key, rows in groups_of(requests, name)]
    paths = [{"path": key[0], "requests": len(rows), "bytes": size(rows)} for key, rows in groups_of(requests, "path")]
    return {"totals.csv": [totals], "minutes.csv": minutes, "statuses.csv": counts("status"),
            "methods.csv": counts("method"), "days.csv": counts("day"),
            "top_hosts.csv": ranked(counts("host"), "requests", "host")[:10],
            "top_paths.csv": ranked(paths, "requests", "path")[:10], "rejected.ndjson": rejected}


def flight(row):
    moment = dt.datetime.fromisoformat(row["date"])
    return row | {"date": moment, "delay": int(row["delay"]), "distance": int(row["distance"]),
                  "day": moment.replace(hour=0, minute=0, second=0),
                  "month": moment.replace(day=1, hour=0, minute=0, second=0)}


def flights(files):
    rows, rejected = table_of(files, flight)
    delays = column(rows, "delay")
    totals = {"flights": len(rows), "delay": sum(delays), "distance": sum(column(rows, "distance")),
              "late": sum(delay > 15 for delay in delays), "early": sum(delay < 0 for delay in delays),
              "smallest_delay": min(delays), "largest_delay": max(delays), "origins": distinct(rows, "origin"),
              "destinations": distinct(rows, "destination"),
              "incomplete": sum("" in row.values() for row in rows), "first_flight": stamp(min(column(rows, "date"))),
              "last_flight": stamp(max(column(rows, "date")))}
    mean = lambda some: sum(column(some, "delay")) / len(some)
    airports = [{"origin": key[0], "flights": len(some), "mean_delay": mean(some),
                 "p50_delay": quantile(column(some, "delay"), 0.5), "p99_delay": quantile(column(some, "delay"), 0.99)}
                for key, some in groups_of(rows, "origin")]
    airport_days = [{"window_start": stamp(key[0]), "window_end": stamp(key[0] + dt.timedelta(days=1)),
                     "origin": key[1], "flights": len(some), "mean_delay": mean(some),
                     "p99_delay": quantile(column(some, "delay"), 0.99)}
                    for key, some in groups_of(rows, "day", "origin")]
    months = [{"month": stamp(key[0]), "flights": len(some), "mean_delay": mean(some)}
              for key, some in groups_of(rows, "month")]
    return {"totals.csv": [totals], "airports.csv": ranked(airports, "flights", "origin"),
            "airport_days.csv": airport_days, "months.csv": months, "rejected.ndjson": rejected}


ORACLES = {"wikipedia": wikipedia, "retail": retail, "access-logs": access_logs, "flights": flights}
