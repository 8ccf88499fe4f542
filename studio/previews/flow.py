"""Units of text as flowing lines: where each unit stands, and which unit stands at a point.

A paragraph is one text layout without any formats, so that conjuncts and kerning run on across tokens. A masked unit
stands in it as no-break spaces, as wide as its present guess (so that a guess come true moves nothing), between
zero-width spaces, where a line may break and no letter joins.

Units of length: device-independent pixels, from the top left corner of the text. Positions in a layout: UTF-16 units.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextLine, QTextOption

from studio.previews.tokens import Unit, glyphs

Span = tuple[int, int, int]
"""(start, stop, unit): what of a unit is to be seen in its paragraph."""

Box = tuple[int, QRectF]
"""A unit, or what of it is on one line."""

BLANK, EDGE = "\u00a0", "\u200b"
UNSEEN = " " + EDGE  # around what is seen of a unit
NARROWEST, PADDING = 1.3, 0.5  # of a masked block, in em
PITCH = 1.8  # from line to line, in em
BASE = 1.2  # from the top of a line to its base line, in em
GAP = 0.55  # the height of an empty paragraph, in lines
RISE, FALL = 1.0, 0.38  # of a unit's box above and below the base line, in em
NEWLINE = 1.2  # the width of a new line's box, in em
WAYS = {
    "L": Qt.LayoutDirection.LeftToRight,
    "R": Qt.LayoutDirection.RightToLeft,
    "AL": Qt.LayoutDirection.RightToLeft,
}  # by the letter's class in Unicode


class Flow:
    """Units laid out in a font (whose size is in pixels) and a width."""

    def __init__(self, units: Sequence[Unit], font: QFont, width: float) -> None:
        self.units, self.font, self.width = units, font, width
        self.em = float(font.pixelSize())
        self.height = 0.0
        self._boxes: list[Box] = []  # in the order of the text
        self._first: list[int] = []  # of each unit's boxes
        self._rows: list[int] = []  # the first box of each line
        self._tops: list[float] = []  # of the lines
        self._layouts: list[tuple[QTextLayout, float, float]] = []  # with its top and bottom
        for text, spans in paragraphs(units, font):
            self._add(text, spans)

    def draw(self, painter: QPainter, top: float, bottom: float) -> None:
        """Draw the text of the lines between these heights, in the painter's pen."""
        clip = QRectF(-self.width, top, 3 * self.width, bottom - top)
        for layout, first, last in self._layouts:
            if last >= top and first <= bottom:
                layout.draw(painter, QPointF(0, 0), [], clip)

    def between(self, top: float, bottom: float) -> list[Box]:
        """The boxes of the lines between these heights."""
        return self._boxes[self._row(self._row_at(top))[0] : self._row(self._row_at(bottom))[1]] if self._boxes else []

    def boxes_of(self, unit: int) -> list[QRectF]:
        """Where this unit is, one box on every line it reaches."""
        last = self._first[unit + 1] if unit + 1 < len(self._first) else len(self._boxes)
        return [box for _, box in self._boxes[self._first[unit] : last]]

    def unit_at(self, point: QPointF) -> int | None:
        """The unit whose box holds the point."""
        near = self.nearest(point)
        if near is None:
            return None
        return near if any(box.adjusted(-1, -3, 1, 3).contains(point) for box in self.boxes_of(near)) else None

    def nearest(self, point: QPointF) -> int | None:
        """The unit nearest to the point on the line at its height; None where there is no text."""
        return self._closest(self._row_at(point.y()), point.x()) if self._boxes else None

    def beside(self, unit: int, lines: int) -> int:
        """The unit so many lines below this one (above, if negative)."""
        row = min(max(0, self._row_of(unit) + lines), len(self._rows) - 1)
        return self._closest(row, self.boxes_of(unit)[0].center().x())

    def ends(self, unit: int) -> tuple[int, int]:
        """The first and the last unit on this one's line."""
        first, last = self._row(self._row_of(unit))
        return self._boxes[first][0], self._boxes[last - 1][0]

    def _row_of(self, unit: int) -> int:
        return bisect_right(self._rows, self._first[unit]) - 1

    def _row_at(self, y: float) -> int:
        return max(0, bisect_right(self._tops, y) - 1)

    def _row(self, row: int) -> tuple[int, int]:
        """Its boxes, [first, last)."""
        return self._rows[row], self._rows[row + 1] if row + 1 < len(self._rows) else len(self._boxes)

    def _closest(self, row: int, x: float) -> int:
        first, last = self._row(row)
        return min(self._boxes[first:last], key=lambda entry: max(entry[1].left() - x, x - entry[1].right()))[0]

    def _add(self, text: str, spans: list[Span]) -> None:
        top, rise, height = self.height, RISE * self.em, (RISE + FALL) * self.em
        layout, lines = self._lay(text)
        self._layouts.append((layout, top, self.height))
        line = -1.0
        for unit, base, left, right in placed(lines, spans):
            if base != line:
                line = base
                self._rows.append(len(self._boxes))
                self._tops.append(base - BASE * self.em)
            if unit == len(self._first):
                self._first.append(len(self._boxes))
            width = right - left if right - left > 1 else NEWLINE * self.em
            self._boxes.append((unit, QRectF(left, base - rise, width, height)))

    def _lay(self, text: str) -> tuple[QTextLayout, list[QTextLine]]:
        layout = QTextLayout(text, self.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(direction(text))
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        lines = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.width)
            line.setPosition(QPointF(0, self.height + BASE * self.em - line.ascent()))
            self.height += PITCH * self.em * (1 if text else GAP)
            lines.append(line)
        layout.endLayout()
        return layout, lines


