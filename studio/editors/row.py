"""A row of the form: an editor, and under it room for what is wrong with its value."""

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.api.params import Field
from studio import theme


class Row(QVBoxLayout):
    """Takes no room while its editor is hidden and nothing is wrong."""

    def __init__(self, field: Field, editor: type[Any]) -> None:
        super().__init__()
        self.editor: Any = editor(field)
        self._shown = True
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setProperty("role", "error")
        self._sentence.hide()
        self.setSpacing(theme.TIGHT)
        self.addWidget(self.editor)
        self.addWidget(self._sentence)
        if hasattr(self.editor, "refused"):
            self.editor.refused.connect(self._refuse)

    def complain(self, sentence: str) -> None:
        """Say what is wrong, and mark the editor; nothing is wrong with ""."""
        if sentence == self.complaint():
            return
        self._sentence.setText(sentence)
        self._sentence.setVisible(self._shown and bool(sentence))
        for control in self.editor.findChildren(QWidget):
            control.setProperty("invalid", bool(sentence))
            control.style().polish(control)

    def _refuse(self, sentence: str) -> None:
        """What the user has just done is of no use: said where it is seen, once there is room for it."""
        self.complain(sentence)
        QTimer.singleShot(0, self._sentence, self._bring)

    def _bring(self) -> None:
        parent = self._sentence.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        if isinstance(parent, QScrollArea) and self._sentence.isVisible():
            parent.ensureWidgetVisible(self._sentence)

    def show(self, shown: bool) -> None:
        """Or leave it out, and what is wrong with it."""
        self._shown = shown
        self.editor.setVisible(shown)
        self._sentence.setVisible(shown and bool(self.complaint()))

    def complaint(self) -> str:
        return self._sentence.text()
