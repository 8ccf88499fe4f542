"""How a job looks in the queue: its state, its title, how it stands, its progress, and buttons for what can be done.

Of a picture there is also what is to be seen of it by now.
"""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from studio import theme
from studio.panels.calm_list import Index
from studio.panels.job_list import HEADING, JOB, PICTURE
from studio.panels.paint import (
    GLYPH,
    PAD,
    SMALL,
    TITLE,
    Button,
    button_at,
    glyph,
    ground,
    height,
    write,
    write_buttons,
    write_lines,
)
from studio.panels.thumbnails import Thumbnails
from studio.panels.words import told
from studio.state.job import Job, JobState

BAR, ABOVE = 4, 12  # height of the progress bar, room above a heading, in pixels
THUMB = 64  # of a picture's side, in pixels
LOOKS = {
    JobState.waiting: ("clock", "muted"),
    JobState.running: ("play-circle", "accent"),
    JobState.finished: ("check-circle", "ok"),
    JobState.cancelled: ("prohibit", "muted"),
    JobState.failed: ("warning-circle", "error"),
    JobState.interrupted: ("lightning-slash", "warning"),
}
AGAIN = Button("retry", "arrow-clockwise", "Run it again (R)", "text")
DETAILS = Button("details", "info", "Details")
BUTTONS = {
    JobState.waiting: (Button("cancel", "x", "Cancel (Del)"),),
    JobState.running: (Button("cancel", "stop-fill", "Stop (Del)", "text"),),
    JobState.cancelled: (AGAIN,),
    JobState.failed: (DETAILS, AGAIN),
    JobState.interrupted: (AGAIN,),
}


class JobRow(QStyledItemDelegate):
    """Paints a job; `pressed` says which button of which row."""

    pressed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(self)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        words = height(TITLE, *lines(index.data(JOB))) + 2 + _bar(index)
        return QSize(200, heading_height(index) + max(words, THUMB if index.data(PICTURE) else 0) + 2 * PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        job: Job = index.data(JOB)
        row = _row(option, index)
        painter.save()
        if heading := index.data(HEADING):
            place = QRect(row.left() + PAD, row.top() - height(SMALL) - 4, row.width(), 0)
            write(painter, place, heading, SMALL, "muted")
        ground(painter, option, row)
        name, tint = LOOKS[job.state]
        glyph(painter, row.topLeft() + QPoint(PAD, PAD), name, tint)
        left = row.left() + PAD + GLYPH + 8
        if picture := index.data(PICTURE):
            self.thumbnails.draw(painter, QRect(left, row.top() + PAD, THUMB, THUMB), picture)
            left += THUMB + PAD
        self._write(painter, row, left, index)
        painter.restore()

    def _write(self, painter: QPainter, row: QRect, left: int, index: Index) -> None:
        job: Job = index.data(JOB)
        right = write_buttons(painter, row, buttons(job))
        y = write(painter, QRect(left, row.top() + PAD, right - left, 0), index.data(), TITLE)
        whole = QRect(left, y + 2, row.right() - PAD - left, 0)
        y = write_lines(painter, whole, told(job), lines(job), (tint(job),))
        if job.state is JobState.running:
            progress(painter, QRect(left, y + 6, whole.width(), BAR), job)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        button = _under(option, index, event.position().toPoint())
        if button and event.type() == QEvent.Type.MouseButtonRelease:
            self.pressed.emit(button.name, index.data(JOB).id)
        return button is not None

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if index.isValid() and (button := _under(option, index, event.pos())):
            QToolTip.showText(event.globalPos(), button.tip, view)
            return True
        return super().helpEvent(event, view, option, index)


def buttons(job: Job) -> tuple[Button, ...]:
    """What can be done with a job in one press."""
    offered = () if job.stopping else BUTTONS.get(job.state, ())
    return tuple(button for button in offered if button is not DETAILS or job.details)


def lines(job: Job) -> tuple[tuple[theme.Size, bool], ...]:
    """A sentence gets two lines, a state one."""
    return (SMALL, SMALL) if job.sentence else (SMALL,)


def tint(job: Job) -> str:
    return LOOKS[job.state][1] if job.sentence else "muted"


def heading_height(index: Index) -> int:
    if not index.data(HEADING):
        return 0
    return height(SMALL) + 6 + (ABOVE if index.row() else 4)


def progress(painter: QPainter, box: QRect, job: Job) -> None:
    """How far a job is; nothing of the bar is filled before its first step."""
    share = job.step / job.steps if job.steps else 0.0
    painter.setPen(Qt.PenStyle.NoPen)
    for width, colour in ((box.width(), theme.colours().border), (box.width() * share, theme.colours().accent)):
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), width, box.height()), BAR / 2, BAR / 2)


def _row(option: QStyleOptionViewItem, index: Index) -> QRect:
    return option.rect.adjusted(0, heading_height(index), 0, 0)


def _under(option: QStyleOptionViewItem, index: Index, at: QPoint) -> Button | None:
    return button_at(_row(option, index), buttons(index.data(JOB)), at)


def _bar(index: Index) -> int:
    return BAR + 6 if index.data(JOB).state is JobState.running else 0
