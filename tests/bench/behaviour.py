"""What users do, in 50 million events: a funnel, retention, sessions and quantiles, against the same questions in SQL.

DuckDB makes the events, in the order of their times: as many users as make fifty events each in thirty days. Both engines
read one file of CSV and write their answer to a file; counts must be equal, a quantile of Weir within 1 % of the exact one.
"""
import csv
import statistics
import subprocess
from dataclasses import dataclass

import process
from row import Row, Target

EVENTS = 50_000_000
EVENTS_OF_A_USER = 50
THREADS = (1, 2)
WANTED = 0.5
QUANTILE_TOLERANCE = 0.01

EVENTS_QUERY = """
SELECT strftime(TIMESTAMP '2025-01-06' + to_microseconds(CAST(i * (30 * 86400e6 / {events}) AS BIGINT)),
    '%Y-%m-%dT%H:%M:%S.%fZ') AS ts,
  hash(i) % {users} AS user,
  CASE WHEN hash(i + 7) % 20 < 12 THEN 'view' WHEN hash(i + 7) % 20 < 17 THEN 'cart' WHEN hash(i + 7) % 20 < 19 THEN 'buy'
    ELSE 'refund' END AS event,
  round(exp(3 + (hash(i + 11) % 1000003) / 1000003.0 * 3), 3) AS latency_ms
FROM range({events}) r(i)"""

READ = ("read_csv('{input}', header=true, auto_detect=false, columns={{ts: 'TIMESTAMP', user: 'BIGINT', event: 'VARCHAR', "
        "latency_ms: 'DOUBLE'}})")


@dataclass
class Question:
    name: str        # Of the pipeline, too.
    keys: list       # Columns of the answer by which rows are found.
    counts: list     # Columns that must be equal.
    query: str       # DuckDB's.
    exact: str = ""  # DuckDB's, where its own answer is none.


# The latest view before each cart, and the latest of those views before each purchase: whoever is within a day of any
# view is within a day of that one.
FUNNEL = """
WITH events AS (SELECT user, ts, event FROM {read}),
viewed AS (SELECT *, max(CASE WHEN event = 'view' THEN ts END) OVER before AS seen FROM events
  WINDOW before AS (PARTITION BY user ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
carted AS (SELECT *, max(CASE WHEN event = 'cart' THEN seen END) OVER before AS put FROM viewed
  WINDOW before AS (PARTITION BY user ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
reached AS (SELECT count(DISTINCT user) FILTER (WHERE event = 'view') AS viewed,
  count(DISTINCT user) FILTER (WHERE event = 'cart' AND ts - seen <= INTERVAL 1 DAY) AS carted,
  count(DISTINCT user) FILTER (WHERE event = 'buy' AND ts - put <= INTERVAL 1 DAY) AS bought FROM carted)
SELECT step_name, converted FROM reached UNPIVOT (converted FOR step_name IN (viewed, carted, bought))"""

RETENTION = """
WITH active AS (SELECT user, date_trunc('week', ts) AS week FROM {read} GROUP BY ALL),
joined AS (SELECT user, min(week) AS cohort_start FROM active GROUP BY user)
SELECT cohort_start, CAST((week::DATE - cohort_start::DATE) / 7 AS BIGINT) AS period, count(*) AS returned
FROM active JOIN joined USING (user) GROUP BY ALL"""

SESSIONS = """
WITH gaps AS (SELECT ts, ts - lag(ts) OVER (PARTITION BY user ORDER BY ts) AS silence FROM {read})
SELECT date_trunc('day', ts) AS window_start, count(*) AS events,
  count(*) FILTER (WHERE silence IS NULL OR silence >= INTERVAL 30 MINUTE) AS sessions FROM gaps GROUP BY ALL"""

QUANTILES = ("SELECT date_trunc('day', ts) AS window_start, event, count(*) AS n, {quantile}(latency_ms, 0.5) AS p50, "
             "{quantile}(latency_ms, 0.9) AS p90, {quantile}(latency_ms, 0.99) AS p99 FROM {{read}} GROUP BY ALL")

QUESTIONS = [
    Question("funnel", ["step_name"], ["converted"], FUNNEL),
    Question("retention", ["cohort_start", "period"], ["returned"], RETENTION),
    Question("sessions", ["window_start"], ["events", "sessions"], SESSIONS),
    Question("quantiles", ["window_start", "event"], ["n"], QUANTILES.format(quantile="approx_quantile"),
             QUANTILES.format(quantile="quantile_cont")),
]


