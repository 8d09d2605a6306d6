#!/usr/bin/env python3
"""Pins the layout of every struct of the plugin ABI: writes include/weir/abi_layout.h.

Run it only when the ABI is meant to change: until then the static assertions in that file refuse to compile.

With --freeze, once for each minor, writes tests/abi_MAJOR_MINOR_layout_test.cpp instead: what this ABI promises to the
libraries that are built against it from then on. It is never written again.

Usage: sdk/abi_layout.py [--freeze] [C++ compiler]
"""
import pathlib
import re
import subprocess
import sys
import tempfile

SDK = pathlib.Path(__file__).resolve().parent
TOPICS = ("data", "call", "binding", "state", "nodes", "formats", "functions", "component", "host")
EXTENSIONS = [f"ext_{name}.h" for name in ("bounded", "incremental", "ipc", "net")]
HEADERS = [f"abi_{topic}.h" for topic in TOPICS] + EXTENSIONS
STRUCT = re.compile(r"(?:typedef )?struct (weir_\w+) \{(.*?)\n\}(?: \w+)?;", re.S)
ENUM = re.compile(r"enum (?:weir_\w+ )?\{(.*?)\}", re.S)
# What the host fills and only a library reads, one at a time.
GROWS_WITHOUT_SIZE = {"weir_signal"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def text_of(header):
    return (SDK / "include/weir" / header).read_text()


def field_names(body):
    body = without_comments(body)
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


def signatures(name, body):
    """What must be the type of each call in a struct, parameters and all."""
    asserted = []
    for declaration in without_comments(body).split(";"):
        call = re.fullmatch(r"(.*?)\(\*(\w+)\)(\(.*\))", " ".join(declaration.split()))
        if call:
            returned, call_name, parameters = call.groups()
            asserted.append(f"static_assert(std::is_same_v<decltype({name}::{call_name}), {returned}(*){parameters}>);")
    return asserted


def all_signatures():
    asserted = [line for header in HEADERS for struct in STRUCT.findall(text_of(header)) for line in signatures(*struct)]
    entry = re.search(r"typedef (.*?)\(\*weir_plugin_entry\)(\(.*?\));", text_of("abi_component.h")).groups()
    asserted.append(f"static_assert(std::is_same_v<weir_plugin_entry, {entry[0]}(*){entry[1]}>);")
    return "\n".join(asserted) + "\n"


def frozen_names():
    """Those that abi.h calls frozen."""
    paragraph = re.search(r"Frozen, to the byte.*?\((.*?)\)", text_of("abi.h"), re.S).group(1)
    return set(re.findall(r"weir_\w+", paragraph))


def may_grow(name, body, frozen):
    if name in frozen:
        return False
    if field_names(body)[0] != "struct_size" and name not in GROWS_WITHOUT_SIZE:
        raise SystemExit(f"{name} has no size and is not called frozen in abi.h")
    return True


def enumerators():
    names = []
    for header in HEADERS:
        for body in ENUM.findall(without_comments(text_of(header))):
            names += re.findall(r"(WEIR_\w+)\s*=", body)
    return names


def assertions(compiler, is_frozen):
    frozen = frozen_names()
    prints = []
    for header in HEADERS:
        for name, body in STRUCT.findall(text_of(header)):
            relation = ">=" if may_grow(name, body, frozen) and is_frozen else "=="
            prints.append(f'size("{name}", "{relation}", sizeof({name}));')
            prints += [f'offset("{name}", "{f}", offsetof({name}, {f}));' for f in field_names(body)]
    prints.append('size("weir_answer", "==", sizeof(weir_answer));')
    if is_frozen:
        versions = ("WEIR_ABI_MAJOR", "WEIR_ABI_MINOR")
        prints += [f'value("{name}", {name});' for name in enumerators() if name not in versions]
    program = (
        "#include <cstddef>\n#include <cstdio>\n#include <weir/abi.h>\n"
        + "".join(f"#include <weir/{header}>\n" for header in EXTENSIONS) +
        "static void size(const char* s, const char* is, size_t n) {\n"
        '  std::printf("static_assert(sizeof(%s) %s %zu);\\n", s, is, n); }\n'
        "static void offset(const char* s, const char* f, size_t n) {\n"
        '  std::printf("static_assert(offsetof(%s, %s) == %zu);\\n", s, f, n); }\n'
        "[[maybe_unused]] static void value(const char* s, long n) {\n"
        '  std::printf("static_assert(%s == %ld);\\n", s, n); }\n'
        "int main() {\n" + "\n".join(prints) + "\n}\n")
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch, "layout.cpp")
        source.write_text(program)
        subprocess.run([compiler, "-std=c++20", f"-I{SDK}/include", "-o", f"{scratch}/layout", source], check=True)
        return subprocess.run([f"{scratch}/layout"], check=True, capture_output=True, text=True).stdout


def includes(opening, closing):
    return "".join(f"#include {opening}weir/{header}{closing}\n" for header in ["abi.h", *EXTENSIONS])


def pin(compiler):
    (SDK / "include/weir/abi_layout.h").write_text(
        "#ifndef WEIR_ABI_LAYOUT_H\n#define WEIR_ABI_LAYOUT_H\n"
        "/* The layout of every struct of the ABI on 64-bit machines, written by sdk/abi_layout.py. Who changes it\n"
        " * changes the ABI. */\n#include <stddef.h>\n\n" + includes('"', '"') +
        "\n/* clang-format off */\n" + assertions(compiler, is_frozen=False) + "/* clang-format on */\n#endif\n")


def freeze(compiler):
    major, minor = re.search(r"WEIR_ABI_MAJOR = (\d+), WEIR_ABI_MINOR = (\d+)", text_of("abi.h")).groups()
    path = SDK / f"tests/abi_{major}_{minor}_layout_test.cpp"
    if path.exists():
        raise SystemExit(f"{path.name} is there: what was promised is not written anew")
    path.write_text(
        f"// What plugin ABI {major}.{minor} promised, written by sdk/abi_layout.py --freeze. It stays as it is as long as the\n"
        f"// major is {major}: places, numbers and the parameters of calls are the same, and what may grow is no\n// shorter.\n"
        "#include <cstddef>\n#include <type_traits>\n\n" + includes("<", ">") +
        f"\nstatic_assert(WEIR_ABI_MAJOR == {major});\n// clang-format off\n" + assertions(compiler, is_frozen=True) +
        all_signatures())


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--freeze"]
    compiler = arguments[0] if arguments else "c++"
    (freeze if "--freeze" in sys.argv else pin)(compiler)


main()
