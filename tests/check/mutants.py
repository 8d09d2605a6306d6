"""One-letter mutants of correct pipelines: a seeded choice of places and letters.

Mutated are words that are used, not those that are declared: keys of the language and of components, names of
components, nodes, ports, variables, columns, functions and types, and words of a choice. A misspelt declaration
is a good declaration, and the fault is where it is used.
"""
import random
import re
import string
from dataclasses import dataclass

from yaml_words import words_of

SECTIONS = ("sources", "transforms", "sinks")
KEYWORDS = set("distinct and or not in is null between like case when then else end as true false cast try_cast".split())
EXPRESSIONS = {"where", "set", "routes", "compute"}
COLUMN_LISTS = {"columns", "drop"}
CHOICES = {"on_error", "mode", "compression", "encoding", "order", "nulls", "validate", "delivery"}


@dataclass(frozen=True)
class Target:
    kind: str
    start: int
    text: str


def targets_of(text):
    """Returns the words of a correct pipeline that can be misspelt, each with what it is."""
    targets = []
    for word in words_of(text):
        if word.path[0].startswith("x-") or "<<" in word.path:
            continue
        targets += _of_key(word) if word.is_key else _of_value(word)
    return targets


def mutants_of(targets, count, seed):
    """Returns `count` pairs of a target and its misspelling, the same ones for the same seed."""
    chance = random.Random(seed)
    made = set()
    while len(made) < count:
        target = chance.choice(targets)
        made.add((target, misspell(target.text, chance)))
    # A keyword of the expression language is no misspelt name.
    return sorted(((t, m) for t, m in made if m not in ("", t.text) and m not in KEYWORDS), key=lambda pair: (pair[0].start, pair[1]))


def misspell(word, chance):
    """Changes one letter: another one, one too many, one too few, or two swapped. The result is a name again."""
    changed = _changed(word, chance)
    return changed if re.match(r"[A-Za-z_]", changed) else word


def _changed(word, chance):
    at = chance.randrange(len(word))
    letter = chance.choice(string.ascii_lowercase)
    way = chance.randrange(4)
    if way == 0:
        return word[:at] + letter + word[at + 1 :]
    if way == 1:
        return word[:at] + letter + word[at:]
    if way == 2:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _whole(kind, word):
    return [Target(kind, word.start, word.text)]


def _identifiers(kind, word):
    """The names in an expression or in a text with variables."""
    text = re.sub(r"'[^']*'", lambda found: " " * len(found.group()), word.text)
    found = []
    for name in re.finditer(r"\$\{(\w+)\}|[A-Za-z_]\w*", text):
        if name.group(1):
            found.append(Target("variable", word.start + name.start(1), name.group(1)))
        elif kind and name.group().lower() not in KEYWORDS:
            is_call = text[name.end() : name.end() + 1] == "("
            before = text[: name.start()].rstrip().lower()
            what = "function" if is_call else "type" if before.endswith(" as") else kind
            found.append(Target(what, word.start + name.start(), name.group()))
    return found


def _node(path):
    """The path below a node's name, or nothing where the word is not in a node."""
    if path[0] == "templates" and len(path) > 2:
        path = path[2:]
    return path[2:] if path[0] in SECTIONS and len(path) > 2 else None


def _of_key(word):
    path = word.path
    inner = _node(path)
    if inner is not None:
        return _of_node_key(word, inner)
    if len(path) == 1:
        return _whole("key", word)
    if path[0] == "environments":
        if len(path) == 3:
            return _whole("key", word)
        is_reference = len(path) == 4 and path[-1] != "extra"
        return _whole("node" if path[2] in SECTIONS else "variable", word) if is_reference else []
    if path[0] in ("vars", "templates") and len(path) == 3 or path[0] == "checkpoint":
        return _whole("key", word)
    if path[0] == "templates" and len(path) == 5 and path[2] == "params":
        return _whole("key", word)
    if path[0] == "tests":
        if len(path) == 3:
            return _whole("key", word)
        if len(path) == 4:
            return _reference(word)
        if len(path) == 6:
            return _whole("column", word)
    return []


def _of_node_key(word, inner):
    if len(inner) == 1:
        return _whole("option", word)
    if inner[0] in ("labels", "rename") and len(inner) == 2:
        return _whole("column", word)
    if inner[0] == "format" and len(inner) == 3:
        return []
    if inner[0] in ("event_time", "batch", "window", "format") or isinstance(inner[1], int):
        return _whole("option", word)
    return []


def _of_value(word):
    inner = _node(word.path)
    if inner is None:
        return _of_outer_value(word)
    first, last = inner[0], inner[-1]
    if "${" in word.text and first not in EXPRESSIONS:
        return [] if "secret" in word.text else _identifiers("", word)
    if inner == ("type",):
        return [] if "." in word.text else _whole("component", word)
    if first == "format":
        if len(inner) == 1 or inner == ("format", "type"):
            return _whole("format", word)
        if inner[1] == "columns" and (len(inner) == 3 or last == "type"):
            return _whole("type", word)
    if first == "inputs":
        return _reference(word)
    if first == "labels":
        return _whole("label", word) if word.text in ("direct", "quasi") else []
    if first in EXPRESSIONS and (first != "where" or any(c in word.text for c in "<>= ")):
        return _identifiers("column", word)
    if first == "by":
        if last in CHOICES:
            return _whole("choice", word)
        return _identifiers("column", word)
    if first in COLUMN_LISTS or inner == ("event_time", "column"):
        return _whole("column", word)
    return _whole("choice", word) if last in CHOICES else []


def _of_outer_value(word):
    path = word.path
    if path == ("delivery",):
        return _whole("choice", word)
    if path[0] == "templates" and path[-1] == "output":
        return _whole("node", word)
    if path[0] == "templates" and len(path) == 5 and path[-1] == "type":
        return _whole("type", word)
    return _identifiers("", word) if "${" in word.text and "secret" not in word.text else []


def _reference(word):
    node, dot, port = word.text.rpartition(".")
    if not dot:
        return _whole("node", word)
    found = [Target("port", word.start + len(node) + 1, port)]
    return found if "." in node else found + [Target("node", word.start, node)]
