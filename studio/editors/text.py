"""Free text: a field that grows with what is written, with examples to begin from."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.api.params import Field, Text
from studio import theme
from studio.editors.caption import Caption, describe
from studio.icons import icon
from studio.state.library import title_of

MOST_LINES = 14
NEARLY = 0.9  # of the limit: from here on the letters are counted
LINE_ENDS = str.maketrans({"\u2029": "\n", "\u2028": "\n"})  # how a document marks the ends of paragraphs and lines
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


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
        self._writing = _Writing(self._kind)
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


class _Writing(QPlainTextEdit):
    """A plain text field that takes in plain text only and grows from so many lines to `MOST_LINES`."""

    submitted = Signal()

    def __init__(self, kind: Text) -> None:
        super().__init__()
        self._kind = kind
        self._marked: tuple[tuple[int, int], ...] = ()
        self.setPlaceholderText(kind.placeholder)
        self.setTabChangesFocus(True)
        describe(self, kind.label, kind.help)
        self.textChanged.connect(self.updateGeometry)

    def text(self) -> str:
        """What is written, non-breaking spaces and all."""
        return self.document().toRawText().translate(LINE_ENDS)

    def replace(self, text: str) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def mark(self, spans: Sequence[tuple[int, int]]) -> None:
        """On another ground. A document counts letters beyond U+FFFF twice."""
        self._marked = tuple(spans)
        text, marks = self.text(), []
        for span in spans:
            mark, cursor = QTextEdit.ExtraSelection(), QTextCursor(self.document())
            first, last = (len(text[:place].encode("utf-16-le")) // 2 for place in span)
            cursor.setPosition(first)
            cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor
            mark.format.setBackground(QColor(theme.colours().accent_soft))
            marks.append(mark)
        self.setExtraSelections(marks)

    def sizeHint(self) -> QSize:
        lines = min(max(round(self.document().size().height()), self._kind.lines), MOST_LINES)
        frame = 2 * (self.document().documentMargin() + self.frameWidth()) + 2 * theme.TIGHT
        return QSize(200, round(lines * self.fontMetrics().lineSpacing() + frame))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._marked:
            self.mark(self._marked)  # in the colours of now

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Plain text without control characters; no more than shows that it is far too much."""
        if source.hasText():
            plain = source.text().replace("\r\n", "\n").translate(CONTROLS)
            self.textCursor().insertText(plain[: 10 * self._kind.limit])

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """A file dropped here is meant for the window, to which Qt offers what is not taken."""
        return source.hasText() and not source.hasUrls()
