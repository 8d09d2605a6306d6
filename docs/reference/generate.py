#!/usr/bin/env python3
"""Writes the pages of this folder from what the binary says of its components and functions.

    python3 docs/reference/generate.py WEIR           writes them
    python3 docs/reference/generate.py WEIR --check   prints a diff and ends with 1 where a page is not as it would be written
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
PAGES = {
    "source": ("sources.md", "Sources", "Where rows come from. Every source is a node under `sources`."),
    "transform": ("transforms.md", "Transforms", "What becomes of rows. Every transform is a node under `transforms`, with `inputs`."),
    "sink": ("sinks.md", "Sinks", "Where rows go. Every sink is a node under `sinks`, with `inputs`."),
    "format": ("formats.md", "Formats", "How bytes become rows and rows become bytes: the option `format` of the source and the sink "
               "`file`, as a name (`format: csv`) or with options (`format: {type: csv, header: false}`)."),
    "aggregate": ("aggregates.md", "Aggregates", "What the transform [aggregate](transforms.md#aggregate-transform) can compute from the "
                  "rows of a group: `compute: {views: count(), slowest: max(latency_ms)}`. Their arguments are "
                  "[expressions](../expressions.md)."),
}
NODES = ("What every node takes beside its options (`labels`, `event_time`, `on_error`, ...) is on the page about "
         "[the language](../language.md#what-every-node-may-have).")
GENERATED = "<!-- Written by docs/reference/generate.py: change what the component says, then run that. -->\n"


def weir(binary, *arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")}
    return subprocess.run([binary, *arguments], check=True, capture_output=True, text=True, env=environment).stdout


def names_by_kind(binary):
    """The components that `weir plugins` lists: {"source": {"file", ...}, ...}."""
    names = {}
    for kind, name in re.findall(r"^  (\w+) +(\w+)$", weir(binary, "plugins"), re.MULTILINE):
        names.setdefault(kind, set()).add(name)
    return names


def sections_of(binary, name):
    """What the reference says of components of this name, by kind: a file is a source and a sink."""
    text = weir(binary, "plugins", "show", name, "--markdown")
    starts = [match.start() for match in re.finditer(rf"^## {name} \(\w+\)$", text, re.MULTILINE)] + [len(text)]
    sections = [text[begin:end] for begin, end in zip(starts, starts[1:])]
    return {re.match(r"## \w+ \((\w+)\)", section)[1]: section.rstrip("\n") + "\n" for section in sections}


def summary_of(section):
    return section.split("\n\n", 2)[1].replace("\n", " ")


def component_page(kind, sections):
    _, title, lead = PAGES[kind]
    note = "\n" + NODES + "\n" if kind in ("source", "transform", "sink") else ""
    listed = "".join(f"- [{name}](#{name}-{kind}): {summary_of(section)}\n" for name, section in sections)
    return f"{GENERATED}# {title}\n\n{lead}\n{note}\n{listed}\n" + "\n".join(section for _, section in sections)


def functions_page(text):
    return (f"{GENERATED}# Functions\n\nWhat [expressions](../expressions.md) may call. An argument in brackets may be left out, and `...` "
            "means that the\nlast one may come again. Each example is a test; `weir eval` tries your own.\n\n" + text)


def index_page(pages, functions):
    lines = [GENERATED + "# Reference\n\nAll that the binary and its own plugins offer; `weir plugins show NAME` and `weir functions NAME` say the "
             "same, for\nplugins of yours too.\n"]
    for kind, sections in pages.items():
        page, title, _ = PAGES[kind]
        lines.append(f"- [{title}]({page}): " + ", ".join(f"[{name}]({page}#{name}-{kind})" for name, _ in sections))
    lines.append("\nThe [functions](functions.md) of expressions:\n")
    for chapter in functions.split("\n## "):
        theme = chapter.removeprefix("## ").split("\n", 1)[0]
        names = re.findall(r"^### (\w+)$", chapter, re.MULTILINE)
        lines.append(f"- {theme}: " + ", ".join(f"[{name}](functions.md#{name})" for name in names))
    return "\n".join(lines) + "\n"


def reference(binary):
    """Every page: its name and its text."""
    names = names_by_kind(binary)
    shown = {name: sections_of(binary, name) for name in sorted(set().union(*names.values()))}
    pages = {kind: [(name, shown[name][kind]) for name in sorted(names[kind])] for kind in PAGES}
    functions = weir(binary, "functions", "--markdown")
    texts = {PAGES[kind][0]: component_page(kind, sections) for kind, sections in pages.items()}
    texts["functions.md"] = functions_page(functions)
    texts["README.md"] = index_page(pages, functions)
    return texts


def differences(texts):
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    for name in sorted(there.keys() | texts.keys()):
        yield from difflib.unified_diff(there.get(name, "").splitlines(), texts.get(name, "").splitlines(),
                                        f"docs/reference/{name}", f"docs/reference/{name} as the binary says it", lineterm="")


def main(arguments):
    texts = reference(str(pathlib.Path(arguments[0]).resolve()))
    if arguments[1:] != ["--check"]:
        for name, text in texts.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    diff = list(differences(texts))
    if diff:
        print("\n".join(diff), "\npython3 docs/reference/generate.py WEIR writes these pages anew.", sep="\n")
    return 1 if diff else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
