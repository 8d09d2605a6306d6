"""The sections about web servers, from the status documents and the access log."""
import collections
import datetime as dt
import gzip
import hashlib
import hmac
import json

from check_numbers import quantile
from moment_words import clock
from oracle import LOG_LINE, read_lines
from system_methods import budgets
from system_page import columns_of, moment, percent, plain

ZONES = ("hg.nginx.org", "trac.nginx.org", "lxr.nginx.org")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def largest(rows, value):
    """The first of the rows with the largest value."""
    return max(rows, key=lambda row: row[value])


def growth(documents, *keys):
    def read(document):
        for key in keys:
            document = document[key]
        return document
    return read(documents[-1]) - read(documents[0])


def of_status(path, beside):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    tiles, figures, answers = {}, {}, {}
    times = [EPOCH + dt.timedelta(milliseconds=document["timestamp"]) for document in documents]
    minutes = [time.replace(second=0, microsecond=0) for time in times]
    seconds = (times[-1] - times[0]).total_seconds()
    counts = [document["requests"]["total"] for document in documents]
    steps = [(now - before) / (after - earlier).total_seconds()
             for before, now, earlier, after in zip(counts, counts[1:], times, times[1:])]
    requests = counts[-1] - counts[0]
    tiles |= {"requests_per_s": requests / seconds, "peak": max(steps), "requests": requests, "watched": seconds}
    beside.names["peak"] = clock(moment(times[1 + steps.index(max(steps))]))
    figures["rate_by_step"] = {"at": [moment(time) for time in times[1:]], "requests_per_s": steps}
    beside.came("totals")
    beside.came("steps", len(steps), map(moment, times[1:]))
    answers["load"] = (f"{plain(requests / seconds)} requests a second over {int(seconds) // 60} min "
                       f"{round(seconds) % 60} s, {plain(max(steps))} in the busiest step: {plain(requests)} in all.")

    zones = []
    for zone in ZONES:
        of = lambda *keys: growth(documents, "server_zones", zone, *keys)
        answered = of("responses", "total")
        zones.append({"zone": zone, "requests": of("requests"), "answers": answered, "refused": of("responses", "4xx"),
                      "failed": of("responses", "5xx"), "refused_share": of("responses", "4xx") / answered,
                      "failed_share": of("responses", "5xx") / answered, "sent": of("sent")})
    zones.sort(key=lambda row: -row["requests"])
    busiest, failing = largest(zones, "requests"), largest(zones, "failed")
    worst = largest(zones, "failed_share")
    tiles |= {"busiest": busiest["requests"], "failing": failing["failed"], "failing_share": worst["failed_share"]}
    beside.names |= {"busiest": busiest["zone"], "failing": failing["zone"], "failing_share": worst["zone"]}
    figures["requests_by_zone"] = columns_of(zones, "zone", "requests")
    figures["zones_in_full"] = columns_of(zones, *zones[0])
    beside.came("per_zone", len(zones))
    answers["zones"] = (f"{busiest['zone']} took {plain(busiest['requests'])}; {failing['zone']} had "
                        f"{failing['failed']} answers of 500 or above, which is {percent(failing['failed_share'])} of its "
                        "answers.")

    fill = collections.defaultdict(float)
    for minute, document in zip(minutes, documents):
        cache = document["caches"]["http_cache"]
        fill[minute] = max(fill[minute], cache["size"] / cache["max_size"])
    cached = {kind: growth(documents, "caches", "http_cache", kind, "responses")
              for kind in ("hit", "miss", "expired", "bypass")}
    ratio = cached["hit"] / sum(cached.values())
    dropped, accepted = growth(documents, "connections", "dropped"), growth(documents, "connections", "accepted")
    tiles |= {"fill": max(fill.values()), "hit_ratio": ratio, "dropped": dropped, "connections": accepted}
    beside.names["fill"] = clock(moment(max(fill, key=fill.get)))
    beside.samples["hit_ratio"] = sum(cached.values())
    figures["cache_fill"] = {"window_start": [moment(time) for time in fill], "fill": list(fill.values())}
    beside.came("minutes", len(fill), map(moment, fill))
    answers["saturation"] = (f"The cache was up to {percent(max(fill.values()))} of its limit and answered {percent(ratio)} "
                             f"of what it was asked; {dropped} of {plain(accepted)} connections were dropped.")

    # Each worker counts its handshakes for itself.
    before, by_minute = {}, {minute: [0, 0] for minute in minutes}
    for minute, document in zip(minutes, documents):
        now = (document["ssl"]["handshakes"], document["ssl"]["handshakes_failed"])
        for i, (one, other) in enumerate(zip(now, before.get(document["pid"], now))):
            if one < other:
                raise ValueError("a worker began anew, which this oracle does not know")
            by_minute[minute][i] += one - other
        before[document["pid"]] = now
    completed, failed = (sum(part) for part in zip(*by_minute.values()))
    tiles |= {"handshakes_failed": failed, "handshakes": completed + failed, "failed_share": failed / (completed + failed),
              "apart": growth(documents, "ssl", "handshakes_failed")}
    beside.samples["failed_share"] = completed + failed
    figures["handshakes_by_minute"] = {"window_start": [moment(time) for time in by_minute],
                                       "completed": [done for done, _ in by_minute.values()],
                                       "failed": [bad for _, bad in by_minute.values()]}
    beside.came("workers")
    beside.came("worker_minutes", len(by_minute), map(moment, by_minute))
    beside.came("newest_status", 1, [moment(times[-1])])
    answers["handshakes"] = f"{failed} of {plain(completed + failed)}: {percent(failed / (completed + failed))}."
    tiles["rows_status"] = len(documents)
    return tiles, figures, answers, times[-1]


