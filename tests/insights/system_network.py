"""The sections about a network, from what Zeek wrote of its TLS and its oddities."""
import collections
import datetime as dt
import gzip
import json

from moment_words import clock
from system_page import columns_of, moment, percent, plain

OUTDATED = ("SSLv2", "SSLv3", "TLSv10", "TLSv11")


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            time = dt.datetime.fromisoformat(record["ts"].replace("Z", "+00:00"))
            yield time, time.replace(second=0, microsecond=0), record


def of_tls(path, beside):
    tiles, figures, answers = {}, {}, {}
    versions, came_about = collections.Counter(), collections.Counter()
    minutes, good_minutes, newest = collections.Counter(), collections.Counter(), None
    for time, minute, record in read(path):
        version = record.get("version", "none agreed")
        versions[version] += 1
        came_about[version] += record["established"]
        minutes[minute] += 1
        good_minutes[minute] += record["established"]
        newest = max(newest or time, time)
    connections, established = sum(versions.values()), sum(came_about.values())
    outdated = sum(came_about[version] for version in OUTDATED) / established
    tiles |= {"established_ratio": established / connections, "tls_connections": connections, "outdated_share": outdated,
              "rows_tls": connections}
    beside.samples |= {"established_ratio": connections, "outdated_share": established}
    rows = [{"version": version, "connections": count, "established": came_about[version],
             "failed": count - came_about[version], "established_ratio": came_about[version] / count}
            for version, count in sorted(versions.items(), key=lambda pair: (-pair[1], pair[0]))]
    figures["connections_by_version"] = columns_of(rows, "version", "established", "failed")
    figures["versions_in_full"] = columns_of(rows, "version", "connections", "established", "established_ratio")
    in_order = sorted(minutes)
    figures["established_by_minute"] = {"minute": [moment(minute) for minute in in_order],
                                        "established_ratio": [good_minutes[m] / minutes[m] for m in in_order]}
    # The recording begins and ends within a minute.
    beside.unfinished["established_by_minute"] = [0, len(in_order) - 1]
    beside.came("tls")
    beside.came("versions", len(rows))
    beside.came("tls_minutes", len(in_order), map(moment, in_order))
    beside.came("newest_handshake", 1, [moment(newest)])
    answers["tls"] = (f"{percent(established / connections)} of {plain(connections)} connections came about; "
                      f"{percent(outdated)} of those use a version older than TLS 1.2.")
    return tiles, figures, answers, newest


def of_oddities(path, beside):
    tiles, figures, answers = {}, {}, {}
    kinds, minutes, both, newest = collections.Counter(), collections.Counter(), collections.Counter(), None
    for time, minute, record in read(path):
        kinds[record["name"]] += 1
        minutes[minute] += 1
        both[minute, record["name"]] += 1
        newest = max(newest or time, time)
    ranked = sorted(kinds, key=lambda name: (-kinds[name], name))
    events, peak = sum(kinds.values()), max(minutes.values())
    tiles |= {"odd_events": events, "odd_kinds": len(kinds), "odd_most": kinds[ranked[0]], "odd_peak": peak,
              "rows_odd": events}
    busiest = min(minute for minute, count in minutes.items() if count == peak)
    beside.names |= {"odd_most": ranked[0], "odd_peak": clock(moment(busiest))}
    figures["events_by_kind"] = {"name": ranked, "events": [kinds[name] for name in ranked]}
    # The five largest kinds, and the others together; a kind without an event in a minute has no value there.
    in_order = sorted(minutes)
    columns = {"minute": [moment(minute) for minute in in_order]}
    for name in ranked[:5]:
        columns[name] = [both[minute, name] or None for minute in in_order]
    columns["others"] = [sum(both[minute, name] for name in ranked[5:]) or None for minute in in_order]
    figures["events_by_minute"] = columns
    beside.unfinished["events_by_minute"] = [0, len(in_order) - 1]
    beside.came("odd")
    beside.came("odd_kinds", len(ranked))
    beside.came("odd_peaks", len(in_order), map(moment, in_order))
    beside.came("odd_minutes", len(both), map(moment, in_order))
    beside.came("newest_oddity", 1, [moment(newest)])
    answers["oddities"] = (f"{plain(events)} events of {len(kinds)} kinds, {plain(peak)} of them in one minute; most often "
                           f"{ranked[0]}, {plain(kinds[ranked[0]])} times.")
    return tiles, figures, answers, newest
