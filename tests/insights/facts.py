"""The main fact of each chart: one sentence above it, and its name for those who only listen, made of the page's data."""
from moment_words import clock
from page import expect, percent, plain
from tables import cell


class Chart:
    def __init__(self, figure):
        self.kind, self.x, *self.series = figure["kind"], *figure["columns"]
        self.unfinished = figure.get("partial", [])

    def at(self, row):
        value = self.x["values"][row]
        is_moment = self.x["type"] == "moment" and len(value) > len("2011-12-01")
        return clock(value) if is_moment else cell(self.x, value)

    def word(self, column, row):
        return cell(column, column["values"][row])

    def last(self):
        """The last row in which any series has a value."""
        return max(row for column in self.series for row, value in enumerate(column["values"]) if value is not None)

    def open(self, row):
        return ", not over yet" if row in self.unfinished else ""


def extreme(column, pick):
    """The first row with the largest or the smallest value."""
    known = [row for row, value in enumerate(column["values"]) if value is not None]
    return pick(known, key=lambda row: column["values"][row])


def spoken(name):
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def one_series(chart):
    column = chart.series[0]
    last, high, low = chart.last(), extreme(column, max), extreme(column, min)
    text = f"{spoken(column['label'])}: {chart.word(column, last)} last ({chart.at(last)}{chart.open(last)})"
    if column["values"][high] == column["values"][low]:
        return text + "."
    return (f"{text}; highest {chart.word(column, high)} ({chart.at(high)}), "
            f"lowest {chart.word(column, low)} ({chart.at(low)}).")


def last_of_each(chart):
    last = chart.last()
    said = ", ".join(f"{column['label']} {chart.word(column, last)}" for column in chart.series)
    return f"Last ({chart.at(last)}{chart.open(last)}): {said}."


def ranking(chart):
    values = [sum(value or 0 for value in row) for row in zip(*(column["values"] for column in chart.series))]
    totals = chart.series[0] | {"values": values}
    high, low = extreme(totals, max), extreme(totals, min)
    return (f"Largest: {chart.at(high)} with {chart.word(totals, high)}; smallest of {len(values)}: "
            f"{chart.at(low)} with {chart.word(totals, low)}.")


def over_time(chart):
    return one_series(chart) if len(chart.series) == 1 else last_of_each(chart)


def bars(chart):
    return over_time(chart) if chart.x["type"] == "moment" else ranking(chart)


def forecast(chart):
    mean = chart.series[1]
    row = next(row for row, value in enumerate(mean["values"]) if value is not None)
    low, high = (chart.word(chart.series[place], row) for place in (4, 5))
    return f"Forecast for {chart.at(row)}: {chart.word(mean, row)}; in 95 of 100 cases between {low} and {high}."


def shares(chart):
    last = chart.last()
    parts = {column["label"]: column["values"][last] or 0 for column in chart.series}
    largest = max(parts, key=parts.get)
    return (f"Last ({chart.at(last)}{chart.open(last)}): {largest} has the largest part, "
            f"{percent(parts[largest] / sum(parts.values()))}.")


def funnel(chart):
    there, _, kept, *_ = chart.series
    worst = min(range(1, len(kept["values"])), key=lambda row: kept["values"][row])
    first, last = there["values"][0], there["values"][-1]
    return (f"{plain(last)} of {plain(first)} get through all {len(kept['values'])} steps, {percent(last / first)}; "
            f"the largest part is lost before {chart.at(worst)}, {percent(1 - kept['values'][worst])}.")


def paths(chart):
    source, target, count = chart.series
    steps = chart.x["values"]
    parted = [row for row in range(len(steps)) if steps.count(steps[row]) > 1]
    most = max(parted, key=lambda row: count["values"][row])
    return (f"Most frequent where ways part: from {source['values'][most]} to {target['values'][most]}, "
            f"{plain(count['values'][most])} times.")


def cohorts(chart, open_cells):
    users, _, after, *_ = chart.series
    whole = [(rate, count) for row, (rate, count) in enumerate(zip(after["values"], users["values"]))
             if rate is not None and (row, 1) not in open_cells]
    count = sum(count for _, count in whole)
    return (f"In the first period after they joined {percent(sum(rate * of for rate, of in whole) / count)} came back, of "
            f"{plain(count)} users in {len(whole)} cohorts.")


FACTS = {"line": over_time, "bars": bars, "percentiles": over_time, "forecast": forecast, "shares": shares, "funnel": funnel,
         "paths": paths}


def compare_facts(page, cards, open_cells):
    """Returns how many were compared: tables and experiments have none."""
    count = 0
    for name, figure in page["figures"].items():
        chart, card = Chart(figure), cards[f"figure-{name}"]
        known = [cohorts(chart, open_cells[name])] if figure["kind"] == "cohorts" else (
            [FACTS[figure["kind"]](chart)] if figure["kind"] in FACTS else [])
        expect(f"main fact of {name}", card.texts("p", "fact"), known)
        names = [part.attributes["aria-label"] for part in card.parts if part.attributes.get("role") == "img"]
        is_drawn = figure["kind"] in FACTS and figure["kind"] != "funnel"
        expect(f"name of the chart of {name}", names, [f"{figure['title']}. {fact}" for fact in known if is_drawn])
        count += len(known)
    return count
