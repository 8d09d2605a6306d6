"""Customers who buy alike: whether the groups that were found are a solution of k-means, and a good one."""
import math
import random

from behaviour import quantile
from page import expect

GROUPS, TRIES = 3, 2


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
    """k-means has many solutions of nearly one worth. So the groups are taken as they were found, and it is asked
    whether they are a solution (each customer is nearest to the centre of its group), and whether none of some tries
    is better, to 1e-9 of the sum of squares."""
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
    expected.came("alike", len(rows))
    expected.came("largest_baskets")
    expected.came("most_orders")
    expected.table("alike_in_full", rows, list(rows[0]))
    for tile, column in (("large", "p50_basket"), ("frequent", "p50_orders")):
        row = max(rows, key=lambda row: row[column])
        expected.tile(tile, row["customers"])
        expected.tile(f"{tile}_basket", row["p50_basket"])
        expected.tile(f"{tile}_orders", row["p50_orders"])
