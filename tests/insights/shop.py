"""Customers of a wholesaler: who comes back, who is worth a call, whether the audience grows.

Retention, scores, life cycle and active users are computed as in tests/answers.
"""
import collections
import datetime as dt
import decimal

import audience
import rfm
from behaviour import quantile, retention
from groups import expect_groups
from order_lines import CLOCK, read_lines, spoken
from page import expect
from sales import expect_cancellations, expect_revenue


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
    starts = sorted({row["cohort_start"] for row in rows})
    expected.open_cells["cohorts"] = [(starts.index(row["cohort_start"]), row["period"]) for row in rows
                                      if row["is_complete"] == "false"]
    after = [row for row in rows if row["period"] == 1 and row["is_complete"] == "true"]
    expected.came("cohorts", len(rows), [row["cohort_start"] for row in rows])
    expected.came("first_months", len(after), [row["cohort_start"] for row in after])
    expected.came("month_after")
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
    expected.came("rfm", len(groups))
    expected.came("rfm_totals")
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
        expect(f"customer {row['CustomerID']}",
               (mine["segment"], int(mine["frequency"]), decimal.Decimal(mine["monetary"])), (row["segment"], row["frequency"], row["monetary"]))
    expect_groups(expected, scored, [int(found[pseudonym(row["CustomerID"])]["group"]) - 1 for row in scored])


def expect_activity(expected, purchases):
    days, latest = collections.defaultdict(set), max(line.moment for line in purchases)
    for line in purchases:
        days[line.moment.date()].add(line.customer)
    life = audience.lifecycle({"": days}, "month", latest, [""], CLOCK)
    expected.table("life_by_month", life, ["window_start", "new", "returning", "resurrected"])
    expected.table("dormant_by_month", life, ["window_start", "dormant"])
    for figure in ("life_by_month", "dormant_by_month"):
        expected.unfinished[figure] = [place for place, row in enumerate(life) if row["is_complete"] == "false"]
    for row in life:
        row["active"] = row["new"] + row["returning"] + row["resurrected"]
        row["net"] = row["new"] + row["resurrected"] - row["dormant"]
    whole = [row for row in life if row["is_complete"] == "true"]
    for name, some in (("life", life), ("whole_life", whole)):
        expected.came(name, len(some), [row["window_start"] for row in some])
    before, last = whole[-2:]
    for tile, column in (("buyers", "active"), ("new", "new"), ("again", "returning"), ("back", "resurrected"),
                         ("away", "dormant"), ("net", "net")):
        expected.tile(tile, last[column], before[column],
                      series=[row[column] for row in whole] if tile != "net" else None)
    expected.names["buyers"] = spoken(dt.date.fromisoformat(last["window_start"][:10]), "%B %Y")

    active = [row for row in audience.active_users({"": days}, audience.USUAL_DAYS, latest, [""], CLOCK)
              if row["is_complete"] == "true"]
    expected.table("active_customers", active, ["window_start", "active_30d", "active_7d"])
    expected.came("whole_active", len(active), [row["window_start"] for row in active])
    expected.came("usual_active")
    last = active[-1]
    for tile, column in (("month_active", "active_30d"), ("week_active", "active_7d"), ("day_active", "active_1d"),
                         ("sticky", "stickiness")):
        expected.tile(tile, last[column], name=spoken(dt.date.fromisoformat(last["window_start"][:10])))
    expected.tile("usual_sticky", quantile([row["stickiness"] for row in active], 0.5))


def expect_shop(expected, data, listed, pseudonym):
    lines = read_lines(data)
    purchases = [line for line in lines if line.customer and not line.is_cancellation]
    expect_cohorts(expected, purchases)
    expect_segments(expected, purchases, listed, pseudonym)
    expect_activity(expected, purchases)
    expect_revenue(expected, lines)
    expect_cancellations(expected, lines)
