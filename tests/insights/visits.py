"""Visits of the click-stream of a made-up shop."""
import collections
import csv
import datetime as dt
import gzip

SHIPPING, PAYMENT, PURCHASE = "shipping_details", "payment_details", "purchase"
DAY = dt.timedelta(days=1)


class Visit:
    def __init__(self, rows):
        times = [moment(row["timestamp"]) for row in rows]
        self.at, self.end = min(times), max(times)
        self.day, self.platform, self.channel = self.at.date(), rows[0]["platform"], rows[0]["acquisition_channel"]
        self.events = {row["event"] for row in rows}
        self.is_in_trouble = not self.events.isdisjoint(("error_page", "support_chat"))


def moment(text):
    return dt.datetime.fromisoformat(text)


def read_visits(folder):
    with gzip.open(folder / "ecom.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_visit = collections.defaultdict(list)
    for row in rows:
        by_visit[row["session_id"]].append(row)
    return rows, sorted(map(Visit, by_visit.values()), key=lambda visit: visit.at)


def share(visits, event, of=None, least=1):
    """Of the visits (with the event `of`) those that have the other event; None where there are too few."""
    some = [visit for visit in visits if of is None or of in visit.events]
    return sum(event in visit.events for visit in some) / len(some) if len(some) >= least else None


def stamp(time):
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
