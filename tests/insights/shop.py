"""A year of orders: who comes back, who is worth a call, whether the audience grows, revenue and what is taken back.

Days and months are those of the files' own clock. Retention, life cycle, active users and scores are computed as in
tests/answers; the rest here.
"""
import collections
import csv
import datetime as dt
import decimal
import gzip
import math
import random

import audience
import rfm
from behaviour import first_day, later, quantile, retention
from page import expect

CLOCK = dt.timezone.utc
GROUPS, TRIES = 3, 2
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


def expect_cohorts(expected, purchases):
    moments = collections.defaultdict(set)
    for line in purchases:
        moments[line.customer].add(line.moment)
    rows = retention(moments, "month", "n_day", CLOCK, 12)
    columns = {"cohort_start": [], "users": []} | {f"period_{n}": [] for n in range(13)}
    for row in rows:
        if row["period"] == 0:
            for values in columns.values():
                values.append(None)
            columns["cohort_start"][-1], columns["users"][-1] = row["cohort_start"][:10], row["users"]
        columns[f"period_{row['period']}"][-1] = row["rate"]
    expected.figure("cohorts", **columns)
    after = [row for row in rows if row["period"] == 1 and row["is_complete"] == "true"]
    users, returned = (sum(row[name] for row in after) for name in ("users", "returned"))
    expected.tile("month_after", returned / users)
    expected.tile("returned", returned)
    expected.tile("first_timers", users)
    for tile, pick in (("best_cohort", max), ("worst_cohort", min)):
        row = pick(after, key=lambda row: row["rate"])
        expected.tile(tile, row["rate"], name=spoken(dt.date.fromisoformat(row["cohort_start"][:10]), "%B %Y"))


def expect_segments(expected, purchases, listed, pseudonym):
    latest = max(line.moment for line in purchases)
    scored = rfm.customers([(line.moment, line.customer, line.invoice, line.revenue) for line in purchases],
                           latest + dt.timedelta(days=1), latest)
    by_name = collections.defaultdict(list)
    for row in scored:
        by_name[row["segment"]].append(row)
    money = lambda rows: sum(row["monetary"] for row in rows)
    groups = [{"segment": name, "customers": len(rows), "revenue": float(money(rows)),
               "days_since": quantile([row["recency_days"] for row in rows], 0.5)} for name, rows in by_name.items()]
    groups.sort(key=lambda row: -row["revenue"])
    expected.table("rfm_in_full", groups, ["segment", "customers", "revenue", "days_since"])
    expected.table("rfm_money", groups, ["segment", "revenue"])
    best, leaving = by_name["champions"], by_name["at_risk"] + by_name["cannot_lose"]
    expected.tile("best", len(best))
    expected.tile("best_share", float(money(best) / money(scored)))
    expected.tile("customers", len(scored))
    expected.tile("leaving", len(leaving))
    expected.tile("leaving_money", float(money(leaving)))
    found = {row["customer"]: row for row in listed}
    expect("customers of the list", len(listed), len(scored))
    for row in scored:
        mine = found[pseudonym(row["CustomerID"])]
        expect(f"customer {row['CustomerID']}", (mine["segment"], int(mine["frequency"]), decimal.Decimal(mine["monetary"])),
               (row["segment"], row["frequency"], row["monetary"]))
    expect_groups(expected, scored, [int(found[pseudonym(row["CustomerID"])]["group"]) - 1 for row in scored])


def standardised(values):
    mean = math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    return [(value - mean) / deviation for value in values]


def centres_of(points, groups):
    members = [[point for point, group in zip(points, groups) if group == at] for at in range(GROUPS)]
    return [tuple(math.fsum(axis) / len(some) for axis in zip(*some)) for some in members]


def nearest(points, centres):
    return [min(range(GROUPS), key=lambda c: (x - centres[c][0]) ** 2 + (y - centres[c][1]) ** 2) for x, y in points]


def spread(points, groups):
    centres = centres_of(points, groups)
    return math.fsum(math.dist(point, centres[group]) ** 2 for point, group in zip(points, groups))


def lloyd(points, rng):
    """The groups to which Lloyd's algorithm comes from points that are drawn at random."""
    groups, before = nearest(points, rng.sample(points, GROUPS)), None
    while groups != before:
        groups, before = nearest(points, centres_of(points, groups)), groups
    return groups


def expect_groups(expected, scored, groups):
    """k-means has many solutions of nearly one worth. So the groups are taken as they were found, and it is asked whether
    they are a solution (each customer is nearest to the centre of its group), and whether none of some tries is better."""
    baskets = [float(row["monetary"]) / row["frequency"] for row in scored]
    logs = [math.log(max(basket, 1)) for basket in baskets]
    points = list(zip(standardised(logs), standardised([math.log(row["frequency"]) for row in scored])))
    expect("customers nearest to the centre of their group", nearest(points, centres_of(points, groups)), groups)
    rng = random.Random(1)
    best = min(spread(points, lloyd(points, rng)) for _ in range(TRIES))
    expect("whether other groups are better", best < spread(points, groups) * (1 - 1e-9), False)
    members = [[at for at, group in enumerate(groups) if group == place] for place in range(GROUPS)]
    means = [sum(logs[at] for at in some) / len(some) for some in members]
    expect("groups in the order of their baskets", means, sorted(means))
    rows = [{"group": place + 1, "customers": len(some), "revenue": float(sum(scored[at]["monetary"] for at in some)),
             "p50_orders": quantile([scored[at]["frequency"] for at in some], 0.5),
             "p50_basket": quantile([baskets[at] for at in some], 0.5)} for place, some in enumerate(members)]
    expected.table("alike_in_full", rows, list(rows[0]))
    for tile, column in (("large", "p50_basket"), ("frequent", "p50_orders")):
        row = max(rows, key=lambda row: row[column])
        expected.tile(tile, row["customers"])
        expected.tile(f"{tile}_basket", row["p50_basket"])
        expected.tile(f"{tile}_orders", row["p50_orders"])


