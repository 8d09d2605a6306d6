#!/usr/bin/env python3
"""Kills the real process at random moments until it has been killed often enough, and lets each run end.

    kill_loop.py WEIR [KILLS [SEED [PIPELINE...]]]

Each round runs a pipeline from scratch, kills it with SIGKILL at a random moment, starts it again, up to five times,
and lets the last run end. Its output must be that of one undisturbed run: byte by byte with one thread where the
component says in which order its rows come, as sorted rows else, floats as FLOAT_COLUMNS says. Three rounds more die at a named step between prepare and
commit. Prints its counts; exit status 1 when any output differs.
"""
import csv
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROWS = 400_000
# How far apart floats may be that were summed up in another order, as a part of their value: a difference of two
# means has lost some of their digits.
FLOAT_COLUMNS = {"f": 1e-12, "mean": 1e-12, "together": 1e-9,
                 **dict.fromkeys(("difference", "lift", "low", "high", "p", "p_adjusted", "statistic", "df", "mde"), 1e-9)}


class FileToFile:
    """file -> parse -> keyed window -> transactional file: counts, integers, decimals, min and max, sketches."""
    name = "file_to_file"
    yaml = """weir: 1
name: killed
checkpoint: {every: 20ms}
sources:
  events:
    type: file
    path: in.csv
    chunk: 256KiB
    format: {type: csv, columns: {ts: timestamp, user: string, x: int64, price: "decimal(18, 2)", f: float64}}
    event_time: {column: ts, max_delay: 10s}
transforms:
  per_minute:
    type: aggregate
    inputs: events
    by: [user]
    window: {tumbling: 1m}
    compute: {n: count(), x: sum(x), top: max(x), low: min(x), money: sum(price), dearest: max(price),
      half: "quantile(x, 0.5)", users: distinct(x), f: sum(f), mean: avg(f)}
sinks:
  out: {type: file, inputs: per_minute, path: out.csv, format: csv}
  late: {type: file, inputs: per_minute.late, path: late.csv, format: csv}
"""
    outputs = ["out.csv", "late.csv"]
    unordered = []  # Rows that come in no order with one thread either.
    points = ["checkpoint.manifest.write:2:kill", "sink.commit:1:kill", "checkpoint.manifest.rename:1:kill"]

    @staticmethod
    def write_input(folder):
        chance = random.Random(5)
        with open(os.path.join(folder, "in.csv"), "w", encoding="ascii") as out:
            out.write("ts,user,x,price,f\n")
            for i in range(ROWS):
                second = i // 25 - (30 if i % 997 == 0 else 0)
                second = max(second, 0)
                out.write(f"2025-01-{1 + second // 86400:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:"
                          f"{second % 60:02d}Z,u{i * 7 % 29},{i % 1009},{i % 10007}.{i % 100:02d},{chance.random()}\n")


class ThroughABuffer(FileToFile):
    """file -> transactional file, and -> disk buffer -> keyed window -> transactional file: two regions."""
    name = "through_a_buffer"
    yaml = FileToFile.yaml.replace("    inputs: events\n", "    inputs: events\n    buffer: {disk: 4MiB}\n").replace(
        "sinks:\n", "sinks:\n  raw: {type: file, inputs: events, path: raw.csv, format: csv}\n")
    outputs = ["out.csv", "late.csv", "raw.csv"]
    points = ["buffer.segment.sync:2:kill", "buffer.segment.unlink:1:kill", "checkpoint.manifest.rename:3:kill"]


