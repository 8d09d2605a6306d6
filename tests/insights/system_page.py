"""How the page writes numbers, and moments as it keeps them: what an answer's sentence must say."""
import datetime


def plain(value):
    size = abs(value)
    if size == int(size) or size >= 1000:
        text = f"{round(size):,}"
    elif size >= 100:
        text = f"{size:.1f}".rstrip("0").rstrip(".")
    elif size >= 1:
        text = f"{size:.2f}".rstrip("0").rstrip(".")
    else:
        text = f"{size:.4f}".rstrip("0").rstrip(".")
    return ("\u2212" if value < 0 else "") + text


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
