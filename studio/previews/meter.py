"""A level meter: how loud it is now, a bar for each channel on a scale of decibels, and how loud it just was."""

from collections.abc import Sequence
from math import log10
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme

QUIETEST, LOUD, CLIPPED = -48.0, -9.0, -0.1  # dB: the left end, where it turns, where it is too much
FALL = 0.02  # of the whole scale that the mark of the loudest falls with each new level


class Loudness(Protocol):
    """Of a channel; 1 is as loud as can be."""

    @property
    def peak(self) -> float: ...
    @property
    def rms(self) -> float: ...


class Meter(QWidget):
    """Is told levels some 30 times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[tuple[float, float]] = [(0.0, 0.0)]  # places of peak and rms on the scale
        self._marks: list[float] = [0.0]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Level")
        self.setToolTip("How loud it is, from −48 dB to as loud as can be")

    def show_levels(self, levels: Sequence[Loudness]) -> None:
        """One for each channel."""
        self._levels = [(place(level.peak), place(level.rms)) for level in levels]
        before = self._marks if len(self._marks) == len(self._levels) else [0.0] * len(self._levels)
        self._marks = [max(now[0], mark - FALL) for now, mark in zip(self._levels, before, strict=True)]
        if not any(peak for peak, _ in self._levels):
            self._marks = [0.0] * len(self._levels)
        loudest = max((level.peak for level in levels), default=0.0)
        self.setAccessibleDescription(f"{20 * log10(loudest):.0f} dB" if loudest > 0 else "silence")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(84, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tall = (self.height() - 2.0 * (len(self._levels) - 1)) / len(self._levels)
        tall = min(tall, 6.0)
        top = (self.height() - tall * len(self._levels) - 2.0 * (len(self._levels) - 1)) / 2
        for channel, (peak, rms) in enumerate(self._levels):
            self._paint_bar(painter, QRectF(0, top + channel * (tall + 2), self.width(), tall), peak, rms, channel)

    def _paint_bar(self, painter: QPainter, room: QRectF, peak: float, rms: float, channel: int) -> None:
        colours = theme.colours()
        painter.setBrush(QColor(colours.border))
        painter.drawRoundedRect(room, 2, 2)
        for share, strength in ((peak, 0.45), (rms, 1.0)):
            colour = QColor(
                colours.error if share >= scale(CLIPPED) else colours.warning if share > scale(LOUD) else colours.ok
            )
            colour.setAlphaF(strength)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(room.left(), room.top(), room.width() * share, room.height()), 2, 2)
        mark = self._marks[channel]
        if mark > 0:
            painter.fillRect(QRectF(room.width() * mark - 1, room.top(), 2, room.height()), QColor(colours.text))


def place(loudness: float) -> float:
    """On the scale, from 0 to 1."""
    return scale(20 * log10(loudness)) if loudness > 0 else 0.0


def scale(decibels: float) -> float:
    return min(max(0.0, 1 - decibels / QUIETEST), 1.0)
