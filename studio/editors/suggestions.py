"""Chords that may come next, as buttons: the most usual first, as many as there is room for in one row."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.api.chords import Chord, Key, spelled
from studio import theme
from studio.editors.caption import describe
from studio.editors.harmony import numeral
from studio.editors.lane_actions import rove

MOST, WIDE, TALL, APART = 9, 42, 40, 4  # buttons; pixels of one, and between two


class Suggestions(QWidget):
    """`chosen` carries the chord."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._title, self._count = QLabel(), 0
        self._buttons = [_ChordButton() for _ in range(MOST)]
        self._title.setProperty("role", "muted")
        self._title.setFont(theme.font("small"))
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(APART)
        for button in self._buttons:
            row.addWidget(button)
            button.clicked.connect(lambda _=False, pressed=button: self.chosen.emit(pressed.chord))
        rove(self, list(self._buttons))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addLayout(row)

    def show_chords(self, title: str, chords: Sequence[Chord], key: Key) -> None:
        self._title.setText(title)
        self._count = len(chords)
        for button, chord in zip(self._buttons, chords, strict=False):
            button.show_chord(chord, key, title)
        self._make_room()

    def _make_room(self) -> None:
        """As many as can be read."""
        count = min(self._count, max(1, (self.width() + APART) // (WIDE + APART)))
        for index, button in enumerate(self._buttons):
            button.setVisible(index < count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDE, super().minimumSizeHint().height())


class _ChordButton(QPushButton):
    """A chord, and its degree under it."""

    def __init__(self) -> None:
        super().__init__()
        self.chord, self._name, self._degree = Chord(None), "", ""
        self.setProperty("role", "chord")
        self.setFixedHeight(TALL)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_chord(self, chord: Chord, key: Key, title: str) -> None:
        self.chord, self._name, self._degree = chord, spelled(chord, key), numeral(chord, key)
        describe(self, f"{self._name}, {self._degree}", f"{title}: puts {self._name} there, the degree {self._degree}.")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDE, TALL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, colours, half = QPainter(self), theme.colours(), self.height() / 2
        for words, size, colour, top in (
            (self._name, "body", colours.text, 3.0),
            (self._degree, "small", colours.muted, half - 1),
        ):
            painter.setFont(theme.font(size))  # type: ignore[arg-type]
            painter.setPen(QColor(colour))
            if painter.fontMetrics().horizontalAdvance(words) > self.width() - 6:
                painter.setFont(theme.font("small"))
            painter.drawText(QRectF(0, top, self.width(), half - 1), Qt.AlignmentFlag.AlignCenter, words)
