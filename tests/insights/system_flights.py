"""The sections about flights, from the three million rows themselves: once in plain Python, and once by DuckDB, which must
say the same."""
import collections
import csv
import datetime as dt
import math
import subprocess

from check_numbers import expect, quantile
from system_page import columns_of, moment, percent, plain

SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
LAST_WHOLE_WEEK = "2001-06-18"


def measured(delays):
    """`delays` in order."""
    late = sum(delay > 15 for delay in delays)
    middling = sum(15 < delay <= 60 for delay in delays)
    return {"flights": len(delays), "late": late, "late_share": late / len(delays),
            "apdex": (len(delays) - late + middling / 2) / len(delays)} | {
                name: quantile(delays, share) for name, share in SHARES.items()}


def by_python(path):
    """{(airport, week): measures}, None for all of a kind; of the ten largest airports. The number of airports' weeks and
    the newest flight too."""
    cells, weeks, newest = collections.defaultdict(list), {}, ""
    with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE, text=True) as file:
        if next(file.stdout).split(",")[:2] != ["date", "delay"]:
            raise ValueError("other columns than expected")
        for line in file.stdout:
            date, delay, _, origin, _ = line.split(",")
            day = date[:10]
            if day not in weeks:
                at = dt.date.fromisoformat(day)
                weeks[day] = (at - dt.timedelta(days=at.weekday())).isoformat()
            cells[origin, weeks[day]].append(int(delay))
            newest = max(newest, date)
    sizes = collections.Counter()
    of_week, of_airport = collections.defaultdict(list), collections.defaultdict(list)
    for (origin, week), delays in cells.items():
        sizes[origin] += len(delays)
        of_week[week] += delays
        of_airport[origin] += delays
    largest = sorted(sizes, key=lambda name: (-sizes[name], name))[:10]
    found = {(None, week): delays for week, delays in of_week.items()}
    found |= {(name, None): of_airport[name] for name in largest}
    found |= {(name, week): delays for (name, week), delays in cells.items() if name in largest}
    found[None, None] = sorted(delay for delays in of_airport.values() for delay in delays)
    return {key: measured(sorted(delays)) for key, delays in found.items()}, len(cells), newest


QUERY = """COPY (
  WITH flights AS (SELECT origin, strftime(date_trunc('week', date), '%Y-%m-%d') AS week, delay FROM read_csv('{path}'))
  SELECT origin, week, count(*) AS flights, count(*) FILTER (WHERE delay > 15) AS late,
    quantile_cont(delay, 0.5) AS p50, quantile_cont(delay, 0.9) AS p90, quantile_cont(delay, 0.99) AS p99
  FROM flights GROUP BY GROUPING SETS ((), (origin), (week), (origin, week))
) TO '{out}' (HEADER)"""


def compare_with_duckdb(duckdb, path, out, found):
    subprocess.run([duckdb, "-init", "/dev/null", "-c", QUERY.format(path=path, out=out)], check=True,
                   stdout=subprocess.DEVNULL)
    with open(out, newline="", encoding="utf-8") as file:
        rows = {(row["origin"] or None, row["week"] or None): row for row in csv.DictReader(file)}
    for key, measures in found.items():
        for name in ("flights", "late", *SHARES):
            expect(f"DuckDB, {key}, {name}", float(rows[key][name]), float(measures[name]))


def of_choice(found, airport, suffix, beside):
    """What follows the drop-down: of all airports, or of one."""
    tiles, figures = {}, {}
    weeks = sorted(week for name, week in found if name == airport and week and week <= LAST_WHOLE_WEEK)
    last, before = found[airport, weeks[-1]], found[airport, weeks[-2]]
    whole = found[airport, None]
    for name in SHARES:
        tiles[name + suffix] = (last[name], before[name])
    for name in ("late", "flights", "late_share", "apdex"):
        tiles[name + suffix] = whole[name]
    starts = [f"{week}T00:00:00Z" for week in weeks]
    column = lambda name: [found[airport, week][name] for week in weeks]
    figures["delay_by_week" + suffix] = {"window_start": starts} | {name: column(name) for name in SHARES}
    p90 = column("p90")
    beside.came("weeks" + suffix, len(weeks), starts)
    beside.came("flights" + suffix)
    beside.series["p90" + suffix] = p90
    beside.samples["late_share" + suffix] = whole["flights"]
    figures["p90_change_by_week" + suffix] = {
        "window_start": starts, "p90_week_change": [None] + [now - then for then, now in zip(p90, p90[1:])]}
    figures["late_share_by_week" + suffix] = {"window_start": starts, "late_share": column("late_share")}
    minutes = lambda value: plain(value) + " min"
    answers = {
        "delays" + suffix: f"In the last whole week half were at most {minutes(last['p50'])} late, one in ten more than "
                           f"{minutes(last['p90'])} and one in a hundred more than {minutes(last['p99'])}; p90 was "
                           f"{minutes(before['p90'])} the week before.",
        "late" + suffix: f"{plain(whole['late'])} of {plain(whole['flights'])}, {percent(whole['late_share'])}; the Apdex is "
                         f"{plain(whole['apdex'])}."}
    return tiles, figures, answers


