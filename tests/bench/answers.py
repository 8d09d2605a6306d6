"""Compares what the engines wrote: CSV with keys, a count, an average and a p99.

The reference is the yardstick's with `bounds`: behind its exact p99 it has the values one percent of rank below and
above.
"""
import csv
from dataclasses import dataclass

AVERAGE_TOLERANCE = 1e-9
VALUE_TOLERANCE = 0.01


@dataclass
class Answer:
    count: int
    average: float
    p99: float
    low: float = 0
    high: float = 0


def key_text(name, text):
    """Engines write times in their own ways; windows begin on whole minutes."""
    return text.replace(" ", "T")[:16] if name == "window_start" else text


def read(path, keys):
    answers = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            row.pop("window_end", None)
            key = tuple(key_text(name, row.pop(name)) for name in keys)
            if key in answers:
                raise ValueError(f"{path}: {key} twice")
            count, *numbers = row.values()
            answers[key] = Answer(int(count), *map(float, numbers))
    return answers


def near(found, wanted, tolerance):
    return abs(found - wanted) <= tolerance * abs(wanted)


def is_p99_by_value(found, wanted):
    return near(found.p99, wanted.p99, VALUE_TOLERANCE)


def is_p99_by_rank(found, wanted):
    return wanted.low <= found.p99 <= wanted.high


def differences(found, wanted, is_p99):
    """Says what is wrong with `found`, at most five sentences."""
    faults = []
    for key in sorted(wanted.keys() ^ found.keys()):
        faults.append(f"{key} is {'missing' if key in wanted else 'not in the input'}")
    for key in wanted.keys() & found.keys():
        one, other = found[key], wanted[key]
        if one.count != other.count:
            faults.append(f"{key}: count {one.count}, expected {other.count}")
        if not near(one.average, other.average, AVERAGE_TOLERANCE):
            faults.append(f"{key}: average {one.average}, expected {other.average}")
        if not is_p99(one, other):
            faults.append(f"{key}: p99 {one.p99}, expected {other.p99} ({other.low} to {other.high})")
    return faults[:5]
