"""The sections about machines, from four series of the Numenta Anomaly Benchmark and one whose level moves."""
import calendar
import csv
import datetime as dt
import json
import math

import backtests
from check_numbers import quantile
from moment_words import clock
from system_methods import changes, naive_deviations, naive_widths, pages, scores
from system_page import columns_of, moment, percent, plain, utc

TEMPERATURE = "realKnownCause/machine_temperature_system_failure.csv"
LATENCY = "realKnownCause/ec2_request_latency_system_failure.csv"
QUIET = "realAWSCloudwatch/ec2_cpu_utilization_c6585a.csv"
TAXI = "realKnownCause/nyc_taxi.csv"
MOVED = "realAWSCloudwatch/ec2_cpu_utilization_ac20cd.csv"
MACHINES = {"machine temperature": TEMPERATURE, "request latency": LATENCY, "CPU of a quiet server": QUIET,
            "taxi passengers": TAXI}
# The stretches of combined_windows.json, in their order there.
STRETCHES = {TEMPERATURE: ["first", "second", "third", "fourth"],
             LATENCY: ["first", "second", "third"],
             TAXI: ["marathon", "Thanksgiving", "Christmas", "New Year", "snow storm"], QUIET: []}


def seconds_of(text):
    return calendar.timegm(dt.datetime.fromisoformat(text[:19]).timetuple())


