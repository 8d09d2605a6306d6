"""What a wholesaler earned by month, and what was taken back."""
import collections
import datetime as dt
import decimal
import math

from behaviour import first_day, later
from order_lines import spoken, start


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
    expected.came("months", len(starts), starts)
    expected.came("month_to_date", len(days), map(start, days))
    change = [float(months[now] / months[was] - 1) for was, now in zip(whole, whole[1:])]
    expected.figure("revenue_change", window_start=starts, revenue_month_relative=[None, *change])
    expected.tile("revenue", float(months[whole[-1]]), float(months[whole[-2]]), spoken(whole[-1], "%B %Y"),
                  series=[float(months[month]) for month in whole])
    expected.tile("orders", len(orders[whole[-1]]), len(orders[whole[-2]]), series=[len(orders[month]) for month in whole])
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
            cancelled.append({"day": spoken(min(line.moment for line in some)),
                              "units": sum(line.units for line in some),
                              "product": min(products, key=lambda name: (-products[name], name)) if products else None,
                              "pounds": -float(sum(line.revenue for line in some))})
    months = sorted(counts)
    expected.figure("cancellations_by_month", window_start=[start(month) for month in months],
                    share=[taken_back[month] / counts[month] for month in months])
    expected.came("taken_back")
    expected.came("taken_back_monthly", len(months), map(start, months))
    expected.tile("cancellations", sum(taken_back.values()))
    expected.tile("invoices", sum(counts.values()))
    expected.tile("cancellation_share", sum(taken_back.values()) / sum(counts.values()))
    expected.tile("cancelled_money", math.fsum(row["pounds"] for row in cancelled))
    cancelled.sort(key=lambda row: -row["pounds"])
    largest = [row | {"place": place} for place, row in enumerate(cancelled[:5], 1)]
    expected.came("largest_cancellations", len(largest))
    expected.table("largest_cancellations", largest, ["place", "day", "product", "units", "pounds"])
    expected.tile("largest_cancellation", largest[0]["pounds"], name=largest[0]["product"])