class Insight(FileToFile):
    """file -> what looks for meaning in events, each with states of its own -> transactional files."""
    name = "insight"
    yaml = FileToFile.yaml[:FileToFile.yaml.index("transforms:")] + """transforms:
  per_minute: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m},
    compute: {n: count(), x: sum(x), s: sketch(x), h: hll(x), k: "top_k(x, 3)", m: mode(x), a: "apdex(x, 300)",
      good: "count() FILTER (WHERE x > 200)", shape: "histogram(x, 0, 1000, 5)", together: "covar_pop(x, f)",
      moved: "quantile_change(x, price > 5000, 0.5)"}}
  per_hour: {type: aggregate, inputs: per_minute, by: [user], window: {tumbling: 1h},
    compute: {half: "quantile(merge(s), 0.5)", values: approx_distinct(merge(h))}}
  steps: {type: funnel, inputs: events, by: [user], steps: {low: x < 400, high: x > 600, last: x < 100}, within: 10m,
    segment: [user], window: {tumbling: 10m}}
  kept: {type: retention, inputs: events, by: [x], first: x < 500, cohort_by: [user],
    timezone: America/Sao_Paulo}  # Midnight is at three there.
  growth: {type: lifecycle, inputs: events, by: [x], segment: [user], timezone: America/Sao_Paulo}
  audience: {type: active_users, inputs: events, by: [x], segment: [user], timezone: America/Sao_Paulo}
  customers: {type: rfm, inputs: events, by: [x], amount: price, period: day, timezone: America/Sao_Paulo}
  pages: {type: map, inputs: events, set: {page: "CASE WHEN x < 400 THEN 'low' WHEN x > 600 THEN 'high' ELSE 'middle' END"}}
  ways: {type: paths, inputs: pages, by: [user], event: page, from: low, steps: 3, within: 1m, segment: [user],
    window: {tumbling: 10m}}
  groups: {type: segment, inputs: per_minute, kmeans: {k: 3, columns: [n, x], window: input}}
  visits: {type: sessionize, inputs: events, by: [user], gap: 1200ms}
  armed: {type: map, inputs: events, set: {arm: "CASE WHEN x % 2 = 0 THEN 'a' ELSE 'b' END"}}
  gates: {type: experiment, inputs: armed, arm: arm, control: a,
    metrics: {high: {proportion: x > 500}, size: {mean: x}}, window: {tumbling: 10m}}
  sided: {type: map, inputs: events, set: {side: "CASE WHEN user < 'u2' THEN 'a' ELSE 'b' END"}}
  people: {type: experiment, inputs: sided, arm: side, control: a, unit: user, metrics: {size: {mean: x}}, window: {tumbling: 10m}}
  # Twenty times as far apart: what is a day before is there.
  spread: {type: map, inputs: events, set: {at: "epoch_us(1735689600000000 + (epoch_us(ts) - 1735689600000000) * 20)"},
    event_time: {column: at, max_delay: 200s}}
  spread_hours: {type: aggregate, inputs: spread, by: [user], window: {tumbling: 1h}, compute: {n: count(), x: sum(x)}}
  before: {type: compare, inputs: spread_hours, by: [user], values: [n, x], with: [day]}
  expected: {type: forecast, inputs: spread_hours, by: [user], value: x, step: 1h, season: 4, horizon: 2, model: ANN, every: 12h,
    origins: 2}
  budget: {type: slo, inputs: per_minute, by: [user], good: good, total: n, objective: 0.9, window: 10m, burn_rates: {burn_5m: 5m}}
  unusual: {type: anomaly, inputs: per_minute, value: x, by: [user], seasons: [], warmup: 30, threshold: 0.1, rest: 0}
  changes: {type: change_points, inputs: per_minute, value: x, by: [user], warmup: 6, threshold: 1}
  alerts: {type: alert, inputs: per_minute, by: [user], rules: {high: {value: n, above: 52, clear: 51},
    grown: {value: x, change_over: 2m, above: 0.02, for: 1m}}}
  counters: {type: rate, inputs: per_minute, by: [user], rates: {speed: x}}
sinks:
  hours: {type: file, inputs: per_hour, path: hours.csv, format: csv}
  steps_out: {type: file, inputs: steps, path: steps.csv, format: csv}
  kept_out: {type: file, inputs: kept, path: kept.csv, format: csv}
  growth_out: {type: file, inputs: growth, path: growth.csv, format: csv}
  audience_out: {type: file, inputs: audience, path: audience.csv, format: csv}
  customers_out: {type: file, inputs: customers, path: customers.csv, format: csv}
  ways_out: {type: file, inputs: ways, path: ways.csv, format: csv}
  groups_out: {type: file, inputs: groups, path: groups.csv, format: csv, columns: [user, window_start, n, x, segment]}
  centres_out: {type: file, inputs: groups.centres, path: centres.csv, format: csv}
  visits_out: {type: file, inputs: visits, path: visits.csv, format: csv}
  gates_out: {type: file, inputs: gates, path: gates.csv, format: csv}
  before_out: {type: file, inputs: before, path: before.csv, format: csv, columns: [user, window_start, n, x, n_day_before]}
  unusual_out: {type: file, inputs: unusual, path: unusual.csv, format: csv, columns: [user, window_start, x, score, is_anomaly]}
  changes_out: {type: file, inputs: changes, path: changes.csv, format: csv}
  alerts_out: {type: file, inputs: alerts, path: alerts.csv, format: csv}
  modes_out: {type: file, inputs: per_minute, path: modes.csv, format: csv, columns: [user, window_start, m, a, together]}
  shapes_out: {type: file, inputs: per_minute, path: shapes.ndjson, format: ndjson, columns: [user, window_start, shape, moved]}
  people_out: {type: file, inputs: people, path: people.csv, format: csv}
  expected_out: {type: file, inputs: expected, path: expected.csv, format: csv}
  budget_out: {type: file, inputs: budget, path: budget.csv, format: csv}
  counters_out: {type: file, inputs: counters, path: counters.csv, format: csv, columns: [user, window_start, speed]}
"""
    outputs = ["hours.csv", "steps.csv", "kept.csv", "growth.csv", "audience.csv", "customers.csv", "ways.csv", "groups.csv",
               "centres.csv", "visits.csv", "gates.csv", "before.csv", "unusual.csv", "changes.csv", "alerts.csv",
               "counters.csv", "modes.csv", "people.csv", "expected.csv", "budget.csv", "shapes.ndjson"]
    points = ["checkpoint.manifest.write:2:kill", "sink.commit:1:kill", "checkpoint.manifest.rename:2:kill"]


