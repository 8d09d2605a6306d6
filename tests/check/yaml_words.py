"""The words of a pipeline file with the path of keys that leads to each.

Reads the part of YAML that the correct files of this folder use: block maps and lists, flow maps and lists on
one line, quoted and plain scalars, anchors and aliases.
"""
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    path: tuple  # Keys and list numbers from the top; its own key is the last of a key's path.
    is_key: bool
    start: int  # Offset of its first letter in the text, behind a quote.
    text: str


def words_of(text):
    return _Reader(text).read()


class _Reader:
    def __init__(self, text):
        self.text = text
        self.words = []

    def read(self):
        open_paths = []  # (column, path) of the block keys and items around the line.
        offset = 0
        for line in self.text.splitlines(keepends=True):
            bare = line.rstrip("\n")
            if bare.strip() and not bare.lstrip().startswith("#"):
                self._line(offset, bare, open_paths)
            offset += len(line)
        return self.words

    def _line(self, offset, line, open_paths):
        column = len(line) - len(line.lstrip())
        while open_paths and open_paths[-1][0] >= column:
            last = open_paths.pop()
            if line[column:].startswith("- ") and last[0] == column and isinstance(last[1][-1], int):
                open_paths.append((column, last[1][:-1] + (last[1][-1] + 1,)))
                break
        path = open_paths[-1][1] if open_paths else ()
        if line[column:].startswith("- "):
            if not (open_paths and open_paths[-1][0] == column):
                path += (0,)
                open_paths.append((column, path))
            column += 2
        key = re.match(r"([\w-]+|<<):(?: +|$)", line[column:])
        if not key:
            self._value(offset + column, path)
            return
        path += (key.group(1),)
        self.words.append(Word(path, True, offset + column, key.group(1)))
        open_paths.append((column, path))
        if column + key.end() < len(line):
            self._value(offset + column + key.end(), path)

    # Reads a value that begins at `at` and returns the offset behind it.
    def _value(self, at, path, stops="\n"):
        at = re.compile(r"(?:[&]\w+)? *").match(self.text, at).end()
        first = self.text[at : at + 1]
        if first == "{":
            return self._flow_map(at + 1, path)
        if first == "[":
            return self._flow_list(at + 1, path)
        if first in "\"'" and first:
            end = self.text.index(first, at + 1)
            self.words.append(Word(path, False, at + 1, self.text[at + 1 : end]))
            return end + 1
        end = re.compile("[^" + re.escape(stops) + "]*").match(self.text, at).end()
        plain = self.text[at:end].rstrip()
        if plain and not plain.startswith("*"):
            self.words.append(Word(path, False, at, plain))
        return end

    def _flow_map(self, at, path):
        entry = re.compile(r" *([\w.-]+|<<): *")
        while self.text[at] != "}":
            key = entry.match(self.text, at)
            inner = path + (key.group(1),)
            self.words.append(Word(inner, True, key.start(1), key.group(1)))
            at = self._value(key.end(), inner, ",}\n")
            at = re.compile(" *,? *").match(self.text, at).end()
        return at + 1

    def _flow_list(self, at, path):
        number = 0
        while self.text[at] != "]":
            at = self._value(at, path + (number,), ",]\n")
            at = re.compile(" *,? *").match(self.text, at).end()
            number += 1
        return at + 1
