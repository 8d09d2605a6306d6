#!/usr/bin/env python3
"""Runs what README.md, docs/ and the pages beside pipelines show: files are written, commands are run, output is compared.

    python3 tests/docs/run_docs.py BINARY [PAGE ...]

A page's fenced blocks say in their first line what they are:
    ```yaml file=NAME         written to NAME in the page's own empty folder; a pipeline must pass `weir check`
    ```yaml file=NAME faulty  written, but not checked
    ```console run            lines beginning with `$ ` are run by bash, the others are their standard output;
                              a line `...` stands for any lines. `exit=N`: the last command ends with N;
                              `stderr`: what it says there is compared instead
    ```console elsewhere=FILE commands that the tests run themselves, by this script
    ```cpp elsewhere=FILE     lines of that file, which the tests build
The folder holds a copy of the repository's pipelines.
A block of YAML or commands that says nothing of this is a fault. Other languages (cpp, cmake) may go without. The
examples of docs/reference/ are checked by reference_examples_test.py.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GENERATED = REPOSITORY / "docs" / "reference"


class Page:
    def __init__(self, path, binary, folder):
        self.path, self.binary, self.folder = path, binary, pathlib.Path(folder)
        self.faults, self.run_count = [], 0
        shutil.copytree(REPOSITORY / "pipelines", self.folder / "pipelines", ignore=shutil.ignore_patterns("out", ".weir"))

    def fault(self, line, text):
        self.faults.append(f"{self.path.relative_to(REPOSITORY)}:{line}: {text}")

    def shell(self, command):
        environment = os.environ | {"PATH": f"{self.binary.parent}:{os.environ['PATH']}"}
        command_line = ["bash", "-c", command]
        with subprocess.Popen(command_line, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, start_new_session=True) as started:
            try:
                output, errors = started.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                # With all that it has left running, so that nothing uses the folder any more.
                os.killpg(started.pid, signal.SIGKILL)
                output, errors = started.communicate()
                errors += "it did not end within a minute\n"
        return subprocess.CompletedProcess(command_line, started.returncode, output, errors)

    def check(self, line, name):
        done = self.shell(f"weir check '{name}'")
        if done.returncode != 0:
            self.fault(line, f"weir check {name} ended with {done.returncode}\n{done.stderr}")

    def write(self, line, name, body, is_checked):
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(body, encoding="utf-8")
        if is_checked:
            self.check(line, name)

    def console(self, line, options, body):
        exit_code = int(options.get("exit", "0"))
        parts = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
        for part in parts:
            command, _, expected = part.partition("\n")
            done = self.shell(command)
            wanted = exit_code if part is parts[-1] else 0
            if done.returncode != wanted:
                self.fault(line, f"`{command}` ended with {done.returncode}, not {wanted}\n{done.stderr}")
            found = done.stderr if "stderr" in options else done.stdout
            if not fits(found, expected):
                self.fault(line, f"`{command}` printed\n{found}where the page shows\n{expected}")

    def block(self, line, language, info, body):
        options = dict((word.split("=", 1) + [""])[:2] for word in info.split())
        self.run_count += 1
        if "file" in options:
            self.write(line, options["file"], body, language == "yaml" and "faulty" not in options)
        elif language == "console" and "run" in options:
            self.console(line, options, body)
        elif options.get("elsewhere"):
            other = REPOSITORY / options["elsewhere"]
            if not other.exists():
                self.fault(line, f"there is no {options['elsewhere']}")
            elif language == "cpp" and body not in other.read_text(encoding="utf-8"):
                self.fault(line, f"these lines do not stand so in {options['elsewhere']}")
        else:
            self.run_count -= 1
            if self.path.parent != GENERATED and language in ("yaml", "console", "sh", "bash"):
                self.fault(line, f"a block of {language} that is not run; say `run`, `file=` or `elsewhere=`")

    def run(self):
        text = self.path.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            self.block(text.count("\n", 0, match.start()) + 1, *match.groups())
        for match in re.finditer(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
            if not (self.path.parent / match[1]).exists():
                self.fault(text.count("\n", 0, match.start()) + 1, f"a link to {match[1]}, which does not exist")


def fits(found, expected):
    """Whether the output is what the page shows, a line `...` being any lines; nothing shown is anything."""
    if not expected.strip():
        return True
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in expected.strip().split("\n"))
    return re.fullmatch(pattern, found.strip() + "\n") is not None


def main(arguments):
    binary = pathlib.Path(arguments[0]).resolve()
    pages = [pathlib.Path(page).resolve() for page in arguments[1:]]
    pages = pages or [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md")),
                      *sorted((REPOSITORY / "pipelines").glob("*/*.md"))]
    faults = []
    for path in pages:
        with tempfile.TemporaryDirectory(prefix="weir-docs-") as folder:
            page = Page(path, binary, folder)
            page.run()
        print(f"{'FAIL' if page.faults else 'ok  '}  {path.relative_to(REPOSITORY)}: {page.run_count} blocks")
        faults += page.faults
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
