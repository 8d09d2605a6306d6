#!/usr/bin/env python3
"""Standard output that is closed or full: standard_files_test.py WEIR"""
import os
import subprocess

from verb_case import VerbCase, main

PIPELINE = """weir: 1
name: numbers
sources:
  numbers: {type: generator, rows: 20000, columns: {id: sequence}}
sinks:
  out: {type: file, inputs: numbers, path: "-", format: csv}
"""


class StandardFiles(VerbCase):
    def setUp(self):
        super().setUp()
        self.write("numbers.yaml", PIPELINE)

    def shell(self, command, exit_code):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")}
        done = subprocess.run(["sh", "-c", command, self.binary], cwd=self.folder, env=environment, stderr=subprocess.PIPE,
                              text=True, timeout=120)
        self.assertEqual(done.returncode, exit_code, done.stderr)
        return done.stderr

    def test_rows_for_a_closed_output_go_into_no_other_file(self):
        told = self.shell('exec "$0" run numbers.yaml --no-progress >&-', 1)
        self.assertEqual(told, "weir run: node 'out': cannot write to standard output: Bad file descriptor\n")
        for name in self.names():
            self.assertNotIn("19999", self.read(name), name)

    def test_a_full_output_is_a_failure_of_every_verb(self):
        for verb in ["check numbers.yaml", "preview numbers.yaml numbers", "schema", "schema numbers.yaml", "plan numbers.yaml",
                     "graph numbers.yaml", "eval 1", "functions", "plugins", "--help", "--version"]:
            with self.subTest(verb):
                told = self.shell(f'exec "$0" {verb} >/dev/full', 1).splitlines()[-1]
                # What was flushed before has left no reason.
                self.assertRegex(told, "^weir: cannot write to standard output(: No space left on device)?$")


if __name__ == "__main__":
    main()