def read(folder, name):
    """(second, value) in the order of both."""
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return sorted((seconds_of(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file))


def windows(rows, length):
    """(start, values) of each window that has any."""
    found = {}
    for second, value in rows:
        found.setdefault(second - second % length, []).append(value)
    return sorted(found.items())


def mean(values):
    return math.fsum(values) / len(values)


def start_column(of):
    return [moment(utc(start)) for start, _ in of]


def mark_of(page):
    inside = f", labelled {page['labelled']}" if page["labelled"] else ""
    return page["started_at"], f"score {round(page['value'], 2)}{inside}"


def watched(folder, name, labels):
    """How one machine was watched, and whom it woke when."""
    rows = read(folder, name)
    seconds = [second for second, _ in rows]
    judged = list(scores(seconds, [value for _, value in rows]))
    told = []
    for second, score in pages(seconds, [score for score, _ in judged], 0.5, 16 * 3600):
        inside = [title for title, (first, last) in zip(STRETCHES[name], labels[name])
                  if seconds_of(first) <= second <= seconds_of(last)]
        told.append({"started_at": moment(utc(second)), "value": score, "labelled": inside[0] if inside else None})
    inside = [page["labelled"] for page in told if page["labelled"]]
    return rows, told, {"values": len(rows), "flags": sum(flag for _, flag in judged), "pages": len(told),
                        "inside": len(inside), "outside": len(told) - len(inside), "found": len(set(inside)),
                        "highest_score": max(score for score, _ in judged)}


def of_watched(folder, beside):
    labels = json.loads((folder / "combined_windows.json").read_text(encoding="utf-8"))
    tiles, figures, answers = {}, {}, {}
    rows, told, counts = {}, {}, {}
    for machine, name in MACHINES.items():
        rows[name], told[name], counts[name] = watched(folder, name, labels)
    for short, name in (("temperature", TEMPERATURE), ("latency", LATENCY), ("taxi", TAXI)):
        tiles |= {f"{short}_{key}": counts[name][key] for key in ("pages", "inside", "found")}
    tiles["temperature_outside"] = counts[TEMPERATURE]["outside"]

    quarters = windows(rows[TEMPERATURE], 6 * 3600)
    figures["temperature_over_time"] = {"window_start": start_column(quarters), "mean": [mean(v) for _, v in quarters],
                                        "lowest": [min(v) for _, v in quarters]}
    figures["temperature_told"] = columns_of(told[TEMPERATURE], "started_at", "value", "labelled")
    count = counts[TEMPERATURE]
    answers["temperature"] = (f"{count['pages']} pages, of which {count['inside']} lie in {count['found']} of the 4 stretches "
                              f"that people labelled afterwards; {count['outside']} do not.")

    hours = windows(rows[LATENCY], 3600)
    values = [value for _, value in rows[LATENCY]]
    apdex = (sum(v <= 46 for v in values) + sum(46 < v <= 184 for v in values) / 2) / len(values)
    tiles |= {"latency_apdex": apdex, "latency_p50": quantile(values, 0.5), "latency_p99": quantile(values, 0.99)}
    figures["latency_by_hour"] = {"window_start": start_column(hours), "mean": [mean(v) for _, v in hours],
                                  "highest": [max(v) for _, v in hours]}
    count = counts[LATENCY]
    answers["latency"] = (f"{count['pages']} pages in two weeks, {count['inside']} of them in {count['found']} of the 3 "
                          f"labelled stretches; the Apdex is {plain(apdex)}.")

    quarters = windows(rows[TAXI], 6 * 3600)
    figures["taxi_over_time"] = {"window_start": start_column(quarters), "passengers": [math.fsum(v) for _, v in quarters]}
    figures["taxi_told"] = columns_of(told[TAXI], "started_at", "value", "labelled")
    count = counts[TAXI]
    answers["demand"] = (f"{count['pages']} pages in seven months, {count['inside']} of them in {count['found']} of the 5 "
                         "labelled stretches.")

    hours, count = windows(rows[QUIET], 3600), counts[QUIET]
    tiles |= {"quiet_pages": count["pages"], "quiet_flags": count["flags"], "quiet_values": count["values"],
              "quiet_score": count["highest_score"]}
    figures["quiet_by_hour"] = {"window_start": start_column(hours), "mean": [mean(v) for _, v in hours]}
    table = [{"machine": machine} | counts[MACHINES[machine]] for machine in sorted(MACHINES)]
    figures["watched_machines"] = columns_of(table, "machine", "values", "flags", "pages", "inside", "outside",
                                             "highest_score")
    answers["quiet"] = (f"{count['pages']} pages and {count['flags']} unusual values among {plain(count['values'])}; the "
                        f"highest score is {plain(count['highest_score'])}, and from 0.5 on somebody is woken.")
    for figure, name in (("temperature_over_time", TEMPERATURE), ("latency_by_hour", LATENCY), ("taxi_over_time", TAXI),
                         ("quiet_by_hour", QUIET)):
        beside.marks[figure] = [mark_of(page) for page in told[name]]
    for name in ("temperature_watch", "latency_watch", "latency_sums", "taxi_watch", "cpu_watch"):
        beside.came(name)
    for name, machine in (("temperature_pages", TEMPERATURE), ("taxi_pages", TAXI)):
        beside.came(name, len(told[machine]), [page["started_at"] for page in told[machine]])
    for name, figure in (("temperature", "temperature_over_time"), ("latency", "latency_by_hour"),
                         ("taxi", "taxi_over_time"), ("cpu", "quiet_by_hour")):
        starts = figures[figure]["window_start"]
        beside.came(name, len(starts), starts)
    last_seconds = [max(seconds for seconds, _ in of) for of in rows.values()]
    beside.came("watch", len(rows))
    beside.came("newest_values", len(rows), [moment(utc(second)) for second in last_seconds])
    newest = max(last_seconds)
    return tiles, figures, answers, utc(newest)


def of_moved(folder, beside):
    hours = windows(read(folder, MOVED), 3600)
    means = [mean(values) for _, values in hours]
    names = ("changed_at", "seen_at", "before", "after", "shift")
    found = [dict(zip(names, change)) for change in changes([start for start, _ in hours], means)]
    last = found[-1]
    waited = (last["seen_at"] - last["changed_at"]) / 3600
    tiles = {"level_changes": len(found), "changes_seen": waited, "level_before": last["before"],
             "level_after": last["after"]}
    at = utc(last["changed_at"])
    rows = [change | {name: moment(utc(change[name])) for name in names[:2]} for change in found]
    beside.names["changes_seen"] = clock(rows[-1]["changed_at"])
    beside.marks["moved_by_hour"] = [
        (row["changed_at"], f"from {round(row['before'], 1)} to {round(row['after'], 1)}, seen {clock(row['seen_at'])}")
        for row in rows]
    figures = {"moved_by_hour": {"window_start": start_column(hours), "mean": means},
               "changes_in_full": columns_of(rows, *names)}
    beside.came("moved", len(hours), start_column(hours))
    beside.came("changes", len(rows), [row["changed_at"] for row in rows])
    beside.came("change_count")
    answers = {"moved": f"{len(found)} times, the last time on {at:%Y-%m-%d %H:%M} UTC: from {plain(last['before'])}% to "
                        f"{plain(last['after'])}%, seen {plain(waited)} hours later."}
    return tiles, figures, answers


def of_forecast(data, beside):
    """With the horizon and origins that backtests.json fixed. The page shows the seasonal naive forecast, which `auto` takes
    here, so that every number of it can be made again."""
    setting = json.loads(backtests.SETTINGS.read_text(encoding="utf-8"))["sets"]["taxi"]
    season, horizon, stride = setting["season"], setting["horizon"], setting["stride"]
    first, values = backtests.on_grid(backtests.taxi(data), setting["step"])
    size, times = len(values), [first + dt.timedelta(hours=i) for i in range(len(values) + horizon)]
    deviations = naive_deviations(values, season)
    next_day = [values[size - season + i] for i in range(horizon)]
    half = naive_widths(values, deviations, season, horizon, size)

    points, covered = [], [0, 0]
    for origin in (size - horizon - k * stride for k in reversed(range(setting["origins"]))):
        differences = [abs(values[t] - values[t - season]) for t in range(season, origin)]
        unit = math.fsum(differences) / len(differences)
        widths = naive_widths(values, deviations, season, horizon, origin)
        for i in range(horizon):
            actual, usual = values[origin + i], backtests.naive_forecast(values[:origin], season, i + 1)
            points.append((actual, usual, unit))
            for level, width in enumerate(widths):
                covered[level] += abs(actual - usual) <= width
    smape, mase = backtests.measures(points)
    shares = [count / len(points) for count in covered]
    today = math.fsum(values[-24:])
    tiles = {"tomorrow": math.fsum(next_day), "today": today, "smape": (smape, smape), "mase": (mase, mase),
             "covered_80": shares[0], "covered_95": shares[1]}
    beside.samples |= dict.fromkeys(("smape", "covered_80", "covered_95"), len(points))
    beside.notes["passengers_tomorrow"] = [
        f"Model: seasonal_naive. In the back-test it was wrong by {plain(mase)} of a typical step, the seasonal naive by "
        f"{plain(mase)}: the naive one is as good."]
    week, nothing = values[size - 168:], [None] * 168
    figures = {"passengers_tomorrow": {
        "window_start": [moment(time) for time in times[size - 168:]], "actual": week + [None] * horizon,
        "forecast": nothing + next_day,
        "lower_80": nothing + [value - half[0] for value in next_day],
        "upper_80": nothing + [value + half[0] for value in next_day],
        "lower_95": nothing + [value - half[1] for value in next_day],
        "upper_95": nothing + [value + half[1] for value in next_day]}}
    beside.came("next_day", horizon, [moment(times[size])])  # Its first time is that from which it was forecast.
    beside.came("next_day_sum")
    beside.came("last_day")
    answers = {"forecast": f"{plain(math.fsum(next_day))}, after {plain(today)} on the last day; the hour forecasts of the "
                           f"last four weeks were off by {plain(smape)}% on average, and {percent(shares[0])} and "
                           f"{percent(shares[1])} of them within their 80% and 95%."}
    return tiles, figures, answers
