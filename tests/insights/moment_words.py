"""Moments as a page has them for people, where its data has ISO 8601."""
import datetime as dt
import re


def clock(moment):
    seconds = moment[16:19]
    return f"{moment[:10]} {moment[11:16]}{'' if seconds == ':00' else seconds} UTC"


def in_words(moments):
    """Of one column: they are days where each of them begins one."""
    are_days = all(moment.endswith("T00:00:00Z") for moment in moments)
    return [moment[:10] if are_days else clock(moment) for moment in moments]


def read_clock(text):
    return dt.datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=dt.timezone.utc)


def made_at(report):
    """When the page was made, to the second, which is all that it says."""
    return read_clock(re.search(r"<dt>Made</dt><dd>([^<]*)</dd>", report)[1])
