"""Says that the next work goes on from what no field of the form shows: a draft, or other takes of some sentences."""

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
        self._sentence = QLabel(wordWrap=True)
        anew = QPushButton("Begin anew")
        describe(anew, "Begin anew", "Forgets it: the next work begins from what is written.")
        anew.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.addWidget(self._sentence, 1)
        row.addWidget(anew)
        self.say("")

    def say(self, sentence: str) -> None:
        """What of it is not in the form; nothing is with ""."""
        self._sentence.setText(sentence)
        self.setVisible(bool(sentence))
