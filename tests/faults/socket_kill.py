#!/usr/bin/env python3
"""SIGKILL to a process that takes rows from a socket, through a buffer on disk, into a file.

    socket_kill.py WEIR [ROUNDS [SEED]]

Nobody can be asked for rows again that were on their way from a socket. What a checkpoint held when the process died must
be in the file in the end, nothing may be there twice, and rows keep their order. The process dies at random moments while
rows come. Prints its counts; exit status 1 when anything is wrong, or when no row was in the buffer alone.
"""
import bisect
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PIPELINE = """weir: 1
name: receive
checkpoint: {{every: 20ms}}
sources:
  in: {{type: socket, listen: "tcp://127.0.0.1:{port}", format: {{type: ndjson, columns: {{n: int64}}}}}}
sinks:
  out: {{type: file, inputs: in, path: out.csv, format: csv, buffer: {{disk: 64MiB}}}}
"""
LONGEST = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, found):
    """Waits for an event, and fails by its name when it does not come."""
    deadline = time.monotonic() + LONGEST
    while True:
        value = found()
        if value:
            return value
        if time.monotonic() > deadline:
            sys.exit(f"socket_kill.py: {what} did not come in {LONGEST} s")
        time.sleep(0.005)


class Receiver:
    """A run, and its one sender, who numbers rows from `first` on."""

    def __init__(self, weir, folder, port, first):
        self.weir, self.folder, self.first, self.next = weir, folder, first, first
        self.ends = []  # In bytes of the connection, of each row.
        with open(os.path.join(folder, "receive.yaml"), "w", encoding="ascii") as out:
            out.write(PIPELINE.format(port=port))
        self.epoch_before = self.epoch()
        self.process = subprocess.Popen([weir, "run", "receive.yaml", "--no-progress"], cwd=folder, stderr=subprocess.PIPE, text=True)
        self.connection = until("the listener", lambda: self.connected(port))

    def connected(self, port):
        if self.process.poll() is not None:
            sys.exit(f"socket_kill.py: the run ended: {self.process.stderr.read()}")
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            return None

    def send(self, count):
        lines = [f'{{"n":{n}}}\n' for n in range(self.next, self.next + count)]
        self.next += count
        for line in lines:
            self.ends.append((self.ends[-1] if self.ends else 0) + len(line))
        self.connection.sendall("".join(lines).encode("ascii"))

    def epoch(self):
        """Of the last checkpoint of the region of the socket, 0 when there is none."""
        try:
            names = os.listdir(os.path.join(self.folder, ".weir/receive/checkpoints"))
        except FileNotFoundError:
            return 0
        return max((int(name.split(".")[0]) for name in names if name.endswith(".manifest")), default=0)

    def die(self):
        """Returns behind which row nothing was held by a checkpoint."""
        self.process.kill()
        self.process.communicate()
        self.connection.close()
        if self.epoch() == self.epoch_before:
            return self.first
        told = subprocess.run([self.weir, "checkpoints", "show", "receive.yaml"], cwd=self.folder, capture_output=True, text=True)
        position = int(re.search(r"source in: .*, at (\d+)", told.stdout)[1])
        return self.first + bisect.bisect_right(self.ends, position)


def written(folder):
    try:
        with open(os.path.join(folder, "out.csv"), encoding="ascii") as text:
            return [int(line) for line in text.read().split("\n")[1:-1]]
    except FileNotFoundError:
        return []


def main():
    weir = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    folder = tempfile.mkdtemp(prefix="weir-socket-kill-")
    port = free_port()
    held, in_buffer_alone, at = [], 0, 0
    for _ in range(rounds):
        receiver = Receiver(weir, folder, port, at)
        end = time.monotonic() + chance.uniform(0.02, 0.2)
        while time.monotonic() < end:
            receiver.send(200)
        held.append((at, receiver.die()))
        in_file = set(written(folder))
        in_buffer_alone += sum(n not in in_file for n in range(*held[-1]))
        at = receiver.next
    receiver = Receiver(weir, folder, port, at)
    receiver.send(1)
    until("the last row", lambda: written(folder)[-1:] == [at])
    receiver.process.send_signal(signal.SIGTERM)
    _, errors = receiver.process.communicate(timeout=LONGEST)
    rows = written(folder)
    there = set(rows)
    missing = sum(n not in there for first, end in held for n in range(first, end))
    twice = len(rows) - len(there)
    is_ordered = all(a < b for a, b in zip(rows, rows[1:]))
    print(f"{rounds} kills, {sum(end - first for first, end in held)} rows held by a checkpoint, {in_buffer_alone} of them only in the "
          f"buffer when the process died; {missing} missing, {twice} twice, {'in' if is_ordered else 'out of'} order")
    is_right = receiver.process.returncode == 0 and missing == 0 and twice == 0 and is_ordered and in_buffer_alone > 0
    if is_right:
        shutil.rmtree(folder)
    else:
        print(f"exit status {receiver.process.returncode}: {errors}, in {folder}")
    sys.exit(0 if is_right else 1)


main()
