"""Applications for a loan: the steps as tests/answers has them, and the ways behind an offer, counted path by path."""
import collections
import csv
import datetime as dt
import gzip

from behaviour import PUBLISHED, funnel
from page import expect

STEPS = ["submitted", "pre-accepted", "accepted", "offer sent", "offer returned", "approved"]
SHOWN, FAR = 5, 3  # Edges of each step by themselves, and steps behind the offer.


def decisions(path):
    """What was decided on each application, in the order of time, at one time in that of the names."""
    cases = collections.defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["concept_name"][:2] in ("A_", "O_"):
                moment = dt.datetime.fromisoformat(row["time_timestamp"])
                cases[row["case_name"]].append((moment, row["concept_name"]))
    return [[name for _, name in sorted(events)] for events in cases.values()]


def ways(cases):
    """(step, source, target, count): the most frequent edges, the others of each source together, and the ends."""
    paths = [["O_SENT", *names[names.index("O_SENT") + 1:][:FAR]] for names in cases if "O_SENT" in names]
    going = [(path, "O_SENT") for path in paths]  # Each path with the node at which it is drawn.
    rows = []
    for step in range(1, FAR + 1):
        target = lambda path: path[step] if step < len(path) else "(end)"
        edges = collections.Counter((source, target(path)) for path, source in going)
        onward = sorted((edge for edge in edges if edge[1] != "(end)"), key=lambda edge: (-edges[edge], edge))
        shown = set(onward[:SHOWN])
        drawn = lambda source, to: (source, to if to == "(end)" or (source, to) in shown else "(other)")
        counts = collections.Counter()
        for edge, count in edges.items():
            counts[drawn(*edge)] += count
        rows += [(step, *edge, count) for edge, count in counts.items()]
        going = [(path, drawn(source, path[step])[1]) for path, source in going if step < len(path)]
    return sorted(rows)


def expect_loans(expected, data):
    path = data / "user-events/bpic2012-loan-applications.csv.gz"
    steps = [row | {"step_name": name} for row, name in zip(funnel(path), STEPS)]
    expect("published cases by step", [row["converted"] for row in steps], PUBLISHED)
    shown = ["step_name", "converted", "rate_from_first", "rate_from_previous", "p50_seconds", "p90_seconds"]
    expected.table("loan_steps", steps, shown)
    later = steps[1:]
    expected.table("step_p50", later, ["step_name", "p50_seconds"])
    expected.table("step_p90", later, ["step_name", "p90_seconds"])
    expected.came("loan_steps", len(steps))
    expected.came("loan_later_steps", len(later))
    expected.came("accepting")
    expected.tile("approved", steps[-1]["converted"])
    expected.tile("submitted", steps[0]["converted"])
    expected.tile("approved_share", steps[-1]["rate_from_first"])
    least = min(later, key=lambda row: row["rate_from_previous"])
    expected.tile("leak", least["rate_from_previous"], name=least["step_name"])
    for tile, column in (("slowest", "p50_seconds"), ("slowest_p90", "p90_seconds")):
        longest = max(later, key=lambda row: row[column])
        expected.tile(tile, longest[column], name=longest["step_name"])
    expected.tile("accepting", steps[2]["p50_seconds"])

    rows = ways(decisions(path))
    expected.figure("after_offer", **dict(zip(("step", "source", "target", "count"), map(list, zip(*rows)))))
    expected.came("after_offer", len(rows))
    first = {target: count for step, _, target, count in rows if step == 1}
    expected.came("next_steps", len(first))
    expected.came("silent")
    expected.came("offers")
    offers = sum(first.values())
    most = max(first, key=first.get)
    expected.tile("next", first[most] / offers, name=most)
    expected.tile("offers", offers)
    expected.tile("silent", first["(end)"])
