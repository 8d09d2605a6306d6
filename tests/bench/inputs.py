"""Makes what the benchmark needs and does not find: its input files, and DuckDB."""
import os
import pathlib
import subprocess
import sys

DUCKDB = "duckdb-cli==1.5.6"
ROWS = 5_000_000
LARGE_ROWS = 36_900_000  # 5 GB


def call(*command):
    subprocess.run([str(word) for word in command], check=True)


def duckdb(work):
    """DuckDB's own command line, in a Python environment of its own."""
    binary = work / "duckdb/bin/duckdb"
    if not binary.exists():
        call(sys.executable, "-m", "venv", work / "duckdb")
        call(work / "duckdb/bin/pip", "install", "--quiet", DUCKDB)
    return binary


def warm(path):
    """Reads the file once, so that the first engine does not pay for the disk."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 22):
            pass
    return path


def requests(build, work, rows):
    path = work / f"requests-{rows}.ndjson"
    if not path.exists():
        call(build / "bin/generate_ndjson", path, rows)
    return warm(path)


def flights(work):
    """The real flights where WEIR_DATA has them; None where not."""
    packed = pathlib.Path(os.environ.get("WEIR_DATA", "../shared/data")) / "throughput/flights-3m.csv.zst"
    path = work / "flights.csv"
    if not path.exists():
        if not packed.exists():
            return None
        call("zstd", "--quiet", "--decompress", packed, "-o", path)
    return warm(path)