class Bench:
    def __init__(self, build, work, duckdb, events):
        self.weir_binary, self.work, self.duckdb = build / "bin/weir", work, duckdb
        self.events = events
        self.input = work / f"events-{events}.csv"

    def output(self, engine, question, threads):
        return self.work / f"{question.name}-{engine}-{threads}.csv"

    def statement(self, query, into, threads):
        return [self.duckdb, "-init", "/dev/null", "-c",
                f"SET threads={threads}; SET preserve_insertion_order=false; COPY ({query}) TO '{into}' (FORMAT csv, HEADER)"]

    def make_input(self):
        if self.input.exists():
            return
        query = EVENTS_QUERY.format(events=self.events, users=self.events // EVENTS_OF_A_USER)
        # In order: that is what the times say.
        subprocess.run([str(self.duckdb), "-init", "/dev/null", "-c",
                        f"COPY ({query}) TO '{self.input}' (FORMAT csv, HEADER)"], check=True, stdout=subprocess.DEVNULL)

    def query(self, text):
        return text.format(read=READ.format(input=self.input))

    def weir(self, question, threads):
        return [self.weir_binary, "run", f"tests/bench/behaviour/{question.name}.yaml", "--var", f"input={self.input}", "--var",
                f"out={self.output('weir', question, threads)}", "--threads", threads, "--state", self.work / "state",
                "--from-scratch", "--no-progress"]

    def opponent(self, question, threads):
        return self.statement(self.query(question.query), self.output("duckdb", question, threads), threads)


def key_of(row, keys):
    """Engines write times in their own ways; all of them begin on whole days."""
    return tuple(row[key][:10] if key in ("window_start", "cohort_start") else row[key] for key in keys)


def read(path, keys):
    with open(path, newline="", encoding="utf-8") as file:
        return {key_of(row, keys): row for row in csv.DictReader(file)}


def differences(question, found, wanted, has_quantiles):
    """Says what is wrong with `found`, at most five sentences. A count of none may be left out."""
    faults = []
    for key in sorted(found.keys() | wanted.keys()):
        for name in question.counts:
            one, other = (int(rows[key][name]) if key in rows else 0 for rows in (found, wanted))
            if one != other:
                faults.append(f"{key}: {name} {one}, expected {other}")
        for name in ("p50", "p90", "p99") if has_quantiles and key in found and key in wanted else ():
            one, other = float(found[key][name]), float(wanted[key][name])
            if abs(one - other) > QUANTILE_TOLERANCE * other:
                faults.append(f"{key}: {name} {one}, exactly {other}")
    return faults[:5]


def measure(build, work, duckdb, runs, events=EVENTS):
    bench = Bench(build, work, duckdb, events)
    bench.make_input()
    row = Row(f"Behaviour: {events / 1e6:g} M events", ["question", "threads", "Weir, median s", "DuckDB, median s",
                                                        "DuckDB takes times", "largest memory of Weir, MiB", "answer"])
    for question in QUESTIONS:
        measured = process.alternate({(engine, threads): command(question, threads) for threads in THREADS
                                      for engine, command in (("weir", bench.weir), ("duckdb", bench.opponent))}, runs)
        exact = work / f"{question.name}-exact.csv"
        if question.exact:
            process.alternate({"exact": bench.statement(bench.query(question.exact), exact, 2)}, 1)
        for threads in THREADS:
            weir, other = measured["weir", threads], measured["duckdb", threads]
            wanted = read(exact if question.exact else bench.output("duckdb", question, threads), question.keys)
            faults = differences(question, read(bench.output("weir", question, threads), question.keys), wanted,
                                 bool(question.exact))
            row.fail(f"{question.name}, {threads} threads", faults)
            times = statistics.median(b / a for a, b in zip(weir.seconds, other.seconds))
            row.lines.append([question.name, str(threads), f"{weir.median:.2f}", f"{other.median:.2f}", f"{times:.2f}",
                              f"{weir.peak_bytes / 2**20:.0f}", "FAIL" if faults else "equal"])
            row.targets.append(Target(f"{question.name} with {threads} threads takes DuckDB {times:.2f} times Weir's time, at "
                                      f"least {WANTED} wanted", times >= WANTED))
        row.commands += [process.show(measured[engine, 1].command) for engine in ("weir", "duckdb")]
    return row
