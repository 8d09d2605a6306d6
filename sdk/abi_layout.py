#!/usr/bin/env python3
"""Pins the layout of every struct of the plugin ABI: writes include/weir/abi_layout.h.

Run it only when the ABI is meant to change: until then the static assertions in that file refuse to compile.
Usage: sdk/abi_layout.py [C++ compiler]
"""
import pathlib
import re
import subprocess
import sys
import tempfile

SDK = pathlib.Path(__file__).resolve().parent
TOPICS = ("data", "call", "binding", "state", "nodes", "formats", "functions", "component", "host")
HEADERS = [f"abi_{topic}.h" for topic in TOPICS]
STRUCT = re.compile(r"(?:typedef )?struct (weir_\w+) \{(.*?)\n\}(?: \w+)?;", re.S)


def field_names(body):
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    # A nested struct or union counts by its own name.
    while True:
        flat = re.sub(r"(?:struct|union) \{[^{}]*\} (\w+);", r"int \1;", body)
        if flat == body:
            break
        body = flat
    names = []
    for declaration in body.split(";"):
        declaration = " ".join(declaration.split())
        if not declaration:
            continue
        pointer = re.search(r"\(\*(\w+)\)\(", declaration)
        if pointer:
            names.append(pointer.group(1))
            continue
        for part in declaration.split(","):
            name = re.search(r"(\w+)(\[\w*\])?$", part.strip())
            if name and name.group(2) != "[]":
                names.append(name.group(1))
    return names


def main():
    compiler = sys.argv[1] if len(sys.argv) > 1 else "c++"
    prints = []
    for header in HEADERS:
        text = (SDK / "include/weir" / header).read_text()
        for name, body in STRUCT.findall(text):
            prints.append(f'size("{name}", sizeof({name}));')
            prints += [f'offset("{name}", "{f}", offsetof({name}, {f}));' for f in field_names(body)]
    program = (
        "#include <cstddef>\n#include <cstdio>\n#include <weir/abi.h>\n"
        'static void size(const char* s, size_t n) { std::printf("static_assert(sizeof(%s) == %zu);\\n", s, n); }\n'
        "static void offset(const char* s, const char* f, size_t n) {\n"
        '  std::printf("static_assert(offsetof(%s, %s) == %zu);\\n", s, f, n); }\n'
        "int main() {\n" + "\n".join(prints) + "\n}\n")
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch, "layout.cpp")
        source.write_text(program)
        subprocess.run([compiler, "-std=c++20", f"-I{SDK}/include", "-o", f"{scratch}/layout", source], check=True)
        asserts = subprocess.run([f"{scratch}/layout"], check=True, capture_output=True, text=True).stdout
    (SDK / "include/weir/abi_layout.h").write_text(
        "#ifndef WEIR_ABI_LAYOUT_H\n#define WEIR_ABI_LAYOUT_H\n"
        "/* The layout of every struct of the ABI on 64-bit machines, written by sdk/abi_layout.py. Who changes it\n"
        " * changes the ABI. */\n#include <stddef.h>\n\n#include \"weir/abi.h\"\n\n"
        "/* clang-format off */\n" + asserts + "/* clang-format on */\n#endif\n")


main()
