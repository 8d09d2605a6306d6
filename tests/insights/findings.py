"""What rows of an experiment come to, in the words that docs/guide-experiment.md explains."""
from page import expect


def digits(value):
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def sentence(row):
    """Of a metric without a margin, at 95 % and a power of 80 %."""
    unit, of, points, mean = (100, " %", " percentage points", "") if row["is_proportion"] else (1, "", "", " on average")
    number = lambda value: digits(unit * abs(value))
    way = lambda difference: "lower" if difference < 0 else "higher"
    end = lambda difference: f"{number(difference)} {way(difference)}"
    found = (f"{row['metric']}: {row['arm']} has {number(row['estimate'])}{of}{mean}, "
             f"{row['control']} {number(row['estimate_control'])}{of}: "
             f"{number(row['difference'])}{points} {way(row['difference'])} "
             f"(95 % interval: {end(row['low'])} to {end(row['high'])}).")
    if row["verdict"] != "unclear":
        return f"{found} {row['arm']} is {row['verdict']}."
    chance = "This may be chance." if row["p"] > 0.05 else (
        "Alone this would count as a difference; with so many comparisons it may be chance.")
    return (f"{found} {chance} An experiment of this size finds a true difference of {number(row['mde'])}{points} "
            "in 80 % of cases.")


def compare_findings(cards, expected):
    """`expected` as {figure: [(verdict, sentence)]}. Returns how many were compared."""
    for name, findings in expected.items():
        card = cards[f"figure-{name}"]
        items = [part.text for part in card.parts if part.tag == "li"]
        expect(f"verdicts of {name}", card.texts("b"), [verdict for verdict, _ in findings])
        expect(f"findings of {name}, their number", len(items), len(findings))
        for place, (one, (verdict, text)) in enumerate(zip(items, findings)):
            expect(f"finding {place} of {name}", one, f"{verdict} {text}")
    return sum(map(len, expected.values()))
