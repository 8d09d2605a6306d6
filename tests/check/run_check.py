#!/usr/bin/env python3
"""weir check on broken, correct and misspelt pipelines.

    run_check.py WEIR [--bless] [--show]

broken/*.yaml each hold mistakes that people make, and say at their end how many; beside each lies the golden
text that `weir check` prints.
correct/*.yaml hold none. Of the correct ones >= 500 mutants of one letter are made: each is still correct, or
has exactly one fault, at the misspelt word, and its hint holds the right word. Of three at once, every fault is at
one of them: none follows from another.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

from mutants import misspell, mutants_of, targets_of

HERE = pathlib.Path(__file__).resolve().parent
MUTANTS_PER_FILE = 90
TRIPLES_PER_FILE = 30
SEED = 20250101
INVALID = 78
# Correct files are correct in these environments too.
ENVIRONMENTS = {"streams.yaml": ["staging"]}


def weir(binary, arguments, folder):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")}
    return subprocess.run([binary, "check", *arguments], cwd=folder, text=True, capture_output=True, env=environment)


def check_broken(binary, bless):
    """Returns the wrong files and how many files have how many faults."""
    wrong, sizes = [], Counter()
    for path in sorted((HERE / "broken").glob("*.yaml")):
        got = weir(binary, [path.name], path.parent)
        golden = path.with_suffix(".txt")
        if bless:
            golden.write_text(got.stderr)
        told = got.stderr.count(": error: ")
        sizes[told] += 1
        made = int(path.read_text().rpartition("# faults: ")[2])
        if told != made:
            wrong.append(f"{path.name}: {told} faults told of {made}\n{got.stderr}")
        if got.returncode != INVALID:
            wrong.append(f"{path.name}: exit {got.returncode}, expected {INVALID}\n{got.stdout}{got.stderr}")
        elif not golden.exists() or golden.read_text() != got.stderr:
            want = golden.read_text() if golden.exists() else "(no golden text)\n"
            wrong.append(f"{path.name}: printed\n{got.stderr}instead of\n{want}")
    return wrong, sizes


def check_correct(binary):
    """Returns the wrong runs and the number of files."""
    wrong, files = [], sorted((HERE / "correct").glob("*.yaml"))
    for path in files:
        for environment in [None, *ENVIRONMENTS.get(path.name, [])]:
            got = weir(binary, [path.name, *(["--env", environment] if environment else [])], path.parent)
            if got.returncode != 0 or got.stderr:
                wrong.append(f"{path.name} ({environment}): exit {got.returncode}\n{got.stderr}")
    return wrong, len(files)


def make_mutants(folder):
    """Writes the mutants and returns for each: its file, its target, its misspelling, its text."""
    made = []
    for path in sorted((HERE / "correct").glob("*.yaml")):
        text = path.read_text()
        for target, misspelt in mutants_of(targets_of(text), MUTANTS_PER_FILE, SEED):
            mutant = text[: target.start] + misspelt + text[target.start + len(target.text) :]
            name = f"{path.stem}_{len(made):04}.yaml"
            (folder / name).write_text(mutant)
            made.append((name, target, misspelt, mutant))
    return made


def judge(faults, target, misspelt, text):
    """Returns what is wrong about the faults of one mutant, or nothing."""
    if len(faults) != 1:
        return f"{len(faults)} faults"
    line = text.count("\n", 0, target.start) + 1
    column = target.start - text.rfind("\n", 0, target.start)
    fault = faults[0]
    # A quoted scalar is pointed at with its quotes, a variable with its ${.
    before = text[: target.start]
    around = 1 if before[-1:] in ('"', "'") else 2 if before.endswith("${") else 0
    if fault["line"] != line or fault["column"] not in (column, column - around):
        return f"the fault is at {fault['line']}:{fault['column']}, not {line}:{column}"
    if target.text not in fault["hint"]:
        return f"the hint has no '{target.text}'"
    return None


def faults_by_file(got):
    """Returns the faults of a run of `weir check --json`, by the name of the file; a correct one has none."""
    faults = defaultdict(list)
    for fault in json.loads(got.stdout)["faults"]:
        faults[pathlib.Path(fault["file"]).name].append(fault)
    return faults


def check_mutants(binary):
    """Returns the wrong mutants, how many have one fault, by kind of word, and how many are still correct."""
    wrong, kinds, correct = [], Counter(), []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in ("data", "parts"):
            shutil.copytree(HERE / "correct" / part, folder / part)
        made = make_mutants(folder)
        got = weir(binary, ["--json", *[one[0] for one in made]], folder)
        faults = faults_by_file(got)
        for file, target, misspelt, text in made:
            if not faults[file]:
                correct.append(f"{file}: {target.kind} {target.text} -> {misspelt}")
                continue
            fault = judge(faults[file], target, misspelt, text)
            if fault is None:
                kinds[target.kind] += 1
                continue
            told = "".join(
                f"    {f['line']}:{f['column']}: {f['message']} [{f['code']}] {f['hint']}\n" for f in faults[file]
            )
            wrong.append(f"{file}: {target.kind} '{target.text}' as '{misspelt}': {fault}\n{told}")
    return wrong, kinds, correct


def check_triples(binary):
    """Returns the triples of mistakes with a fault that is at none of them, and the number of triples."""
    chance, wrong = random.Random(SEED), []
    with tempfile.TemporaryDirectory() as name:
        folder, made = pathlib.Path(name), []
        for part in ("data", "parts"):
            shutil.copytree(HERE / "correct" / part, folder / part)
        for path in sorted((HERE / "correct").glob("*.yaml")):
            text = path.read_text()
            for number in range(TRIPLES_PER_FILE):
                mutant, words = text, []
                for target in sorted(chance.sample(targets_of(text), 3), key=lambda one: -one.start):
                    words.append(misspell(target.text, chance))
                    mutant = mutant[: target.start] + words[-1] + mutant[target.start + len(target.text) :]
                made.append((f"{path.stem}_{number}.yaml", words, mutant))
                (folder / made[-1][0]).write_text(mutant)
        got = weir(binary, ["--json", *[one[0] for one in made]], folder)
        faults = faults_by_file(got)
        for file, words, text in made:
            for fault in faults[file]:
                line = text.splitlines()[fault["line"] - 1]
                stretch = line[fault["column"] - 1 :][: max(fault["length"], 1)]
                if not any(word in stretch for word in words):
                    wrong.append(f"{file}: {words}: {fault['line']}:{fault['column']}: {fault['message']}")
    return wrong, len(made)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("weir", type=os.path.abspath)
    arguments.add_argument("--bless", action="store_true", help="write the golden texts")
    arguments.add_argument("--show", action="store_true", help="name the mutants that are still correct")
    flags = arguments.parse_args()
    (broken, sizes), (right, files) = check_broken(flags.weir, flags.bless), check_correct(flags.weir)
    mutants, kinds, correct = check_mutants(flags.weir)
    triples, tripled = check_triples(flags.weir)
    for one in [*broken, *right, *mutants, *triples, *(correct if flags.show else [])]:
        print(one)
    many = sum(count for size, count in sizes.items() if size >= 3)
    print(f"broken files: {sum(sizes.values())}, of them {many} with three or more faults, {len(broken)} wrong")
    print(f"correct files: {files}, {len(right)} wrong")
    print(
        f"mutants of one letter: {sum(kinds.values()) + len(correct) + len(mutants)}, {sum(kinds.values())} with one fault"
        f" ({', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}),"
        f" {len(correct)} still correct, {len(mutants)} wrong"
    )
    print(f"three mutants at once: {tripled}, {len(triples)} with a fault that only follows")
    is_enough = sum(sizes.values()) >= 60 and many >= 20 and files >= 10 and sum(kinds.values()) >= 500
    if not is_enough:
        print("too few: 60 broken, 20 with three or more faults, 10 correct and 500 mutants are wanted")
    return 0 if is_enough and not (broken or right or mutants or triples) else 1


if __name__ == "__main__":
    sys.exit(main())