class Streams(FileToFile):
    """file -> what joins, thins out, holds back and sorts rows -> transactional files."""
    name = "streams"
    yaml = FileToFile.yaml[:FileToFile.yaml.index("transforms:")] + """transforms:
  some: {type: filter, inputs: events, where: x % 5 = 0}
  calls: {type: filter, inputs: events, where: x % 50 = 0}
  answers: {type: filter, inputs: events, where: x % 50 = 7}
  once: {type: dedupe, inputs: some, by: [user, x], within: 30m}
  answered: {type: join, inputs: {left: calls, right: answers}, on: [user], within: {before: 20s, after: 1m}, prefix: r_, kind: full}
  per_minute: {type: aggregate, inputs: events, by: [user], window: {tumbling: 1m}, compute: {n: count(), x: sum(x)}}
  best: {type: top_n, inputs: per_minute, n: 3, by: [x, user]}
  visits: {type: reduce, inputs: events, by: [user], until: x < 20, idle: 2s,
    keep: {n: count(), begins: min(ts), ends: max(ts), first_x: first(x), money: sum(price)}}
  calm: {type: throttle, inputs: some, by: [user], rows: 10, every: 1m}
  later: {type: delay, inputs: some, for: 2m}
  ordered: {type: sort, inputs: some, by: [user, {column: ts, order: desc}, x]}
  head: {type: limit, inputs: ordered, rows: 5000}
sinks:
  once_out: {type: file, inputs: once, path: once.csv, format: csv, columns: [ts, user, x]}
  again_out: {type: file, inputs: once.duplicates, path: again.csv, format: csv, columns: [ts, user, x]}
  answered_out: {type: file, inputs: answered, path: answered.csv, format: csv, columns: [ts, user, x, r_ts, r_x]}
  best_out: {type: file, inputs: best, path: best.csv, format: csv}
  visits_out: {type: file, inputs: visits, path: visits.csv, format: csv}
  calm_out: {type: file, inputs: calm, path: calm.csv, format: csv, columns: [ts, user, x]}
  throttled_out: {type: file, inputs: calm.throttled, path: throttled.csv, format: csv, columns: [ts, user, x]}
  later_out: {type: file, inputs: later, path: later.csv, format: csv, columns: [ts, user, x]}
  head_out: {type: file, inputs: head, path: head.csv, format: csv, columns: [ts, user, x]}
"""
    outputs = ["once.csv", "again.csv", "answered.csv", "best.csv", "visits.csv", "calm.csv", "throttled.csv", "later.csv",
               "head.csv"]
    unordered = ["answered.csv", "visits.csv"]
    points = ["checkpoint.manifest.write:2:kill", "sink.commit:1:kill", "checkpoint.manifest.rename:2:kill"]


PIPELINES = [FileToFile, ThroughABuffer, Insight, Streams]


class Folder:
    """A pipeline with its input, run with a number of threads."""

    def __init__(self, weir, pipeline, threads):
        self.weir = weir
        self.pipeline = pipeline
        self.threads = threads
        self.path = tempfile.mkdtemp(prefix="weir-kill-")
        pipeline.write_input(self.path)
        with open(os.path.join(self.path, "pipeline.yaml"), "w", encoding="ascii") as out:
            out.write(pipeline.yaml)

    def run(self, fault="", timeout=None, from_scratch=False):
        """Returns the exit status, or None when the process was killed after `timeout` seconds."""
        command = [self.weir, "run", "pipeline.yaml", "--no-progress", "--threads", str(self.threads)]
        process = subprocess.Popen(command + (["--from-scratch"] if from_scratch else []), cwd=self.path,
                                   stderr=subprocess.PIPE, text=True, env=dict(os.environ, WEIR_FAULT=fault))
        try:
            _, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return None
        if process.returncode > 0:
            print(errors)
        return process.returncode

    def has_checkpoint(self):
        return any(name.endswith(".manifest") for _, _, names in os.walk(os.path.join(self.path, ".weir"))
                   for name in names)

    def output(self):
        """What is compared: the bytes with one thread where the component says an order, else the rows in one order."""
        whole = []
        for name in self.pipeline.outputs:
            with open(os.path.join(self.path, name), encoding="ascii") as text:
                has_order = self.threads == 1 and name not in self.pipeline.unordered
                whole.append(text.read() if has_order else in_one_order(list(csv.reader(text))))
        return whole

    def remove_output(self):
        for name in self.pipeline.outputs:
            os.remove(os.path.join(self.path, name))