def read_log(path):
    requests, rejected = [], 0
    for _, line in read_lines(path):
        match = LOG_LINE.fullmatch(line.decode())
        rejected += match is None
        if match:
            time = dt.datetime.strptime(match["time"], "%d/%b/%Y:%H:%M:%S %z")
            requests.append({"host": match["host"], "path": match["path"], "status": int(match["status"]), "time": time,
                             "hour": time.replace(minute=0, second=0),
                             "bytes": None if match["bytes"] == "-" else int(match["bytes"])})
    return requests, rejected


def counted(requests):
    """Of one group."""
    status = [request["status"] for request in requests]
    sizes = [request["bytes"] for request in requests if request["bytes"] is not None]
    made = {"requests": len(requests), "bytes": sum(sizes) if sizes else None, "answered": sum(s < 300 for s in status),
            "redirected": sum(300 <= s < 400 for s in status), "refused": sum(400 <= s < 500 for s in status),
            "failed": sum(s >= 500 for s in status)}
    return made | {"error_ratio": (made["refused"] + made["failed"]) / len(requests)}


def groups(requests, key):
    found = collections.defaultdict(list)
    for request in requests:
        found[request[key]].append(request)
    return found


def busiest_ten(requests, key, name=lambda value: value):
    rows = [{key: name(value), "requests": len(some), "failed": sum(request["status"] >= 400 for request in some),
             "bytes": counted(some)["bytes"]} for value, some in groups(requests, key).items()]
    return sorted(rows, key=lambda row: (-row["requests"], row[key]))[:10]


