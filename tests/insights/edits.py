"""A day of edits: its pages and hours."""
import collections
import gzip
import json

from page import expect


def expect_edits(expected, data, answers):
    pages, hours = collections.Counter(), collections.defaultdict(lambda: [0, 0])
    with gzip.open(data / "user-events/wikipedia-edits-2015-09-12.json.gz", "rt", encoding="utf-8") as file:
        for line in file:
            edit = json.loads(line)
            pages[edit["page"]] += 1
            hour = hours[edit["time"][:13]]
            hour[0] += 1
            hour[1] += edit["deleted"]
    top = sorted(pages.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    # Druid's tutorial prints these ten, and those who follow it these hours.
    expect("published top ten", sorted(map(list, top)), sorted(answers["wiki"]["top_pages"]))
    expected.figure("top_pages", page=[page for page, _ in top], edits=[count for _, count in top])
    expected.came("top_pages", len(top))
    expected.tile("top_page", top[0][1], name=top[0][0])

    in_order = sorted(hours)
    deleted = [hours[hour][1] for hour in in_order]
    expect("published deletions of the first hours", deleted[:4], [1761, 16208, 14543, 13101])
    before = [None, *deleted[:-1]]
    change = [None if was is None else now - was for now, was in zip(deleted, before)]
    clock = [f"{hour[11:]}:00" for hour in in_order]
    starts = [f"{hour}:00:00Z" for hour in in_order]
    expected.came("hours", len(starts), starts)
    expected.figure("deleted_by_hour", window_start=starts, deleted=deleted)
    expected.figure("change_by_hour", window_start=starts, change=change)
    expected.figure("hours_in_full", hour=clock, edits=[hours[hour][0] for hour in in_order], deleted=deleted,
                    deleted_before=before, change=change)
    expected.tile("most_deleted", max(deleted), name=clock[deleted.index(max(deleted))])
    rise = max(change[1:])
    expected.tile("jump", rise, name=clock[change.index(rise)])
