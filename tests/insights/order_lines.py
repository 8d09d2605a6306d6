"""A year of orders, line by line, in the time of the files' own clock."""
import collections
import csv
import datetime as dt
import decimal
import gzip

CLOCK = dt.timezone.utc
Line = collections.namedtuple("Line", "invoice product units moment revenue customer is_cancellation")


def read_lines(data):
    lines = []
    for path in sorted((data / "user-events/online-retail-by-day").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                moment = dt.datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=CLOCK)
                units = int(row["Quantity"])
                lines.append(Line(row["InvoiceNo"], row["Description"], units, moment,
                                  units * decimal.Decimal(row["UnitPrice"]), row["CustomerID"],
                                  row["InvoiceNo"].startswith("C")))
    return lines


def spoken(day, form="%-d %B %Y"):
    return day.strftime(form)


def start(day):
    return f"{day:%Y-%m-%d}T00:00:00Z"
