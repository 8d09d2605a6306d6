"""Whether what is compared can differ: one digit or word after the other is altered in a copy of the page, and each must be
found."""
import copy
import re

from page import expect, faults

# In the file: the digit, or the word, in the brackets. What the page has none of is not planted.
IN_THE_FILE = {
    "a number as written": r'data-origin>[^<]*?(\d)',
    "an interval": r'class="certainty">Between [^<]*?(\d)',
    "a sample": r'class="certainty">[^<]*?[Oo]f [^<]*?(\d)',
    "a change": r'class="change \w+"><b><span[^>]*>[^<]*</span>[^<]*?(\d)',
    "the colour of a change": r'class="change (good|bad)"',
    "a sparkline": r'<polyline points="[^"]*?(\d)',
    "the dot of a sparkline": r'<circle r="3" cx="(\d)',
    "whose number it is": r'id="tile-.*?<p class="note">(\w+)',
    "the rows behind a number": r'id="tile-[^>]* data-rows="(\d)',
    "the time behind a number": r'id="tile-[^>]* data-window="(\d)',
    "what stands below a number": r'<p class="provenance">(\d)',
    "a badge": r'class="state"><button[^>]*>[^<]*?(\d)',
    "what a badge says of it": r'class="state">.*?<p class="note">(\d)',
    "a mark that is told": r'<ol class="marks"[^>]*><li>[^<]*?(\d)',
    "a period that is not over, as it is told": r'Not over yet, and drawn lighter: (\d)',
    "a cell that is not over": r'class="number heat (open)"',
    "a period that is not over, in a table": r'<span class="label">(not over)<',
    "the heat of a cell": r'style="--heat:0\.(\d)',
    "the bar of a step": r'<i style="width:(\d)',
    "a step": r'<p class="step"><span>[^<]*</span> <b>(\d)',
    "the note of a step": r'</i></div><p class="note">(\d)',
    "a forecast's note": r'In the back-test it was wrong by (\d)',
    "a verdict": r'<ul class="findings"><li[^>]*><b>(\w+)<',
    "a finding": r'<ul class="findings"><li[^>]*><b>\w+</b>[^<]*?(\d)',
    "a main fact": r'<p class="fact">[^<]*?(\d)',
    "the name of a chart": r'role="img" aria-label="[^"]*?(\d)',
    "a cell of a table": r'<td class="number">[^<]*?(\d)',
}


def of_figure(key, alter):
    """Alters the first figure that has `key`."""
    def plant(page):
        figure = next((figure for figure in page["figures"].values() if figure.get(key)), None)
        if figure:
            figure[key] = alter(figure[key])
        return figure is not None
    return plant


def of_all(what, key):
    """Alters a number of the first tile or answer that has one."""
    def plant(page):
        one = next((one for one in page[what].values() if one[key] is not None), None)
        if one:
            one[key] += 1
        return one is not None
    return plant


IN_THE_DATA = {
    "the value of a tile": of_all("tiles", "value"),
    "what a tile had before": of_all("tiles", "previous"),
    "the number of an answer": of_all("answers", "value"),
    "a value of a series": of_figure("columns", lambda columns: [
        *columns[:-1], columns[-1] | {"values": [*columns[-1]["values"][:-1], 0.125]}]),
    "the moment of a mark": of_figure("marks", lambda marks: [marks[0] | {"at": "2001" + marks[0]["at"][4:]}, *marks[1:]]),
    "the text of a mark": of_figure("marks", lambda marks: [marks[0] | {"text": marks[0]["text"] + "."}, *marks[1:]]),
    "a mark that is missing": of_figure("marks", lambda marks: marks[1:]),
    "a row that is not over": of_figure("partial", lambda rows: [rows[0] + 1, *rows[1:]]),
    "a row that is over": of_figure("partial", lambda rows: []),
    "the rows of a figure": of_figure("rows", lambda rows: rows + 1),
    "the time of a figure": of_figure("window", lambda window: window[:-1]),
    "the format of a column": of_figure("columns", lambda columns: [*columns[:-1], columns[-1] | {"unit": "m"}]),
}


def altered(match):
    """The match with another digit or word where the brackets are."""
    other = str((int(match[1]) + 1) % 10) if match[1].isdigit() else "other"
    return match[0][:match.start(1) - match.start()] + other + match[0][match.end(1) - match.start():]


def noted(compare, report, page):
    """The faults that it notes, which are not kept."""
    before = len(faults)
    compare(report, page)
    found = faults[before:]
    del faults[before:]
    return found


def plant_all(compare, report, page):
    """`compare` takes a page's file as text and what a browser read. Returns how many alterations were planted."""
    as_it_is, count = noted(compare, report, page), 0
    for what, pattern in IN_THE_FILE.items():
        other, has_one = re.subn(pattern, altered, report, count=1)
        if has_one:
            expect(f"planted: {what}, whether it is found", noted(compare, other, page) != as_it_is, True)
            count += 1
    for what, plant in IN_THE_DATA.items():
        other = copy.deepcopy(page)
        if plant(other):
            expect(f"planted: {what}, whether it is found", noted(compare, report, other) != as_it_is, True)
            count += 1
    return count
