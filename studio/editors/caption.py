"""What every editor says of itself: a caption to read, a help sentence to point at, a name for screen readers."""

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget


class Caption(QLabel):
    """The name of a parameter; a double click on it asks for the default."""

    reset_requested = Signal()

    def __init__(self, label: str, help: str) -> None:
        super().__init__(label)
        self.setToolTip(tip(f"{help} Double-click the name for the default."))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_requested.emit()


def describe(widget: QWidget, name: str, help: str = "") -> None:
    """Name and explain a control to those who point at it and to those who hear it."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(help)
    widget.setToolTip(tip(help or name))


def tip(text: str) -> str:
    """A tooltip that is wrapped, which Qt does for rich text only."""
    return f"<qt>{html.escape(text.strip())}</qt>"
