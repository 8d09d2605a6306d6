#!/usr/bin/env python3
"""weir preview: preview_verb_test.py WEIR"""
from verb_case import VerbCase, main

CSV = """time,user,page,latency_ms
2025-03-01T10:00:04Z,ada,/,41
2025-03-01T10:00:09Z,ada,/cart,120
2025-03-01T10:00:31Z,bo,,38.5
2025-03-01T10:00:58Z,chi,/,slow
"""
PIPELINE = """weir: 1
name: visits
sources:
  visits:
    type: file
    path: visits.csv
    format: {type: csv, columns: {time: timestamp, user: string, page: string, latency_ms: float64}}
    event_time: {column: time}
    labels: {user: direct, page: marketing, latency_ms: none}
  never: {type: generator, columns: {id: sequence}}
transforms:
  pages: {type: route, inputs: visits, routes: {cart: "page = '/cart'"}}
  minutes: {type: aggregate, inputs: pages.else, window: {tumbling: 1m}, compute: {views: count(), mean: avg(latency_ms)}}
sinks:
  carts: {type: file, inputs: pages.cart, path: out/carts.csv, format: csv}
  out: {type: file, inputs: minutes, path: out/minutes.csv, format: csv}
  numbers: {type: blackhole, inputs: never}
"""


class Preview(VerbCase):
    def setUp(self):
        super().setUp()
        self.write("visits.csv", CSV)
        self.write("visits.yaml", PIPELINE)

    def test_masks_what_has_a_label(self):
        self.prints(["preview", "visits.yaml", "visits"], """\
time                  user             page                latency_ms
timestamp             string (direct)  string (marketing)  float64 (none)
2025-03-01T10:00:04Z  ***              ***                             41
2025-03-01T10:00:09Z  ***              ***                            120
2025-03-01T10:00:31Z  ***              null                          38.5
3 rows; columns with a label are masked, --reveal shows them
""".replace("latency_ms\n", "    latency_ms\n"), stderr="note: 'visits' rejected 1 row [bad-number]: found 'slow', expected float64\n")
        self.assertEqual(self.names(), ["visits.csv", "visits.yaml"])

    def test_reveals(self):
        self.prints(["preview", "visits.yaml", "visits", "-n", "2", "--reveal"], """\
time                  user             page                    latency_ms
timestamp             string (direct)  string (marketing)  float64 (none)
2025-03-01T10:00:04Z  ada              /                               41
2025-03-01T10:00:09Z  ada              /cart                          120
2 rows
""")

    def test_a_port_a_sink_and_a_window(self):
        cart = """\
time                  user             page                    latency_ms
timestamp             string (direct)  string (marketing)  float64 (none)
2025-03-01T10:00:09Z  ***              ***                            120
1 row; columns with a label are masked, --reveal shows them
"""
        self.prints(["preview", "visits.yaml", "pages.cart"], cart)
        self.prints(["preview", "visits.yaml", "carts"], cart)
        self.prints(["preview", "visits.yaml", "minutes"], """\
window_start          window_end            views            mean
timestamp             timestamp             int64  float64 (none)
2025-03-01T10:00:00Z  2025-03-01T10:01:00Z      2           39.75
1 row
""")

    def test_rejected_rows_are_as_personal_as_their_source(self):
        done = self.weir("preview", "visits.yaml", "visits.errors", "--json")
        self.assertIn('"code":"bad-number","message":"***"', done.stdout)
        self.assertIn('"raw":"***"', done.stdout)
        done = self.weir("preview", "visits.yaml", "visits.errors", "--json", "--reveal")
        self.assertIn('"raw":"2025-03-01T10:00:58Z,chi,/,slow"', done.stdout)

    def test_what_is_made_of_rejected_rows_is_as_personal(self):
        self.write("visits.csv", CSV.replace("ada", "1").replace("bo", "2"))
        self.write("visits.yaml", """weir: 1
name: visits
sources:
  numbers: {type: file, path: other.csv, format: {type: csv, columns: {n: int64}}}
  visits: {type: file, path: visits.csv, format: {type: csv, columns: {user: int64, latency_ms: float64}}, labels: {user: direct}}
transforms:
  all: {type: merge, inputs: [numbers.errors, visits.errors]}
sinks:
  out: {type: file, inputs: visits, path: out/visits.csv, format: csv}
  numbers_out: {type: blackhole, inputs: numbers}
  bad: {type: file, inputs: [numbers.errors, visits.errors], path: out/bad.csv, format: csv}
  also: {type: file, inputs: all, path: out/also.csv, format: csv}
""")
        self.write("other.csv", "n\n1\n")
        for node in ["visits.errors", "all", "bad", "also"]:
            with self.subTest(node):
                done = self.weir("preview", "visits.yaml", node)
                self.assertNotIn("chi", done.stdout + done.stderr)
                self.assertIn("masked", done.stdout)
        done = self.weir("preview", "visits.yaml", "visits")
        self.assertEqual(done.stderr, "note: 'visits' rejected 1 row [bad-number]: its columns have labels, --reveal says why\n")
        done = self.weir("preview", "visits.yaml", "visits", "--reveal")
        self.assertEqual(done.stderr, "note: 'visits' rejected 1 row [bad-number]: found 'chi', expected int64\n")

    def test_a_pseudonym_is_less_personal_than_a_name(self):
        self.write("key", "k" * 32)
        self.write("visits.yaml", PIPELINE.replace("transforms:", """transforms:
  hidden: {type: pseudonymize, inputs: visits, columns: [user], key: "${secret:file:key}"}""").replace("inputs: visits, routes", "inputs: hidden, routes"))
        done = self.weir("preview", "visits.yaml", "hidden", "-n", "1")
        self.assertIn("timestamp             string (quasi)  string (marketing)", done.stdout)

    def test_quotes_within_a_text_are_shown_as_they_are(self):
        self.write("d.ndjson", r'{"a": {"b": "x\"y"}, "c": "1\n2\\3"}' + "\n")
        self.write("d.yaml", """weir: 1
name: d
sources:
  d: {type: file, path: d.ndjson, format: ndjson}
sinks:
  out: {type: blackhole, inputs: d}
""")
        self.prints(["preview", "d.yaml", "d"], r"""a               c
string          string
{"b": "x\\"y"}  1\n2\\3
1 row
""")

    def test_what_never_ends_stops_with_its_rows(self):
        self.prints(["preview", "visits.yaml", "never", "-n", "3", "--json"], '{"id":0}\n{"id":1}\n{"id":2}\n')

    def test_names_that_are_not_there(self):
        self.complains(["preview", "visits.yaml", "visit"], "weir preview: there is no node 'visit'; did you mean 'visits'?\n")
        self.complains(["preview", "visits.yaml", "nothing.like.it"],
                       "weir preview: there is no node 'nothing.like'; the nodes are visits, never, pages, minutes, carts, out or numbers\n")
        self.complains(["preview", "visits.yaml", "pages.carts"],
                       "weir preview: node 'pages' has no port 'carts'; its ports are cart, else or errors; did you mean 'cart'?\n")


if __name__ == "__main__":
    main()
