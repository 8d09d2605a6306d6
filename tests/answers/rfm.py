"""Recency, frequency and monetary value of the shop's customers, against plain Python."""
import collections
import csv
import datetime as dt
import decimal
import gzip

from behaviour import first_day, instant, later
from weir_runs import OWN_PIPELINES, compare_table, expect, read_table

MOMENT = "%Y-%m-%d %H:%M:%S"
# By recency score, from 5 down to 1, then by frequency score from 1 up.
SEGMENTS = {5: "new_customers potential_loyalists potential_loyalists champions champions",
            4: "promising potential_loyalists potential_loyalists loyal_customers loyal_customers",
            3: "about_to_sleep about_to_sleep need_attention loyal_customers loyal_customers",
            2: "hibernating hibernating at_risk at_risk cannot_lose",
            1: "hibernating hibernating at_risk at_risk cannot_lose"}


def sales(data):
    """(moment, customer, invoice, revenue) of each line with a customer."""
    for path in sorted((data / "user-events/online-retail-by-day").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["CustomerID"]:
                    moment = dt.datetime.strptime(row["InvoiceDate"], MOMENT).replace(tzinfo=dt.timezone.utc)
                    yield (moment, row["CustomerID"], row["InvoiceNo"],
                           int(row["Quantity"]) * decimal.Decimal(row["UnitPrice"]))


def scores(number_of):
    """The fifth, from 1, in which those below a customer end: equal numbers are below by no one of them."""
    ordered = sorted(number_of.values())
    below = {}
    for place, number in enumerate(ordered):
        below.setdefault(number, place)
    return {customer: 1 + 5 * below[number] // len(ordered) for customer, number in number_of.items()}


def customers(lines, upto, now):
    """One row for each customer, by its lines before `upto`."""
    last, invoices, spent = {}, collections.defaultdict(set), collections.defaultdict(decimal.Decimal)
    for moment, customer, invoice, revenue in lines:
        if moment < upto:
            last[customer] = max(moment, last.get(customer, moment))
            invoices[customer].add(invoice)
            spent[customer] += revenue
    frequency = {customer: len(some) for customer, some in invoices.items()}
    by_recency, by_frequency, by_amount = scores(last), scores(frequency), scores(spent)
    return [{"CustomerID": customer, "last_time": last[customer].strftime("%Y-%m-%dT%H:%M:%SZ"),
             "recency_days": (now - last[customer]) / dt.timedelta(days=1), "frequency": frequency[customer],
             "monetary": spent[customer], "recency_score": by_recency[customer],
             "frequency_score": by_frequency[customer], "monetary_score": by_amount[customer],
             "segment": SEGMENTS[by_recency[customer]].split()[by_frequency[customer] - 1]}
            for customer in sorted(last)]


def months(lines):
    latest = max(moment for moment, *_ in lines)
    rows = []
    day = first_day(min(moment for moment, *_ in lines).date(), "month")
    while instant(day) <= latest:
        begin, end = instant(day), instant(later(day, 1, "month"))
        window = {"window_start": begin.strftime("%Y-%m-%dT%H:%M:%SZ"), "window_end": end.strftime("%Y-%m-%dT%H:%M:%SZ")}
        rows += [window | row | {"is_complete": "true" if end <= latest else "false"}
                 for row in customers(lines, end, min(end, latest))]
        day = later(day, 1, "month")
    return rows


def rfm(weir, data, answers):
    out = weir.run(OWN_PIPELINES / "rfm.yaml", "rfm", data=data)
    lines = list(sales(data))
    latest = max(moment for moment, *_ in lines)
    found = read_table(out / "whole.csv")
    # 4,372 numbers of customers are published, and the one who spent most: 279,489.02.
    expect("customers", len(found), answers["retail"]["distinct_CustomerID"])
    best = max(found, key=lambda row: decimal.Decimal(row["monetary"]))
    expect("the best customer", (best["CustomerID"], decimal.Decimal(best["monetary"]), best["segment"]),
           ("14646.0", decimal.Decimal("279489.02"), "champions"))
    compare_table("rfm", found, customers(lines, latest + dt.timedelta(days=1), latest))
    compare_table("rfm by month", read_table(out / "months.csv"), months(lines))
