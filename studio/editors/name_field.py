"""A chord's name typed in its place: underlined in red, and said why, as long as it is no chord."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.api.chords import Chord, parse_chord
from engine.api.errors import BadInput
from studio import theme
from studio.editors.caption import describe

NARROWEST = 76  # pixels
HELP = "A chord such as Am7/C. Enter takes it, Space or Tab goes on to the next, Esc leaves it as it was."


class NameField(QLineEdit):
    """`taken` carries the chord and whether to go on to the next; `refused` a sentence, "" once it is no more true."""

    taken = Signal(object, bool)
    refused = Signal(str)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._wrong, self._before = False, ""
        self.setProperty("role", "inplace")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(40)
        describe(self, "Name of the chord", HELP)
        self.hide()
        self.textChanged.connect(self._check)

    def open(self, box: QRectF, text: str, typed: str = "") -> None:
        """Over this room; what is typed already stands in the place of `text`, which else is selected."""
        self._before = text
        left = min(box.left(), self._owner.width() - NARROWEST)
        self.setGeometry(
            round(max(0.0, left)), round(box.top()), round(max(box.width(), NARROWEST)), round(box.height())
        )
        self.setText(typed or text)
        self.show()
        self.setFocus()
        if not typed:
            self.selectAll()

    def close_up(self) -> None:
        """Leave everything as it was."""
        if not self.isHidden():
            self.hide()
            self._owner.setFocus()
            self.refused.emit("")

    def _take(self, onward: bool) -> None:
        name = self.text().strip()
        try:
            chord = parse_chord(name)
        except BadInput:
            if not name:
                self.close_up()
            return
        self.close_up()
        self._send(chord, onward)

    def _send(self, chord: Chord, onward: bool) -> None:
        self.taken.emit(chord, onward)

    def _check(self, text: str) -> None:
        sentence = ""
        try:
            parse_chord(text.strip() or "N")
        except BadInput as error:
            sentence = str(error)
        self._wrong = bool(sentence)
        if self.isVisible():
            self.refused.emit(sentence)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Tab is a key like another here."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self._take(onward=True)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take(onward=key == Qt.Key.Key_Space)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Going elsewhere takes what is a chord; a menu of this field is not elsewhere."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason or self.isHidden():
            return
        name, changed = self.text().strip(), self.text().strip() != self._before
        self.hide()
        self.refused.emit("")
        if name and changed and not self._wrong:
            self._send(parse_chord(name), False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._wrong:
            return
        wide = min(self.fontMetrics().horizontalAdvance(self.text()), self.width() - 8)
        left, base = (self.width() - wide) / 2, self.height() / 2 + self.fontMetrics().ascent() / 2 + 3
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.colours().error), 1.4))
        painter.drawPolyline(QPolygonF([QPointF(left + x, base + (x // 3 % 2) * 2.5) for x in range(0, wide + 1, 3)]))
