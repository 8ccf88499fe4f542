"""Icons from the Phosphor set, in the colours of the theme.

An icon takes its colour while it is painted, so a change of theme needs nothing. The set comes with qtawesome, whose
own import would load all of its fonts and a second binding of Qt: 40 MB and 150 ms for what one font and a table do.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from studio.theme import colours

FILL = 0.875  # of the height of an icon, by its glyph


def icon(glyph: str, tint: str = "text", checked: str = "") -> QIcon:
    """The icon `glyph` (a Phosphor name such as "play-fill"), tinted with the colour of the theme named `tint`.

    With `checked`, a checked button shows that glyph instead, in the accent colour.
    """
    return QIcon(_Engine(glyph, tint, checked))


class _Engine(QIconEngine):
    """Paints one glyph; nothing for a name that the set does not have."""

    def __init__(self, glyph: str, tint: str, checked: str) -> None:
        super().__init__()
        self._glyph, self._tint, self._checked = glyph, tint, checked

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        on = state == QIcon.State.On and self._checked
        colour = QColor(getattr(colours(), "muted" if mode == QIcon.Mode.Disabled else "accent" if on else self._tint))
        colour.setAlphaF(0.5 if mode == QIcon.Mode.Disabled else 1.0)
        font = QFont(family())
        font.setPixelSize(max(1, round(FILL * rect.height())))
        painter.save()
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyphs().get(self._checked if on else self._glyph, ""))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


@cache
def family() -> str:
    """The name of the icon font, which is loaded with the first icon that is painted."""
    added = QFontDatabase.addApplicationFont(str(_shipped("phosphor-[0-9]*.ttf")))
    return next(iter(QFontDatabase.applicationFontFamilies(added)), "")


@cache
def glyphs() -> dict[str, str]:
    """The letter of the icon font for each name."""
    table = json.loads(_shipped("phosphor-charmap-*.json").read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in table.items()}


def _shipped(pattern: str) -> Path:
    """A file among qtawesome's fonts."""
    package = find_spec("qtawesome")
    folders = package.submodule_search_locations if package else None
    return next(path for folder in folders or () for path in Path(folder, "fonts").glob(pattern))
