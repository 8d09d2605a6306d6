#!/usr/bin/env python3
"""Plugin libraries that were built against earlier minors of this ABI still load and still give the same rows.

    run_abi.py WEIR FOLDER...

Each FOLDER holds the libraries of one minor (x86_64-linux/*.so.xz), pipelines that use all of them, their input, and what they
gave when the libraries were built: expected/ of pipeline.yaml, expected_NAME/ of NAME.yaml.
"""
import hashlib
import json
import lzma
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest


class Abi(unittest.TestCase):
    maxDiff = None
    weir = None
    folders = []

    def unpacked(self, minor):
        """Returns a folder with the minor's pipeline, input and libraries."""
        made = tempfile.TemporaryDirectory(prefix="weir-abi-")
        self.addCleanup(made.cleanup)
        folder = pathlib.Path(made.name)
        for path in minor.iterdir():
            if path.is_file():
                shutil.copy(path, folder)
        (folder / "plugins").mkdir()
        for path in minor.glob("x86_64-linux/*.so.xz"):
            library = folder / "plugins" / path.stem
            library.write_bytes(lzma.decompress(path.read_bytes()))
            library.chmod(0o644)  # What others may write is refused, and a checkout's mode is anybody's.
        return folder

    def run_weir(self, folder, *arguments, fault=""):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WEIR_")}
        environment["XDG_CACHE_HOME"] = str(folder / "cache")  # Described by this weir, and not by one before it.
        if fault:
            environment["WEIR_FAULT"] = fault
        return subprocess.run([self.weir, "--plugin-path", "plugins", *arguments], cwd=folder, env=environment,
                              capture_output=True, text=True, timeout=120, check=False)

    def run_pipeline(self, folder, threads, fault="", name="pipeline"):
        return self.run_weir(folder, "run", f"{name}.yaml", "--no-progress", "--threads", str(threads), fault=fault)

    def expect_output(self, minor, folder, name="pipeline"):
        """Rows of files that several nodes write come in no order, nor do those of several threads."""
        kept = minor / ("expected" if name == "pipeline" else f"expected_{name}")
        expected = {path.relative_to(kept): path for path in kept.rglob("*") if path.is_file()}
        found = {path.relative_to(folder / "out"): path for path in (folder / "out").rglob("*") if path.is_file()}
        self.assertEqual(sorted(map(str, found)), sorted(map(str, expected)))
        for name, wanted in expected.items():
            self.assertEqual(sorted(found[name].read_text().splitlines()), sorted(wanted.read_text().splitlines()), name)

    def test_each_minor_has_its_libraries(self):
        header = (pathlib.Path(__file__).resolve().parents[2] / "sdk/include/weir/abi.h").read_text()
        major, minor = re.search(r"WEIR_ABI_MAJOR = (\d+), WEIR_ABI_MINOR = (\d+)", header).groups()
        self.assertEqual({folder.name for folder in self.folders}, {f"{major}.{n}" for n in range(int(minor) + 1)})

    def test_no_library_was_replaced(self):
        for minor in self.folders:
            for line in (minor / "x86_64-linux/SHA256SUMS").read_text().splitlines():
                digest, name = line.split()
                found = hashlib.sha256((minor / "x86_64-linux" / name).read_bytes()).hexdigest()
                self.assertEqual(found, digest, name)

    def test_each_library_will_load(self):
        for minor in self.folders:
            folder = self.unpacked(minor)
            libraries = sorted((folder / "plugins").iterdir())
            self.assertTrue(libraries)
            for library in libraries:
                with self.subTest(library=library.name):
                    said = self.run_weir(folder, "plugins", "explain", f"plugins/{library.name}")
                    self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
                    self.assertIn(f"will load: {library.stem} 1.0.0 (", said.stdout)
                    self.assertIn(f"), plugin ABI {minor.name}, SDK ", said.stdout)

    def test_their_rows_are_those_of_old(self):
        for minor in self.folders:
            for name in sorted(path.stem for path in minor.glob("*.yaml")):
                for threads in (1, 3):
                    with self.subTest(minor=minor.name, pipeline=name, threads=threads):
                        folder = self.unpacked(minor)
                        done = self.run_pipeline(folder, threads, name=name)
                        self.assertEqual(done.returncode, 0, done.stderr)
                        self.expect_output(minor, folder, name)

    def test_they_go_on_after_a_death_before_the_commit(self):
        for minor in self.folders:
            with self.subTest(minor=minor.name):
                folder = self.unpacked(minor)
                dead = self.run_pipeline(folder, 1, fault="sink.commit:1:kill")
                self.assertEqual(dead.returncode, -signal.SIGKILL, dead.stderr)
                self.assertTrue((folder / "out/lines/.1.txt").exists(), "it died before it had prepared anything")
                self.assertFalse((folder / "out/lines/1.txt").exists())
                done = self.run_pipeline(folder, 1)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.expect_output(minor, folder)

    def test_their_faults_have_a_place(self):
        for minor in self.folders:
            folder = self.unpacked(minor)
            text = (folder / "pipeline.yaml").read_text().replace("factor: 3", "factor: 3000")
            (folder / "pipeline.yaml").write_text(text.replace("abi_1_half(n)", "abi_1_half(text)"))
            said = self.run_weir(folder, "check", "pipeline.yaml", "--json")
            self.assertEqual(said.returncode, 78, said.stdout + said.stderr)
            lines = (folder / "pipeline.yaml").read_text().splitlines()
            places = {fault["code"]: lines[fault["line"] - 1][fault["column"] - 1:]
                      for fault in json.loads(said.stdout)["faults"]}
            self.assertTrue(places["out-of-range"].startswith("3000"), places)
            self.assertTrue(places["wrong-arguments"].startswith("abi_1_half"), places)


def main():
    Abi.weir = os.path.abspath(sys.argv[1])
    Abi.folders = sorted(pathlib.Path(name).resolve() for name in sys.argv[2:])
    unittest.main(argv=sys.argv[:1])


main()
