"""The table of each figure as people read it: its cells are what the page's data has, as the pipeline says that they are
written."""
from moment_words import clock
from page import expect, written
from shows import base

MOST_ROWS = 500
# These know themselves how their columns are written: those behind the last that is named are like it.
OWN_FORMATS = {"funnel": ("number", "number", "percent", "percent", "seconds"), "cohorts": ("number", "number", "percent"),
               "paths": ("number",), "experiment": ("number",)}


def cell(column, value):
    if value is None:
        return "\u2013"
    if column["type"] == "moment":
        return value if len(value) == len("2011-12-01") else clock(value).removesuffix(" UTC")
    return value if isinstance(value, str) else written(value, column["format"], column["unit"])


def look_of(show, place, column):
    """Format and unit of a column: those of a chart belong to its series, and not to x."""
    if show.kind in OWN_FORMATS:
        formats = OWN_FORMATS[show.kind]
        return formats[min(place, len(formats) - 1)], ""
    has_look = column["type"] == "number" and (place > 0 or show.kind == "table")
    return (show.options.get("format", "number"), show.options.get("unit", "")) if has_look else ("number", "")


def compare_tables(page, cards, shows):
    """Returns how many cells were compared."""
    count = 0
    for name, figure in page["figures"].items():
        show = shows[base(name)]
        for place, column in enumerate(figure["columns"]):
            expect(f"format of {column['name']} in {name}", (column["format"], column["unit"]), look_of(show, place, column))
        columns = [[cell(column, value) for value in column["values"][:MOST_ROWS]] for column in figure["columns"]]
        if show.kind == "cohorts":  # What is not known yet has an empty cell.
            columns = [["" if text == "\u2013" else text for text in column] for column in columns]
        rows = cards[f"figure-{name}"].rows()[1:]
        expect(f"rows of the table of {name}", len(rows), len(columns[0]))
        for at, row in enumerate(rows):
            texts = [part.text.removesuffix(" not over").removesuffix(" so far") for part in row]
            expect(f"row {at} of the table of {name}", texts, [column[at] for column in columns])
            count += len(texts)
    return count
