"""Where the frame of a picture is, in words; it is laid on the picture itself, in a window of its own."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from engine.api.params import Draft, Field
from studio import theme
from studio.editors.caption import Caption, describe, tip
from studio.editors.picture_frame import Frame, Size, briefly, full, place, wrong
from studio.icons import icon

MIDDLE = "The largest square in the middle"


class FrameEditor(QWidget):
    """The value is (left, top, side) in pixels of the picture, () for the usual frame."""

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        kind: Draft = field.kind
        self._value: Frame = field.default
        self._size: Size = (1, 1)
        self._caption, self._where, self._reset = Caption(kind.label, kind.help), QLabel(wordWrap=True), QToolButton()
        self._reset.setIcon(icon("x"))
        self._reset.setIconSize(QSize(18, 18))
        describe(self._reset, "The usual frame", "Puts the frame back to the middle of the picture.")
        self._where.setAccessibleName(kind.label)
        self._where.setFont(theme.font("small"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._caption)
        row.addWidget(self._where, 1)
        row.addWidget(self._reset)
        self._reset.clicked.connect(lambda: self.take(()))
        self._caption.reset_requested.connect(lambda: self.take(()))
        self._show()

    def value(self) -> Frame:
        return self._value

    def set_value(self, value: Frame) -> None:
        self._value = value
        self._show()

    def show_size(self, size: Size) -> None:
        """The picture that it lies on."""
        self._size = size
        self._show()

    def take(self, value: Frame) -> None:
        """What the user has done."""
        if value != self._value:
            self.set_value(value)
            self.changed.emit()

    def _show(self) -> None:
        """A frame that sees nothing of the picture is a mistake; so is one that is no square."""
        frame = full(self._value, self._size)
        astray = wrong(frame, self._size) if self._value else ""
        self._where.setText(astray or briefly(frame, self._size) if self._value else MIDDLE)
        self._where.setToolTip(tip(place(frame, self._size)))
        self._where.setProperty("role", "error" if astray else "muted")
        self._where.style().polish(self._where)
        self._reset.setVisible(bool(self._value))
