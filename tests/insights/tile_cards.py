"""Tiles as people read them: the number as it is written, how sure it is and of how many, the change, the sparkline, whose
number it is, and whether its period is over."""
import collections

import trends
from page import expect, written
from shows import base

ARROWS = {True: "\u25b2", False: "\u25bc"}


def certainty(interval, sample, look):
    """The line below the number; none where neither is known."""
    between = [f"Between {written(interval[0], *look)} and {written(interval[1], *look)}"] if interval else []
    text = ", ".join(between + ([f"of {written(sample, 'number', '')}"] if sample is not None else []))
    return [text[0].upper() + text[1:]] if text else []


def change(value, previous, options, look):
    """(look, text) of the line that says what was before; none of a tile that compares with nothing."""
    if "compare" not in options:
        return []
    against = options.get("compared_with", "the row before")
    if previous is None:
        return [("change even", f"Nothing to compare with: no {against}")]
    before, step = written(previous, *look), value - previous
    if step == 0:
        return [("change even", f"No change from {against}, {before}")]
    size = written(100 * step, "number", "points", True) if look[0] == "percent" else written(step, *look, True)
    if previous:
        size += f" ({written(step / abs(previous), 'percent', '', True)})"
    better = options.get("better")
    mood = "even" if better is None else "good" if (step > 0) == (better == "higher") else "bad"
    return [(f"change {mood}", f"{ARROWS[step > 0]} {size} on {against}, {before}")]


def changes_of(card):
    return [(part.look, part.text) for part in card.parts if part.tag == "p" and part.look.startswith("change")]


def expect_trend(name, card, series, count):
    """Returns how many points were compared."""
    points, dot = trends.drawn(trends.last_values(series, count))
    have, have_dot = trends.found(card)
    expect(f"sparkline of tile {name}, its points", len(have), len(points))
    for place, (one, other) in enumerate(zip(have, points)):
        for axis in (0, 1):
            expect(f"sparkline of tile {name}, point {place}, {'xy'[axis]}", one[axis], other[axis])
    expect(f"sparkline of tile {name}, whether it ends in a dot", have_dot is None, dot is None)
    if dot and have_dot:
        for axis in (0, 1):
            expect(f"sparkline of tile {name}, its dot, {'xy'[axis]}", have_dot[axis], dot[axis])
    return len(points)


def compare_tile_cards(cards, shows, tiles, beside):
    """`tiles` as {id: (value, previous)}. Returns what was compared, counted."""
    counts = collections.Counter()
    for name, (value, previous) in tiles.items():
        if f"tile-{name}" not in cards:
            continue  # The page has no such tile, which is a fault that whoever compares values notes.
        card, options = cards[f"tile-{name}"], shows[base(name)].options
        look = (options.get("format", "number"), options.get("unit", ""))
        expect(f"tile {name}, its number as written", card.texts("button"), [written(value, *look)])
        interval, sample = beside.intervals.get(name), beside.samples.get(name)
        # What the pipeline asks for and no oracle computes is a fault, too.
        expect(f"tile {name}, whether an interval is known", interval is not None, "interval" in options)
        expect(f"tile {name}, whether a sample is known", sample is not None, "sample" in options)
        expect(f"tile {name}, its interval and sample", card.texts("p", "certainty"), certainty(interval, sample, look))
        expect(f"tile {name}, its change", changes_of(card), change(value, previous, options, look))
        expect(f"tile {name}, whether its series is known", name in beside.series, "trend" in options)
        count = int(options.get("trend", 0))
        points = expect_trend(name, card, beside.series.get(name, []), count)
        notes = ([beside.names.get(name)] if "of" in options else []) + ([options["note"]] if "note" in options else [])
        expect(f"tile {name}, whose number it is, and its note", card.texts("p", "note"), notes)
        expect(f"tile {name}, whether its period is not over", "not over yet" in card.texts("span", "label"), False)
        counts += collections.Counter({
            "tiles as written": 1, "intervals": interval is not None, "samples": sample is not None,
            "changes": "compare" in options, "sparklines": points > 0, "points of them": points, "names": "of" in options})
    return counts
