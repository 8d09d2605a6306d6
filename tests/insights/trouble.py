"""Days in which visits met error pages or asked for help, and whom it met."""
import collections

from order_lines import spoken, start
from visits import DAY, PURCHASE, share


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
    expected.marks["trouble_by_day"] = [(start(day), words[day]) for day in found]
    channels = [{"days": words[day], "channel": channel, "visits": len(some),
                 "in_trouble": sum(v.is_in_trouble for v in some),
                 "with_cart": sum("add_to_cart" in v.events for v in some),
                 "buying": sum(PURCHASE in v.events for v in some)}
                for day in found for channel in sorted({visit.channel for visit in four[day]})
                for some in [[visit for visit in four[day] if visit.channel == channel]]]
    expected.came("trouble", len(found), map(start, found))
    expected.came("trouble_days", len(four), map(start, four))
    expected.came("trouble_channels", len(channels), map(start, found))
    expected.came("main_channels", len(found), map(start, found))
    expected.came("usual")
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
