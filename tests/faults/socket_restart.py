#!/usr/bin/env python3
"""Real sockets: senders over TCP and unix, a restart in between, and a pipeline that sends to another.

    socket_restart.py WEIR

Each kind: two senders at once, whose lines all are in the output when the process is told to stop; after the restart
they go on. Nothing is missing and nothing comes twice.
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

LINES = 20_000

RECEIVE = """weir: 1
name: receive
checkpoint: {{every: 50ms}}
sources:
  in: {{type: socket, listen: "{listen}", format: {{type: ndjson, columns: {{who: string, n: int64}}}}}}
sinks:
  out: {{type: file, inputs: in, path: out.csv, format: csv}}
"""
SEND = """weir: 1
name: send
sources:
  in: {{type: file, path: sent.csv, format: {{type: csv, columns: {{who: string, n: int64}}}}}}
sinks:
  out: {{type: socket, inputs: in, address: "{address}", format: ndjson}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(weir, folder, name):
    return subprocess.Popen([weir, "run", name, "--no-progress"], cwd=folder, stderr=subprocess.PIPE, text=True)


def connect(make, process):
    deadline = time.monotonic() + 60
    while True:
        try:
            return make()
        except (ConnectionRefusedError, FileNotFoundError):
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.02)


def rows(folder):
    try:
        with open(os.path.join(folder, "out.csv"), encoding="ascii") as text:
            return text.read().split("\n")[1:-1]
    except FileNotFoundError:
        return []


def wait_for(folder, count):
    deadline = time.monotonic() + 60
    while len(rows(folder)) < count and time.monotonic() < deadline:
        time.sleep(0.05)


def send(connections, first, last):
    for who, connection in connections:
        text = "".join(f'{{"who":"{who}","n":{n}}}\n' for n in range(first, last))
        connection.sendall(text.encode("ascii"))


def check(weir, folder, url, make):
    with open(os.path.join(folder, "receive.yaml"), "w", encoding="ascii") as out:
        out.write(RECEIVE.format(listen=url))
    for first in (0, LINES // 2):
        process = start(weir, folder, "receive.yaml")
        connections = [(who, connect(make, process)) for who in ("a", "b")]
        send(connections, first, first + LINES // 2)
        wait_for(folder, 2 * (first + LINES // 2))
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        for _, connection in connections:
            connection.close()
        if process.returncode != 0:
            sys.exit(f"{url}: exit status {process.returncode}\n{errors}")
    expected = sorted(f"{who},{n}" for who in ("a", "b") for n in range(LINES))
    if sorted(rows(folder)) != expected:
        sys.exit(f"{url}: {len(rows(folder))} rows, {len(set(rows(folder)))} of them different, and not {2 * LINES}")
    print(f"{url.split(':')[0]}: {2 * LINES} lines of two senders through a restart")


def check_pair(weir, folder, url):
    with open(os.path.join(folder, "receive.yaml"), "w", encoding="ascii") as out:
        out.write(RECEIVE.format(listen=url))
    with open(os.path.join(folder, "send.yaml"), "w", encoding="ascii") as out:
        out.write(SEND.format(address=url))
    with open(os.path.join(folder, "sent.csv"), "w", encoding="ascii") as out:
        out.write("who,n\n" + "".join(f"c,{n}\n" for n in range(LINES)))
    # The receiver comes late: the sender waits for it.
    sender = start(weir, folder, "send.yaml")
    time.sleep(0.3)
    receiver = start(weir, folder, "receive.yaml")
    _, errors = sender.communicate(timeout=120)
    if sender.returncode != 0:
        sys.exit(f"the sender: exit status {sender.returncode}\n{errors}")
    wait_for(folder, LINES)
    receiver.send_signal(signal.SIGTERM)
    receiver.communicate(timeout=60)
    if sorted(rows(folder)) != sorted(f"c,{n}" for n in range(LINES)):
        sys.exit(f"from pipeline to pipeline: {len(rows(folder))} rows, and not {LINES}")
    print(f"from pipeline to pipeline: {LINES} rows")


def main():
    weir = os.path.abspath(sys.argv[1])
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        check(weir, folder, f"tcp://127.0.0.1:{port}", lambda: socket.create_connection(("127.0.0.1", port)))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "in.sock")

        def call():
            made = socket.socket(socket.AF_UNIX)
            made.connect(path)
            return made
        check(weir, folder, f"unix://{path}", call)
        if os.path.exists(path):
            sys.exit("the unix socket is left over")
    with tempfile.TemporaryDirectory() as folder:
        check_pair(weir, folder, f"tcp://127.0.0.1:{free_port()}")


main()
