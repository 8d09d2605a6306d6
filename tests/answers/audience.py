"""Life cycle and active users of the shop's customers, against sets in plain Python."""
import collections
import csv
import datetime as dt
import gzip

from behaviour import LONDON, first_day, instant, later
from weir_runs import OWN_PIPELINES, Wrong, compare_table, read_table

USUAL_DAYS = (1, 7, 30)
STANDARD_ERROR = 1.04 / 2 ** (12 / 2)  # At precision 12.


def active_days(data):
    """By country ('' is all of them) and day in London, who was active; and the moment of the last row."""
    found, latest = collections.defaultdict(lambda: collections.defaultdict(set)), None
    for path in sorted((data / "user-events/online-retail-by-day").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if not row["CustomerID"]:
                    continue
                moment = dt.datetime.strptime(row["InvoiceDate"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=dt.timezone.utc)
                latest = max(moment, latest or moment)
                for country in ("", row["Country"]):
                    found[country][moment.astimezone(LONDON).date()].add(row["CustomerID"])
    return found, latest


def windowed(day, unit, country, zone=LONDON):
    row = {"window_start": instant(day, zone).strftime("%Y-%m-%dT%H:%M:%SZ"),
           "window_end": instant(later(day, 1, unit), zone).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return row | ({"Country": country} if country else {})


def lifecycle(found, unit, latest, countries, zone=LONDON):
    rows = []
    for country in countries:
        active = collections.defaultdict(set)
        for day, users in found[country].items():
            active[first_day(day, unit)] |= users
        seen, before = set(), set()
        day = min(active)
        while instant(day, zone) <= latest:
            now = active.get(day, set())
            if now or before:
                end = instant(later(day, 1, unit), zone)
                rows.append(windowed(day, unit, country, zone) | {
                    "new": len(now - seen), "returning": len(now & before), "resurrected": len(now & seen - before),
                    "dormant": len(before - now), "is_complete": "true" if end <= latest else "false"})
            seen, before = seen | now, now
            day = later(day, 1, unit)
    return sorted(rows, key=lambda row: (row["window_start"], row.get("Country", "")))


def active_users(found, windows, latest, countries, zone=LONDON):
    rows, first = [], min(found[""])
    for country in countries:
        day = min(found[country])
        while instant(day, zone) <= latest:
            counts = [len(set().union(*(found[country].get(later(day, -back, "day"), ()) for back in range(window))))
                      for window in windows]
            if counts[-1]:
                is_over = instant(later(day, 1, "day"), zone) <= latest
                is_complete = is_over and later(day, 1 - windows[-1], "day") >= first
                rows.append(windowed(day, "day", country, zone) | {
                    f"active_{window}d": count for window, count in zip(windows, counts)} | {
                    "stickiness": counts[0] / counts[-1], "is_complete": "true" if is_complete else "false"})
            day = later(day, 1, "day")
    return sorted(rows, key=lambda row: (row["window_start"], row.get("Country", "")))


def expect_near(found, expected):
    """No estimate is off by more than four standard errors; where sketches hold all hashes there is no error."""
    for have, want in zip(found, expected, strict=True):
        for window in USUAL_DAYS:
            exact, about = want[f"active_{window}d"], int(have[f"active_{window}d"])
            if abs(about - exact) > (0 if exact <= 256 else 4 * STANDARD_ERROR * exact):
                raise Wrong(f"{have['window_start']}: about {about} of {exact} active in {window} days")


def audience(weir, data, answers):
    out = weir.run(OWN_PIPELINES / "audience.yaml", "audience", data=data)
    found, latest = active_days(data)
    countries = [country for country in found if country]
    compare_table("life cycle by day", read_table(out / "days.csv"), lifecycle(found, "day", latest, [""]))
    compare_table("life cycle by month", read_table(out / "months.csv"), lifecycle(found, "month", latest, countries))
    exact = active_users(found, USUAL_DAYS, latest, [""])
    compare_table("active users", read_table(out / "exact.csv"), exact)
    compare_table("active users by country", read_table(out / "countries.csv"),
                  active_users(found, (1, 28), latest, countries))
    expect_near(read_table(out / "about.csv"), exact)
