"""How a work looks in the library: its first line as its title, two lines more, when it was made, its star.

A picture is seen beside its words.
"""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from studio.panels.calm_list import Index
from studio.panels.paint import (
    PAD,
    SMALL,
    TITLE,
    Button,
    broken,
    button_at,
    ground,
    height,
    write,
    write_buttons,
    write_lines,
)
from studio.panels.thumbnails import Thumbnails
from studio.panels.words import moment
from studio.panels.work_list import WORK
from studio.state.library import Work

STARS = {
    True: Button("favourite", "star-fill", "A favourite; click to make it none (F)", "accent"),
    False: Button("favourite", "star", "Make it a favourite (F)"),
}
THUMB_PAD = 6  # around a picture, in pixels


class WorkRow(QStyledItemDelegate):
    """Paints a work; `pressed` says whose star. All rows are equally high, so that thousands scroll smoothly.

    `took` says that the click which the view is about to tell of was meant for a star.
    """

    pressed = Signal(str)
    took = False

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(self)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, height(TITLE, SMALL, SMALL, SMALL) + 2 * PAD + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        work: Work = index.data(WORK)
        painter.save()
        ground(painter, option, option.rect)
        left = option.rect.left() + PAD
        if work.picture:
            box = picture_box(option.rect)
            self.thumbnails.draw(painter, box, work.picture)
            left = box.right() + PAD
        _write(painter, option.rect, left, work)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        star = _under(option, index, event.position().toPoint())
        self.took = star is not None
        if star and event.type() == QEvent.Type.MouseButtonRelease:
            self.pressed.emit(index.data(WORK).id)
        return star is not None

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if index.isValid() and (star := _under(option, index, event.pos())):
            QToolTip.showText(event.globalPos(), star.tip, view)
            return True
        return super().helpEvent(event, view, option, index)


def picture_box(row: QRect) -> QRect:
    """Where the picture of a work is: as high as its row."""
    side = row.height() - 2 * THUMB_PAD
    return QRect(row.left() + THUMB_PAD, row.top() + THUMB_PAD, side, side)


def _write(painter: QPainter, row: QRect, left: int, work: Work) -> None:
    """The title stands beside the star, the rest of the text goes on where the title ends, over the whole width."""
    right = write_buttons(painter, row, [STARS[work.favourite]])
    text = " ".join((work.text or work.title)[:600].split())
    first, rest = broken(text, (TITLE, SMALL), right - left)
    y = write(painter, QRect(left, row.top() + PAD, right - left, 0), first, TITLE)
    room = QRect(left, y + 2, row.right() - PAD - left, 0)
    write_lines(painter, room, rest, (SMALL, SMALL))
    foot = QRect(left, row.bottom() - PAD - height(SMALL), room.width(), 0)
    write(painter, foot, f"{work.modality.capitalize()} · {moment(work.created)}", SMALL, "muted")


def _under(option: QStyleOptionViewItem, index: Index, at: QPoint) -> Button | None:
    return button_at(option.rect, [STARS[index.data(WORK).favourite]], at)
