"""What the tests of verbs share: a folder of its own for each test, and the binary run in it."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest


class VerbCase(unittest.TestCase):
    maxDiff = None
    binary = None

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="weir-cli-")
        self.addCleanup(self._folder.cleanup)
        self.folder = pathlib.Path(self._folder.name)
        self.environment = {}  # Beside that of the test.

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def names(self):
        """Every file in the folder."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    def weir(self, *arguments, exit_code=0):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_")}
        environment.update(self.environment)
        done = subprocess.run([self.binary, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True,
                              timeout=120)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done

    def prints(self, arguments, stdout, exit_code=0, stderr=None):
        done = self.weir(*arguments, exit_code=exit_code)
        self.assertEqual(done.stdout, stdout, done.stderr)
        if stderr is not None:
            self.assertEqual(done.stderr, stderr)

    def complains(self, arguments, stderr, exit_code=2):
        done = self.weir(*arguments, exit_code=exit_code)
        self.assertEqual(done.stderr, stderr)


def main():
    """The first argument is the binary."""
    VerbCase.binary = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
