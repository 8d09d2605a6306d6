"""Periods that are not over: which rows of a chart are drawn lighter and called so, and which cells of cohorts."""
from moment_words import clock
from page import expect

SAID = "Not over yet, and drawn lighter: "


def in_words(figure, row):
    time = figure["columns"][0]["values"][row]
    return time if len(time) == len("2011-12-01") else clock(time)


def words(figure, rows):
    """What a chart says of these rows."""
    return [SAID + (in_words(figure, rows[0]) if len(rows) == 1 else f"{len(rows)} periods") + "."] if rows else []


def labelled(card):
    """Rows that the table calls not over; its head is none of them."""
    return [place for place, row in enumerate(card.rows()[1:])
            if any(part.text.endswith(" not over") for part in row[:1])]


def open_cells(card):
    return [(place, column) for place, row in enumerate(card.rows()[1:])
            for column, part in enumerate(row[2:]) if "open" in part.look.split()]


def compare_unfinished(page, cards, expected, cells):
    """`expected` as {figure: rows} and `cells` as {figure: [(row, period)]}; all else is over. Returns how many
    of either are not."""
    for name, figure in page["figures"].items():
        rows, card = expected.get(name, []), cards[f"figure-{name}"]
        expect(f"rows of {name} that are not over", figure.get("partial", []), rows)
        expect(f"rows of {name} that its table calls not over", labelled(card), rows)
        expect(f"cells of {name} that are not over", open_cells(card), cells.get(name, []))
    return sum(map(len, expected.values())), sum(map(len, cells.values()))
