#!/usr/bin/env python3
"""weir test: test_test.py WEIR"""
from verb_case import VerbCase, main

PIPELINE = """weir: 1
name: views
sources:
  events:
    type: file
    path: nowhere/*.csv
    format: {type: csv, columns: {ts: timestamp, user: string, page: string, latency_ms: float64}}
    event_time: {column: ts}
    labels: {user: direct}
transforms:
  private: {type: pseudonymize, inputs: events, columns: [user], key: "${secret:file:no.key}"}
  sane: {type: filter, inputs: private, where: "latency_ms < 60000 AND page IS NOT NULL"}
  numbers: {type: map, inputs: sane, set: {latency: CAST(page AS int64)}}
  minutes: {type: aggregate, inputs: sane, by: [page], window: {tumbling: 1m}, compute: {views: count(), mean: avg(latency_ms)}}
sinks:
  pages: {type: file, inputs: minutes, path: out/pages.csv, format: csv}
  other: {type: file, inputs: numbers, path: out/other.csv, format: csv}
tests:
"""
GOOD = """  - name: slow views are dropped
    given: {private: [{ts: 2025-01-01T00:00:01Z, user: u1, page: /, latency_ms: 70000}]}
    expect: {sane: [], sane.errors: []}
  - name: views are counted by minute
    given:
      events:
        - {ts: 2025-01-01T00:00:01Z, user: u1, page: /, latency_ms: 0.1}
        - {ts: 2025-01-01T00:00:59Z, user: u2, page: /, latency_ms: 0.2}
        - {ts: 2025-01-01T00:01:00Z, user: u1, page: /, latency_ms: 3}
    expect:
      minutes:
        - {window_start: 2025-01-01T00:01:00Z, views: 1, mean: 3}
        - {window_start: 2025-01-01, views: 2, mean: 0.15}
      pages: [{page: /}, {page: /}]
"""
BAD = """  - name: what is wrong is shown
    given:
      private: [{ts: 2025-01-01T00:00:01Z, page: /a, latency_ms: 10}, {ts: 2025-01-01T00:00:02Z, page: /b, latency_ms: 20}]
    expect:
      sane: [{page: /a, latency_ms: 11}, {page: /c}]   # of two rows
      minutes: []
"""


