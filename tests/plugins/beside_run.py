#!/usr/bin/env python3
"""Bad plugin libraries beside a run: each has one sentence, and a pipeline that uses none of them ends with 0.

    beside_run.py WEIR FIXTURES
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

GOOD = """weir: 1
name: beside
sources: {made: {type: generator, rows: 1000, columns: {id: sequence}}}
sinks: {kept: {type: file, inputs: made, path: out.csv, format: csv}}
"""

REFUSED = [
    "refused: {at}/notes.so: not a shared library: it is no ELF file",
    "refused: {at}/open.so: everyone may write this file (mode 0666); take that away with chmod go-w",
    "refused: {at}/other_abi.so: built for plugin ABI 2.0, this weir speaks 1.0; rebuild it with this weir's SDK",
]

# A pipeline that asks for what a bad library offers, and the sentence that it gets.
ASKED = {
    "sources: {made: {type: boom}}": "p.yaml:3:24: error: the source 'boom' cannot be used: {at}/crashes.so: "
    "crashed (SIGSEGV) while it was described [unusable-library]",
    "sources: {made: {type: incomplete}}": "p.yaml:3:24: error: the source 'incomplete' cannot be used: "
    "{at}/missing_symbol.so: it needs the symbol 'acme_missing', which no library that it is linked against has "
    "[unusable-library]",
    "sources: {g: {type: generator, columns: {id: sequence}}}\ntransforms: {made: {type: echo, inputs: g}}":
    "p.yaml:4:27: error: more than one library has the transform 'echo': {at}/acme.so and {at}/twin.so "
    "[ambiguous-component]",
    "sources: {g: {type: generator, columns: {id: sequence}}}\ntransforms: {made: {type: map, inputs: g, set: {x: upper('a')}}}":
    "p.yaml:4:52: error: 'upper' is a function of Weir itself and of {at}/own_upper.so [ambiguous-function]",
}


def main():
    weir, fixtures = sys.argv[1], pathlib.Path(sys.argv[2])
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        at = folder / "libraries"
        at.mkdir()
        for library in ("acme", "twin", "own_upper", "other_abi", "crashes", "missing_symbol"):
            shutil.copy(fixtures / f"{library}.so", at)
        (at / "notes.so").write_text("These are notes and no library at all.\n")
        shutil.copy(fixtures / "acme.so", at / "open.so")
        (at / "open.so").chmod(0o666)

        def run(*words):
            environment = dict(os.environ, XDG_CACHE_HOME=str(folder / "cache"))
            return subprocess.run([weir, *words, "--plugin-path", str(at)], cwd=folder, env=environment,
                                  capture_output=True, text=True)

        def expect(is_so, what, got):
            if not is_so:
                wrong.append(f"{what}\n{got.returncode}\n{got.stdout}{got.stderr}")

        (folder / "good.yaml").write_text(GOOD)
        good = run("run", "good.yaml")
        rows = len((folder / "out.csv").read_text().splitlines()) - 1 if (folder / "out.csv").exists() else 0
        expect(good.returncode == 0 and rows == 1000, "the run beside them", good)
        listed = run("plugins")
        told = [line for line in listed.stdout.splitlines() if line.startswith("refused: ")]
        expect(told == [line.format(at=at) for line in REFUSED], "what is refused", listed)
        for part, sentence in ASKED.items():
            (folder / "p.yaml").write_text(f"weir: 1\nname: bad\n{part}\nsinks: {{k: {{type: blackhole, inputs: made}}}}\n")
            got = run("run", "p.yaml")
            expect(got.returncode == 78 and got.stderr.splitlines()[0] == sentence.format(at=at), part, got)
    print(f"a run of {rows} rows beside 8 bad libraries, {len(REFUSED) + len(ASKED)} sentences, {len(wrong)} wrong")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
