"""Where the words of a recording begin and end: as the engine found them, or as the user has dragged them."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.api.messages import SoundWork
from engine.api.params import Draft, Field
from studio import theme
from studio.editors.caption import Caption, describe
from studio.editors.edges import flat, found, paired
from studio.editors.ribbon import HEIGHT, Ribbon
from studio.icons import icon

CLOSER = 1.25
LEAVE = 40  # pixels between the chosen edge and the side
KEYS = "Drag the edges of words; ← and → choose one, with Shift they move it, Space plays the word, + and − zoom."
GESTURES = (
    ("Drag", "Move the edge of a word"),
    ("Click", "Hear the word"),
    ("Left", "Choose the edge before; Right the one after it"),
    ("Shift+Left", "Move the edge by 10 ms; with Ctrl by 50 ms"),
    ("Space", "Hear the word at the edge"),
    ("+", "Come closer; − steps back, and so does Ctrl with the wheel"),
)


class BoundariesEditor(QWidget):
    """The value is () as long as the user has moved nothing; times are beginnings and ends in turns, in ms."""

    changed = Signal()
    word_wanted = Signal(float, float)
    """To be heard: from, to, in seconds."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        kind: Draft = field.kind
        self._value: tuple[int, ...] = field.default
        self._sound: SoundWork | None = None
        self._ribbon, self._scroll, self._back = Ribbon(), QScrollArea(), QPushButton("As found")
        self._caption = Caption(kind.label, kind.help)
        describe(self._ribbon, kind.label, KEYS)
        describe(self._back, "Boundaries as found", "Puts every edge back where Quartet found it.")
        self._lay_out()
        self._ribbon.dragged.connect(self._take)
        self._ribbon.word_pressed.connect(self._play)
        self._ribbon.edge_chosen.connect(lambda x: self._scroll.ensureVisible(round(x), 0, LEAVE, 0))
        self._ribbon.installEventFilter(self)
        self._back.clicked.connect(self._reset)
        self._caption.reset_requested.connect(self._reset)

    def value(self) -> tuple[int, ...]:
        return self._value

    def set_value(self, value: Sequence[int]) -> None:
        self._value = tuple(value)
        self._refresh()

    def show_sound(self, sound: SoundWork | None) -> None:
        """A recording with its words, as far as they are known."""
        self._sound = sound
        self._ribbon.show_sound(sound)
        self._refresh()

    def show_new(self, words: Collection[int]) -> None:
        """These words are made anew."""
        self._ribbon.show_new(words)

    def show_position(self, seconds: float) -> None:
        """How far the recording is played; nowhere below 0."""
        self._ribbon.show_position(1000 * seconds)

    def _refresh(self) -> None:
        words = self._sound.words if self._sound else ()
        kept = len(self._value) == 2 * len(words) > 0
        self._ribbon.show_words([word.text for word in words], paired(self._value) if kept else found(words))
        self._back.setVisible(kept)

    def _take(self, spans: list[tuple[int, int]]) -> None:
        self._value = flat(spans)
        self._back.setVisible(True)
        self.changed.emit()

    def _reset(self) -> None:
        if self._value:
            self.set_value(())
            self.changed.emit()

    def _play(self, word: int) -> None:
        words = self._sound.words if self._sound else ()
        spans = paired(self._value) if len(self._value) == 2 * len(words) else found(words)
        self.word_wanted.emit(spans[word][0] / 1000, spans[word][1] / 1000)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What the ribbon leaves to whoever scrolls it."""
        if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._ribbon.zoom(CLOSER if event.angleDelta().y() > 0 else 1 / CLOSER)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        word = self._ribbon.word()
        if event.text() in ("+", "-"):
            self._ribbon.zoom(CLOSER if event.text() == "+" else 1 / CLOSER)
        elif event.key() == Qt.Key.Key_Space and word is not None:
            self._play(word)
        else:
            return False
        return True

    def _lay_out(self) -> None:
        self._scroll.setWidget(self._ribbon)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFixedHeight(HEIGHT + self._scroll.horizontalScrollBar().sizeHint().height() + 2)
        self._back.setProperty("role", "quiet")
        self._back.setIcon(icon("arrow-counter-clockwise", "muted"))
        hint = QLabel(KEYS, wordWrap=True)
        hint.setProperty("role", "muted")
        hint.setFont(theme.font("small"))
        top = QHBoxLayout()
        top.addWidget(self._caption, 1)
        top.addWidget(self._back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TIGHT)
        column.addLayout(top)
        column.addWidget(self._scroll)
        column.addWidget(hint)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, super().minimumSizeHint().height())
