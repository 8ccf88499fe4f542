"""A row of buttons of which one is down: a choice among few that shows them all."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from studio.editors.caption import describe


class Segments(QWidget):
    """Shows words, knows them by their index; the arrow keys move between them."""

    chosen = Signal(int)

    def __init__(self, label: str, help: str) -> None:
        super().__init__()
        self._label, self._help = label, help
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(2)
        self.setProperty("role", "segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        describe(self, label, help)

    def set_words(self, words: list[str]) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        for index, word in enumerate(words):
            button = QPushButton(word)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            describe(button, f"{self._label}: {word}", self._help)
            self._group.addButton(button, index)
            self._row.addWidget(button)

    def take_keys(self) -> None:
        """Let the keys go to the word that is chosen."""
        button = self._group.checkedButton() or self._group.button(0)
        if button:
            button.setFocus()

    def set_chosen(self, index: int) -> None:
        """Press this one; none for −1."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == index)
        self._group.setExclusive(True)
