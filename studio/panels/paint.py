"""What the rows of the side panel's lists are drawn with: a ground, lines of text that end in …, icons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from studio import theme
from studio.icons import icon

Style = tuple[theme.Size, bool]
TITLE: Style = ("body", True)
BODY: Style = ("body", False)
SMALL: Style = ("small", False)
"""A size of the theme's type, and whether it is bold."""

READ = 600  # of a text; no row shows more letters than this
PAD, BOX, GLYPH = 10, 28, 18  # around a row's content, of a button, of an icon; in pixels


def ground(painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
    """A row's ground: selected, pointed at, or plain; with a frame where the keys go to it."""
    colours, state = theme.colours(), option.state
    selected = bool(state & QStyle.StateFlag.State_Selected)
    fill = colours.accent_soft if selected else colours.raised if state & QStyle.StateFlag.State_MouseOver else None
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.accent), 2) if has_keys(option) else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)


def has_keys(option: QStyleOptionViewItem) -> bool:
    """Whether the keyboard acts on this row."""
    focus, active = QStyle.StateFlag.State_HasFocus, QStyle.StateFlag.State_Active
    return bool(option.state & focus and option.state & active)


def write(painter: QPainter, rect: QRect, text: str, style: Style, tint: str = "text") -> int:
    """One line at the top of `rect`, shortened to what fits; the y below it."""
    metrics = QFontMetrics(font(style))
    painter.setFont(font(style))
    painter.setPen(QColor(getattr(theme.colours(), tint)))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(QRect(rect.topLeft(), QSize(rect.width(), metrics.height())), Qt.AlignmentFlag.AlignLeft, shown)
    return rect.top() + metrics.height()


def write_lines(
    painter: QPainter, rect: QRect, text: str, styles: Sequence[Style], tints: Sequence[str] = ("text",)
) -> int:
    """A text over at most so many lines as there are styles, the last one shortened; the y below them."""
    shown = broken(" ".join(text[:READ].split()), tuple(styles), rect.width())
    y = rect.top()
    for index, (line, style) in enumerate(zip(shown, styles, strict=True)):
        tint = tints[min(index, len(tints) - 1)]
        y = write(painter, QRect(rect.left(), y, rect.width(), 0), line, style, tint)
    return y


def glyph(painter: QPainter, at: QPoint, name: str, tint: str = "text") -> None:
    """An icon with its upper left corner there."""
    icon(name, tint).paint(painter, QRect(at, QSize(GLYPH, GLYPH)))


@cache
def height(*styles: Style) -> int:
    """Of lines in these styles, one under the other."""
    return sum(QFontMetrics(font(style)).height() for style in styles)


@cache
def font(style: Style) -> QFont:
    """The theme's; asked for many times a second."""
    size, bold = style
    return theme.font(size, bold)


@lru_cache(maxsize=512)
def broken(text: str, styles: tuple[Style, ...], width: int) -> tuple[str, ...]:
    """The lines of a text `width` pixels wide, one in each style; the last one holds all the rest."""
    lines = []
    for style in styles[:-1]:
        length = _first_line(text, style, width)
        lines.append(text[:length].rstrip())
        text = text[length:]
    return (*lines, text)


def _first_line(text: str, style: Style, width: int) -> int:
    """How many letters of the text stand on a first line; Qt counts in UTF-16."""
    layout = QTextLayout(text, font(style))
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * line.textLength()] if text else b""
    return len(units.decode("utf-16-le", "surrogatepass"))


@dataclass(frozen=True)
class Button:
    """A button painted in a row: what it is called, its icon, what it does. The keys and the menu do the same."""

    name: str
    glyph: str
    tip: str
    tint: str = "muted"


def write_buttons(painter: QPainter, row: QRect, buttons: Sequence[Button]) -> int:
    """Buttons in the upper right corner of a row; the x where the room for text ends."""
    for button, box in zip(buttons, boxes(row, len(buttons)), strict=True):
        glyph(painter, box.center() - QPoint(GLYPH // 2, GLYPH // 2), button.glyph, button.tint)
    return row.right() - PAD - BOX * len(buttons)


def button_at(row: QRect, buttons: Sequence[Button], at: QPoint) -> Button | None:
    """The button at that point."""
    pairs = zip(buttons, boxes(row, len(buttons)), strict=True)
    return next((button for button, box in pairs if box.contains(at)), None)


def boxes(row: QRect, count: int) -> list[QRect]:
    """Where so many buttons are."""
    left = row.right() - PAD // 2 - BOX * count
    return [QRect(left + BOX * index, row.top() + PAD // 2, BOX, BOX) for index in range(count)]
