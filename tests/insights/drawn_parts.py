"""What the file draws without a script: the heat of cohorts, and the bars and names of a funnel's steps."""
from page import expect
from tables import cell


def numbers_of(card, tag, before, after=""):
    """Of all elements of a kind the number in their style."""
    styles = [part.attributes.get("style", "") for part in card.parts if part.tag == tag]
    return [float(style.removeprefix(before).removesuffix(after)) for style in styles if style]


def heats(figure):
    """Row by row, of what is known."""
    rows = zip(*(column["values"] for column in figure["columns"][2:]))
    return [value for row in rows for value in row if value is not None]


def expect_numbers(what, found, known):
    expect(f"{what}, their number", len(found), len(known))
    for place, (one, other) in enumerate(zip(found, known)):
        expect(f"{what}, {place}", one, other)
    return len(known)


def compare_drawn_parts(page, cards):
    """Returns how many were compared."""
    count = 0
    for name, figure in page["figures"].items():
        card = cards[f"figure-{name}"]
        if figure["kind"] == "cohorts":
            count += expect_numbers(f"heat of {name}", numbers_of(card, "td", "--heat:"), heats(figure))
        if figure["kind"] == "funnel":
            step, there, of_first, *_ = figure["columns"]
            count += expect_numbers(f"bars of {name}", numbers_of(card, "i", "width:", "%"),
                                    [100 * share for share in of_first["values"]])
            expect(f"steps of {name}", card.texts("p", "step"),
                   [f"{cell(step, title)} {cell(there, users)}" for title, users in zip(step["values"], there["values"])])
    return count
