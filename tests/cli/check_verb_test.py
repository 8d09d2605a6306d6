#!/usr/bin/env python3
"""weir check --strict and --json: check_verb_test.py WEIR"""
import json

from verb_case import VerbCase, main

ABOUT = "about: {owner: me, audience: us, decision: which, measures: how many, expected: few}\n"
PIPELINE = """weir: 1
name: copies
vars:
  rows: {default: 3}
  out: {default: out}
sources:
  numbers: {type: generator, rows: "${rows}", columns: {id: sequence}}
sinks:
  nothing: {type: blackhole, inputs: numbers}
"""


class Check(VerbCase):
    def test_strict_finds_keys_without_effect_and_run_names_them(self):
        self.write("copies.yaml", """weir: 1
name: copies
about: {owner: growth, audience: us, decision: which, measures: how many, expected: few}
schedule: daily
state: elsewhere
sources:
  numbers: {type: generator, rows: 2, columns: {id: sequence}, freshness: 3, id: many}
sinks:
  out: {type: blackhole, inputs: numbers, freshness: 3}
""")
        done = self.weir("check", "--strict", "--json", "copies.yaml", exit_code=78)
        told = [(f["line"], f["code"], f["message"]) for f in json.loads(done.stdout)["faults"]]
        self.assertEqual(told, [(line, "without-effect", f"this version does nothing with '{key}'")
                                for line, key in [(4, "schedule"), (5, "state"), (7, "freshness"), (7, "id"), (9, "freshness")]])
        self.weir("check", "copies.yaml")
        done = self.weir("run", "copies.yaml", "--no-progress")
        self.assertEqual(done.stderr.splitlines()[:4], [
            "note: this version does nothing with 'freshness'", "note: this version does nothing with 'id'",
            "note: this version does nothing with 'schedule'", "note: this version does nothing with 'state'; say it with --state"])

    def test_strict_asks_for_about_and_finds_unused_variables(self):
        self.write("copies.yaml", PIPELINE)
        self.prints(["check", "copies.yaml"], "copies.yaml: no faults; 2 nodes\n", stderr="")
        self.prints(["check", "--strict", "copies.yaml"], "", exit_code=78, stderr="""\
copies.yaml:2:7: warning: the pipeline does not say what it is for [missing-about]
    2 | name: copies
      |       ^~~~~~
  hint: add 'about: {owner: ..., audience: ..., decision: ..., measures: ..., expected: ...}'
copies.yaml:5:3: warning: nothing in the file uses the variable 'out' [unused-variable]
    5 |   out: {default: out}
      |   ^~~
  hint: write ${out} where it is meant, or leave it out
""")
        self.write("copies.yaml", PIPELINE.replace("  out: {default: out}\n", "").replace("vars:", ABOUT + "vars:"))
        self.prints(["check", "--strict", "copies.yaml"], "copies.yaml: no faults; 2 nodes\n", stderr="")

    def test_strict_asks_what_is_missing_of_about(self):
        self.write("copies.yaml", PIPELINE.replace("  out: {default: out}\n", "").replace("vars:", "about: {owner: me}\nvars:"))
        self.prints(["check", "--strict", "copies.yaml"], "", exit_code=78, stderr="""\
copies.yaml:3:8: warning: 'about' of the pipeline does not say: audience, decision, measures, expected [missing-about]
    3 | about: {owner: me}
      |        ^
  hint: owner, audience, decision, measures, expected: who reads what it gives will ask
""")

    def test_strict_asks_each_section_of_a_report(self):
        self.write("page.yaml", """weir: 1
name: page
""" + ABOUT + """sources:
  numbers: {type: generator, rows: 3, columns: {id: sequence}}
sinks:
  page:
    type: report
    inputs: numbers
    path: page.html
    title: Numbers
    sections:
      - {id: some, question: How many?, about: {decision: how many to keep}, show: [{table: all, from: numbers}]}
      - {id: more, question: How many more?, show: [{table: rest, from: numbers}]}
      - {id: most, question: Which most?, about: {owner: me}, show: [{table: top, from: numbers}]}
""")
        self.prints(["check", "page.yaml"], "page.yaml: no faults; 2 nodes\n", stderr="")
        done = self.weir("check", "--strict", "--json", "page.yaml", exit_code=78)
        told = [(f["line"], f["column"], f["code"], f["message"]) for f in json.loads(done.stdout)["faults"]]
        self.assertEqual(told, [
            (14, 9, "missing-about", "'sections[1]' does not say what it is for"),
            (15, 43, "missing-about", "'about' of 'sections[2]' names no decision")])

    def test_json_is_one_object_for_all_files(self):
        self.write("good.yaml", PIPELINE)
        self.write("bad.yaml", PIPELINE.replace("blackhole", "blckhole"))
        done = self.weir("check", "--json", "good.yaml", "bad.yaml", exit_code=78)
        self.assertEqual(json.loads(done.stdout), {"errors": 1, "warnings": 0, "faults": [
            {"file": "bad.yaml", "line": 9, "column": 19, "length": 8, "severity": "error", "code": "unknown-component",
             "message": "there is no sink 'blckhole'", "hint": "did you mean 'blackhole'?", "notes": []}]})


if __name__ == "__main__":
    main()
