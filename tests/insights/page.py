"""A report as a browser read it, against what the raw files give: every tile, series and sentence.

Counts and texts must be equal, other numbers to 1e-9 of their size: both sides compute in float64, in another order. A
sentence is filled in from the pipeline's own `answer`, so its words stand in one place; its numbers are written anew.
"""
import json
import math
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "quickstart"))
from check_numbers import compare_figures, compare_tiles, expect, faults  # noqa: E402

from beside import Beside  # noqa: E402
from shows import read_shows  # noqa: E402


class Expected(Beside):
    def __init__(self):
        super().__init__()
        self.tiles, self.figures = {}, {}

    def tile(self, tile, value, previous=None, name=None, **beside):
        self.tiles[tile] = (value, previous)
        self.names[tile] = name
        self.add(tile, **beside)

    def figure(self, figure, **columns):
        self.figures[figure] = columns

    def table(self, figure, rows, columns):
        """The columns of rows that are dicts."""
        self.figures[figure] = {column: [row[column] for row in rows] for column in columns}


def plain(value):
    whole = value == math.floor(value) or value >= 1000
    below = lambda: 2 - math.floor(math.log10(value))  # Three digits of what is less than a thousandth.
    digits = 0 if whole else 1 if value >= 100 else 2 if value >= 1 else 4 if value >= 0.001 else below()
    text = f"{math.floor(value + 0.5):,}" if digits == 0 else f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def duration(seconds):
    """Two units, the smaller one rounded."""
    if seconds < 120:
        return f"{plain(round(seconds, 1))} s"
    units = [(86400, "d"), (3600, "h"), (60, "min"), (1, "s")]
    first = next(at for at, (length, _) in enumerate(units) if seconds >= length)
    (large, large_name), (small, small_name) = units[first], units[min(first + 1, 3)]
    count, rest = divmod(math.floor(seconds / small + 0.5) * small, large)
    return f"{count:,} {large_name}" + (f" {rest // small} {small_name}" if rest >= small else "")


def percent(share):
    """A share that is not 0 is not written as 0.0%."""
    text = f"{share * 100:,.1f}"
    return f"{plain(share * 100) if share > 0 and text == '0.0' else text}%"


def size(count):
    """Of bytes, in powers of 1,000."""
    power = next(power for power in range(9) if count / 1000**power < 999.95)
    digits = plain(count) if power == 0 else f"{count / 1000**power:.1f}".removesuffix(".0")
    return f"{digits} {' kMGTPEZY'[power].strip()}B"


def written(value, form, unit, signed=False):
    magnitude = abs(value)
    text = {"percent": lambda: percent(magnitude), "seconds": lambda: duration(magnitude), "bytes": lambda: size(magnitude),
            "money": lambda: f"{unit}{magnitude:,.{2 if magnitude < 10000 else 0}f}",
            "number": lambda: plain(magnitude) + ("%" if unit == "%" else f" {unit}" if unit else "")}[form]()
    return ("\u2212" if value < 0 else "+" if signed and value > 0 else "") + text


def sections(pipeline):
    """(id, answer) of each section of the pipeline's report, and format and unit of each tile."""
    answers = re.findall(r'^      - id: (\w+)$.*?^        answer: "(.*?)"$', pipeline, re.MULTILINE | re.DOTALL)
    looks = {name: (show.options.get("format", "number"), show.options.get("unit", ""))
             for name, show in read_shows(pipeline).items() if show.kind == "kpi"}
    return dict(answers), looks


def filled(template, expected, looks):
    """The sentence, and the first number in it."""
    first = []

    def word(match):
        name, _, form = match[1].partition("|")
        tile, _, part = name.partition(".")
        value, previous = expected.tiles[tile]
        if part == "name":
            return expected.names[tile]
        look = ("percent", "") if part == "ratio" else looks[tile]
        number = {"": value, "previous": previous, "ratio": previous and (value - previous) / abs(previous)}[part]
        first.append(number)
        return written(number, *look, signed=form == "change")

    return re.sub(r"\{\{(.*?)\}\}", word, template), first[0]


def with_sorted_ways(page):
    """Bands of a Sankey have no order: those of the page in the order in which they are expected."""
    def in_order(figure):
        if figure["kind"] != "paths":
            return figure
        ways = zip(*sorted(zip(*(column["values"] for column in figure["columns"]))))
        return figure | {"columns": [column | {"values": list(values)} for column, values in zip(figure["columns"], ways)]}

    return page | {"figures": {name: in_order(figure) for name, figure in page["figures"].items()}}


def compare(page, expected, pipeline):
    """Notes each fault; returns how many numbers and texts were compared."""
    answers, looks = sections(pipeline)
    page = with_sorted_ways(page)
    compare_tiles(page, expected.tiles)
    compare_figures(page, expected.figures)
    for name, columns in expected.figures.items():
        found = [column["name"] for column in page["figures"].get(name, {}).get("columns", [])]
        expect(f"columns of {name}", sorted(found), sorted(columns))
    for name, (_, previous) in expected.tiles.items():
        found = page["tiles"].get(name, {}).get("previous")
        expect(f"tile {name}, whether there is something before", found is None, previous is None)
    for name, template in answers.items():
        text, number = filled(template, expected, looks)
        expect(f"answer {name}", page["answers"].get(name, {}).get("text"), text)
        expect(f"answer {name}, its number", page["answers"].get(name, {}).get("value"), number)
    expect("answers on the page", sorted(page["answers"]), sorted(answers))
    expect("formats of all tiles", sorted(looks), sorted(expected.tiles))
    series = sum(len(values) for columns in expected.figures.values() for values in columns.values())
    return len(answers), len(expected.tiles), len(expected.figures), 2 * len(answers) + 2 * len(expected.tiles) + series


def read(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


__all__ = ["Expected", "compare", "duration", "expect", "faults", "percent", "plain", "read", "sections", "written"]
