#!/usr/bin/env python3
"""`weir new plugin` for each kind: written, configured, built, tested and run outside this tree.

    new_plugins.py PREFIX

Each kind must take at most MAX_SECONDS from configuring to the end of its tests: of time or, where other work runs on
this machine, of processor time, in one of TRIES. A machine that takes longer than YARDSTICK_SECONDS to compile
a file that includes GoogleMock alone may take longer by as much. The files must include nothing of Boost, TBB, Arrow
or the engine, and clang must find nothing in them.
"""
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

MAX_SECONDS = 15
YARDSTICK_SECONDS = 2.6
TRIES = 5
KINDS = ("source", "transform", "sink", "format", "function", "aggregate")
FOREIGN = re.compile(r"/(boost|tbb|oneapi|arrow|core)/")


def run(*command, folder, environment, code=0):
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != code:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def included(build):
    """Every file that the compiler read."""
    names = set()
    for path in build.rglob("*.d"):
        names.update(word for word in path.read_text().replace("\\\n", " ").split() if word.startswith("/"))
    return names


def seconds_to_build(name, prefix, here):
    """From configuring to the end of the tests: of time or of processor time, whichever is less."""
    began, used = time.monotonic(), processor_seconds()
    run("cmake", "-S", name, "-B", f"{name}/build", f"-DCMAKE_PREFIX_PATH={prefix}", **here)
    run("cmake", "--build", f"{name}/build", "--parallel", **here)
    run("ctest", "--test-dir", f"{name}/build", "--output-on-failure", "--no-tests=error", **here)
    return min(time.monotonic() - began, processor_seconds() - used)


def seconds_allowed(here):
    """MAX_SECONDS, or more where the compiler is slow: the same machine takes 2.3 s and 3.7 s on different days."""
    (here["folder"] / "yardstick.cpp").write_text("#include <gmock/gmock.h>\n")
    began = processor_seconds()
    run(os.environ.get("CXX", "c++"), "-std=c++20", "-O0", "-c", "yardstick.cpp", **here)
    return MAX_SECONDS * max(1, (processor_seconds() - began) / YARDSTICK_SECONDS)


def try_kind(kind, prefix, folder, environment):
    """The seconds that were too many, or 0."""
    name = f"my_{kind}"
    here = {"folder": folder, "environment": environment}
    run("weir", "new", "plugin", name, "--kind", kind, **here)
    readme = (folder / name / "README.md").read_text()
    assert f"    cmake -S . -B build -DCMAKE_PREFIX_PATH={prefix}\n" in readme, readme
    for _ in range(TRIES):
        shutil.rmtree(folder / name / "build", ignore_errors=True)
        seconds = seconds_to_build(name, prefix, here)
        allowed = MAX_SECONDS if seconds <= MAX_SECONDS else seconds_allowed(here)
        if seconds <= allowed:
            break
    headers = included(folder / name / "build")
    assert any(header.startswith(f"{prefix}/include/weir/") for header in headers), "no header of the SDK was read"
    foreign = sorted(header for header in headers if FOREIGN.search(header))
    assert not foreign, foreign
    run("clang++-19", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-isystem{prefix}/include",
        f"{name}/{name}.cpp", **here)
    plugins = f"{name}/build/lib/weir/plugins"
    run("weir", "--plugin-path", plugins, "plugins", "show", name, **here)
    run("weir", "--plugin-path", plugins, "run", "--no-progress", f"{name}/pipeline.yaml", **here)
    assert any((folder / name).glob("out*")), f"{kind}: the pipeline wrote nothing"
    print(f"{kind}: {seconds:.1f} s of {allowed:.1f} s to configure, build and test; {len(headers)} headers, all of the "
          f"SDK or the system", flush=True)
    return max(0, seconds - allowed)


def main():
    prefix = pathlib.Path(sys.argv[1]).resolve()
    environment = os.environ | {"PATH": f"{prefix}/bin:{os.environ['PATH']}"}
    for name in ("WEIR_PLUGIN_PATH", "CXXFLAGS", "CMAKE_GENERATOR"):
        environment.pop(name, None)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-new-"))
    slow = [kind for kind in KINDS if try_kind(kind, prefix, folder, environment)]
    here = {"folder": folder, "environment": environment}
    again = run("weir", "new", "plugin", "my_sink", "--kind", "sink", code=1, **here)
    assert again.stderr == "weir new plugin: 'my_sink' exists already; nothing was written\n", again.stderr
    bad = run("weir", "new", "plugin", "My-Sink", "--kind", "sink", code=2, **here)
    assert bad.stderr == ("weir new plugin: 'My-Sink' is no name for a plugin: expected small letters, digits and _, "
                          "beginning with a letter, such as tail_lines\n"), bad.stderr
    shutil.rmtree(folder)
    sys.exit(f"longer than allowed: {slow}" if slow else 0)


main()
