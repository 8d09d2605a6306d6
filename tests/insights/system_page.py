"""How the page writes numbers, and moments as it keeps them: what an answer's sentence must say."""
import datetime

import page


def plain(value):
    return ("\u2212" if value < 0 else "") + page.plain(abs(value))


def percent(share):
    return f"{100 * share:.1f}%"


def moment(value):
    """As the page's data has it."""
    text = value.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def utc(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def columns_of(rows, *names):
    """A figure's columns, of rows as dicts."""
    return {name: [row[name] for row in rows] for name in names}
