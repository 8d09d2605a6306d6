"""Funnel, retention and sessions over real data, against the published counts and plain Python."""
import collections
import csv
import datetime as dt
import gzip
import json
import zoneinfo

from weir_runs import OWN_PIPELINES, compare_table, expect, read_table

LONDON = zoneinfo.ZoneInfo("Europe/London")
STEPS = ["A_SUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "O_SENT", "O_SENT_BACK", "A_APPROVED"]
PUBLISHED = [13_087, 7_367, 5_113, 5_015, 3_254, 2_246]  # Cases by stage, BPI Challenge 2012.
LAST_PERIOD = 10
DAYS = {"day": 1, "week": 7}


def quantile(values, share):
    """Type 7 of Hyndman and Fan."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def funnel(path):
    """Cases by step, and the seconds since the step before."""
    cases = collections.defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["concept_name"] in STEPS:
                moment = dt.datetime.fromisoformat(row["time_timestamp"])
                cases[row["case_name"]].append((moment, STEPS.index(row["concept_name"])))
    since = [[] for _ in STEPS]
    for events in cases.values():
        reached, last = 0, None
        for moment, step in sorted(events):
            if step == reached:
                since[step].append((moment - (last or moment)).total_seconds())
                reached, last = reached + 1, moment
    came = [len(since[0]), *map(len, since)]
    return [{"step": step + 1, "step_name": name, "entered": came[step], "converted": len(since[step]),
             "rate_from_first": len(since[step]) / len(since[0]), "rate_from_previous": len(since[step]) / came[step],
             "p50_seconds": quantile(since[step], 0.5) if step else None,
             "p90_seconds": quantile(since[step], 0.9) if step else None} for step, name in enumerate(STEPS)]


def first_day(day, unit):
    return day if unit == "day" else day - dt.timedelta(days=day.weekday()) if unit == "week" else day.replace(day=1)


def later(day, count, unit):
    if unit in DAYS:
        return day + dt.timedelta(days=count * DAYS[unit])
    month = day.year * 12 + day.month - 1 + count
    return dt.date(month // 12, month % 12 + 1, 1)


def instant(day, zone=LONDON):
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.timezone.utc)


def customers(data):
    found = collections.defaultdict(list)
    for path in sorted((data / "user-events/online-retail-by-day").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["CustomerID"]:
                    moment = dt.datetime.strptime(row["InvoiceDate"], "%Y-%m-%d %H:%M:%S")
                    found[row["CustomerID"]].append(moment.replace(tzinfo=dt.timezone.utc))
    return found


def periods_of(moments, unit, kind, zone=LONDON, last=LAST_PERIOD):
    """The cohort's first day, and the numbers of the periods in which there is a row."""
    first = min(moments)
    cohort = first_day(first.astimezone(zone).date(), unit)
    if kind == "rolling":
        return cohort, {(moment - first) // dt.timedelta(days=DAYS[unit]) for moment in moments}
    starts = [later(cohort, n, unit) for n in range(last + 1)]
    seen = {first_day(moment.astimezone(zone).date(), unit) for moment in moments}
    return cohort, {n for n, start in enumerate(starts) if start in seen}


def retention(found, unit, kind, zone=LONDON, last=LAST_PERIOD):
    users, returned = collections.Counter(), collections.Counter()
    for moments in found.values():
        cohort, seen = periods_of(moments, unit, kind, zone, last)
        users[cohort] += 1
        for n in range(last + 1):
            is_there = any(n <= m <= last for m in seen) if kind == "unbounded" else n in seen
            returned[cohort, n] += n == 0 or is_there
    latest = max(map(max, found.values()))
    rows = []
    for cohort in sorted(users):
        for n in range(last + 1):
            begin, end = instant(later(cohort, n, unit), zone), instant(later(cohort, n + 1, unit), zone)
            if kind == "unbounded":
                end = instant(later(cohort, last + 1, unit), zone)
            if kind == "rolling":
                length = dt.timedelta(days=DAYS[unit])
                begin = instant(cohort, zone) + n * length
                end = instant(later(cohort, 1, unit), zone) + (n + 1) * length
            if begin <= latest:
                rows.append({"cohort_start": instant(cohort, zone).strftime("%Y-%m-%dT%H:%M:%SZ"), "period": n,
                             "users": users[cohort], "returned": returned[cohort, n],
                             "rate": returned[cohort, n] / users[cohort],
                             "is_complete": "true" if end <= latest else "false"})
    return rows


def visits(path):
    """Rows of each visit, by user and start."""
    users = collections.defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            edit = json.loads(line)
            users[edit["user"]].append(dt.datetime.fromisoformat(edit["time"].replace("Z", "+00:00")))
    found = collections.Counter()
    for user, moments in users.items():
        start = last = None
        for moment in sorted(moments):
            if last is None or moment - last >= dt.timedelta(minutes=10):
                start = moment
            found[user, start] += 1
            last = moment
    return found


def behaviour(weir, data, answers):
    out = weir.run(OWN_PIPELINES / "behaviour.yaml", "behaviour", data=data)
    steps = read_table(out / "funnel.csv")
    expect("the published cases by stage", [int(row["converted"]) for row in steps], PUBLISHED)
    compare_table("funnel", steps, funnel(data / "user-events/bpic2012-loan-applications.csv.gz"))
    found = customers(data)
    for name, unit in (("n_day", "day"), ("unbounded", "month"), ("rolling", "week")):
        compare_table(name, read_table(out / f"{name}.csv"), retention(found, unit, name))
    rows = read_table(out / "visits.csv")
    expect("positions within visits", [row["last"] for row in rows], [row["rows"] for row in rows])
    expect("names of visits", len({row["session_id"] for row in rows}), len(rows))
    starts = {(row["user"], dt.datetime.fromisoformat(row["session_start"].replace("Z", "+00:00"))): int(row["rows"])
              for row in rows}
    expect("visits", starts, dict(visits(data / "user-events/wikipedia-edits-2015-09-12.json.gz")))
