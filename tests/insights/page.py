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


class Expected:
    def __init__(self):
        self.tiles, self.names, self.figures = {}, {}, {}

    def tile(self, tile, value, previous=None, name=None):
        self.tiles[tile] = (value, previous)
        self.names[tile] = name

    def figure(self, figure, **columns):
        self.figures[figure] = columns

    def table(self, figure, rows, columns):
        """The columns of rows that are dicts."""
        self.figures[figure] = {column: [row[column] for row in rows] for column in columns}


def plain(value):
    digits = 0 if value == math.floor(value) or value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 4
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


def written(value, form, unit, signed=False):
    size = abs(value)
    text = {"percent": lambda: f"{size * 100:.1f}%", "seconds": lambda: duration(size),
            "money": lambda: f"{unit}{size:,.{2 if size < 10000 else 0}f}",
            "number": lambda: plain(size) + (f" {unit}" if unit else "")}[form]()
    return ("\u2212" if value < 0 else "+" if signed and value > 0 else "") + text


def sections(pipeline):
    """(id, answer) of each section of the pipeline's report, and format and unit of each tile."""
    answers = re.findall(r'^      - id: (\w+)$.*?^        answer: "(.*?)"$', pipeline, re.MULTILINE | re.DOTALL)
    looks = {}
    for tile, rest in re.findall(r"\{kpi: (\w+),(.*)\}$", pipeline, re.MULTILINE):
        options = dict(re.findall(r"(format|unit): ([^,}]+)", rest))
        looks[tile] = (options.get("format", "number"), options.get("unit", ""))
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


def sorted_ways(figure):
    """Bands of a Sankey have no order: those of the page in the order in which they are expected."""
    ways = sorted(zip(*(column["values"] for column in figure["columns"])))
    for column, values in zip(figure["columns"], zip(*ways)):
        column["values"] = list(values)


def compare(page, expected, pipeline):
    """Notes each fault; returns how many numbers and texts were compared."""
    answers, looks = sections(pipeline)
    for figure in page["figures"].values():
        if figure["kind"] == "paths":
            sorted_ways(figure)
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


__all__ = ["Expected", "compare", "expect", "faults", "read"]
