"""What a pipeline's report is told to show: the options of each tile, chart and table, by its id."""
import collections
import re

Show = collections.namedtuple("Show", "kind options")
ITEM = re.compile(r"^          - \{(\w+): (\w+)(.*)\}$", re.MULTILINE)
OPTION = re.compile(r', (\w+): ("[^"]*"|\[[^\]]*\]|\{[^}]*\}|[^,]+)')


def read_shows(pipeline):
    """{id: (kind, {option: text})}"""
    return {name: Show(kind, {option: text.strip('"') for option, text in OPTION.findall(rest)})
            for kind, name, rest in ITEM.findall(pipeline)}


def base(name):
    """The id in the pipeline of what the page shows: that of another choice of its drop-down ends in a number."""
    return name.split("--")[0]
