#!/usr/bin/env python3
"""Computes the quickstart's report once more, from the raw files, and compares every number on the page.

    check_numbers.py DATA_DIRECTORY KEY HOST_METRICS.csv PAGE.json

PAGE.json is what check_report.mjs read from the page in a browser. Only the standard library is used and nothing of
Weir. Counts and texts must be equal, other numbers to 1e-9 of their size.
"""
import collections
import csv
import datetime
import gzip
import hashlib
import hmac
import json
import math
import sys

faults = []


def quantile(values, share):
    """Linear interpolation between the two values beside the rank (type 7)."""
    values = sorted(values)
    rank = share * (len(values) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (rank - low)


def equal(found, expected):
    if isinstance(expected, (int, float)) and isinstance(found, (int, float)):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    return found == expected


def expect(what, found, expected):
    if not equal(found, expected):
        faults.append(f"{what}: the page has {found!r}, the raw data gives {expected!r}")


def read_purchases(path):
    with open(path, encoding="ascii") as lines:
        next(lines)
        for line in lines:
            customer, day, _, dollars = line.split()
            yield customer, datetime.date(int(day[:4]), int(day[4:6]), int(day[6:])), float(dollars)


def of_purchases(rows, pseudonym):
    """Returns tiles as (value, previous) and figures as {column: values}, the first column as text."""
    tiles, figures = {}, {}
    monday = lambda day: day - datetime.timedelta(days=day.weekday())
    weeks, months = collections.defaultdict(list), collections.defaultdict(list)
    first, orders, revenue = {}, collections.Counter(), collections.defaultdict(list)
    active = collections.defaultdict(set)
    for customer, day, dollars in rows:
        weeks[monday(day)].append(dollars)
        month = day.replace(day=1)
        months[month].append(dollars)
        active[month].add(customer)
        first[customer] = min(first.get(customer, month), month)
        orders[customer] += 1
        revenue[customer].append(dollars)
    # The data begins on a Wednesday and ends on a Tuesday.
    whole = sorted(weeks)[1:-1]
    week_texts = [str(week) for week in whole]
    sums, counts = [math.fsum(weeks[w]) for w in whole], [len(weeks[w]) for w in whole]
    tiles["revenue"], tiles["orders"] = (sums[-1], sums[-2]), (counts[-1], counts[-2])
    figures["revenue_by_week"] = {"week": week_texts, "revenue": sums}
    figures["orders_by_week"] = {"week": week_texts, "orders": counts}

    in_order = sorted(months)
    month_texts = [str(month) for month in in_order]
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
    values = {name: [quantile(months[m], share) for m in in_order] for name, share in shares.items()}
    for name in shares:
        tiles[name] = (values[name][-1], values[name][-2])
    figures["order_value_by_month"] = {"month": month_texts, **values}
    figures["revenue_by_month"] = {"month": month_texts, "revenue": [math.fsum(months[m]) for m in in_order]}
    arrivals = collections.Counter(first.values())
    new = [arrivals[m] for m in in_order]
    seen = [len(active[m]) for m in in_order]
    back = [s - n for s, n in zip(seen, new)]
    for name, series in {"new": new, "active": seen, "returning": back}.items():
        tiles[name] = (series[-1], series[-2])
    figures["customers_by_month"] = {"month": month_texts, "new": new, "returning": back}

    returned = sum(count > 1 for count in orders.values())
    tiles["returned_share"], tiles["returned"] = (returned / len(orders), None), (returned, None)
    tiles["all_customers"] = (len(orders), None)
    name_of = lambda n: "1" if n == 1 else "2" if n == 2 else "3 to 5" if n <= 5 else "6 to 10" if n <= 10 else "over 10"
    groups = collections.Counter(name_of(count) for count in orders.values())
    names = ["1", "2", "3 to 5", "6 to 10", "over 10"]
    figures["customers_by_orders"] = {"purchases": names, "customers": [groups[name] for name in names]}

    order = sorted(revenue, key=lambda customer: -math.fsum(revenue[customer]))[:10]
    figures["best_customers"] = {"customer": [pseudonym(customer) for customer in order],
                                 "orders": [orders[customer] for customer in order],
                                 "revenue": [math.fsum(revenue[customer]) for customer in order]}
    totals = sorted((math.fsum(each) for each in revenue.values()), reverse=True)
    best, everything = math.fsum(totals[: len(totals) // 10]), math.fsum(totals)
    tiles["best_share"], tiles["best_revenue"] = (best / everything, None), (best, None)
    tiles["all_revenue"] = (everything, None)
    return tiles, figures


def of_clicks(rows):
    tiles, figures = {}, {}
    views = collections.Counter(row["event"] for row in rows)
    channel = {}
    reached = collections.defaultdict(set)
    for row in rows:
        channel[row["session_id"]] = row["acquisition_channel"]
        reached[row["event"]].add(row["session_id"])
    buying = reached["purchase"]
    tiles["top_page"] = (max(views.values()), None)
    used = sorted(views, key=lambda name: (-views[name], name))
    figures["views_by_page"] = {"event": used, "views": [views[name] for name in used]}
    sessions = collections.Counter(channel.values())
    bought = collections.Counter(channel[session] for session in buying)
    names = sorted(sessions, key=lambda name: -bought[name] / sessions[name])
    share = [bought[name] / sessions[name] for name in names]
    tiles["best_channel"] = (max(share), None)
    figures["share_by_channel"] = {"acquisition_channel": names, "share": share}
    figures["channels_in_full"] = {"acquisition_channel": names, "sessions": [sessions[n] for n in names],
                                   "buying": [bought[n] for n in names]}
    tiles["conversion"] = (len(buying) / len(channel), None)
    tiles["buying"], tiles["visits"] = (len(buying), None), (len(channel), None)
    steps = ["product_view", "add_to_cart", "shipping_details", "payment_details", "purchase"]
    figures["visits_by_step"] = {"event": steps, "sessions": [len(reached[step]) for step in steps]}
    return tiles, figures


def moment(text):
    """Without zeros at the end of the fraction, as the page has it."""
    return text.removesuffix("Z").rstrip("0").rstrip(".") + "Z" if "." in text else text


def of_machine(rows):
    tiles, figures = {}, {}
    busy, memory = collections.defaultdict(list), {}
    for row in rows:
        if row["metric"] == "cpu.busy":
            busy[moment(row["time"])].append(float(row["value"]))
        if row["metric"] == "memory.used":
            memory[moment(row["time"])] = float(row["value"])
    times = sorted(busy)
    values = [math.fsum(busy[time]) / len(busy[time]) for time in times]
    for name, percent in {"busy_p50": 0.5, "busy_p90": 0.9, "busy_p99": 0.99}.items():
        tiles[name] = (quantile(values, percent), None)
    tiles["memory_used"] = (max(memory.values()), None)
    figures["busy_over_time"] = {"time": times, "busy": values}
    figures["memory_over_time"] = {"time": sorted(memory), "used": [memory[time] for time in sorted(memory)]}
    return tiles, figures


def compare_tiles(page, expected):
    for name, (value, previous) in expected.items():
        tile = page["tiles"].get(name, {})
        expect(f"tile {name}", tile.get("value"), value)
        if previous is not None:
            expect(f"tile {name}, before", tile.get("previous"), previous)
    expect("tiles on the page", sorted(page["tiles"]), sorted(expected))


def as_days(values):
    """A page's rule: a column whose values all begin a day is one of days."""
    is_midnight = all(value is None or str(value).endswith("T00:00:00Z") for value in values) and any(values)
    return [value and value.removesuffix("T00:00:00Z") for value in values] if is_midnight else values


def compare_figures(page, expected):
    for name, series in expected.items():
        columns = {column["name"]: column["values"] for column in page["figures"].get(name, {}).get("columns", [])}
        for column, values in series.items():
            values = as_days(values)
            found = columns.get(column, [])
            expect(f"figure {name}, rows of {column}", len(found), len(values))
            for row, (one, other) in enumerate(zip(found, values)):
                expect(f"figure {name}, {column}[{row}]", one, other)
    expect("figures on the page", sorted(page["figures"]), sorted(expected))


# Each question's answer is the number of this tile.
ANSWERS = {"revenue": "revenue", "orders": "orders", "order_value": "p50", "customers": "returning",
           "loyalty": "returned_share", "best_tenth": "best_share", "pages": "top_page", "channels": "best_channel",
           "funnel": "conversion", "machine": "busy_p50"}


def main(data, key_file, host_metrics, page_file):
    with open(key_file, "rb") as file:
        key = file.read().removesuffix(b"\n")
    pseudonym = lambda name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:16]
    with open(page_file, encoding="utf-8") as file:
        page = json.load(file)
    with gzip.open(f"{data}/ecom.csv.gz", "rt", encoding="utf-8") as file:
        clicks = list(csv.DictReader(file))
    with open(host_metrics, encoding="utf-8") as file:
        machine = list(csv.DictReader(file))
    tiles, figures = {}, {}
    purchases = of_purchases(read_purchases(f"{data}/CDNOW_master.txt"), pseudonym)
    for part in (purchases, of_clicks(clicks), of_machine(machine)):
        tiles.update(part[0])
        figures.update(part[1])
    compare_tiles(page, tiles)
    compare_figures(page, figures)
    for section, tile in ANSWERS.items():
        expect(f"answer {section}", page["answers"].get(section, {}).get("value"), tiles[tile][0])
    expect("answers on the page", sorted(page["answers"]), sorted(ANSWERS))
    for fault in faults:
        print(fault, file=sys.stderr)
    numbers = 2 * len(tiles) + sum(len(values) for series in figures.values() for values in series.values())
    print(f"{len(ANSWERS)} answers, {len(tiles)} tiles, {len(figures)} figures, {numbers} numbers: "
          f"{len(faults)} of them differ")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
