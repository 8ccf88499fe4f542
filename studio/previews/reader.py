"""What is spoken, as a text to read along: the word that is heard is lit, and a click on a word is heard from there."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy

from engine.api.messages import SoundWork
from studio import theme
from studio.previews.flow import Flow
from studio.previews.token_canvas import letter_font
from studio.previews.tokens import Unit

LETTERS, MARGIN, LINES = 15, 12, 4  # pixels; lines that are seen at most


class Reader(QAbstractScrollArea):
    """`word_chosen` carries the number of a word."""

    word_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._flow = Flow((), letter_font(LETTERS), 1)
        self._lit: int | None = None
        self._hovered: int | None = None
        self.setProperty("role", "surface")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Spoken words")
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)

    def show_sound(self, sound: SoundWork | None) -> None:
        """The words of this sound; hidden where it has none."""
        written = as_written(sound) if sound else []
        self.setAccessibleDescription("".join(written).strip())
        self._lit = self._hovered = None
        self._lay_out([_unit(index, text) for index, text in enumerate(written)])
        self.setVisible(bool(written))
        self.verticalScrollBar().setValue(0)

    def show_word(self, word: int | None) -> None:
        """Light this word, and keep it in sight."""
        if word == self._lit:
            return
        self._lit = word
        if word is not None and word < len(self._flow.units):
            self._keep_in_sight(self._flow.boxes_of(word)[0])
        self.viewport().update()

    def boxes(self, word: int) -> list[QRectF]:
        """Where this word is on the viewport, line by line."""
        return [box.translated(self._origin()) for box in self._flow.boxes_of(word)]

    def _lay_out(self, units: Sequence[Unit]) -> None:
        self._flow = Flow(units, self._flow.font, max(120.0, self.viewport().width() - 2.0 * MARGIN))
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, round(self._flow.height) + MARGIN - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(round(self._flow.em * 1.8))
        self.updateGeometry()
        self.viewport().update()

    def _origin(self) -> QPointF:
        return QPointF(MARGIN, MARGIN / 2 - self.verticalScrollBar().value())

    def _keep_in_sight(self, box: QRectF) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if box.top() < bar.value() or box.bottom() + MARGIN > bar.value() + height:
            bar.setValue(round(box.top() - self._flow.em))

    # --- what the user does ---

    def _word_at(self, point: QPointF) -> int | None:
        return self._flow.unit_at(point - self._origin())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        word = self._word_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and word is not None:
            self.word_chosen.emit(word)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._word_at(event.position()))

    def _hover(self, word: int | None) -> None:
        if word != self._hovered:
            self._hovered = word
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor if word is None else Qt.CursorShape.PointingHandCursor)
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go from word to word, up and down from line to line."""
        lines = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        words = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not self._flow.units or not (lines or words):
            return event.ignore()
        now = -1 if self._lit is None and words > 0 else self._lit or 0
        word = self._flow.beside(now, lines) if lines else now + words
        self.word_chosen.emit(min(max(0, word), len(self._flow.units) - 1))

    # --- how it looks ---

    def paintEvent(self, event: QPaintEvent) -> None:
        origin, colours = self._origin(), theme.colours()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(origin)
        painter.setPen(Qt.PenStyle.NoPen)
        for word, ground in ((self._hovered, colours.raised), (self._lit, colours.accent_soft)):
            if word is not None and word < len(self._flow.units):
                painter.setBrush(QColor(ground))
                for box in self._flow.boxes_of(word):
                    painter.drawRoundedRect(box.adjusted(-3, -1, 3, 1), 4, 4)
        painter.setPen(QColor(colours.text))
        self._flow.draw(painter, event.rect().top() - origin.y(), event.rect().bottom() - origin.y())
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out(self._flow.units)

    def sizeHint(self) -> QSize:
        line = round(1.8 * self._flow.em)
        return QSize(400, min(round(self._flow.height), LINES * line) + MARGIN + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())


def as_written(sound: SoundWork) -> list[str]:
    """Each word with what stands between it and the next one, as far as the sentences tell."""
    written: list[str] = []
    for number, part in enumerate(sound.parts):
        words = [word for word in sound.words if part.start <= word.start < part.stop]
        begin = words[0].first - part.text.find(words[0].text) if words else 0
        if any(part.text[word.first - begin : word.last - begin] != word.text for word in words):
            break
        ends = [*(word.first - begin for word in words[1:]), len(part.text)]
        turn = "\n" if number and part.voice != sound.parts[number - 1].voice else " "
        pieces = [part.text[word.first - begin : end].rstrip() for word, end in zip(words, ends, strict=False)]
        written += [(turn if index == 0 else " ") + piece for index, piece in enumerate(pieces)]
    return written if len(written) == len(sound.words) else [f" {word.text}" for word in sound.words]


def _unit(index: int, text: str) -> Unit:
    return Unit(index, index + 1, text, 1.0, masked=False, mine=False, marked=False, fresh=False)
