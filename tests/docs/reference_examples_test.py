#!/usr/bin/env python3
"""The examples of docs/reference/ are right: reference_examples_test.py WEIR

A component's example is put into a pipeline whose other nodes give it the columns that it speaks of, and must pass
`weir check`. An expression must pass `weir eval`; what it gives is compared where functions and aggregates are tested.
"""
import gzip
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference"
COLUMNS = ("{ts: timestamp, user: string, page: string, name: string, status: int64, latency_ms: float64, revenue: float64, "
           "size: int64, host: string, service: string, requests: int64, good: int64, total: int64, p99: float64, sentence: string, "
           "window_start: timestamp, window_end: timestamp}")
HEADER = ("ts,user,page,name,status,latency_ms,revenue,size,host,service,requests,good,total,p99,sentence,window_start,"
          "window_end\n")
ROW = ("2025-01-01T00:00:00Z,u1,/,a,200,5.5,1.25,7,h1,web,9,8,9,5.5,slow,2025-01-01T00:00:00Z,"
       "2025-01-02T00:00:00Z\n")
FILES = {"rows.csv": HEADER + ROW, "rows.tsv": (HEADER + ROW).replace(",", "\t"), "processes.txt": "PID COMMAND\n  1 init\n"}
INPUTS = {"tsv": "rows.tsv", "columns_text": "processes.txt"}  # What a format reads when it is not rows.csv.
SECTION = re.compile(r"^## (\w+) \((\w+)\)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples():
    """Name, kind and YAML of every component that is a node or a format."""
    for page in ("sources", "transforms", "sinks", "formats"):
        for name, kind, body in SECTION.findall((REFERENCE / f"{page}.md").read_text(encoding="utf-8")):
            yield name, kind, EXAMPLE.search(body)[1]


def as_node(example):
    """The example as lines below `transforms:`; one that does not name its node is named `node`."""
    if re.match(r"\w+: \{type:", example):
        return "  " + example
    return "  node:\n" + "".join("    " + line + "\n" for line in example.splitlines())


def inputs_of(example):
    text = re.search(r"inputs: (\{[^}]*\}|\[[^\]]*\]|\w+)", example)[1]
    return re.findall(r"(\w+)(?=[,\]}]|$)", text)


def outputs_of(example):
    node = re.match(r"\s*(\w+):", as_node(example))[1]
    routes = re.search(r"routes: \{(.*?)\}", example)
    ports = [*re.findall(r"(\w+): \"", routes[1]), "else"] if routes else []
    return [f"{node}.{port}" for port in ports] or [node]


def given(names):
    """Sources of these names, with every column that an example speaks of."""
    return "sources:\n" + "".join(
        f"  {name}: {{type: file, path: rows.csv, format: {{type: csv, columns: {COLUMNS}}}, event_time: {{column: ts, max_delay: 1s}}}}\n"
        for name in names)


def thrown_away(names):
    return "sinks:\n" + "".join(f"  end_{i}: {{type: blackhole, inputs: [{name}]}}\n" for i, name in enumerate(names))


def pipeline_of(name, kind, example):
    head = "weir: 1\nname: example\n"
    if kind == "source":
        return head + "sources:\n" + as_node(example) + thrown_away(outputs_of(example))
    if kind == "transform":
        return head + given(inputs_of(example)) + "transforms:\n" + as_node(example) + thrown_away(outputs_of(example))
    if kind == "sink":
        return head + given(inputs_of(example)) + "sinks:\n" + as_node(example)
    if "columns:" in example or name in ("lines", "pattern"):
        return head + f"sources:\n  rows:\n    type: file\n    path: {INPUTS.get(name, 'rows.csv')}\n    " + example + thrown_away(["rows"])
    return head + given(["rows"]) + "sinks:\n  out:\n    type: file\n    inputs: rows\n    path: out/rows\n    " + example


class ReferenceExamples(unittest.TestCase):
    binary = None

    def weir(self, *arguments, folder=None):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")}
        return subprocess.run([self.binary, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)

    def test_components_pass_the_check(self):
        count = 0
        with tempfile.TemporaryDirectory(prefix="weir-reference-") as folder:
            root = pathlib.Path(folder)
            for name, text in FILES.items():
                (root / name).write_text(text, encoding="utf-8")
            (root / "data").mkdir()
            (root / "data" / "part.ndjson.gz").write_bytes(gzip.compress(b'{"user": "u1"}\n'))
            self.weir("new", "key", "shop.key", folder=folder)
            for name, kind, example in examples():
                with self.subTest(component=name, kind=kind):
                    pipeline = pipeline_of(name, kind, example)
                    (root / "example.yaml").write_text(pipeline, encoding="utf-8")
                    done = self.weir("check", "example.yaml", folder=folder)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr + pipeline)
                    count += 1
        self.assertGreaterEqual(count, 20)

    def test_expressions_have_a_value(self):
        page = (REFERENCE / "functions.md").read_text(encoding="utf-8")
        lines = [line for block in re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) for line in block.splitlines()]
        self.assertGreaterEqual(len(lines), 100)
        for line in lines:
            with self.subTest(example=line):
                done = self.weir("eval", "--", line.rpartition(" => ")[0])
                self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    ReferenceExamples.binary = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
