#!/usr/bin/env python3
"""weir run on what is not as it should be: run_verb_test.py WEIR"""
import json

from verb_case import VerbCase, main

PIPELINE = """weir: 1
name: sums
about: {owner: growth, decision: whether to go on, notes: [more than a report knows]}
sources:
  numbers: {type: file, path: in/*.csv, format: {type: csv, columns: {a: int64}}%s}
transforms:
  sums: {type: aggregate, inputs: numbers, compute: {rows: count(), sum: sum(a)}}
sinks:
  out: {type: file, inputs: sums, path: out/sums.csv, format: csv}
  page: {type: report, inputs: sums, path: out/sums.html, title: Sums, sections: [{id: n, title: Rows, question: How many?, answer: "{{n}}", show: [{kpi: n, title: Rows, value: rows}]}]}
%s"""
REJECTED = "  bad: {type: file, inputs: [numbers.errors], path: out/bad.ndjson, format: ndjson, columns: [code, message, partition, offset]}\n"


class Run(VerbCase):
    def setUp(self):
        super().setUp()
        self.write("in/1.csv", "a\n1\n")
        self.write("in/2.csv", "b\n" + "2\n" * 1000)
        self.write("in/3.csv", "a\n4\nfour\n")

    def test_a_file_that_cannot_be_opened_is_a_rejected_row(self):
        self.write("sums.yaml", PIPELINE % ("", REJECTED))
        self.weir("run", "sums.yaml", "--no-progress")
        self.assertEqual(self.read("out/sums.csv"), "rows,sum\n2,5\n")
        rows = [json.loads(line) for line in self.read("out/bad.ndjson").splitlines()]
        self.assertEqual(sorted(rows, key=lambda row: row["partition"]), [
            {"code": "unreadable-input", "message": "no column 'a' in the header of 'in/2.csv' (b)",
             "partition": "in/2.csv", "offset": 0},
            {"code": "bad-number", "message": "found 'four', expected int64", "partition": "in/3.csv", "offset": 4}])

    def test_it_counts_as_an_error(self):
        self.write("sums.yaml", PIPELINE % (", on_error: fail", ""))
        done = self.weir("run", "sums.yaml", "--no-progress", "--threads", "1", exit_code=1)
        self.assertEqual(done.stderr, """\
weir run: node 'numbers': a row was rejected, and on_error is fail:
  no column 'a' in the header of 'in/2.csv' (b)
""")

    def test_a_report_shows_the_pipelines_about(self):
        self.write("sums.yaml", PIPELINE % ("", ""))
        self.weir("run", "sums.yaml", "--no-progress")
        page = self.read("out/sums.html")
        self.assertIn("whether to go on", page)
        self.assertNotIn("more than a report knows", page)

    def test_a_dash_is_the_terminal(self):
        self.write("sums.yaml", (PIPELINE % ("", "")).replace("out/sums.csv", '"-"'))
        self.prints(["run", "sums.yaml", "--no-progress"], "rows,sum\n2,5\n")
        self.assertEqual([name for name in self.names() if name.endswith("/-")], [])


if __name__ == "__main__":
    main()