def expect_activity(expected, purchases):
    days, latest = collections.defaultdict(set), max(line.moment for line in purchases)
    for line in purchases:
        days[line.moment.date()].add(line.customer)
    life = audience.lifecycle({"": days}, "month", latest, [""], CLOCK)
    expected.table("life_by_month", life, ["window_start", "new", "returning", "resurrected"])
    expected.table("dormant_by_month", life, ["window_start", "dormant"])
    for row in life:
        row["active"] = row["new"] + row["returning"] + row["resurrected"]
        row["net"] = row["new"] + row["resurrected"] - row["dormant"]
    before, last = [row for row in life if row["is_complete"] == "true"][-2:]
    for tile, column in (("buyers", "active"), ("new", "new"), ("again", "returning"), ("back", "resurrected"),
                         ("away", "dormant"), ("net", "net")):
        expected.tile(tile, last[column], before[column])
    expected.names["buyers"] = spoken(dt.date.fromisoformat(last["window_start"][:10]), "%B %Y")

    active = [row for row in audience.active_users({"": days}, audience.USUAL_DAYS, latest, [""], CLOCK)
              if row["is_complete"] == "true"]
    expected.table("active_customers", active, ["window_start", "active_30d", "active_7d"])
    last = active[-1]
    for tile, column in (("month_active", "active_30d"), ("week_active", "active_7d"), ("day_active", "active_1d"),
                         ("sticky", "stickiness")):
        expected.tile(tile, last[column], name=spoken(dt.date.fromisoformat(last["window_start"][:10])))
    expected.tile("usual_sticky", quantile([row["stickiness"] for row in active], 0.5))


def expect_revenue(expected, lines):
    months, orders, days = collections.defaultdict(decimal.Decimal), collections.defaultdict(set), collections.Counter()
    for line in lines:
        day = line.moment.date()
        months[day.replace(day=1)] += line.revenue
        days[day] += line.revenue
        if not line.is_cancellation:
            orders[day.replace(day=1)].add(line.invoice)
    whole = sorted(months)[:-1]  # The last one ends on the 9th.
    starts = [start(month) for month in whole]
    expected.figure("revenue_by_month", window_start=starts, revenue=[float(months[month]) for month in whole])
    change = [float(months[now] / months[was] - 1) for was, now in zip(whole, whole[1:])]
    expected.figure("revenue_change", window_start=starts, revenue_month_relative=[None, *change])
    expected.tile("revenue", float(months[whole[-1]]), float(months[whole[-2]]), spoken(whole[-1], "%B %Y"))
    expected.tile("orders", len(orders[whole[-1]]), len(orders[whole[-2]]))
    last = max(days)
    to_date = lambda first: float(sum(days[first + dt.timedelta(days=n)] for n in range(last.day)))
    this = last.replace(day=1)
    expected.tile("to_date", to_date(this), to_date(later(this, -1, "month")), spoken(last))


def expect_cancellations(expected, lines):
    invoices = collections.defaultdict(list)
    for line in lines:
        invoices[line.invoice, first_day(line.moment.date(), "month")].append(line)
    counts, taken_back, cancelled = collections.Counter(), collections.Counter(), []
    for (invoice, month), some in invoices.items():
        counts[month] += 1
        if some[0].is_cancellation:
            taken_back[month] += 1
            products = collections.Counter(line.product for line in some if line.product)
            cancelled.append({"day": spoken(min(line.moment for line in some)), "units": sum(line.units for line in some),
                              "product": min(products, key=lambda name: (-products[name], name)) if products else None,
                              "pounds": -float(sum(line.revenue for line in some))})
    months = sorted(counts)
    expected.figure("cancellations_by_month", window_start=[start(month) for month in months],
                    share=[taken_back[month] / counts[month] for month in months])
    expected.tile("cancellations", sum(taken_back.values()))
    expected.tile("invoices", sum(counts.values()))
    expected.tile("cancellation_share", sum(taken_back.values()) / sum(counts.values()))
    expected.tile("cancelled_money", math.fsum(row["pounds"] for row in cancelled))
    cancelled.sort(key=lambda row: -row["pounds"])
    largest = [row | {"place": place} for place, row in enumerate(cancelled[:5], 1)]
    expected.table("largest_cancellations", largest, ["place", "day", "product", "units", "pounds"])
    expected.tile("largest_cancellation", largest[0]["pounds"], name=largest[0]["product"])


def expect_shop(expected, data, listed, pseudonym):
    lines = read_lines(data)
    purchases = [line for line in lines if line.customer and not line.is_cancellation]
    expect_cohorts(expected, purchases)
    expect_segments(expected, purchases, listed, pseudonym)
    expect_activity(expected, purchases)
    expect_revenue(expected, lines)
    expect_cancellations(expected, lines)