def placed(lines: list[QTextLine], spans: list[Span]) -> Iterator[tuple[int, float, float, float]]:
    """(unit, base line, left, right) of every span of a paragraph, once for each line it reaches."""
    rows = [(line.cursorToX, line.textStart() + line.textLength(), line.y() + line.ascent()) for line in lines]
    row = 0
    for start, stop, unit in spans:
        while row + 1 < len(rows) and start >= rows[row][1]:
            row += 1
        at, (x, last, base) = start, rows[row]
        while True:
            one, other = x(at)[0], x(min(stop, last))[0]  # type: ignore[index]
            yield unit, base, min(one, other), max(one, other)
            if stop <= last or row + 1 == len(rows):
                break
            row, at = row + 1, last
            x, last, base = rows[row]


def paragraphs(units: Sequence[Unit], font: QFont) -> Iterator[tuple[str, list[Span]]]:
    """The text of every paragraph, and where in it its units are. A new line belongs to the unit that brings it."""
    key, text, length = font.toString(), "", 0
    spans: list[Span] = []
    for index, unit in enumerate(units):
        for number, piece in enumerate([block(unit, key)] if unit.masked else broken(unit.text)):
            if number:
                spans.append((length, length, index))
                yield text, spans
                text, length, spans = "", 0, []
            bare = piece.strip(UNSEEN)
            shown = piece if text or not bare else piece.lstrip(" ")
            start = length + (len(shown) - len(shown.lstrip(UNSEEN)) if bare else 0)
            text, length = text + shown, length + width16(shown)
            if shown or not unit.text:
                spans.append((start, start + width16(bare) if bare else length, index))
    if text or spans:
        yield text, spans


def broken(text: str) -> list[str]:
    """A text at its line breaks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if "\n" in text or "\r" in text else [text]


def block(unit: Unit, key: str) -> str:
    """What a masked unit is laid out as."""
    lead = " " if unit.text[:1] == " " else ""
    return f"{lead}{EDGE}{BLANK * blanks(glyphs(unit.text), key)}{EDGE}"


@lru_cache(maxsize=16384)
def blanks(text: str, key: str) -> int:
    """How many no-break spaces of a font are as wide as a block for this guess."""
    font = QFont()
    font.fromString(key)
    metrics = QFontMetricsF(font)
    wanted = max(NARROWEST, metrics.horizontalAdvance(text) / font.pixelSize() + PADDING) * font.pixelSize()
    return ceil(wanted / max(1.0, metrics.horizontalAdvance(BLANK)))


def direction(text: str) -> Qt.LayoutDirection:
    """Which way a paragraph runs: as its first letter does.

    Left to itself Qt looks for that letter whenever it is asked where something stands, through all of a masked text.
    """
    first = next((way for letter in text if (way := bidirectional(letter)) in WAYS), "L")
    return WAYS[first]


def width16(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
