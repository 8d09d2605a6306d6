#!/usr/bin/env python3
"""No secret is in what the binary prints or keeps, whatever an author makes with it: secrets_test.py WEIR"""
from verb_case import VerbCase, main

SECRET = "s3cr3t-4711"
PIPELINE = """weir: 1
name: hidden
sources:
  numbers: {type: file, path: "in/${secret:env:TOKEN}.csv", format: {type: csv, columns: {a: int64}}}
transforms:
  some: {type: %s, inputs: numbers, %s}
sinks:
  out: {type: file, inputs: some, path: "out/${secret:env:TOKEN}.csv", format: csv}
  bad: {type: file, inputs: [numbers.errors], path: out/bad.csv, format: csv, columns: [code, message]}
"""
KEEPS_ALL = ("limit", "rows: 10")


class Secrets(VerbCase):
    def setUp(self):
        super().setUp()
        self.environment = {"TOKEN": SECRET}
        self.write(f"in/{SECRET}.csv", "a\n1\nx\n")
        self.write("p.yaml", PIPELINE % KEEPS_ALL)

    def kept(self):
        """All that lies beside the data."""
        return "".join(path.read_bytes().decode(errors="replace") for path in self.folder.rglob(".weir/**/*") if path.is_file())

    def shows_nothing(self, *arguments, exit_code=0):
        done = self.weir(*arguments, exit_code=exit_code)
        self.assertNotIn(SECRET, done.stdout + done.stderr, arguments)
        self.assertNotIn(SECRET, self.kept(), arguments)
        return done

    def test_a_run_and_what_it_keeps(self):
        done = self.shows_nothing("run", "p.yaml", "--log-level", "debug")
        self.assertIn("wrote out/***.csv", done.stdout + done.stderr)
        self.assertIn(f"out/{SECRET}.csv", self.names())
        self.shows_nothing("run", "p.yaml", "--log-format", "json", "--log-level", "debug")
        for verb in (["runs"], ["plan"], ["graph"], ["schema"], ["check", "--json"]):
            self.shows_nothing(verb[0], "p.yaml", *verb[1:])
        self.shows_nothing("status", "p.yaml", exit_code=1)  # It does not run any more.

    def test_a_run_that_fails(self):
        (self.folder / f"in/{SECRET}.csv").unlink()
        done = self.shows_nothing("run", "p.yaml", exit_code=78)
        self.assertIn("***", done.stderr)

    def test_faults(self):
        for kind, option in (("limit", 'rows: "${secret:env:TOKEN}"'), ("select", 'columns: ["${secret:env:TOKEN}"]'),
                             ("filter", 'where: "${secret:env:TOKEN} > 1"'), ("${secret:env:TOKEN}", "rows: 1")):
            self.write("p.yaml", PIPELINE % (kind, option))
            self.shows_nothing("check", "p.yaml", exit_code=78)
            self.shows_nothing("check", "p.yaml", "--json", exit_code=78)
        self.environment["TOKEN"] = "-4711"
        self.write("p.yaml", PIPELINE % ("limit", 'rows: "${secret:env:TOKEN}"'))
        done = self.weir("check", "p.yaml", exit_code=78)
        self.assertIn("found ***", done.stderr)
        self.assertNotIn("4711", done.stderr)


if __name__ == "__main__":
    main()
