#!/usr/bin/env python3
"""weir run on what is not as it should be: run_verb_test.py WEIR"""
import gzip
import json
import os
import re
import signal
import subprocess

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
ENDED = """weir: 1
name: ended
checkpoint: {every: 20ms}
sources:
  machine: {type: host_metrics, interval: 10ms, duration: 10ms}
  document: {type: file, path: in/a.json, format: {type: json, columns: {a: int64}}}
  clock: {type: generator, rows: 1000, rate: 1000, columns: {a: sequence}}
sinks:
  figures: {type: file, inputs: machine, path: out/figures.ndjson, format: ndjson}
  rows: {type: file, inputs: document, path: out/rows.ndjson, format: ndjson}
  bad: {type: file, inputs: document.errors, path: out/bad.ndjson, format: ndjson}
  none: {type: blackhole, inputs: clock}
"""

ENDLESS = """weir: 1
name: endless
checkpoint: {every: 20ms}
sources:
  clock: {type: generator, rate: 1000, columns: {a: sequence}}
sinks:
  out: {type: file, inputs: clock, path: "out/{part}.ndjson", format: ndjson}
"""
INFERRED = """weir: 1
name: inferred
checkpoint: {every: 20ms}
sources:
  file: {type: file, path: in/4.csv, format: csv}
  clock: {type: generator, rows: 1000, rate: 1000, columns: {a: sequence, b: sequence}}
transforms:
  sums: {type: aggregate, inputs: [file, clock], compute: {rows: count(), sum: sum(a)}}
sinks:
  out: {type: file, inputs: sums, path: out/sums.csv, format: csv}
"""


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

    def test_a_damaged_file_is_a_rejected_row(self):
        (self.folder / "in/4.csv").write_bytes(gzip.compress(b"a\n40\n")[:-4])
        self.write("sums.yaml", PIPELINE % ("", REJECTED))
        for threads in ("1", "3"):
            self.weir("run", "sums.yaml", "--no-progress", "--threads", threads)
            self.assertEqual(self.read("out/sums.csv"), "rows,sum\n3,45\n")
            codes = [json.loads(line)["code"] for line in self.read("out/bad.ndjson").splitlines()]
            self.assertEqual(sorted(codes), ["bad-number", "damaged-gzip", "unreadable-input"])
        self.prints(["dead", "list", "sums.yaml"], "no rejected rows are kept\n")

    def write_with_bad_ones(self, rows, one_bad_in):
        lines = ("x\n" if i % one_bad_in == 0 else f"{i}\n" for i in range(rows))
        self.write("in/1.csv", "a\n" + "".join(lines))
        (self.folder / "in/2.csv").unlink()
        (self.folder / "in/3.csv").unlink()

    def test_a_share_of_errors_is_counted_among_the_good_rows(self):
        self.write_with_bad_ones(2_000_000, 125)  # 0.8 %, 16,000 rows.
        self.write("sums.yaml", PIPELINE % (", max_errors: 1%", ""))
        self.weir("run", "sums.yaml", "--no-progress")

    def test_more_than_the_share_of_the_last_ten_thousand_rows_is_too_much(self):
        self.write_with_bad_ones(9_000, 50)
        self.write("sums.yaml", PIPELINE % (", max_errors: 1%", ""))
        done = self.weir("run", "sums.yaml", "--no-progress", exit_code=1)
        self.assertEqual(done.stderr, """\
weir run: node 'numbers': 180 of the last 9000 rows were rejected, more than max_errors: 1%; the last:
  found 'x', expected int64
  found 'x', expected int64
  found 'x', expected int64
""")

    def test_a_transform_has_its_share_too(self):
        self.write_with_bad_ones(9_000, 50)
        text = PIPELINE.replace("a: int64", "a: string").replace("sum(a)", "sum(n)") % ("", "")
        text = text.replace("transforms:\n", "transforms:\n  cast: {type: map, inputs: numbers, max_errors: %s, "
                            "set: {n: CAST(a AS int64)}}\n").replace("inputs: numbers, compute", "inputs: cast, compute")
        self.write("sums.yaml", text % "1%")
        done = self.weir("run", "sums.yaml", "--no-progress", exit_code=1)
        self.assertIn("rows were rejected, more than max_errors: 1%; the last:\n  cannot cast 'x' to int64\n", done.stderr)
        self.write("sums.yaml", text % "2.5%")
        self.weir("run", "sums.yaml", "--no-progress")

    def test_a_source_that_has_ended_is_not_asked_again_after_a_restart(self):
        self.write("ended.yaml", ENDED)
        self.write("in/a.json", '[{"a":1},{"a":2}]')
        self.environment["WEIR_FAULT"] = "checkpoint.manifest.rename:15:kill"
        self.weir("run", "ended.yaml", "--no-progress", exit_code=-9)
        self.environment.clear()
        self.weir("run", "ended.yaml", "--no-progress")
        times = {json.loads(line)["time"] for line in self.read("out/figures.ndjson").splitlines()}
        self.assertEqual(len(times), 1)
        self.assertEqual(self.read("out/rows.ndjson"), '{"a":1}\n{"a":2}\n')
        self.assertEqual(self.read("out/bad.ndjson"), "")

    def test_two_signals_at_once_are_one_wish_to_stop(self):
        self.write("endless.yaml", ENDLESS)
        process = subprocess.Popen([self.binary, "run", "endless.yaml", "--no-progress"], cwd=self.folder,
                                   stderr=subprocess.PIPE, text=True)
        while not any("checkpoints" in name for name in self.names()):
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertIn("stopped; the next run goes on from the last checkpoint", errors)
        # What was read is what is committed: nothing has to be read again.
        read = re.search(r"^clock +([0-9,]+)", errors, re.M).group(1).replace(",", "")
        rows = sum(len(self.read(name).splitlines()) for name in self.names() if name.startswith("out/"))
        self.assertEqual(rows, int(read))

    def test_a_run_whose_lock_was_removed_commits_nothing_beside_the_next_one(self):
        self.write("endless.yaml", ENDLESS)
        first = subprocess.Popen([self.binary, "run", "endless.yaml", "--no-progress"], cwd=self.folder,
                                 stderr=subprocess.PIPE, text=True)
        while not any(name.startswith("out/") for name in self.names()):
            self.assertIsNone(first.poll())
        os.remove(os.path.join(self.folder, ".weir/endless/lock"))
        _, errors = first.communicate(timeout=60)
        self.assertEqual(first.returncode, 1)
        self.assertIn("lock' was removed while this run held it: another may be at work on the same state, so nothing more is "
                      "committed here", errors)
        # What it had not committed is not there, so the next run begins where the last checkpoint was.
        self.environment["WEIR_FAULT"] = "checkpoint.manifest.rename:3:kill"
        self.weir("run", "endless.yaml", "--no-progress", exit_code=-9)
        self.environment.clear()
        rows = [json.loads(line)["a"] for name in sorted(self.names())
                if name.startswith("out/") and name.endswith(".ndjson") for line in self.read(name).splitlines()]
        self.assertEqual(sorted(rows), list(range(len(rows))))

    def test_columns_are_not_inferred_anew_after_a_restart(self):
        self.write("in/4.csv", "a,b\n1,2\n")
        self.write("inferred.yaml", INFERRED)
        self.environment["WEIR_FAULT"] = "checkpoint.manifest.rename:15:kill"
        self.weir("run", "inferred.yaml", "--no-progress", exit_code=-9)
        self.environment.clear()
        self.write("in/4.csv", "a,b\n1,2\none,two\n")
        self.weir("run", "inferred.yaml", "--no-progress")
        self.assertEqual(self.read("out/sums.csv"), "rows,sum\n1001,499501\n")
        self.weir("run", "inferred.yaml", "--no-progress", exit_code=78)

    def test_a_report_shows_the_pipelines_about(self):
        self.write("sums.yaml", PIPELINE % ("", ""))
        self.weir("run", "sums.yaml", "--no-progress")
        page = self.read("out/sums.html")
        self.assertIn("whether to go on", page)
        self.assertNotIn("more than a report knows", page)

    def test_a_report_tells_what_made_its_numbers(self):
        self.write("sums.yaml", PIPELINE % ("", ""))
        self.weir("run", "sums.yaml", "--no-progress")
        self.assertIn('data-expression="the last row of rows = count()"', self.read("out/sums.html"))

    def test_a_report_tells_of_a_column_what_made_it_and_not_what_made_another_of_its_name(self):
        self.write("names.yaml", """weir: 1
name: names
sources:
  numbers: {type: file, path: in/*.csv, format: {type: csv, columns: {a: int64}}}
transforms:
  doubled: {type: map, inputs: numbers, set: {kind: a * 2, size: a + 1}}
  kept: {type: filter, inputs: doubled, where: a > 0}
  renamed: {type: map, inputs: kept, rename: {kind: was, a: first}}
  named: {type: segment, inputs: renamed, rules: [{name: all, when: was > 0}], into: kind}
  few: {type: limit, inputs: named, rows: 3}
sinks:
  page: {type: report, inputs: few, path: out/names.html}
""")
        self.weir("run", "names.yaml", "--no-progress")
        page = self.read("out/names.html")
        told = dict(re.findall(r'"name":"(\w+)"[^{}]*?"expression":"([^"]*)"', page))
        self.assertEqual({"was": "a * 2", "size": "a + 1", "first": "a", "kind": "segment in node 'named'"}, told)

    def test_a_report_names_the_component_that_made_a_number_without_a_text(self):
        self.write("in/visits.csv", "who,at\n1,2025-01-01T00:00:00Z\n1,2025-01-02T00:00:00Z\n")
        self.write("cohorts.yaml", """weir: 1
name: cohorts
sources:
  visits:
    type: file
    path: in/visits.csv
    format: {type: csv, columns: {who: int64, at: timestamp}}
    event_time: {column: at, max_delay: 0s}
transforms:
  cohorts: {type: retention, inputs: visits, by: [who], period: day, periods: 3}
  renamed: {type: map, inputs: cohorts, rename: {users: people}}
sinks:
  page: {type: report, inputs: renamed, path: out/cohorts.html, sections: [{id: all, question: Who?, answer: These., show: [{table: all}]}]}
""")
        self.weir("run", "cohorts.yaml", "--no-progress")
        told = dict(re.findall(r'"name":"(\w+)"[^{}]*?"expression":"([^"]*)"', self.read("out/cohorts.html")))
        self.assertEqual("retention in node 'cohorts'", told["rate"])
        self.assertEqual("users of retention in node 'cohorts'", told["people"])

    def test_a_report_names_the_nodes_behind_its_inputs(self):
        self.write("nodes.yaml", """weir: 1
name: nodes
sources:
  numbers: {type: file, path: in/*.csv, format: {type: csv, columns: {a: int64}}}
transforms:
  kept: {type: filter, inputs: numbers, where: a > 0}
sinks:
  one: {type: report, inputs: {rows: kept}, path: out/one.html, sources: {rows: numbers.csv}}
  more: {type: report, inputs: {all: [numbers, kept], bad: numbers.errors}, path: out/more.html}
""")
        self.weir("run", "nodes.yaml", "--no-progress")
        self.assertIn('"sources":["kept","numbers.csv"]', self.read("out/one.html"))
        self.assertIn('"sources":["numbers, kept"]', self.read("out/more.html"))
        self.assertIn('"sources":["numbers.errors"]', self.read("out/more.html"))

    def test_a_report_takes_each_node_of_a_list_as_an_input(self):
        self.write("look.yaml", """weir: 1
name: look
sources:
  numbers: {type: file, path: in/*.csv, format: {type: csv, columns: {a: int64}}}
transforms:
  sums: {type: aggregate, inputs: numbers, compute: {total: sum(a)}}
sinks:
  page: {type: report, inputs: [sums, numbers.errors], path: out/look.html}
""")
        self.weir("run", "look.yaml", "--no-progress")
        page = self.read("out/look.html")
        self.assertIn('id="section-sums"', page)
        self.assertIn('id="section-numbers_errors"', page)

    def test_a_report_tells_of_too_many_rows_while_they_come(self):
        self.write("many.yaml", """weir: 1
name: many
sources:
  many: {type: generator, rows: 100000000000, columns: {id: sequence}}
sinks:
  page: {type: report, inputs: many, path: out/many.html}
""")
        done = self.weir("run", "many.yaml", "--no-progress", exit_code=1)
        self.assertIn("input 'many' has more than 100000 rows, too many for a page; aggregate them first", done.stderr)

    def test_late_rows_that_nothing_reads_are_told_of(self):
        self.write("visits.csv", "t\n2025-03-01T10:00:00Z\n2025-03-01T10:05:00Z\n2025-03-01T10:00:30Z\n")
        self.write("visits.yaml", """weir: 1
name: visits
sources:
  visits: {type: file, path: visits.csv, format: {type: csv, columns: {t: timestamp}}, event_time: {column: t, max_delay: 0s}}
transforms:
  minutes: {type: aggregate, inputs: visits, window: {tumbling: 1m}, compute: {rows: count()}}
sinks:
  out: {type: file, inputs: minutes, path: out/minutes.csv, format: csv}
""")
        done = self.weir("run", "visits.yaml", "--no-progress")
        self.assertIn("\n1 row came too late for minutes and was left out: nothing reads minutes.late\n", done.stderr)
        self.assertEqual(self.read("out/minutes.csv").count("\n"), 3)

    def test_rows_between_the_halves_of_a_node_are_not_counted(self):
        self.write("groups.yaml", """weir: 1
name: groups
sources:
  numbers: {type: generator, rows: 5000, columns: {id: sequence, k: {choice: {a: 1, b: 1, c: 1}}}}
transforms:
  groups: {type: aggregate, inputs: numbers, by: [k], compute: {rows: count()}}
sinks:
  out: {type: file, inputs: groups, path: out/groups.csv, format: csv}
""")
        done = self.weir("run", "groups.yaml", "--no-progress", "--threads", "2")
        line = next(line for line in done.stderr.splitlines() if line.startswith("groups "))
        self.assertEqual(line.split()[1:4], ["5,000", "3", "0"])

    def test_rows_that_are_dropped_can_be_read_nowhere(self):
        self.write("sums.yaml", PIPELINE % (", on_error: drop", ""))
        done = self.weir("run", "sums.yaml", "--no-progress")
        self.assertIn("\n2 rows rejected by numbers: gone, as its on_error is drop\n", done.stderr)

    def test_too_large_a_share_of_errors_fails_a_run(self):
        limit = ", max_errors: 1%"
        rows = "".join(f"{row}\n" if row % 200 != 50 else "x\n" for row in range(25_000))
        self.write("in/2.csv", "a\n" + rows)
        self.write("in/3.csv", "a\n")
        self.write("sums.yaml", PIPELINE % (limit, REJECTED))
        self.weir("run", "sums.yaml", "--no-progress")
        self.assertEqual(self.read("out/sums.csv").split("\n")[1].split(",")[0], "24876")
        self.write("in/2.csv", "a\n" + rows.replace("7\n", "x\n"))
        done = self.weir("run", "sums.yaml", "--no-progress", "--threads", "1", exit_code=1)
        self.assertRegex(done.stderr, r"node 'numbers': [0-9]+ of the last [0-9]+ rows were rejected, more than max_errors: 1%; the last:")
        self.assertEqual(done.stderr.count("x', expected int64"), 3)

    def test_a_count_of_errors_is_a_limit_when_something_reads_them(self):
        self.write("in/2.csv", "a\n2\n")
        self.write("sums.yaml", PIPELINE % (", max_errors: 1", REJECTED))
        self.weir("run", "sums.yaml", "--no-progress")
        self.write("in/2.csv", "a\ntwo\n")
        done = self.weir("run", "sums.yaml", "--no-progress", "--threads", "1", exit_code=1)
        self.assertEqual(done.stderr, """\
weir run: node 'numbers': 2 rows were rejected, more than max_errors: 1; the last:
  found 'two', expected int64
  found 'four', expected int64
""")
        self.weir("preview", "sums.yaml", "numbers")

    def test_a_file_that_may_not_grow_fails_the_run_and_leaves_no_half_report(self):
        self.write("sums.yaml", PIPELINE % ("", ""))
        done = subprocess.run(["bash", "-c", 'ulimit -f 100; exec "$0" run sums.yaml --no-progress', self.binary],
                              cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr.replace(str(self.folder) + "/", "")),
                         (1, "weir run: node 'page': cannot write 'out/sums.html.new': File too large\n"))
        self.assertNotIn("out/sums.html.new", self.names())

    def test_of_many_files_the_first_are_named(self):
        self.write("many.yaml", """weir: 1
name: many
sources:
  numbers: {type: generator, rows: 12, columns: {id: sequence}}
sinks:
  out: {type: file, inputs: numbers, path: "out/{id}.csv", format: csv}
""")
        done = self.weir("run", "many.yaml", "--no-progress")
        self.assertEqual(done.stderr.count("out wrote out/"), 10)
        self.assertEqual(done.stderr.splitlines()[-1], "out wrote 2 more files")
        self.assertEqual(self.weir("runs", "many.yaml").stdout.splitlines()[-1], "  out wrote 2 more files")

    def test_runs_says_how_each_run_went(self):
        self.write("sums.yaml", PIPELINE % ("", ""))
        self.prints(["runs", "sums.yaml"], "no run is recorded\n")
        self.weir("run", "sums.yaml", "--no-progress")
        self.write("sums.yaml", PIPELINE % (", max_errors: 1", ""))
        self.weir("run", "sums.yaml", "--no-progress", exit_code=1)
        lines = self.weir("runs", "sums.yaml").stdout.splitlines()
        begun = r"\S+  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z  "
        self.assertRegex(lines[0], begun + r"done after \d+s$")
        self.assertEqual(lines[1], "  2 rows read, 2 rejected")
        failed = next(i for i, line in enumerate(lines) if re.match(begun + r"failed after \d+s$", line))
        self.assertEqual(lines[failed + 1], "  2 rows were rejected, more than max_errors: 1; the last:")
        self.assertEqual(lines[failed + 4], "  2 rows read, 2 rejected")

    def test_a_dash_is_the_terminal(self):
        self.write("sums.yaml", (PIPELINE % ("", "")).replace("out/sums.csv", '"-"'))
        self.prints(["run", "sums.yaml", "--no-progress"], "rows,sum\n2,5\n")
        self.assertEqual([name for name in self.names() if name.endswith("/-")], [])


if __name__ == "__main__":
    main()
