"""Free text: a field that grows with what is written, with examples to begin from."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from engine.api.params import Field, Text
from studio import theme
from studio.editors.caption import Caption, describe
from studio.editors.writing import Writing
from studio.icons import icon
from studio.state.library import title_of

NEARLY = 0.9  # of the limit: from here on the letters are counted


class TextEditor(QWidget):
    """Ctrl+Enter submits, Tab goes on to the next field. What was set from outside is kept exactly until edited."""

    changed = Signal()
    submitted = Signal()
    example_chosen = Signal(str)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._kind: Text = field.kind
        self._value: str = field.default
        self._setting = False
        self._writing = Writing(self._kind)
        self._writing.setParent(self)  # before the examples, for the Tab key
        self._count, self._examples = QLabel(), QToolButton()
        self._lay_out()
        self.offer(self._kind.examples)
        self.set_value(field.default)
        self._writing.textChanged.connect(self._take)
        self._writing.submitted.connect(self.submitted)

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        """Replace all of it; Ctrl+Z brings back what stood there."""
        if value != self._value:
            self._setting = True
            self._writing.replace(value)
            self._setting = False
        self._value = value
        self._show_count()

    def mark(self, spans: Sequence[tuple[int, int]]) -> None:
        """Set letters [first, last) off from the others."""
        self._writing.mark(spans)

    def offer(self, examples: Sequence[str]) -> None:
        """Examples to fill in; no button where there are none."""
        self._examples.setVisible(bool(examples))
        self._menu.clear()
        for example in examples:
            entry = self._menu.addAction(title_of(example).replace("&", "&&"))
            entry.triggered.connect(lambda _=False, chosen=example: self._fill(chosen))

    def _take(self) -> None:
        if not self._setting:
            self._value = self._writing.text()
            self._show_count()
            self.changed.emit()

    def _fill(self, example: str) -> None:
        self.set_value(example)
        self._writing.setFocus()
        self.changed.emit()
        self.example_chosen.emit(example)

    def _show_count(self) -> None:
        length, limit = len(self._value), self._kind.limit
        self._count.setVisible(length >= NEARLY * limit)
        self._count.setText(f"{length:,} of {limit:,}")
        self._count.setProperty("role", "error" if length > limit else "muted")
        self._count.style().polish(self._count)

    def _lay_out(self) -> None:
        caption = Caption(self._kind.label, self._kind.help)
        caption.setBuddy(self._writing)
        top = QHBoxLayout()
        top.setSpacing(theme.GAP)
        top.addWidget(caption)
        top.addStretch(1)
        top.addWidget(self._count)
        top.addWidget(self._examples)
        self._dress_examples()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TIGHT)
        column.addLayout(top)
        column.addWidget(self._writing)

    def _dress_examples(self) -> None:
        button = self._examples
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setProperty("role", "quiet")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(icon("lightbulb"))
        button.setText("Examples")
        describe(button, "Examples", "Puts an example in the place of what is written; Ctrl+Z brings that back.")
        self._menu = QMenu(button)
        button.setMenu(self._menu)
