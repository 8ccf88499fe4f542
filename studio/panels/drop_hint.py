"""What a file that is dragged over the window will do where it is dropped; and where it is dropped."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio import theme
from studio.panels.blank import Picture

INSET = 12  # of the frame, in pixels
COVER = 0.94  # how much of what is below is covered
SETTLE = 150  # ms for the drag to arrive here after it entered the window
WORDS = "Drop it to use what is in it"


class DropHint(QWidget):
    """Covers its parent while a file is held over it, so that no field below takes it; `dropped` carries the file."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self._held = False
        self.setAcceptDrops(True)
        words = QLabel(WORDS, alignment=Qt.AlignmentFlag.AlignCenter)
        words.setFont(theme.font("title", bold=True))
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(Picture("download-simple", 48, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        column.addStretch(1)
        self.hide()

    def watch(self, window: QWidget) -> None:
        """Cover the parent as soon as a file is held over this window."""
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window's own drags; a drop comes to it only where it comes before this has taken the drag over."""
        match event:
            case QDragEnterEvent() if dropped_file(event.mimeData()):
                event.acceptProposedAction()
                self.cover()
            case QDragLeaveEvent():
                self.settle()
            case QDropEvent() if event.type() == QEvent.Type.Drop:
                self.dropEvent(event)
            case _:
                return False
        return True

    def cover(self) -> None:
        """A file is held over the window."""
        self.setGeometry(self._ground.rect())
        self.raise_()
        self.show()

    def settle(self) -> None:
        """The drag has left the window's own ground: it is over this by now, or gone."""
        QTimer.singleShot(SETTLE, self, lambda: self.setVisible(self._held))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()):
            self._held = True
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._held = False
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._held = False
        self.hide()
        event.acceptProposedAction()
        self.dropped.emit(dropped_file(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colours.background)
        ground.setAlphaF(COVER)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET), INSET, INSET)


def dropped_file(data: QMimeData) -> Path | None:
    """The first file of this machine that is dragged."""
    return next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)
