"""When visits stopped to get past a page, and on which devices."""
import statistics

from order_lines import spoken
from visits import share, stamp


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
            found.append({"changed_at": after[0][0], "seen_at": time,
                          "before": statistics.fmean(v for _, v in before),
                          "after": statistics.fmean(v for _, v in after)})
            segment, sums, since = after, [0.0, 0.0], [[], []]
    return found


def told(change, platform=None):
    return change | {"platform": platform, "day": spoken(change["changed_at"]), "seen_at": stamp(change["seen_at"])}


def expect_lost(expected, visits, devices, of, event, names):
    """Changes by device, changes of all devices together, and each device's share before, between and after either."""
    at_step = [visit for visit in visits if of in visit.events]
    # A visit is known when it is over, so they come in that order.
    in_order = lambda some: sorted(some, key=lambda visit: visit.end)
    series = lambda some: [(visit.at, float(event in visit.events)) for visit in in_order(some)]
    by_device = [told(change, device) for device in devices
                 for change in change_points(series(v for v in at_step if v.platform == device))]
    by_device.sort(key=lambda row: row["changed_at"])
    whole = [told(change) for change in change_points(series(at_step))]
    changes = by_device if names == "by device" else whole
    begins, ends = changes[0]["changed_at"], changes[-1]["changed_at"]
    phases = {"1 before": lambda at: at < begins, "2 during": lambda at: begins <= at < ends,
              "3 after": lambda at: at >= ends}
    parts = []
    for phase, holds in phases.items():
        for device in devices:
            some = [visit for visit in at_step if visit.platform == device and holds(visit.at)]
            parts.append({"phase": phase, "platform": device, "visits": len(some), "share": share(some, event)})
    return by_device, whole, parts
