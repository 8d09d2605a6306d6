#!/usr/bin/env python3
"""weir new pipeline: new_pipeline_verb_test.py WEIR"""
import gzip

from verb_case import VerbCase, main

CSV = """Ordered At,email,user_id,product_name,country,amount,paid
2025-03-01T10:00:04Z,ada@example.org,1,Mug,Kenya,12.50,true
2025-03-02T10:04:09Z,bo@example.org,2,Kettle,Peru,7.25,true
2025-03-03T11:30:31Z,ada@example.org,1,Tea,Kenya,30,false
2025-03-05T09:12:58Z,,3,Spoon,Kenya,oops,true
"""


class NewPipeline(VerbCase):
    def test_over_csv_files(self):
        self.write("in/Web Shop/1.csv", CSV)
        self.prints(["new", "pipeline", "--from", "in/Web Shop/*.csv"], """\
wrote web-shop.yaml: 7 columns of in/Web Shop/*.csv
  email is labelled direct: correct it if that is not so
  user_id is labelled direct: correct it if that is not so
next: weir preview web-shop.yaml web_shop, then weir run web-shop.yaml
""")
        self.assertEqual(self.read("web-shop.yaml"), """\
weir: 1
name: web-shop
# A first pipeline over in/Web Shop/*.csv, made by looking at its first rows: change what is not so.
sources:
  web_shop:
    type: file
    path: "in/Web Shop/*.csv"
    format:
      type: csv
      columns:
        Ordered At: timestamp
        email: string
        user_id: int64
        product_name: string
        country: string
        amount: string
        paid: bool
    event_time: {column: Ordered At}
    # Suggested by names and values. weir preview masks these columns, and whatever is made of them.
    labels:
      email: direct
      user_id: direct
transforms:
  by_country:
    type: aggregate
    inputs: web_shop
    by: [country]
    compute: {rows: count()}
  over_time:
    type: aggregate
    inputs: web_shop
    window: {tumbling: 1d}
    compute: {rows: count()}
  in_order: {type: sort, inputs: over_time, by: [window_start]}
sinks:
  groups: {type: file, inputs: by_country, path: out/by_country.csv, format: csv}
  times: {type: file, inputs: in_order, path: out/over_time.csv, format: csv}
  report:
    type: report
    path: out/web-shop.html
    title: web-shop
    inputs: {groups: by_country, times: in_order}
    sections:
      - id: groups
        title: Rows by country
        question: "Of which country are there most rows?"
        answer: "{{most.name}}, with {{most}} rows."
        show:
          - {kpi: most, title: Most rows, from: groups, value: rows, of: country, pick: largest}
          - {bars: rows, title: Rows, from: groups, x: country, y: [rows]}
          - {table: all_groups, title: All numbers, from: groups}
      - id: times
        title: Rows over time
        question: When were there most rows?
        answer: "In the day from {{peak.name}}, with {{peak}} rows."
        show:
          - {kpi: peak, title: Most rows in one day, from: times, value: rows, of: window_start, pick: largest}
          - {line: rows_over_time, title: Rows, from: times, x: window_start, y: [rows]}
  # Records that cannot be read, each with its place and the reason.
  rejected: {type: file, inputs: [web_shop.errors], path: out/rejected.ndjson, format: ndjson}
""")
        self.prints(["check", "web-shop.yaml"], "web-shop.yaml: no faults; 8 nodes\n")
        self.weir("run", "web-shop.yaml", "--no-progress")
        self.assertEqual(self.read("out/by_country.csv"), "country,rows\nKenya,3\nPeru,1\n")
        self.assertIn("Of which country are there most rows?", self.read("out/web-shop.html"))
        self.assertIn("In the day from 2025-03-01, with 1 rows.", self.read("out/web-shop.html"))

    def test_over_compressed_ndjson_in_another_folder(self):
        self.write("etc/here", "")
        rows = '{"ip": "10.0.0.%d", "Total Bytes": %d, "$cost": 1.5}\n'
        (self.folder / "log.ndjson.gz").write_bytes(gzip.compress("".join(rows % (i, i) for i in range(9)).encode()))
        self.prints(["new", "pipeline", "--from", "log.ndjson.gz", "--name", "traffic", "--output", "etc/traffic.yaml"], """\
wrote etc/traffic.yaml: 3 columns of ../log.ndjson.gz
  ip is labelled direct: correct it if that is not so
next: weir preview etc/traffic.yaml traffic, then weir run etc/traffic.yaml
""")
        self.weir("check", "etc/traffic.yaml")
        self.weir("run", "etc/traffic.yaml", "--no-progress")
        self.assertEqual(self.read("etc/out/totals.csv").splitlines()[0], "rows,avg_total_bytes,p99_total_bytes,avg__cost,p99__cost")

    def test_over_json_with_lists(self):
        self.write("d.json", '[{"id": 1, "tags": ["a"], "at": {"x": 1}}, {"id": 2, "tags": [], "at": {"x": 2}}]')
        self.weir("new", "pipeline", "--from", "d.json")
        self.weir("check", "d.yaml")
        self.weir("run", "d.yaml", "--no-progress")

    def test_a_name_that_says_one_format_of_several(self):
        self.write("lines.json", '{"id": 1, "page": "/"}\n{"id": 2, "page": "/cart"}\n')
        self.prints(["new", "pipeline", "--from", "lines.json"], """\
wrote lines.yaml: 2 columns of lines.json, read as ndjson
next: weir preview lines.yaml lines, then weir run lines.yaml
""")
        self.weir("run", "lines.yaml", "--no-progress")
        self.assertEqual(self.read("out/rejected.ndjson"), "")
        self.write("app.log", "2025-03-01T10:00:00Z INFO began\n2025-03-01T10:00:01Z WARN slow\n")
        self.prints(["new", "pipeline", "--from", "app.log"], """\
wrote app.yaml: 1 column of app.log, read as lines
next: weir preview app.yaml app, then weir run app.yaml
""")
        self.complains(["new", "pipeline", "--from", "app.log", "--format", "access_log", "--name", "b"], """\
weir new pipeline: 'app.log' cannot be read as access_log: found the end of the line, expected a space; say another format with --format
""", exit_code=1)

    def test_groups_repeat_themselves(self):
        rows = "".join(f"{'code' + str(i if i < 9 else 0)},{'Kenya' if i % 3 else 'Peru'}\n" for i in range(10))
        self.write("codes.csv", "code,country\n" + rows)
        self.weir("new", "pipeline", "--from", "codes.csv")
        self.assertIn("    by: [country]\n", self.read("codes.yaml"))

    def test_names_with_letters_that_no_pipeline_has(self):
        self.write("Käufe [neu] ß.csv", "a\n1\n")
        self.prints(["new", "pipeline", "--from", "Käufe [neu] ß.csv"], """\
wrote k-ufe-neu.yaml: 1 column of Käufe [neu] ß.csv
next: weir preview k-ufe-neu.yaml k_ufe_neu, then weir run k-ufe-neu.yaml
""")
        self.prints(["new", "pipeline", "--from", "Käufe [neu] ß.csv", "--output", "it's mine.yaml"], """\
wrote it's mine.yaml: 1 column of Käufe [neu] ß.csv
next: weir preview 'it'\\''s mine.yaml' k_ufe_neu, then weir run 'it'\\''s mine.yaml'
""")
        self.weir("check", "it's mine.yaml")

    def test_what_cannot_be_done(self):
        self.complains(["new", "pipeline", "--from", "data.bin"], """\
weir new pipeline: the name 'data.bin' does not say what format it is; say --format csv, or another
""")
        self.write("a.csv", "x\n1\n")
        self.write("a.yaml", "")
        self.complains(["new", "pipeline", "--from", "a.csv"], """\
weir new pipeline: there is already a file 'a.yaml'; name another with --output
""", exit_code=1)
        self.complains(["new", "pipeline", "--from", "b.csv"], """\
weir new pipeline: node 'rows': no file 'b.csv': the directory '.' holds a.csv, a.yaml; did you mean 'a.csv'?
""", exit_code=1)
        self.write("in/a.csv", "x\n")
        self.complains(["new", "pipeline", "--from", "in"], """\
weir new pipeline: 'in' is a directory; name the files in it, as with 'in/*.csv'
""")


if __name__ == "__main__":
    main()
