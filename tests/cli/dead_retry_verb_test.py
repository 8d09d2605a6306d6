#!/usr/bin/env python3
"""weir dead retry: dead_retry_verb_test.py WEIR"""
import re

from verb_case import VerbCase, main

CSV = 'time,page,latency_ms\n2025-03-01T10:00:04Z,"/,a",41\n2025-03-01T10:00:09Z,/cart,slow\n2025-03-01T10:00:31Z,"/th\nanks",60ms\n'
PIPELINE = """weir: 1
name: visits
sources:
  visits:
    type: file
    path: visits.csv
    format: {type: csv, columns: {time: timestamp, page: string, latency_ms: %s}}
transforms:
  numbers: {type: map, inputs: visits, set: {latency: "%s"}}
sinks:
  out: {type: file, inputs: numbers, path: out/visits.csv, format: csv}
"""


class DeadRetry(VerbCase):
    def setUp(self):
        super().setUp()
        self.write("visits.csv", CSV)

    def retried(self):
        """The lines of the one file that a retry wrote."""
        names = [name for name in self.names() if re.fullmatch(r"out/visits\.retry-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}\.csv", name)]
        self.assertEqual(len(names), 1, self.names())
        return self.read(names[0])

    def shows(self, retry, stdout):
        """The name of the written file holds the run's."""
        done = self.weir("dead", "retry", *retry)
        self.assertEqual(re.sub(r"out/visits.retry-\S+.csv", "FILE", done.stdout).replace(str(self.folder) + "/", ""), stdout)
        return done

    def test_records_are_decoded_again(self):
        self.write("visits.yaml", PIPELINE % ("int64", "latency_ms"))
        self.weir("run", "visits.yaml")
        self.prints(["dead", "list", "visits.yaml"], self.weir("dead", "list", "visits.yaml").stdout)
        self.assertIn(" 2  visits               bad-number ", self.weir("dead", "list", "visits.yaml").stdout)
        self.write("visits.yaml", PIPELINE % ("string", "TRY_CAST(replace(latency_ms, 'ms', '') AS int64)"))
        self.shows(["visits.yaml"], "visits: 2 rows retried, 0 rejected again\nout wrote FILE\n")
        self.assertEqual(self.retried(), "time,page,latency_ms,latency\n2025-03-01T10:00:09Z,/cart,slow,\n"
                                         '2025-03-01T10:00:31Z,"/th\nanks",60ms,60\n')
        self.assertEqual(self.read("out/visits.csv"), 'time,page,latency_ms,latency\n2025-03-01T10:00:04Z,"/,a",41,41\n')
        self.prints(["dead", "list", "visits.yaml"], "no rejected rows are kept\n")
        self.prints(["dead", "retry", "visits.yaml"], "no rejected rows were retried\n")

    def test_rows_enter_the_transform_that_rejected_them(self):
        self.write("visits.yaml", PIPELINE % ("string", "CAST(latency_ms AS int64)"))
        self.weir("run", "visits.yaml")
        self.write("visits.yaml", PIPELINE % ("string", "CAST(replace(latency_ms, 'ms', '') AS int64)"))
        self.shows(["visits.yaml"], "numbers: 2 rows retried, 1 rejected again\nout wrote FILE\n")
        self.assertEqual(self.retried(), 'time,page,latency_ms,latency\n2025-03-01T10:00:31Z,"/th\nanks",60ms,60\n')
        done = self.weir("dead", "show", "visits.yaml")
        self.assertEqual(done.stdout, "numbers [bad-cast] visits.csv at 21: cannot cast 'slow' to int64\n"
                                      '  {"time":"2025-03-01T10:00:09Z","page":"/cart","latency_ms":"slow"}\n')

    def test_a_row_with_two_faults_is_one_row(self):
        two = "CAST(latency_ms AS int64), other: CAST(page AS int64)"
        self.write("visits.yaml", (PIPELINE % ("string", "CAST(latency_ms AS int64)")).replace(
            "AS int64)\"", "AS int64)\", other: CAST(page AS int64)"))
        self.weir("run", "visits.yaml")
        self.assertIn(" 3  numbers ", self.weir("dead", "list", "visits.yaml").stdout.replace("\n", ""))
        self.write("visits.yaml", PIPELINE % ("string", "length(latency_ms)"))
        self.shows(["visits.yaml"], "numbers: 3 rows retried, 0 rejected again\nout wrote FILE\n")

    def test_a_filter_leaves_the_others(self):
        self.write("visits.yaml", PIPELINE % ("int64", "latency_ms"))
        self.weir("run", "visits.yaml")
        self.prints(["dead", "retry", "visits.yaml", "--code", "bad-cast"], "no rejected rows were retried\n")
        self.assertIn(" 2  visits ", self.weir("dead", "list", "visits.yaml").stdout)

    def test_a_node_that_is_gone_keeps_its_rows(self):
        self.write("visits.yaml", PIPELINE % ("string", "CAST(latency_ms AS int64)"))
        self.weir("run", "visits.yaml")
        self.write("visits.yaml", (PIPELINE % ("string", "latency_ms")).replace("numbers", "figures"))
        self.prints(["dead", "retry", "visits.yaml"], "no rejected rows were retried\n",
                    stderr="weir dead: 2 rows of 'numbers' stay: the pipeline has no such node any more\n")
        self.assertIn(" 2  numbers ", self.weir("dead", "list", "visits.yaml").stdout)

    def test_a_retry_that_fails_changes_nothing(self):
        self.write("visits.yaml", PIPELINE % ("int64", "latency_ms"))
        self.weir("run", "visits.yaml")
        self.write("visits.yaml", (PIPELINE % ("int64", "latency_ms")).replace("path: visits.csv\n", "path: visits.csv\n    on_error: fail\n"))
        self.complains(["dead", "retry", "visits.yaml"],
                       "weir dead: node 'visits': a row was rejected, and on_error is fail:\n  found 'slow', expected int64\n", exit_code=1)
        self.assertIn(" 2  visits ", self.weir("dead", "list", "visits.yaml").stdout)

    def test_faults_are_told_and_nothing_runs(self):
        self.write("visits.yaml", PIPELINE % ("int64", "latncy_ms"))
        done = self.weir("dead", "retry", "visits.yaml", exit_code=78)
        self.assertIn("[unknown-column]", done.stderr)


if __name__ == "__main__":
    main()