def of_airports(found, names, beside):
    tiles, figures, answers = {}, {}, {}
    ten = [{"from_airport": name} | found[name, None] for name in names]
    week_before = (dt.date.fromisoformat(LAST_WHOLE_WEEK) - dt.timedelta(days=7)).isoformat()
    last = []
    for name in names:
        now, then = found[name, LAST_WHOLE_WEEK], found[name, week_before]
        last.append({"from_airport": name, "flights": now["flights"]} | {
            key: value for share in ("p90", "p99")
            for key, value in ((share, now[share]), (share + "_week_before", then[share]),
                               (share + "_week_change", now[share] - then[share]))})
    last.sort(key=lambda row: -row["flights"])
    worst = max(ten, key=lambda row: row["p90"])
    grew = max(last, key=lambda row: row["p90_week_change"])
    tiles |= {"worst": worst["p90"], "grew": grew["p90_week_change"]}
    beside.names |= {"worst": worst["from_airport"], "grew": grew["from_airport"]}
    beside.came("ten", len(ten))
    beside.came("last_week", len(last), [f"{LAST_WHOLE_WEEK}T00:00:00Z"])
    figures["p90_by_airport"] = columns_of(ten, "from_airport", "p90")
    figures["airports_in_full"] = columns_of(ten, "from_airport", "flights", "p50", "p90", "p99", "late_share")
    figures["last_week_in_full"] = columns_of(last, *last[0])
    answers["airports"] = (f"{worst['from_airport']} has the longest p90, {plain(worst['p90'])} min; in the last whole "
                           f"week p90 grew most at {grew['from_airport']}, by {plain(grew['p90_week_change'])} min.")
    return tiles, figures, answers


def of_flights(path, duckdb, scratch, beside):
    found, cells, newest = by_python(path)
    if duckdb:
        compare_with_duckdb(duckdb, path, scratch, found)
    names = sorted({name for name, _ in found if name}, key=lambda name: -found[name, None]["flights"])
    tiles, figures, answers = of_airports(found, names, beside)
    for number, airport in enumerate([None, *sorted(names)]):
        suffix = f"--{number}" if number else ""
        for made, part in zip((tiles, figures, answers), of_choice(found, airport, suffix, beside)):
            made.update(part)
    exact = found[None, None]
    tiles |= {"sketches": cells, "rows_flights": exact["flights"]}
    newest = moment(dt.datetime.fromisoformat(newest))
    beside.came("all_flights")
    beside.came("sketches")
    beside.came("newest_flight", 1, [newest])
    return tiles, figures, answers, exact, newest


def compare_sketches(page, exact, tiles, answers):
    """A sketch holds counts by logarithmic bucket: at most 0.8 % of the value away, as docs/reference/aggregates.md
    says. What it stands beside is exact."""
    for name, value in ((name, exact[name]) for name in SHARES):
        tile = page["tiles"].get(f"sketch_{name}", {})
        found = tile.get("value")
        expect(f"tile sketch_{name} within 0.8 % of {value}",
               found is not None and math.isclose(found, value, rel_tol=0, abs_tol=0.008 * abs(value)), True)
        tiles[f"sketch_{name}"] = (found, value)
    answers["sketches"] = (f"Yes: p99 out of {plain(tiles['sketches'][0])} sketches is {plain(tiles['sketch_p99'][0])} min, "
                           f"and {plain(exact['p99'])} min exactly.")
