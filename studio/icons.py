"""Icons from the Phosphor set, in the colours of the theme.

An icon takes its colour while it is painted, so a change of theme needs nothing. The icon font is loaded once the first
picture of the window is on the screen (it costs some 130 ms), and everything is painted again when it is there.
"""

import sys

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from studio.theme import colours


def icon(glyph: str, tint: str = "text", checked: str = "") -> QIcon:
    """The icon `glyph` (a Phosphor name such as "play-fill"), tinted with the colour of the theme named `tint`.

    With `checked`, a checked button shows that glyph instead, in the accent colour.
    """
    return QIcon(_Engine(glyph, tint, checked))


def load() -> None:
    """Load the icon font now; what already shows icons is painted again."""
    import qtawesome

    qtawesome.font("ph", 16)
    for window in QApplication.topLevelWidgets():
        window.update()


class _Engine(QIconEngine):
    """Paints one glyph; nothing until the icon font is loaded."""

    def __init__(self, glyph: str, tint: str, checked: str) -> None:
        super().__init__()
        self._glyph, self._tint, self._checked = glyph, tint, checked

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        qtawesome = sys.modules.get("qtawesome")
        if qtawesome is None:
            QTimer.singleShot(0, _load_once)
            return
        on = state == QIcon.State.On and self._checked
        colour = QColor(getattr(colours(), "muted" if mode == QIcon.Mode.Disabled else "accent" if on else self._tint))
        colour.setAlphaF(0.5 if mode == QIcon.Mode.Disabled else 1.0)
        qtawesome.icon(f"ph.{self._checked if on else self._glyph}", color=colour).paint(painter, rect)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


def _load_once() -> None:
    if "qtawesome" not in sys.modules:
        load()
