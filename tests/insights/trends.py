"""Sparklines of tiles: a line of 120 by 32, whose lowest value lies at 28, whose highest at 4, and which ends in a dot."""


def drawn(values):
    """The points of these values, and the dot."""
    if len(values) < 2:
        return [], None
    low, span = min(values), max(values) - min(values) or 1
    points = [(3 + 114 * place / (len(values) - 1), 28 - 24 * (value - low) / span) for place, value in enumerate(values)]
    return points, points[-1]


def found(card):
    """As the page draws it."""
    lines = [part.attributes["points"] for part in card.parts if part.tag == "polyline"]
    dots = [(float(part.attributes["cx"]), float(part.attributes["cy"])) for part in card.parts if part.tag == "circle"]
    points = [tuple(map(float, point.split(","))) for line in lines for point in line.split()]
    return points, dots[0] if dots else None


def last_values(series, count):
    """Of the last rows of a series those that have a value."""
    return [value for value in series[-count:] if value is not None] if count else []
