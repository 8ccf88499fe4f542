"""A heading that folds away what stands under it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio import theme
from studio.editors.caption import describe
from studio.icons import icon

SELDOM = "Shows or hides what is seldom changed."


class Fold(QWidget):
    """Add rows to `rows`. Closed at first; `corner` stands at the end of the heading."""

    toggled = Signal(bool)

    def __init__(self, title: str, corner: QWidget | None = None, help: str = SELDOM) -> None:
        super().__init__()
        self._title, self._help = title, help
        self._heading = QPushButton()
        self._heading.setCheckable(True)
        self._heading.setProperty("role", "fold")
        self._heading.setIcon(icon("caret-right", "muted", checked="caret-down"))
        self._heading.setIconSize(QSize(14, 14))
        self._body = QWidget()
        self._body.hide()
        self.rows = QVBoxLayout(self._body)
        self.rows.setContentsMargins(0, theme.TIGHT, 0, 0)
        self.rows.setSpacing(theme.GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(theme.GAP)
        top.addWidget(self._heading, 1)
        if corner is not None:
            top.addWidget(corner)
        column.addLayout(top)
        column.addWidget(self._body)
        self._heading.toggled.connect(self._body.setVisible)
        self._heading.toggled.connect(self.toggled)
        self.set_note("")

    def is_open(self) -> bool:
        return self._heading.isChecked()

    def set_open(self, open: bool) -> None:
        self._heading.setChecked(open)

    def set_note(self, note: str) -> None:
        """What is to be known of the rows while they are folded away."""
        self._heading.setText(f"{self._title} · {note}" if note else self._title)
        describe(self._heading, self._heading.text(), self._help)