class Test(VerbCase):
    def test_passes_without_input_and_secret(self):
        self.write("views.yaml", PIPELINE + GOOD)
        self.prints(["test", "views.yaml"],
                    "ok    slow views are dropped\nok    views are counted by minute\nviews.yaml: 2 tests passed\n", stderr="")
        self.assertEqual(self.names(), ["views.yaml"])

    def test_shows_what_differs(self):
        self.write("views.yaml", PIPELINE + BAD)
        self.prints(["test", "views.yaml"], """\
FAIL  what is wrong is shown (views.yaml:19:11)
  sane: expected 2 rows, found 2
    - {"page":"/c"}
    ~ {"page":"/a","latency_ms":11}
        latency_ms: expected 11, found 10
    + {"page":"/b","latency_ms":20}
  minutes: expected 0 rows, found 2
    + {"window_start":"2025-01-01T00:00:00Z","window_end":"2025-01-01T00:01:00Z","page":"/a","views":1,"mean":10}
    + {"window_start":"2025-01-01T00:00:00Z","window_end":"2025-01-01T00:01:00Z","page":"/b","views":1,"mean":20}
views.yaml: 1 of 1 test failed
""", exit_code=3)

    def test_blesses_what_came(self):
        self.write("views.yaml", PIPELINE + GOOD + BAD)
        self.prints(["test", "views.yaml", "--bless"], """\
ok    slow views are dropped
ok    views are counted by minute
FAIL  what is wrong is shown (views.yaml:33:11)
  sane: expected 2 rows, found 2
    - {"page":"/c"}
    ~ {"page":"/a","latency_ms":11}
        latency_ms: expected 11, found 10
    + {"page":"/b","latency_ms":20}
  minutes: expected 0 rows, found 2
    + {"window_start":"2025-01-01T00:00:00Z","window_end":"2025-01-01T00:01:00Z","page":"/a","views":1,"mean":10}
    + {"window_start":"2025-01-01T00:00:00Z","window_end":"2025-01-01T00:01:00Z","page":"/b","views":1,"mean":20}
views.yaml: wrote the rows that came in 2 places
""")
        self.assertEqual(self.read("views.yaml"), PIPELINE + GOOD + BAD.replace(
            "[{page: /a, latency_ms: 11}, {page: /c}]", "[{page: /a, latency_ms: 10}, {page: /b, latency_ms: 20}]").replace(
            "minutes: []", """minutes: [
          {window_start: 2025-01-01T00:00:00Z, window_end: 2025-01-01T00:01:00Z, page: /a, views: 1, mean: 10},
          {window_start: 2025-01-01T00:00:00Z, window_end: 2025-01-01T00:01:00Z, page: /b, views: 1, mean: 20}]"""))
        self.weir("test", "views.yaml")

    def test_blesses_a_list_of_lines(self):
        self.write("views.yaml", PIPELINE + """  - name: "quotes, # and [brackets]"
    given: {private: [{page: "a, 'b' ]"}]}
    expect:
      private:
        # what came once
        - {page: "x ] y"}
        -
          page: z

  - {name: last, given: {private: [{page: it's}]}, expect: {private: [{page: it's}, {page: "]"}]}}
""")
        self.weir("test", "views.yaml", "--bless")
        self.assertEqual(self.read("views.yaml"), PIPELINE + """  - name: "quotes, # and [brackets]"
    given: {private: [{page: "a, 'b' ]"}]}
    expect:
      private:
        # what came once
        [{page: "a, 'b' ]"}]

  - {name: last, given: {private: [{page: it's}]}, expect: {private: [{page: "it's"}]}}
""")
        self.weir("test", "views.yaml")

    def test_what_is_new_in_every_run_is_not_blessed(self):
        self.write("views.yaml", PIPELINE + """  - name: rejected
    given: {sane: [{page: x}]}
    expect: {numbers: [], numbers.errors: []}
""")
        self.weir("test", "views.yaml", "--bless")
        self.assertEqual(self.read("views.yaml"), PIPELINE + r"""  - name: rejected
    given: {sane: [{page: x}]}
    expect: {numbers: [], numbers.errors: [
        {code: bad-cast, message: "cannot cast 'x' to int64", raw: "{\"ts\":null,\"user\":null,\"page\":\"x\",\"latency_ms\":null}"}]}
""")
        self.weir("test", "views.yaml")

    def test_order_counts_when_asked_for(self):
        rows = "[{page: a, latency_ms: 1}, {page: b, latency_ms: 2}]"
        turned = "[{page: b}, {page: a}]"
        for ordered, code in (("false", 0), ("true", 3)):
            self.write("views.yaml", PIPELINE + f"""  - name: order
    given: {{private: {rows}}}
    expect: {{sane: {turned}}}
    ordered: {ordered}
""")
            done = self.weir("test", "views.yaml", exit_code=code)
        self.assertEqual(done.stdout, """\
FAIL  order (views.yaml:19:11)
  sane: expected 2 rows, found 2
    ~ {"page":"b"}
        page: expected "b", found "a"
    ~ {"page":"a"}
        page: expected "a", found "b"
views.yaml: 1 of 1 test failed
""")

    def test_rejected_rows_can_be_expected_and_are_noted_when_they_are_not(self):
        self.write("views.yaml", PIPELINE + """  - name: expected
    given: {sane: [{page: "12"}, {page: x}]}
    expect: {numbers: [{latency: 12}], numbers.errors: [{node: numbers, code: bad-cast}]}
  - name: not expected
    given: {sane: [{page: x}]}
    expect: {numbers: [{latency: 1}]}
""")
        self.prints(["test", "views.yaml"], """\
ok    expected
FAIL  not expected (views.yaml:22:11)
  numbers: expected 1 row, found 0
    - {"latency":1}
  note: 'numbers' rejected 1 row [bad-cast]: cannot cast 'x' to int64
views.yaml: 1 of 2 tests failed
""", exit_code=3)

    def test_a_value_that_does_not_fit_its_column_is_a_fault(self):
        self.write("views.yaml", PIPELINE + """  - name: values
    given: {events: [{ts: yesterday, latency_ms: fast, page: [a]}]}
    expect: {minutes: [{views: 1.5}]}
""")
        self.complains(["test", "views.yaml"], """\
views.yaml:20:27: error: column 'ts': cannot cast 'yesterday' to timestamp [bad-value]
   20 |     given: {events: [{ts: yesterday, latency_ms: fast, page: [a]}]}
      |                           ^~~~~~~~~
views.yaml:20:50: error: column 'latency_ms': cannot cast 'fast' to float64 [bad-value]
   20 |     given: {events: [{ts: yesterday, latency_ms: fast, page: [a]}]}
      |                                                  ^~~~
views.yaml:20:62: error: column 'page': expected string, found a list [bad-value]
   20 |     given: {events: [{ts: yesterday, latency_ms: fast, page: [a]}]}
      |                                                              ^
views.yaml:21:32: error: column 'views': expected int64, found '1.5' [bad-value]
   21 |     expect: {minutes: [{views: 1.5}]}
      |                                ^~~
""", exit_code=78)

    def test_every_source_needs_rows_and_all_rows_are_used(self):
        self.write("views.yaml", PIPELINE + """  - name: nothing given
    given: {minutes: [{views: 1}]}
    expect: {sane: []}
""")
        self.complains(["test", "views.yaml"], """\
views.yaml:20:13: error: nothing that this test expects comes from 'minutes' [unused-given]
   20 |     given: {minutes: [{views: 1}]}
      |             ^~~~~~~
  hint: expect rows of a node that reads it, or leave it out
views.yaml:21:14: error: the rows of 'sane' come from the source 'events', which this test gives no rows [missing-given]
   21 |     expect: {sane: []}
      |              ^~~~
  hint: add 'events: [{column: value}]' to 'given', or give rows to a node between them
""", exit_code=78)

    def test_a_file_without_tests(self):
        self.write("views.yaml", PIPELINE.replace("tests:\n", ""))
        self.prints(["test", "views.yaml"], "views.yaml: no tests\n")


if __name__ == "__main__":
    main()
