"""What a page must say beside its values, computed from the raw data: filled by the oracles of its sections."""


class Beside:
    def __init__(self):
        # Of tiles: whose number it is, between which two it lies, of how many it was made, and all values up to it.
        self.names, self.intervals, self.samples, self.series = {}, {}, {}, {}
        # Of charts: (moment, text) of each mark, and the rows whose period is not over; of cohorts (row, period) of those.
        self.marks, self.unfinished, self.open_cells = {}, {}, {}
        # Of experiments: (verdict, sentence) of each row.
        self.findings = {}
        # Of figures: notes with numbers, which they add themselves.
        self.notes = {}
        # Of badges: the newest moment of each, and (rows, of all rows, rows by reason) of what was rejected.
        self.newest, self.rejected = {}, {}
        # Of inputs of the report: how many rows came, and the times of their first column that has any.
        self.inputs = {}

    def came(self, name, rows=1, times=()):
        self.inputs[name] = (rows, list(times))

    def add(self, tile, interval=None, sample=None, series=None):
        for known, one in ((self.intervals, interval), (self.samples, sample), (self.series, series)):
            if one is not None:
                known[tile] = one
