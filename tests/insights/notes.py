"""Notes of figures: what is not over or not told, what the pipeline says, and what the figure itself adds with numbers."""
from marks import MOST_TOLD
from page import expect
from shows import base
from tables import cell
from unfinished import words


def of_steps(figure):
    """Below each step of a funnel but the first."""
    _, _, of_first, of_before, median, slow = figure["columns"]
    said = lambda column, row: cell(column, column["values"][row])
    return [f"{said(of_before, row)} of the step before \u00b7 {said(of_first, row)} of the first \u00b7 "
            f"median {said(median, row)} \u00b7 p90 {said(slow, row)}" for row in range(1, len(median["values"]))]


def notes_of(figure, note, beside):
    name, marks = figure["id"], beside.marks.get(figure["id"], [])
    notes = of_steps(figure) if figure["kind"] == "funnel" else words(figure, beside.unfinished.get(name, []))
    if name in beside.open_cells:
        notes.append("In italics: the period is not over yet.")
    if len(marks) > MOST_TOLD:
        notes.append(f"The first {MOST_TOLD} of {len(marks)} marks are told here.")
    return [*notes, *note, *beside.notes.get(name, [])]


def compare_notes(page, cards, shows, beside):
    """Returns how many were compared."""
    count = 0
    for name, figure in page["figures"].items():
        note = [text for option, text in shows[base(name)].options.items() if option == "note"]
        known = notes_of(figure, note, beside)
        expect(f"notes of {name}", cards[f"figure-{name}"].texts("p", "note"), known)
        count += len(known)
    return count
