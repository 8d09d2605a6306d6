"""A made-up shop's click-stream: visits by device and week, what broke and when, and who would have been called."""
import collections
import datetime as dt

from breaks import expect_lost
from order_lines import spoken, start
from trouble import expect_trouble
from visits import DAY, PAYMENT, PURCHASE, SHIPPING, moment, read_visits, share, stamp

# What the makers of the data say that they planted: first and last day.
PLANTED = {"bug": (dt.date(2024, 4, 9), dt.date(2024, 5, 9)), "payment": (dt.date(2024, 5, 19), dt.date(2024, 6, 8)),
           "article": (dt.date(2024, 2, 29), dt.date(2024, 3, 3))}


def expect_weeks(expected, visits, devices):
    weeks = collections.defaultdict(list)
    for visit in visits:
        weeks[visit.day - visit.day.weekday() * DAY, visit.platform].append(visit)
    starts = sorted({week for week, _ in weeks})
    columns = {"conversion_by_week": (PURCHASE, None, 10), "past_shipping_by_week": (PAYMENT, SHIPPING, 5),
               "past_payment_by_week": (PURCHASE, PAYMENT, 5)}
    expected.came("weekly", len(weeks), map(start, starts))
    shares = {}
    for figure, asked in columns.items():
        shares[figure] = {device: [share(weeks[week, device], *asked) for week in starts] for device in devices}
        expected.figure(figure, window_start=[start(week) for week in starts], **shares[figure])
    return starts, shares


def expect_devices(expected, visits, devices):
    rows = [{"platform": device, "visits": len(some), "buying": sum(PURCHASE in visit.events for visit in some)}
            for device in devices for some in [[visit for visit in visits if visit.platform == device]]]
    rows.sort(key=lambda row: -row["buying"] / row["visits"])
    expected.came("devices", len(rows))
    expected.table("devices_in_full", rows, ["platform", "visits", "buying"])
    for tile, row in (("best_device", rows[0]), ("worst_device", rows[-1])):
        expected.tile(tile, row["buying"] / row["visits"], name=row["platform"], sample=row["visits"])


def expect_reports(expected, rows):
    found = collections.defaultdict(list)
    for row in rows:
        if row["event"] in ("checkout_bug", "payment_error"):
            found[row["event"], row["platform"]].append(row)
            found[row["event"], ""].append(row)
    table = []
    for (event, device), some in found.items():
        times = [moment(row["timestamp"]) for row in some]
        row = {"event": event, "platform": device, "times": len(some),
               "visits": len({row["session_id"] for row in some}), "first": min(times), "first_day": spoken(min(times)), "last_day": spoken(max(times))}
        if device:
            table.append(row)
        else:
            days = f"{spoken(min(times), '%-d %B')} to {spoken(max(times))}"
            expected.tile("bugs" if event == "checkout_bug" else "payment_errors", len(some), name=days)
            expected.came("bug_reports" if event == "checkout_bug" else "payment_reports", 1, [stamp(min(times))])
    table.sort(key=lambda row: row["first"])
    expected.came("reports", len(table), [stamp(row["first"]) for row in table])
    expected.table("reports", table, ["event", "platform", "times", "visits", "first_day", "last_day"])


def notices(starts, shares, devices):
    """Below a half an incident begins, at 60 % it is over; a week without a share says nothing."""
    rows = []
    for rule, page in (("past_shipping", "shipping"), ("past_payment", "payment")):
        for device in devices:
            began = None
            for week, value in zip(starts, shares[f"{rule}_by_week"][device]):
                at = dt.datetime.combine(week + 7 * DAY, dt.time())
                says = f"visits do not get past the {page} page (platform={device}): "
                if value is not None and began is None and value < 0.5:
                    began = at
                    rows.append((at, rule, device, "firing", value,
                                 f"{says}{value:.6g} is below 0.5 since {stamp(at)}", began))
                elif value is not None and began is not None and value >= 0.6:
                    rows.append((at, rule, device, "resolved", value,
                                 f"{says}resolved at {stamp(at)} after {(at - began).days}d: {value:.6g}", began))
                    began = None
    return sorted(rows)


def expect_notices(expected, rows):
    expected.figure("notices", day=[spoken(row[0]) for row in rows], platform=[row[2] for row in rows],
                    state=[row[3] for row in rows], sentence=[row[5] for row in rows])
    expected.came("notices", len(rows), [stamp(row[6]) for row in rows])
    expected.came("notice_counts")
    for tile, state in (("begun", "firing"), ("over", "resolved")):
        expected.tile(tile, sum(row[3] == state for row in rows))
    expected.tile("first_notice", rows[0][4], name=f"{rows[0][2]} on {spoken(rows[0][0])}")


def began_at(change):
    return stamp(change["changed_at"])


def marks(changes, verb):
    """What a chart says of each change, where the visit began from which on it holds."""
    whom = lambda change: f"{change['platform']}: " if change["platform"] else ""
    return [(began_at(change), f"{whom(change)}{'fewer' if change['after'] < change['before'] else 'more'} "
             f"{verb} from {change['day']}") for change in changes]


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
    expected.came("shipping_changes", len(changes), map(began_at, changes))
    expected.came("shipping_phases", len(parts))
    expected.tile("during_shipping", changes[-1]["before"], name=changes[-1]["day"])
    expected.tile("before_shipping", changes[0]["before"], name=changes[0]["platform"])
    expected.tile("break_shipping", changes[0]["after"], name=changes[0]["day"])
    bug = [change["changed_at"].date() for change in changes]
    shipping = marks(changes, "get past shipping")

    by_device, changes, parts = expect_lost(expected, visits, devices, PAYMENT, PURCHASE, "all")
    expected.table("payment_by_device", by_device, ["platform", "day", "seen_at", "before", "after"])
    expected.table("payment_phases", parts, ["phase", "platform", "visits", "share"])
    expected.came("payment_by_device", len(by_device), map(began_at, by_device))
    expected.came("payment_changes", len(changes), map(began_at, changes))
    expected.came("payment_phases", len(parts))
    expected.came("payment_during", len(devices))
    expected.came("payment_devices")
    expected.tile("during_payment", changes[-1]["before"], name=changes[-1]["day"])
    expected.tile("before_payment", changes[0]["before"], name=changes[0]["day"])
    worst = min((part for part in parts if part["phase"] == "2 during"), key=lambda part: part["share"])
    expected.tile("worst_payment", worst["share"], name=worst["platform"], sample=worst["visits"])
    expected.tile("payment_devices", len({row["platform"] for row in by_device if row["after"] < row["before"]}))

    paying = marks(changes, "pay")
    expected.marks |= {"past_shipping_by_week": shipping, "past_payment_by_week": paying,
                       "conversion_by_week": sorted(shipping + paying)}

    article = expect_trouble(expected, visits)
    expect_notices(expected, notices(starts, shares, devices))
    return {"bug": bug, "payment": [change["changed_at"].date() for change in changes], "article": article}
