#!/usr/bin/env python3
"""More keys than fit into a pipeline's `memory`, and a sink that is slow: the answer is exact, and memory holds.

    memory_holds.py WEIR [KEYS [MEMORY_MIB]]

Each key comes twice, far apart and in an order of chance. They are counted, and in half of the memory their rows are
sorted. The largest memory of the process must stay below what the pipeline may hold, what the loaded pipeline takes when
it has nothing to do, and 32 MiB more. Prints its figures; exit status 1 when a count, a sum or a row is wrong or memory
did not hold.
"""
import os
import subprocess
import sys
import tempfile
import threading
import time

STEP = 7_368_787  # Prime, so that every key comes once in KEYS rows.
SLACK = 32 << 20
COUNTED = """weir: 1
name: many
memory: {memory}MiB
sources:
  numbers: {{type: generator, rows: {rows}, columns: {{id: sequence}}}}
transforms:
  keyed: {{type: map, inputs: numbers, set: {{key: "id * {step} % {keys}"}}}}
  sums: {{type: aggregate, inputs: keyed, by: [key], compute: {{n: count(), x: sum(id)}}}}
  some: {{type: filter, inputs: keyed, where: "id % 20 = 0"}}
sinks:
  out: {{type: file, inputs: sums, path: out.csv, format: csv}}
  slow: {{type: file, inputs: some, path: "-", format: csv}}
"""
FIRST_TEXT = 10**15  # Of 16 characters: texts of up to 12 lie in the column itself.
SORTED = """weir: 1
name: many
memory: {memory}MiB
sources:
  numbers: {{type: generator, rows: {rows}, columns: {{id: sequence}}}}
transforms:
  keyed:
    type: map
    inputs: numbers
    set: {{key: "id * {step} % {keys}", text: "CAST(id + {first_text} AS string)"}}
  ordered: {{type: sort, inputs: keyed, by: key}}
  some: {{type: filter, inputs: ordered, where: "id % 20 = 0"}}
sinks:
  out: {{type: file, inputs: ordered, path: out.csv, format: csv}}
  slow: {{type: file, inputs: some, path: "-", format: csv}}
"""


def write(folder, name, pipeline, rows, keys, memory):
    with open(os.path.join(folder, name), "w", encoding="ascii") as out:
        out.write(pipeline.format(rows=rows, keys=keys, memory=memory, step=STEP, first_text=FIRST_TEXT))


def read_slowly(pipe):
    """Nothing at first, then a little at a time."""
    time.sleep(2)
    while pipe.read(1 << 16):
        time.sleep(0.001)


def watch(process, folder, spilled):
    while process.returncode is None and not spilled.is_set():
        if os.path.isdir(folder) and os.listdir(folder):
            spilled.set()
        time.sleep(0.02)


def run(weir, folder, name):
    """Returns seconds, the largest memory [bytes] and whether a state went to files."""
    begun = time.monotonic()
    process = subprocess.Popen([weir, "run", name, "--no-progress", "--from-scratch"], cwd=folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    reader = threading.Thread(target=read_slowly, args=(process.stdout,))
    spilled = threading.Event()
    watcher = threading.Thread(target=watch, args=(process, os.path.join(folder, ".weir", name.split(".")[0], "spill"), spilled))
    for thread in (reader, watcher):
        thread.start()
    errors = process.stderr.read().decode()
    reader.join()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    watcher.join()
    if status != 0:
        sys.exit(f"weir run {name} ended with status {status}:\n{errors}")
    return time.monotonic() - begun, usage.ru_maxrss << 10, spilled.is_set()


def faults_of_sums(lines, keys):
    """Returns what is wrong with the answer: `sequence` gives 0, 1, ... and key k has the ids i and i + KEYS."""
    seen = bytearray(keys)
    wrong = 0
    for line in lines:
        key, n, x = (int(cell) for cell in line.split(","))
        first, rest = divmod(x - keys, 2)
        wrong += n != 2 or rest != 0 or first * STEP % keys != key or seen[key]
        seen[key] = 1
    return wrong + seen.count(0)


def faults_of_order(lines, keys):
    """Returns how many rows are wrong: each key comes twice, its first id first."""
    wrong, at, first = 0, 0, 0
    for line in lines:
        number, key, text = (int(cell) for cell in line.split(","))
        wrong += key != at // 2 or number * STEP % keys != key or text != number + FIRST_TEXT
        wrong += number != first + keys if at % 2 == 1 else number >= keys
        first, at = number, at + 1
    return wrong + abs(at - 2 * keys)


def holds(weir, what, pipeline, faults, keys, memory):
    """Runs it and returns whether the answer is right and memory held."""
    with tempfile.TemporaryDirectory(prefix="weir-memory-") as folder:
        write(folder, "idle.yaml", pipeline, 1, keys, memory)
        _, idle, _ = run(weir, folder, "idle.yaml")
        write(folder, "many.yaml", pipeline, 2 * keys, keys, memory)
        seconds, peak, spilled = run(weir, folder, "many.yaml")
        bound = (memory << 20) + idle + SLACK
        with open(os.path.join(folder, "out.csv"), encoding="ascii") as text:
            next(text)
            wrong = faults(text, keys)
    print(f"{keys} keys twice, {what} in {memory} MiB: {seconds:.1f} s; largest memory {peak >> 20} MiB, allowed "
          f"{bound >> 20} (idle {idle >> 20}); {wrong} wrong")
    if not spilled:
        print("nothing went to files: this memory is enough for these keys")
    return not wrong and peak <= bound and spilled


def main():
    weir = os.path.abspath(sys.argv[1])
    keys = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    memory = int(sys.argv[3]) if len(sys.argv) > 3 else 48
    counts_hold = holds(weir, "counted", COUNTED, faults_of_sums, keys, memory)
    order_holds = holds(weir, "sorted", SORTED, faults_of_order, keys, memory // 2)
    sys.exit(0 if counts_hold and order_holds else 1)


main()
