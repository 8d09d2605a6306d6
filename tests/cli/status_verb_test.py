#!/usr/bin/env python3
"""weir status, weir stop and --metrics beside a run: status_verb_test.py WEIR"""
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

from verb_case import VerbCase, main

ENDLESS = """weir: 1
name: endless
checkpoint: {every: 20ms}
sources:
  clock: {type: generator, rate: 1000, columns: {a: sequence}}
sinks:
  out: {type: file, inputs: clock, path: "out/{part}.ndjson", format: ndjson}
"""
RELUCTANT = """weir: 1
name: reluctant
sources:
  numbers: {type: file, path: in.csv, format: {type: csv, columns: {x: int64}}}
sinks:
  out: {type: reluctant, inputs: numbers, path: out.txt, refuses: write, door: open, retry: {initial: 10ms, max: 50ms, open_after: 3%s}}
"""


class Status(VerbCase):
    def setUp(self):
        super().setUp()
        self.environment = {"WEIR_PLUGIN_PATH": str(pathlib.Path(self.binary).parent.parent / "sdk/tests")}

    def start(self, *arguments):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")} | self.environment
        running = subprocess.Popen([self.binary, "run", *arguments, "--no-progress"], cwd=self.folder, env=environment,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(running.stderr.close)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        return running

    def until(self, name, holds):
        """Asks for the status until it `holds`; returns that one."""
        for _ in range(3000):
            asked = subprocess.run([self.binary, "status", name, "--json"], cwd=self.folder, capture_output=True, text=True)
            if asked.returncode == 0 and holds(json.loads(asked.stdout)):
                return json.loads(asked.stdout)
            time.sleep(0.01)
        self.fail(f"it never came: {asked.stdout}{asked.stderr}")

    def test_a_run_is_asked_and_stopped(self):
        self.write("endless.yaml", ENDLESS)
        running = self.start("endless.yaml")
        status = self.until("endless.yaml", lambda s: s["checkpoint"] and s["nodes"][0]["rows_out"] > 0)
        self.assertEqual((status["pipeline"], status["pid"], status["phase"]), ("endless", running.pid, "running"))
        self.assertEqual([node["name"] for node in status["nodes"]], ["clock", "out"])
        self.assertEqual(status["sinks"], [{"name": "out", "breaker": "closed", "failures": 0, "all_failures": 0, "reason": ""}])
        self.assertEqual(status["disk"], {"full": False, "reason": ""})
        text = self.weir("status", "endless.yaml").stdout
        self.assertRegex(text, rf"^endless is running as PID {running.pid}: run {status['run']}, since .*\nnode .*\nclock .*\nout ")
        self.assertRegex(text, r"\nlast checkpoint: epoch \d+, 0s ago, 0 B, took \d+ ms\n")
        second = self.weir("run", "endless.yaml", exit_code=75)
        self.assertIn(f"already running as PID {running.pid}", second.stderr)
        self.prints(["stop", "endless.yaml", "--wait"], f"endless: run {status['run']} stopped\n")
        self.assertEqual(running.wait(), 0)
        self.assertIn("stopped; the next run goes on from the last checkpoint\n", running.stderr.read())

    def test_stopping_does_not_wait_unless_it_is_told(self):
        self.write("endless.yaml", ENDLESS)
        running = self.start("endless.yaml")
        status = self.until("endless.yaml", lambda s: True)
        self.prints(["stop", "endless.yaml"], f"endless is stopping: run {status['run']}\n")
        self.assertEqual(running.wait(), 0)

    def test_without_a_process_the_last_run_is_told(self):
        self.write("endless.yaml", ENDLESS)
        self.prints(["status", "endless.yaml"], "endless does not run, and no run of it is recorded\n", exit_code=1)
        self.complains(["stop", "endless.yaml"], "weir stop: endless does not run, and no run of it is recorded\n", exit_code=1)
        running = self.start("endless.yaml")
        self.until("endless.yaml", lambda s: True)
        running.send_signal(signal.SIGKILL)
        running.wait()
        self.assertTrue((self.folder / ".weir/endless/control.sock").is_socket())
        told = self.weir("status", "endless.yaml", exit_code=1).stdout
        self.assertRegex(told, r"^endless does not run; its last run \S+ began at \S+Z: no end recorded: it was killed\n$")
        self.assertEqual(json.loads(self.weir("status", "endless.yaml", "--json", exit_code=1).stdout)["last_run"]["outcome"], "killed")
        # The socket that it left is replaced.
        running = self.start("endless.yaml")
        self.until("endless.yaml", lambda s: s["pid"] == running.pid)
        self.weir("stop", "endless.yaml", "--wait", "--now")
        told = self.weir("status", "endless.yaml", exit_code=1).stdout
        self.assertRegex(told, r"^endless does not run; its last run \S+ began at \S+Z and ended at \S+Z: stopped\n$")

    def test_a_sink_that_is_down_shows_its_breaker_and_goes_on(self):
        self.write("in.csv", "x\n" + "7\n" * 10)
        self.write("reluctant.yaml", RELUCTANT % "")
        running = self.start("reluctant.yaml")
        status = self.until("reluctant.yaml", lambda s: s["sinks"][0]["breaker"] == "open" if s["sinks"] else False)
        self.assertEqual(status["sinks"][0]["reason"], "the door is shut")
        self.assertIn("\nout: ", self.weir("status", "reluctant.yaml").stdout)
        self.write("open", "")
        self.assertEqual(running.wait(), 0)
        self.assertEqual(self.read("out.txt"), "7\n" * 10)
        # One line a change of the reason, and not one a try.
        said = re.sub(r"^\S+ ", "", running.stderr.read(), flags=re.MULTILINE)
        warned = [line for line in said.splitlines() if line.startswith("warn")]
        self.assertEqual(len(warned), 3, said)
        self.assertRegex(warned[0], r'^warn  the door is shut; next try in 0\.0\d+ s node=out$')
        self.assertRegex(warned[1], r'^warn  the door is shut; 3 tries in a row have failed: from now on one copy tries for all, next try in 0\.0\d+ s node=out$')
        self.assertEqual(warned[2], 'warn  works again node=out')

    def test_rows_that_nobody_took_are_dead_letters_and_can_be_retried(self):
        self.write("in.csv", "x\n1\n2\n")
        self.write("reluctant.yaml", RELUCTANT % ", max_elapsed: 100ms")
        self.weir("run", "reluctant.yaml", "--no-progress")
        shown = self.weir("dead", "show", "reluctant.yaml").stdout
        self.assertIn('out [retry-exhausted] in.csv at 2: the door is shut: given up after 0.1 s\n  {"x":1}\n', shown)
        self.write("open", "")
        self.assertIn("out: 2 rows retried, 0 rejected again\n", self.weir("dead", "retry", "reluctant.yaml").stdout)
        written = [name for name in self.names() if name.startswith("out.retry-") and name.endswith(".txt")]
        self.assertEqual([self.read(name) for name in written], ["1\n2\n"])
        self.prints(["dead", "list", "reluctant.yaml"], "no rejected rows are kept\n")

    def get(self, address, path):
        try:
            with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read().decode()

    def test_metrics_are_served_where_an_address_is_given(self):
        self.write("endless.yaml", ENDLESS)
        running = self.start("endless.yaml", "--metrics", "0")
        self.until("endless.yaml", lambda s: s["checkpoint"] and s["nodes"][0]["rows_out"] > 0)
        address = re.fullmatch(r"metrics at http://(127\.0\.0\.1:\d+)/metrics\n", running.stderr.readline())[1]
        code, kind, text = self.get(address, "/metrics")
        self.assertEqual((code, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertRegex(text, r'\nweir_node_rows_total\{pipeline="endless",node="clock",kind="out"\} [1-9]\d*\n')
        self.assertRegex(text, r'\nweir_checkpoint_duration_seconds_count\{pipeline="endless"\} [1-9]\d*\n')
        self.assertEqual(self.get(address, "/healthz"), (200, "text/plain; charset=utf-8", "ok\n"))
        self.assertEqual(self.get(address, "/readyz"), (200, "text/plain; charset=utf-8", "ready\n"))
        self.assertEqual(json.loads(self.get(address, "/status")[2])["pid"], running.pid)
        self.assertEqual(self.get(address, "/")[0], 404)
        taken = self.weir("run", "endless.yaml", "--state", "other", "--metrics", address, exit_code=1)
        self.assertIn(f"weir run: cannot listen for --metrics at '{address}': Address already in use\n", taken.stderr)
        self.weir("stop", "endless.yaml", "--wait")

    def test_a_word_that_is_no_address(self):
        self.write("endless.yaml", ENDLESS)
        self.complains(["run", "endless.yaml", "--metrics", "here"],
                       "weir run: --metrics here: expected a port (on loopback) or a numeric address and a port, such as 9100, 127.0.0.1:9100 or [::1]:9100\n")

    def test_nothing_is_served_unasked(self):
        self.write("endless.yaml", ENDLESS)
        running = self.start("endless.yaml")
        self.until("endless.yaml", lambda s: True)
        for table in ("tcp", "tcp6", "udp", "udp6"):
            inodes = {line.split()[9] for line in pathlib.Path(f"/proc/{running.pid}/net/{table}").read_text().splitlines()[1:]}
            held = {os.readlink(link) for link in pathlib.Path(f"/proc/{running.pid}/fd").iterdir() if link.is_symlink()}
            self.assertFalse({f"socket:[{inode}]" for inode in inodes} & held, table)
        self.weir("stop", "endless.yaml", "--wait")

    def test_a_run_with_little_to_do_costs_next_to_nothing(self):
        self.write("calm.yaml", ENDLESS.replace("rate: 1000", "rate: 1").replace("endless", "calm").replace("20ms", "10s"))
        running = self.start("calm.yaml")
        self.until("calm.yaml", lambda s: any(node["rows_out"] > 0 for node in s["nodes"]))
        def used():
            fields = pathlib.Path(f"/proc/{running.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        before, began = used(), time.monotonic()
        time.sleep(5)
        share = (used() - before) / (time.monotonic() - began)
        print(f"a run with a row a second uses {share:.2%} of a core")
        self.assertLess(share, 0.03)
        self.weir("stop", "calm.yaml", "--wait")


if __name__ == "__main__":
    main()
