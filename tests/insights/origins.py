"""Where numbers come from, as it stands below each tile, badge and figure: how many rows, and of which time."""
from moment_words import in_words, made_at, read_clock
from page import expect
from shows import base


def counted(rows):
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def span(moments):
    """Of the times of a column; nothing where there are none."""
    words = sorted(zip(moments, in_words(moments)))
    return f"{words[0][1]} to {words[-1][1]}" if words else ""


def times_of(figure):
    """Those along x, where the figure has any: as moments, or as days."""
    first = figure["columns"][0]
    if first["type"] != "moment":
        return []
    return [value + "T00:00:00Z" if len(value) == len("2011-12-01") else value for value in first["values"]]


def in_this_run(text, made):
    """The text where both its ends lie in the hour before the page was made: rows are rejected while they are read."""
    ends = [(made - read_clock(end)).total_seconds() for end in text.split(" to ")]
    return text if all(0 <= age < 3600 for age in ends) else "a time within the run"


def compare_origins(report, page, cards, shows, came):
    """`came` as {input: (rows, times)}, of another choice of the drop-down under the input's name and that choice's ending.
    Returns how many were compared."""
    known = set()
    for place, card in cards.items():
        kind, name = place.split("-", 1)
        source = shows[base(name)].options["from"] + name.removeprefix(base(name))
        known.add(source)
        rows, times = came.get(source, (-1, []))
        found = card.attributes.get("data-window", "")
        time = in_this_run(found, made_at(report)) if shows[base(name)].kind == "rejected" else span(times)
        if kind == "figure":
            figure = page["figures"][name]
            time = span(times_of(figure) or times)
            expect(f"rows behind {place}, as its data has them", figure["rows"], rows)
            expect(f"time of {place}, as its data has it", figure["window"], time)
        expect(f"rows behind {place}", card.attributes["data-rows"], counted(rows))
        expect(f"time of {place}", found, time)
        expect(f"what stands below {place}", [text.split(" \u00b7 from ")[0] for text in card.texts("p", "provenance")],
               [" \u00b7 ".join([counted(rows), time] if time else [counted(rows)])])
    expect("inputs whose rows are known", sorted(came), sorted(known))
    return len(cards)
