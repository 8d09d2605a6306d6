"""Runs a command and measures it: wall time from its start to its end, and its largest memory."""
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Measured:
    """What the runs of one command took."""
    command: list
    seconds: list = field(default_factory=list)
    peak_bytes: int = 0
    printed: list = field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def spread(self):
        return f"{min(self.seconds):.2f}–{max(self.seconds):.2f}"


def show(command):
    """The command as one would type it, with paths below the working directory."""
    here = os.getcwd() + "/"
    return " ".join(f'"{word}"' if "'" in word else shlex.quote(word)
                    for word in (str(word).replace(here, "") for word in command))


def run(measured):
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as complaints:
        began = time.monotonic()
        process = subprocess.Popen(measured.command, stdin=subprocess.DEVNULL, stdout=printed, stderr=complaints)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            complaints.seek(0)
            sys.exit(f"{show(measured.command)}\nended with {process.returncode}:\n{complaints.read().decode()}")
        printed.seek(0)
        measured.printed.append(printed.read().decode())
    measured.seconds.append(took)
    measured.peak_bytes = max(measured.peak_bytes, usage.ru_maxrss * 1024)


def alternate(commands, runs):
    """Runs every command once, then every one again: what disturbs the machine disturbs all of them."""
    measured = {name: Measured([str(word) for word in command]) for name, command in commands.items()}
    for one in measured.values():
        print(f"$ {show(one.command)}", flush=True)
    for _ in range(runs):
        for one in measured.values():
            run(one)
    return measured
