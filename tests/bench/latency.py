#!/usr/bin/env python3
"""From source to sink, and with nothing to do: latency.py BUILD [ROUNDS]

Between two sockets stands a pipeline (NDJSON in, a filter, NDJSON out), or a hand-written epoll loop that hands lines on.
Each round first sends as fast as the pipeline takes lines, then at half of that rate through both, one after the other.
Printed are the medians over the rounds. `latency_probe` says what is counted. Then a pipeline that waits for callers is
left alone for ten seconds, and the share of a processor that it takes is printed.
"""
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SECONDS = 5
LIMIT_US = 10_000
PIPELINE = """weir: 1
name: latency
sources:
  in:
    type: socket
    listen: "tcp://127.0.0.1:{listen}"
    format: {{type: ndjson, columns: {{t: int64, n: int64, text: string}}}}
    batch: {{timeout: 1ms}}
transforms:
  some: {{type: filter, inputs: in, where: n >= -1}}
sinks:
  out: {{type: socket, inputs: some, address: "tcp://127.0.0.1:{send}", format: ndjson}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def weir_between(weir, folder, ports):
    with open(os.path.join(folder, "latency.yaml"), "w", encoding="ascii") as out:
        out.write(PIPELINE.format(listen=ports[0], send=ports[1]))
    return subprocess.Popen([weir, "run", "latency.yaml", "--no-progress", "--threads", "2", "--from-scratch"], cwd=folder,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(build, start, rate):
    ports = free_port(), free_port()
    between = start(ports)
    try:
        probe = subprocess.run([f"{build}/bin/latency_probe", *map(str, ports), str(rate), str(SECONDS)], text=True,
                               capture_output=True, check=False, timeout=120)
        if probe.returncode != 0:
            sys.exit(f"latency_probe: {probe.stderr}")
        found = json.loads(probe.stdout)
        if found["came"] != found["sent"]:
            sys.exit(f"{found['sent']} lines were sent and {found['came']} came")
        return found
    finally:
        between.send_signal(signal.SIGTERM)
        between.wait(timeout=60)


def idle_share(weir, folder):
    process = weir_between(weir, folder, (free_port(), free_port()))
    time.sleep(2)

    def used():
        with open(f"/proc/{process.pid}/stat", encoding="ascii") as text:
            fields = text.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before, begun = used(), time.monotonic()
    time.sleep(10)
    share = (used() - before) / (time.monotonic() - begun)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    return share


def main():
    build = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    weir = f"{build}/bin/weir"
    peaks, ours, theirs = [], [], []
    with tempfile.TemporaryDirectory(prefix="weir-latency-") as folder:
        def loop(ports):
            return subprocess.Popen([f"{build}/bin/epoll_forward", *map(str, ports)])

        def pipeline(ports):
            return weir_between(weir, folder, ports)

        for _ in range(rounds):
            peak = measure(build, pipeline, 0)["rate"]
            peaks.append(peak)
            ours.append(measure(build, pipeline, int(peak / 2)))
            theirs.append(measure(build, loop, int(peak / 2)))
        idle = idle_share(weir, folder)
    print(f"peak: {statistics.median(peaks) / 1e6:.2f} M lines/s; at half of it, us from source to sink:")
    for name, found in (("weir", ours), ("epoll loop", theirs)):
        print(f"  {name}: " + ", ".join(f"{q} {statistics.median(f[q] for f in found):.0f}" for q in ("p50", "p99", "p999", "max")))
    allowed = max(LIMIT_US, 3 * statistics.median(f["p999"] for f in theirs))
    reached = statistics.median(f["p999"] for f in ours)
    print(f"p99.9 {reached:.0f} us, allowed {allowed:.0f}; with nothing to do {idle:.2%} of a processor, allowed 1 %")
    sys.exit(0 if reached <= allowed and idle <= 0.01 else 1)


main()
