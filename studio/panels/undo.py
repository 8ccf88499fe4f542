"""A bar that offers for a while to take something back."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from studio import theme
from studio.editors.caption import describe
from studio.previews.elided import ElidedLabel

STAYS = 10_000  # ms


class UndoBar(QFrame):
    """Says what was done; `undone` when the user wants it back. Going away takes the offer, not the way back."""

    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self._label, self._button = ElidedLabel(), QPushButton("Undo")
        self._label.setAccessibleName("What was done")
        self._button.setProperty("role", "quiet")
        describe(self._button, "Undo", "Brings back what was deleted (Ctrl+Z in the list).")
        self._timer = QTimer(self, singleShot=True, interval=STAYS)
        self._timer.timeout.connect(self.hide)
        self._button.clicked.connect(self.undone)
        self.setFocusProxy(self._button)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP + 2, 2, 2, 2)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show the offer anew."""
        self._label.setText(sentence)
        self._timer.start()
        self.show()
