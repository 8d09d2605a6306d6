#!/usr/bin/env python3
"""weir dead list and show: dead_verb_test.py WEIR"""
from verb_case import VerbCase, main

PIPELINE = """weir: 1
name: numbers
sources:
  numbers: {type: file, path: numbers.csv, format: {type: csv, columns: {a: int64, b: string}}}
sinks:
  out: {type: file, inputs: numbers, path: out/numbers.csv, format: csv}
"""


class Dead(VerbCase):
    def setUp(self):
        super().setUp()
        self.write("numbers.yaml", PIPELINE)

    def run_over(self, rows):
        self.write("numbers.csv", "a,b\n" + rows)
        self.weir("run", "numbers.yaml", "--no-progress")

    def test_shows_nothing_that_a_terminal_would_act_on(self):
        self.run_over('\x1b[31mred,"x\n\ty\u00fc"\n')
        self.prints(["dead", "show", "numbers.yaml"], """\
numbers [bad-number] numbers.csv at 4: found '\\x1b[31mred', expected int64
  \\x1b[31mred,"x
  \ty\u00fc"
""")

    def test_says_that_there_are_more(self):
        self.run_over("x,1\ny,2\nz,3\n")
        done = self.weir("dead", "show", "numbers.yaml", "-n", "2")
        self.assertEqual(done.stdout.count("\n"), 4)
        self.assertEqual(done.stderr, "weir dead: these are the first 2; -n says how many\n")
        self.assertEqual(self.weir("dead", "show", "numbers.yaml", "-n", "3").stderr, "")

    def test_says_that_there_are_none(self):
        self.run_over("1,x\n")
        self.prints(["dead", "show", "numbers.yaml"], "no rejected rows are kept\n")

    def test_a_file_that_is_not_there(self):
        self.complains(["dead", "list", "no.yaml"], "weir dead: cannot read 'no.yaml': there is no such file\n", exit_code=1)


if __name__ == "__main__":
    main()
