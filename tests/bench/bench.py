#!/usr/bin/env python3
"""The benchmark: each row on the same file in the same run, in alternating runs, with outputs compared.

    bench.py BUILD [--row NAME]... [--runs N] [--write PAGE]

Rows: ndjson, flights, hop, large; and behaviour, which takes half an hour: only when it is named. `--write` puts the
figures into a page, between its two marks. Ends with 1 when outputs differ; a missed target is said and ends with 0.
"""
import argparse
import pathlib
import sys

import behaviour
import engines
import grouped
import hop
import inputs
import large
import machine

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ROWS = ("ndjson", "flights", "hop", "large")
LONG_ROWS = ("behaviour",)
BEGIN, END = "<!-- bench:begin -->\n", "<!-- bench:end -->\n"


def measure(name, build, work, runs):
    duckdb = inputs.duckdb(work)
    commands = engines.Engines(build, work, duckdb)
    if name == "ndjson":
        return grouped.ndjson(engines.NDJSON, commands, inputs.requests(build, work, inputs.ROWS), runs)
    if name == "behaviour":
        return behaviour.measure(build, work, duckdb, min(runs, 3))
    if name == "hop":
        return hop.measure(build, work, runs)
    if name == "large":
        return large.measure(engines.NDJSON, commands, inputs.requests(build, work, inputs.LARGE_ROWS))
    path = inputs.flights(work)
    if path is None:
        print("no row 'flights': WEIR_DATA names no folder with throughput/flights-3m.csv.zst", file=sys.stderr)
        return None
    return grouped.flights(engines.FLIGHTS, commands, path, runs)


def write(page, rows, facts):
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    commands = "\n".join(f"$ {command}" for row in rows for command in row.commands)
    body = "\n".join(f"- {fact}" for fact in facts) + "\n\n" + "\n".join(row.markdown() for row in rows)
    shown = f"\nThe commands of a round, in their order; of the hops those of 16 nodes and 1,024 rows:\n\n```console elsewhere=tests/bench/bench.py\n{commands}\n```\n"
    page.write_text(f"{before}{BEGIN}{body}{shown}{END}{after}", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--row", action="append", choices=ROWS + LONG_ROWS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    if not (build / "bin/generate_ndjson").exists():
        sys.exit(f"bench.py: {build} has no benchmark; 'cmake --build --preset release --target bench' builds and runs it")
    work = REPOSITORY / "build/bench"
    work.mkdir(parents=True, exist_ok=True)
    rows, load = [], machine.busy()
    for name in arguments.row or ROWS:
        row = measure(name, build, work, arguments.runs)
        if row is None and arguments.write:
            return 1  # A page with a row less would look as if there were none.
        if row is None:
            continue
        rows.append(row)
        print(row.markdown(), flush=True)
    if arguments.write:
        write(arguments.write, rows, [*machine.describe(build, inputs.duckdb(work)), load])
    return 1 if any(row.faults for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
