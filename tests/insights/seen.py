"""All that a page says beside the values of its tiles, figures and answers, counted by what it is."""
from badges import compare_badges
from cards import read_cards
from drawn_parts import compare_drawn_parts
from facts import compare_facts
from findings import compare_findings
from marks import compare_marks
from notes import compare_notes
from origins import compare_origins
from page import expect
from shows import read_shows
from tables import compare_tables
from tile_cards import compare_tile_cards
from unfinished import compare_unfinished


def compare_seen(report, page, pipeline, tiles, beside):
    """`tiles` as {id: (value, previous)}. Notes each fault; returns how many of each kind were compared, in words."""
    cards, shows = read_cards(report), read_shows(pipeline)
    shown = [f"{kind}-{name}" for kind, of in (("tile", "tiles"), ("badge", "badges"), ("figure", "figures"))
             for name in page[of]]
    expect("tiles, badges and figures of the file", sorted(cards), sorted(shown))
    if sorted(cards) != sorted(shown):
        return "nothing"
    counts = compare_tile_cards(cards, shows, tiles, beside)
    counts["marks"] = compare_marks(page, cards, beside.marks)
    counts["rows that are not over"], counts["cells that are not over"] = compare_unfinished(
        page, cards, beside.unfinished, beside.open_cells)
    counts["notes"] = compare_notes(page, cards, shows, beside)
    counts["bars and shades"] = compare_drawn_parts(page, cards)
    counts["main facts"] = compare_facts(page, cards, beside.open_cells)
    counts["cells of tables"] = compare_tables(page, cards, shows)
    counts["origins"] = compare_origins(report, page, cards, shows, beside.inputs)
    counts["badges"] = compare_badges(report, cards, shows, beside.newest, beside.rejected)
    counts["findings"] = compare_findings(cards, beside.findings)
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