def of_log(path, key, beside):
    requests, rejected = read_log(path)
    tiles, figures, answers = {}, {}, {}
    everything = counted(requests)
    sizes = [request["bytes"] for request in requests if request["bytes"] is not None]
    hours = [{"window_start": moment(hour), "hour": hour} | counted(some)
             for hour, some in sorted(groups(requests, "hour").items())]
    visitors = len(groups(requests, "host"))
    busiest_hour = largest(hours, "requests")["requests"]
    beside.names["busiest_hour"] = clock(largest(hours, "requests")["window_start"])
    tiles |= {"log_requests": len(requests), "rows_log": len(requests), "busiest_hour": busiest_hour, "visitors": visitors,
              "bytes": sum(sizes), "p50_bytes": quantile(sizes, 0.5), "p99_bytes": quantile(sizes, 0.99)}
    figures["requests_by_hour"] = columns_of(hours, "window_start", "requests")
    figures["bytes_by_hour"] = columns_of(hours, "window_start", "bytes")
    newest = max(request["time"] for request in requests)
    beside.came("log")
    beside.came("hours", len(hours), [row["window_start"] for row in hours])
    beside.came("rejected_lines", rejected)
    beside.came("newest_request", 1, [moment(newest)])
    answers["traffic"] = (f"{plain(len(requests))} requests of {plain(visitors)} visitors in four days, {busiest_hour} in the "
                          f"busiest hour; {sum(sizes) / 1e9:.1f} GB were sent.")

    missing = sum(request["status"] == 404 for request in requests)
    tiles |= {"error_ratio": everything["error_ratio"], "refused": everything["refused"], "without_page": missing,
              "failed": everything["failed"]}
    beside.samples["error_ratio"] = len(requests)
    figures["classes_by_hour"] = columns_of(hours, "window_start", "answered", "redirected", "refused", "failed")
    figures["error_ratio_by_hour"] = columns_of(hours, "window_start", "error_ratio")
    answers["errors"] = (f"{percent(everything['error_ratio'])} get an answer of 400 or above: {everything['refused']} were "
                         f"refused, {missing} of them for a page that does not exist, and {everything['failed']} failed in "
                         "the server.")

    counts = [(int((row["hour"] - EPOCH).total_seconds()) // 3600, row["requests"] - row["failed"], row["requests"])
              for row in hours]
    rates = {"burn_1h": 1, "burn_6h": 6, "burn_1d": 24, "burn_3d": 72}
    left, burns = zip(*budgets(counts, 0.999, 30 * 24, rates))
    rates_of_hours = [burn["burn_1h"] for burn in burns]
    fastest = max(rates_of_hours)
    beside.names["fastest"] = clock(hours[rates_of_hours.index(fastest)]["window_start"])
    # A page begins with the first row at which both stretches are above the threshold. None of them is here.
    both = lambda one, other, limit: sum(None not in (burn[one], burn[other]) and min(burn[one], burn[other]) > limit
                                         for burn in burns)
    if both("burn_6h", "burn_1h", 6) or both("burn_3d", "burn_6h", 1):
        raise ValueError("an incident of the error budget, which this oracle does not know how to count")
    tiles |= {"budget_left": left[-1], "fastest": fastest, "pages": 0, "tickets": 0}
    figures["budget_over_time"] = {"window_start": [row["window_start"] for row in hours], "budget_left": list(left)}
    figures["burn_rates"] = {"window_start": [row["window_start"] for row in hours]} | {
        name: [burn[name] for burn in burns] for name in ("burn_1h", "burn_6h", "burn_1d")}
    beside.came("budget", len(hours), [row["window_start"] for row in hours])
    beside.came("budget_alarms")
    answers["budget"] = (f"{percent(left[-1])} are left of an objective of 99.9% in 30 days, 0 pages and 0 tickets; the "
                         f"fastest hour burnt at {plain(fastest)} times the rate that the budget allows.")

    pseudonym = lambda host: hmac.new(key, host.encode(), hashlib.sha256).hexdigest()[:16]
    paths, hosts = busiest_ten(requests, "path"), busiest_ten(requests, "host", pseudonym)
    tiles |= {"top_path": paths[0]["requests"], "top_visitor": hosts[0]["requests"]}
    beside.names |= {"top_path": paths[0]["path"], "top_visitor": hosts[0]["host"]}
    figures["requests_by_path"] = columns_of(paths, "path", "requests")
    figures["visitors_in_full"] = columns_of(hosts, "host", "requests", "failed", "bytes")
    beside.came("paths", len(paths))
    beside.came("visitors", len(hosts))
    answers["paths"] = (f"{paths[0]['path']}, {plain(paths[0]['requests'])} times; the busiest visitor made "
                        f"{plain(hosts[0]['requests'])} requests.")
    return tiles, figures, answers, newest, rejected
