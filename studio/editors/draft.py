"""Says that the next work goes on from a draft, which no field of the form shows."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from studio import theme
from studio.editors.caption import describe


class DraftNote(QFrame):
    """Hidden until there is a draft; its button asks to begin anew."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        sentence = QLabel("Goes on from a kept draft, not from what is written above.", wordWrap=True)
        anew = QPushButton("Begin anew")
        describe(anew, "Begin anew", "Forgets the draft: the next work begins from what is written.")
        anew.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.addWidget(sentence, 1)
        row.addWidget(anew)
        self.hide()
