"""Badges: how old the newest data is, and which rows were rejected."""
import datetime as dt

from moment_words import in_words, made_at
from page import duration, expect, percent, plain

UNITS = {"h": 3600, "d": 86400}


def seconds_of(length):
    """As the pipeline has it: 7d."""
    return int(length[:-1]) * UNITS[length[-1]]


def ages(made, newest):
    """The age of what is newest, in words: the page was made within the second that it names."""
    age = made - dt.datetime.fromisoformat(newest)
    return {f"{duration(int(age.total_seconds()) + more)} before this page was made." for more in (0, 1)}


def compare_fresh(report, card, name, show, newest):
    most = seconds_of(show.options["max_age"])
    text, (age, limit) = card.texts("button"), card.texts("p", "note")
    made = made_at(report)
    is_old = (made - dt.datetime.fromisoformat(newest)).total_seconds() > most
    expect(f"badge {name}", (card.attributes["data-state"], text),
           ("bad" if is_old else "good", [f"{'Stale' if is_old else 'Fresh'}: data up to {in_words([newest])[0]}"]))
    expect(f"badge {name}, whether it is {age}", age in ages(made, newest), True)
    expect(f"age up to which badge {name} is fresh", limit, f"Fresh is at most {duration(most)}.")


def compare_badges(report, cards, shows, newest, rejected):
    """`newest` as {badge: moment} and `rejected` as {badge: (rows, of all rows, {reason: rows})}. Returns how many."""
    found = [name.removeprefix("badge-") for name in cards if name.startswith("badge-")]
    expect("badges on the page", sorted(found), sorted([*newest, *rejected]))
    for name in found:
        card = cards[f"badge-{name}"]
        if name in newest:
            compare_fresh(report, card, name, shows[name], newest[name])
            continue
        rows, everything, reasons = rejected[name]
        counted = lambda count: f"{plain(count)} row{'' if count == 1 else 's'}"
        expect(f"badge {name}", (card.attributes["data-state"], card.texts("button"), card.texts("p", "note")),
               ("bad", [f"{counted(rows)} of {plain(everything)} rejected ({percent(rows / everything)})"],
                [f"{counted(count)}: {reason}" for reason, count in reasons.items()]))
    return len(found)
