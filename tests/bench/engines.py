"""The commands of one question: the limit of any reader, the yardstick, Weir, and DuckDB with its best settings."""
from dataclasses import dataclass


@dataclass
class Question:
    title: str
    pipeline: str       # Weir's.
    yardstick: str      # The program.
    keys: list
    query: str          # DuckDB's, with {input}.


NDJSON = Question(
    title="NDJSON, 1-minute windows by 3 keys",
    pipeline="tests/bench/ndjson.yaml",
    yardstick="yardstick_ndjson",
    keys=["window_start", "service", "region", "method"],
    query="SELECT date_trunc('minute', ts) AS window_start, service, region, method, count(*) AS requests, "
          "avg(latency_ms) AS avg_ms, approx_quantile(latency_ms, 0.99) AS p99_ms FROM read_ndjson('{input}', "
          "columns={{ts: 'TIMESTAMP', service: 'VARCHAR', region: 'VARCHAR', method: 'VARCHAR', status: 'INTEGER', "
          "latency_ms: 'DOUBLE'}}) WHERE status < 500 GROUP BY ALL")

# By airport, not by route: approx_quantile of DuckDB 1.5.6 answers 2.2e-308 where all values are negative, as the p99 of
# some routes' delays is.
FLIGHTS = Question(
    title="CSV, 3 M flights by airport",
    pipeline="tests/bench/flights.yaml",
    yardstick="yardstick_csv",
    keys=["origin"],
    query="SELECT origin, count(*) AS flights, avg(delay) AS avg_delay, "
          "approx_quantile(delay::DOUBLE, 0.99) AS p99_delay FROM read_csv('{input}', header=true, auto_detect=false, "
          "columns={{date: 'TIMESTAMP', delay: 'INTEGER', distance: 'INTEGER', origin: 'VARCHAR', "
          "destination: 'VARCHAR'}}) GROUP BY ALL")


class Engines:
    """The commands, with outputs below `work`."""

    def __init__(self, build, work, duckdb):
        self.bin, self.work, self.duckdb = build / "bin", work, duckdb

    def output(self, engine, threads):
        return self.work / f"{engine}-{threads}.csv"

    def limit(self, path, threads):
        return [self.bin / "scan_lines", path, threads]

    def yardstick(self, question, path, threads):
        return [self.bin / question.yardstick, path, self.output("yardstick", threads), threads]

    def reference(self, question, path):
        return [self.bin / question.yardstick, path, self.work / "reference.csv", 2, "bounds"]

    def weir(self, question, path, threads):
        return [self.bin / "weir", "run", question.pipeline, "--var", f"input={path}", "--var",
                f"out={self.output('weir', threads)}", "--threads", threads, "--state", self.work / "state",
                "--from-scratch", "--no-progress"]

    def opponent(self, question, path, threads):
        statement = (f"SET threads={threads}; SET preserve_insertion_order=false; "
                     f"COPY ({question.query.format(input=path)}) TO '{self.output('duckdb', threads)}' "
                     "(FORMAT csv, HEADER)")
        return [self.duckdb, "-init", "/dev/null", "-c", statement]
