"""What the colours of a preview mean, in one line."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio import theme
from studio.theme import Colours

PATCH = 15  # the width and height of a patch, in pixels
TINT = 0.26  # of a colour that says how a chord is heard


Entries = Sequence[tuple["Swatch", str, str]]
"""Swatches, with the words before and after each."""


class Legend(QWidget):
    """Swatches and what one can do. `more` are those of what is not always there."""

    def __init__(self, entries: Entries, hint: str, more: Entries = ()) -> None:
        super().__init__()
        self.setAccessibleName("What the colours mean")
        self._more, self._hint, self._wanted = _patches(more), word(hint), False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(_patches(entries))
        row.addWidget(self._more)
        row.addStretch(1)
        self._more.hide()
        self._least = self.sizeHint()
        row.addWidget(self._hint)

    def show_more(self, shown: bool) -> None:
        """Whether what is not always there is there."""
        self._wanted = shown
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return self._least

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The hint is the first to go where there is no room, what is not always there the second."""
        room = self.width() - self._least.width()
        self._more.setVisible(self._wanted and room >= self._more.sizeHint().width())
        room -= 0 if self._more.isHidden() else self._more.sizeHint().width()
        self._hint.setVisible(room >= self._hint.sizeHint().width())


def _patches(entries: Entries) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for swatch, before, after in entries:
        if before:
            row.addWidget(word(before))
        row.addWidget(swatch)
        row.addWidget(word(after))
        row.addSpacing(theme.GAP)
    return group


class Swatch(QWidget):
    """Patches of colour side by side, with the rule or the frame that goes with them in the text."""

    def __init__(self, fills: Callable[[Colours], Sequence[str]], rule: str = "", frame: bool = False) -> None:
        super().__init__()
        self._fills, self._rule, self._frame = fills, rule, frame
        self.setFixedSize(PATCH * max(1.5, len(fills(theme.colours()))).__ceil__(), PATCH)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        fills = self._fills(colours)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width = self.width() / len(fills)
        for i, fill in enumerate(fills):
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(QRectF(i * width, 0, width - 1, self.height()), 3, 3)
        if self._rule:
            painter.setPen(QPen(QColor(getattr(colours, self._rule)), 2))
            painter.drawLine(2, self.height() - 1, self.width() - 3, self.height() - 1)
        if self._frame:
            painter.setPen(QPen(QColor(colours.text), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setOpacity(0.6)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -1.5, -0.5), 3, 3)


def text_legend() -> Legend:
    """less sure ▇▇▇▇▇ sure · masked · just revealed · from you · locked."""
    entries = (
        (Swatch(lambda colours: colours.confidence), "less sure", "sure"),
        (Swatch(lambda colours: (colours.masked,)), "", "masked"),
        (Swatch(lambda colours: (colours.confidence[3],), frame=True), "", "just revealed"),
        (Swatch(lambda colours: (colours.fixed,), rule="muted"), "", "from you"),
        (Swatch(lambda colours: (colours.locked,), rule="accent"), "", "locked"),
    )
    return Legend(entries, "Click or drag over words to change them")


def sound_legend() -> Legend:
    """silent ▇▇▇▇▇ loud · from you · chosen; of music whose chords were heard as asked · otherwise."""
    entries = (
        (Swatch(lambda colours: colours.spectrum), "silent", "loud"),
        (Swatch(lambda colours: (colours.fixed,), rule="muted"), "", "from you"),
        (Swatch(lambda colours: (colours.accent_soft,), rule="accent"), "", "chosen"),
    )
    heard = (
        (Swatch(lambda colours: (tinted(colours, colours.ok),)), "", "as asked"),
        (Swatch(lambda colours: (tinted(colours, colours.warning),), rule="warning"), "", "otherwise"),
    )
    return Legend(entries, "Click to hear from there, drag to choose a span", heard)


def tinted(colours: Colours, colour: str) -> str:
    """A colour that is laid thinly over the surface: the ground of a chord, by how it is heard."""
    over, under = QColor(colour), QColor(colours.surface)
    parts = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    return QColor(*(round(TINT * one + (1 - TINT) * other) for one, other in parts)).name()


def word(text: str) -> QLabel:
    """A small label."""
    label = QLabel(text)
    label.setFont(theme.font("small"))
    label.setProperty("role", "muted")
    return label