def in_one_order(rows):
    """By all columns but floats, whose last digits differ. Of NDJSON each line is a row of its own."""
    if not rows:
        return rows
    floats = [name in FLOAT_COLUMNS for name in rows[0]]
    begin = 0 if rows[0][0].startswith("{") else 1
    def key(row):
        return [cell for cell, is_float in itertools.zip_longest(row, floats) if not is_float]
    return rows[:begin] + sorted(rows[begin:], key=key)


def is_same(expected, got):
    """Texts to the byte; rows cell by cell, those of float columns as FLOAT_COLUMNS says."""
    for wanted, found in zip(expected, got):
        if isinstance(wanted, str):
            if wanted != found:
                return False
            continue
        if len(wanted) != len(found):
            return False
        allowed = [FLOAT_COLUMNS.get(name) for name in wanted[0]] if wanted else []
        for left, right in zip(wanted, found):
            for part, a, b in itertools.zip_longest(allowed, left, right):
                if a != b and (part is None or abs(float(a) - float(b)) > part * max(1, abs(float(a)))):
                    return False
    return True


class Counts:
    kills = after_checkpoint = between = rounds = wrong = 0


def kill_until(folder, kills, chance, counts):
    began = time.monotonic()
    assert folder.run(from_scratch=True) == 0
    whole = time.monotonic() - began
    expected = folder.output()
    assert all(len(part) > 1 for part in expected), "the undisturbed run wrote no rows"
    end = counts.kills + kills
    while counts.kills < end:
        folder.remove_output()
        for attempt in range(6):
            limit = chance.uniform(0.1, 0.9) * whole if attempt < 5 else None
            status = folder.run(timeout=limit, from_scratch=attempt == 0)
            if status is not None:
                break
            counts.kills += 1
            counts.after_checkpoint += folder.has_checkpoint()
        judge(folder, expected, status, counts)
    for point in folder.pipeline.points:
        folder.remove_output()
        status = folder.run(fault=point, from_scratch=True)
        if status not in (-signal.SIGKILL, 128 + signal.SIGKILL):
            counts.wrong += 1
            print(f"{folder.pipeline.name}: exit status {status} and no death at {point}")
            continue
        counts.kills += 1
        counts.between += 1
        counts.after_checkpoint += folder.has_checkpoint()
        judge(folder, expected, folder.run(), counts)


def judge(folder, expected, status, counts):
    counts.rounds += 1
    found = folder.output() if status == 0 else []
    if status == 0 and is_same(expected, found):
        return
    counts.wrong += 1
    print(f"{folder.pipeline.name}, {folder.threads} threads: wrong output (exit status {status}) in {folder.path}")
    for name, wanted, got in zip(folder.pipeline.outputs, expected, found):
        if is_same([wanted], [got]):
            continue
        lines = [part.splitlines() if isinstance(part, str) else part for part in (wanted, got)]
        pair = next((pair for pair in itertools.zip_longest(*lines) if pair[0] != pair[1]), None)
        print(f"  {name}: {len(lines[0])} rows expected, {len(lines[1])} found; the first that differ: {pair}")


def main():
    weir = os.path.abspath(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    chosen = [pipeline for pipeline in PIPELINES if not sys.argv[4:] or pipeline.name in sys.argv[4:]]
    chance = random.Random(seed)
    counts = Counts()
    for pipeline in chosen:
        for threads in (1, 2):
            folder = Folder(weir, pipeline, threads)
            kill_until(folder, max(1, kills // (2 * len(chosen)) - len(pipeline.points)), chance, counts)
            if counts.wrong == 0:
                shutil.rmtree(folder.path)
    print(f"{counts.kills} kills in {counts.rounds} runs, {counts.after_checkpoint} after a completed checkpoint, "
          f"{counts.between} between prepare and commit; {counts.wrong} wrong outputs")
    enough = counts.kills >= kills * 9 // 10 and counts.after_checkpoint * 5 >= counts.kills
    if not enough:
        print("too few kills: the machine is too fast or too slow for this input")
    sys.exit(0 if counts.wrong == 0 and enough else 1)


main()
