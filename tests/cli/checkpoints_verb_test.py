#!/usr/bin/env python3
"""weir checkpoints list, show, verify and drop: checkpoints_verb_test.py WEIR"""
import json
import re
import signal
import subprocess
import time

from verb_case import VerbCase, main

PIPELINE = """weir: 1
name: counts
checkpoint: {every: 20ms}
sources:
  clock:
    type: generator
    rate: 2000
    columns: {id: sequence, ts: {time: {start: 2025-01-01T00:00:00Z, step: 1s}}}
    event_time: {column: ts, max_delay: 0s}
transforms:
  counts: {type: aggregate, inputs: clock, by: {key: "id % 7"}, window: {tumbling: 1d}, compute: {n: count()}}
sinks:
  out: {type: file, inputs: counts, path: "out/{part}.csv", format: csv}
"""


class Checkpoints(VerbCase):
    def setUp(self):
        super().setUp()
        self.write("counts.yaml", PIPELINE)

    def start(self):
        """A run that has taken a checkpoint and goes on."""
        process = subprocess.Popen([self.binary, "run", "counts.yaml", "--no-progress"], cwd=self.folder,
                                   stderr=subprocess.PIPE)
        while not list(self.folder.glob(".weir/counts/checkpoints/*.manifest")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        process.communicate()
        self.assertEqual(process.returncode, 0)

    def test_there_are_none(self):
        self.prints(["checkpoints", "list", "counts.yaml"], "there is no checkpoint\n")
        self.prints(["checkpoints", "list", "counts.yaml", "--json"], "")
        self.prints(["checkpoints", "verify", "counts.yaml"], "there is no checkpoint\n")
        self.prints(["checkpoints", "drop", "counts.yaml"], "there is no checkpoint\n")
        self.complains(["checkpoints", "show", "counts.yaml"],
                       "weir checkpoints: there is no checkpoint in '.weir/counts'\n", exit_code=1)

    def test_what_a_stopped_run_left(self):
        self.stop(self.start())
        listed = self.weir("checkpoints", "list", "counts.yaml").stdout
        self.assertRegex(listed, r"^checkpoint \d+  \d{4}-\d\d-\d\dT[0-9:.]+Z  [0-9.]+ k?B in \d+ pages?, run [0-9a-f-]+\n$")
        shown = self.weir("checkpoints", "show", "counts.yaml").stdout
        self.assertEqual(shown.splitlines()[0] + "\n", listed)
        self.assertRegex(shown, r"\n  source clock: \S+, at \d+\n")
        self.assertRegex(shown, r"\n  state counts\.panes: [0-9.]+ k?B in \d+ pages?\n")
        self.assertRegex(shown, r"\n  sink out: copy 0, prepared \(\d+ bytes?\)\n")
        one = json.loads(self.weir("checkpoints", "show", "counts.yaml", "--json").stdout)
        self.assertEqual([source["node"] for source in one["sources"]], ["clock"])
        self.assertEqual([(state["node"], state["state"]) for state in one["states"]], [("counts", "panes")])
        epoch = one["checkpoint"]
        self.complains(["checkpoints", "show", "counts.yaml", "--epoch", "999999"],
                       f"weir checkpoints: there is no checkpoint 999999; there is {epoch}\n", exit_code=1)
        self.prints(["checkpoints", "verify", "counts.yaml"], listed + "every byte is what it was when it was written\n")

    def test_regions_behind_buffers(self):
        self.write("counts.yaml", PIPELINE + '  raw: {type: file, inputs: clock, buffer: {disk: 1MiB}, path: "raw/{part}.csv", '
                   'format: csv}\n')
        process = self.start()
        while not list(self.folder.glob(".weir/counts/checkpoints/raw/*.manifest")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        self.stop(process)
        listed = self.weir("checkpoints", "list", "counts.yaml").stdout.splitlines()
        self.assertRegex(listed[0], r"^checkpoint \d+  \d{4}-")
        self.assertRegex(listed[-1], r"^checkpoint \d+, behind the buffer of 'raw',  \d{4}-")
        shown = [json.loads(line) for line in
                 self.weir("checkpoints", "show", "counts.yaml", "--json").stdout.splitlines()]
        self.assertEqual([one.get("behind_buffer_of") for one in shown], [None, "raw"])
        self.assertIn("every byte is what it was", self.weir("checkpoints", "verify", "counts.yaml").stdout)
        # Of each region one stays, whatever its number.
        self.weir("checkpoints", "drop", "counts.yaml", "--before", "999999999")
        self.assertEqual(len(self.weir("checkpoints", "list", "counts.yaml").stdout.splitlines()), 2)
        self.prints(["checkpoints", "drop", "counts.yaml"], "2 checkpoints dropped; the next run begins anew\n")
        self.assertEqual(list(self.folder.glob(".weir/counts/checkpoints/**/*.manifest")), [])
        self.stop(self.start())

    def test_a_flipped_byte(self):
        self.stop(self.start())
        page = next(self.folder.glob(".weir/counts/checkpoints/*.page"))
        data = bytearray(page.read_bytes())
        data[len(data) // 2] ^= 1
        page.write_bytes(data)
        done = self.weir("checkpoints", "verify", "counts.yaml", exit_code=1)
        name = f".weir/counts/checkpoints/{page.name}"
        self.assertRegex(done.stdout, rf"^checkpoint \d+ cannot be used: '{re.escape(name)}' is damaged: its sum is not the "
                                      r"one in its manifest\n$")
        told = json.loads(self.weir("checkpoints", "verify", "counts.yaml", "--json", exit_code=1).stdout)
        self.assertIn("is damaged", told["fault"])
        # Nor does a run take it.
        done = self.weir("run", "counts.yaml", "--no-progress", exit_code=1)
        self.assertIn("Restore the files, or start over with --from-scratch", done.stderr)

    def test_drop_waits_for_the_run(self):
        process = self.start()
        self.complains(["checkpoints", "drop", "counts.yaml"],
                       f"weir checkpoints: '.weir/counts' is in use: already running as PID {process.pid}\n", exit_code=75)
        self.stop(process)
        self.prints(["checkpoints", "drop", "counts.yaml", "--before", "1"], "0 checkpoints dropped\n")
        self.prints(["checkpoints", "drop", "counts.yaml"], "1 checkpoint dropped; the next run begins anew\n")
        self.prints(["checkpoints", "list", "counts.yaml"], "there is no checkpoint\n")
        self.assertEqual(list(self.folder.glob(".weir/counts/checkpoints/*")), [])

    def test_drop_forgets_that_a_run_was_done(self):
        self.stop(self.start())
        mark = self.folder / ".weir/counts/checkpoints/complete"
        mark.touch()
        self.prints(["checkpoints", "drop", "counts.yaml"], "1 checkpoint dropped; the next run begins anew\n")
        self.assertFalse(mark.exists())

    def test_which_it_is_must_be_said(self):
        done = self.weir("checkpoints", exit_code=2)
        self.assertIn("A subcommand is required", done.stderr)


if __name__ == "__main__":
    main()
