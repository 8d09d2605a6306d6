"""The click-stream of a made-up shop: visits by device and week, what broke and when, days of trouble, and alerts."""
import collections
import csv
import datetime as dt
import gzip
import statistics

from shop import spoken, start

DAY = dt.timedelta(days=1)
SHIPPING, PAYMENT, PURCHASE = "shipping_details", "payment_details", "purchase"
MIDNIGHT = dt.time()
# What the makers of the data say that they planted: first and last day.
PLANTED = {"bug": (dt.date(2024, 4, 9), dt.date(2024, 5, 9)), "payment": (dt.date(2024, 5, 19), dt.date(2024, 6, 8)),
           "article": (dt.date(2024, 2, 29), dt.date(2024, 3, 3))}


class Visit:
    def __init__(self, rows):
        times = [moment(row["timestamp"]) for row in rows]
        self.at, self.end = min(times), max(times)
        self.day, self.platform, self.channel = self.at.date(), rows[0]["platform"], rows[0]["acquisition_channel"]
        self.events = {row["event"] for row in rows}
        self.is_in_trouble = not self.events.isdisjoint(("error_page", "support_chat"))


def moment(text):
    return dt.datetime.fromisoformat(text)


def read_visits(folder):
    with gzip.open(folder / "ecom.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_visit = collections.defaultdict(list)
    for row in rows:
        by_visit[row["session_id"]].append(row)
    return rows, sorted(map(Visit, by_visit.values()), key=lambda visit: visit.at)


def share(visits, event, of=None, least=1):
    """Of the visits (with the event `of`) those that have the other event; None where there are too few."""
    some = [visit for visit in visits if of is None or of in visit.events]
    return sum(event in visit.events for visit in some) / len(some) if len(some) >= least else None


def stamp(time):
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def change_points(series):
    """(time, value) in order: Page's two-sided CUSUM with k = 0.5, h = 8 and 30 values to begin with, each value in
    standard deviations from the mean of those before it, cut at 3.5. Everything is computed anew for each value."""
    segment, sums, since, found = [], [0.0, 0.0], [[], []], []
    for time, value in series:
        if len(segment) < 30:
            segment.append((time, value))
            continue
        past = [old for _, old in segment]
        deviation = statistics.stdev(past)
        z = max(-3.5, min(3.5, (value - statistics.fmean(past)) / deviation))
        segment.append((time, value))
        for side, sign in enumerate((1, -1)):
            sums[side] = max(0.0, sums[side] + sign * z - 0.5)
            since[side] = [*since[side], (time, value)] if sums[side] else []
        side = sums.index(max(sums))
        if sums[side] > 8:
            after, before = since[side], segment[:-len(since[side])]
            found.append({"changed_at": after[0][0], "seen_at": time, "before": statistics.fmean(v for _, v in before),
                          "after": statistics.fmean(v for _, v in after)})
            segment, sums, since = after, [0.0, 0.0], [[], []]
    return found


def told(change, platform=None):
    return change | {"platform": platform, "day": spoken(change["changed_at"]), "seen_at": stamp(change["seen_at"])}


def expect_lost(expected, visits, devices, of, event, names):
    """Changes by device, and the share of each device before, during and after those `names` were found for."""
    at_step = [visit for visit in visits if of in visit.events]
    # A visit is known when it is over, so they come in that order.
    series = lambda some: [(visit.at, float(event in visit.events)) for visit in sorted(some, key=lambda visit: visit.end)]
    by_device = [told(change, device) for device in devices
                 for change in change_points(series(v for v in at_step if v.platform == device))]
    by_device.sort(key=lambda row: row["changed_at"])
    whole = [told(change) for change in change_points(series(at_step))]
    begins, ends = ((rows := whole if names == "all" else by_device)[0]["changed_at"], rows[-1]["changed_at"])
    phases = {"1 before": lambda at: at < begins, "2 during": lambda at: begins <= at < ends, "3 after": lambda at: at >= ends}
    parts = []
    for phase, holds in phases.items():
        for device in devices:
            some = [visit for visit in at_step if visit.platform == device and holds(visit.at)]
            parts.append({"phase": phase, "platform": device, "visits": len(some), "share": share(some, event)})
    return by_device, whole, parts


def expect_weeks(expected, visits, devices):
    weeks = collections.defaultdict(list)
    for visit in visits:
        weeks[visit.day - visit.day.weekday() * DAY, visit.platform].append(visit)
    starts = sorted({week for week, _ in weeks})
    columns = {"conversion_by_week": (PURCHASE, None, 10), "past_shipping_by_week": (PAYMENT, SHIPPING, 5),
               "past_payment_by_week": (PURCHASE, PAYMENT, 5)}
    shares = {}
    for figure, asked in columns.items():
        shares[figure] = {device: [share(weeks[week, device], *asked) for week in starts] for device in devices}
        expected.figure(figure, window_start=[start(week) for week in starts], **shares[figure])
    return starts, shares


def expect_devices(expected, visits, devices):
    rows = [{"platform": device, "visits": len(some), "buying": sum(PURCHASE in visit.events for visit in some)}
            for device in devices for some in [[visit for visit in visits if visit.platform == device]]]
    rows.sort(key=lambda row: -row["buying"] / row["visits"])
    expected.table("devices_in_full", rows, ["platform", "visits", "buying"])
    for tile, row in (("best_device", rows[0]), ("worst_device", rows[-1])):
        expected.tile(tile, row["buying"] / row["visits"], name=row["platform"])


def expect_reports(expected, rows):
    found = collections.defaultdict(list)
    for row in rows:
        if row["event"] in ("checkout_bug", "payment_error"):
            found[row["event"], row["platform"]].append(row)
            found[row["event"], ""].append(row)
    table = []
    for (event, device), some in found.items():
        times = [moment(row["timestamp"]) for row in some]
        row = {"event": event, "platform": device, "times": len(some), "visits": len({row["session_id"] for row in some}),
               "first": min(times), "first_day": spoken(min(times)), "last_day": spoken(max(times))}
        if device:
            table.append(row)
        else:
            days = f"{spoken(min(times), '%-d %B')} to {spoken(max(times))}"
            expected.tile("bugs" if event == "checkout_bug" else "payment_errors", len(some), name=days)
    table.sort(key=lambda row: row["first"])
    expected.table("reports", table, ["event", "platform", "times", "visits", "first_day", "last_day"])


def expect_trouble(expected, visits):
    by_day = collections.defaultdict(list)
    for visit in visits:
        by_day[visit.day].append(visit)
    first, last = min(by_day) - 3 * DAY, max(by_day)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    four = {day: [visit for n in range(4) for visit in by_day.get(day + n * DAY, ())] for day in days}
    four = {day: some for day, some in four.items() if some}
    part = lambda some: sum(visit.is_in_trouble for visit in some) / len(some)
    known = lambda some, number: number(some) if len(some) >= 20 else None
    carts = lambda some: share(some, "add_to_cart")
    expected.figure("trouble_by_day", window_start=[start(day) for day in four],
                    trouble_share=[known(some, part) for some in four.values()],
                    cart_share=[known(some, carts) for some in four.values()])
    found = [day for day, some in four.items() if len(some) >= 20 and part(some) > 0.3]
    words = {day: f"{spoken(day, '%-d %B')} to {spoken(day + 3 * DAY)}" for day in found}
    channels = [{"days": words[day], "channel": channel, "visits": len(some), "in_trouble": sum(v.is_in_trouble for v in some),
                 "with_cart": sum("add_to_cart" in v.events for v in some), "buying": sum(PURCHASE in v.events for v in some)}
                for day in found for channel in sorted({visit.channel for visit in four[day]})
                for some in [[visit for visit in four[day] if visit.channel == channel]]]
    expected.table("trouble_channels", channels, list(channels[0]))
    trouble = four[found[0]]
    expected.tile("trouble", part(trouble), name=words[found[0]])
    expected.tile("trouble_visits", len(trouble))
    expected.tile("usual_trouble", part(visits))
    expected.tile("trouble_carts", carts(trouble))
    expected.tile("usual_carts", carts(visits))
    main = max((row for row in channels if row["days"] == words[found[0]]), key=lambda row: row["visits"])
    expected.tile("main_channel", main["visits"], name=main["channel"])
    expected.tile("second_trouble", part(four[found[-1]]), name=words[found[-1]])
    return found[0], found[0] + 3 * DAY


def notices(starts, shares, devices):
    """Below a half an incident begins, at 60 % it is over; a week without a share says nothing."""
    rows = []
    for rule, page in (("past_shipping", "shipping"), ("past_payment", "payment")):
        for device in devices:
            began = None
            for week, value in zip(starts, shares[f"{rule}_by_week"][device]):
                at = dt.datetime.combine(week + 7 * DAY, MIDNIGHT)
                says = f"visits do not get past the {page} page (platform={device}): "
                if value is not None and began is None and value < 0.5:
                    began = at
                    rows.append((at, rule, device, "firing", value, f"{says}{value:.6g} is below 0.5 since {stamp(at)}"))
                elif value is not None and began is not None and value >= 0.6:
                    rows.append((at, rule, device, "resolved", value,
                                 f"{says}resolved at {stamp(at)} after {(at - began).days}d: {value:.6g}"))
                    began = None
    return sorted(rows)


def expect_notices(expected, rows):
    expected.figure("notices", day=[spoken(row[0]) for row in rows], platform=[row[2] for row in rows],
                    state=[row[3] for row in rows], sentence=[row[5] for row in rows])
    for tile, state in (("begun", "firing"), ("over", "resolved")):
        expected.tile(tile, sum(row[3] == state for row in rows))
    expected.tile("first_notice", rows[0][4], name=f"{rows[0][2]} on {spoken(rows[0][0])}")


def expect_clicks(expected, folder):
    """Returns what was found of what was planted: the first and the last day of each."""
    rows, visits = read_visits(folder)
    devices = sorted({visit.platform for visit in visits})
    starts, shares = expect_weeks(expected, visits, devices)
    expect_devices(expected, visits, devices)
    expect_reports(expected, rows)

    changes, _, parts = expect_lost(expected, visits, devices, SHIPPING, PAYMENT, "by device")
    expected.table("shipping_changes", changes, ["platform", "day", "seen_at", "before", "after"])
    expected.table("shipping_phases", parts, ["phase", "platform", "visits", "share"])
    expected.tile("during_shipping", changes[-1]["before"], name=changes[-1]["day"])
    expected.tile("before_shipping", changes[0]["before"], name=changes[0]["platform"])
    expected.tile("break_shipping", changes[0]["after"], name=changes[0]["day"])
    bug = [change["changed_at"].date() for change in changes]

    by_device, changes, parts = expect_lost(expected, visits, devices, PAYMENT, PURCHASE, "all")
    expected.table("payment_by_device", by_device, ["platform", "day", "seen_at", "before", "after"])
    expected.table("payment_phases", parts, ["phase", "platform", "visits", "share"])
    expected.tile("during_payment", changes[-1]["before"], name=changes[-1]["day"])
    expected.tile("before_payment", changes[0]["before"], name=changes[0]["day"])
    worst = min((part for part in parts if part["phase"] == "2 during"), key=lambda part: part["share"])
    expected.tile("worst_payment", worst["share"], name=worst["platform"])
    expected.tile("payment_devices", len({row["platform"] for row in by_device if row["after"] < row["before"]}))

    article = expect_trouble(expected, visits)
    expect_notices(expected, notices(starts, shares, devices))
    return {"bug": bug, "payment": [change["changed_at"].date() for change in changes], "article": article}
