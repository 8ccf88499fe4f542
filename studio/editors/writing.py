"""The field that people write in: plain text, as high as what is written, words in it marked or underlined."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from engine.api.params import Text
from studio import theme
from studio.editors.caption import describe

MOST_LINES = 14
LINE_ENDS = str.maketrans({"\u2029": "\n", "\u2028": "\n"})  # how a document marks the ends of paragraphs and lines
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
Letters = tuple[int, int]
"""[first, last)."""


class Writing(QPlainTextEdit):
    """A plain text field that takes in plain text only and grows from so many lines to `MOST_LINES`."""

    submitted = Signal()

    def __init__(self, kind: Text) -> None:
        super().__init__()
        self._kind = kind
        self._marked: tuple[Letters, ...] = ()
        self._wrong: tuple[Letters, ...] = ()
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

    def mark(self, spans: Sequence[Letters]) -> None:
        """On another ground."""
        self._marked = tuple(spans)
        self._show_marks()

    def underline(self, spans: Sequence[Letters]) -> None:
        """In red, as what cannot be read."""
        if tuple(spans) != self._wrong:
            self._wrong = tuple(spans)
            self._show_marks()

    def _show_marks(self) -> None:
        ground, line = QTextCharFormat(), QTextCharFormat()
        ground.setBackground(QColor(theme.colours().accent_soft))
        line.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        line.setUnderlineColor(QColor(theme.colours().error))
        text = self.text()
        marks = [self._selection(text, span, ground) for span in self._marked]
        self.setExtraSelections(marks + [self._selection(text, span, line) for span in self._wrong])

    def _selection(self, text: str, span: Letters, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        """A document counts letters beyond U+FFFF twice."""
        made, cursor = QTextEdit.ExtraSelection(), QTextCursor(self.document())
        first, last = (len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 for place in span)
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        made.cursor, made.format = cursor, look
        return made

    def sizeHint(self) -> QSize:
        lines = min(max(round(self.document().size().height()), self._kind.lines), MOST_LINES)
        frame = 2 * (self.document().documentMargin() + self.frameWidth()) + 2 * theme.TIGHT
        return QSize(200, round(lines * self.fontMetrics().lineSpacing() + frame))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and (self._marked or self._wrong):
            self._show_marks()  # in the colours of now

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
