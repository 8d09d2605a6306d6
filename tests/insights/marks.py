"""Marks of charts: where each stands, what it says, and what is told below the chart."""
from moment_words import in_words
from page import expect

MOST_TOLD = 12


def told(card):
    """The list below a chart."""
    return card.texts("li") if card.texts("ol", "marks") else []


def compare_marks(page, cards, expected):
    """`expected` as {figure: [(moment, text)]}; no other chart has any. Returns how many were compared."""
    for name, figure in page["figures"].items():
        marks = expected.get(name, [])
        found = [(mark["at"], mark["text"]) for mark in figure.get("marks", [])]
        expect(f"marks of {name}, their number", len(found), len(marks))
        for place, (one, other) in enumerate(zip(found, marks)):
            expect(f"mark {place} of {name}", one, other)
        times = in_words([at for at, _ in marks])
        expect(f"marks told below {name}", told(cards[f"figure-{name}"]),
               [f"{time}: {text}" for time, (_, text) in zip(times, marks)][:MOST_TOLD])
    expect("charts whose marks are known", sorted(expected.keys() - page["figures"].keys()), [])
    return sum(map(len, expected.values()))
