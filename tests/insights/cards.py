"""A report's tiles and figures as its file has them: all that they say in words or lines, beside what a browser hands over
as values (tests/report/check_report.mjs)."""
import collections
import html.parser

Part = collections.namedtuple("Part", "tag look text attributes")


class Card:
    """One tile, badge or figure: its elements in the order in which they end."""

    def __init__(self, attributes):
        self.attributes, self.parts = attributes, []

    def texts(self, tag, look=""):
        return [part.text for part in self.parts if part.tag == tag and part.look == look]

    def rows(self):
        """Of its tables: lists of cells."""
        rows, row = [], []
        for part in self.parts:
            if part.tag in ("td", "th"):
                row.append(part)
            elif part.tag == "tr":
                rows, row = [*rows, row], []
        return rows


class _Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.cards, self._card, self._open = {}, None, []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in ("article", "figure"):
            self._card = self.cards[attributes["id"]] = Card(attributes)
            self._open = []
        self._open.append([tag, attributes, []])

    def handle_data(self, data):
        for _, _, texts in self._open:
            texts.append(data.replace("\xa0", " "))

    def handle_endtag(self, tag):
        while self._card and self._open:
            ended, attributes, texts = self._open.pop()
            self._card.parts.append(Part(ended, attributes.get("class", ""), "".join(texts), attributes))
            if ended == tag:
                break
        if tag in ("article", "figure"):
            self._card = None


def read_cards(report):
    """Of the file's text {id: card}, as "tile-revenue", "badge-fresh" and "figure-revenue_by_month"."""
    reader = _Reader()
    reader.feed(report)
    return reader.cards
