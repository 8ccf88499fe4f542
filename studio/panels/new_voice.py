"""A new voice, from a sound file to something kept: the engine trims it, the user hears that and writes down its words.

What is written down are the words of the trimmed sound and no others: before it has come there is nowhere to write.
"""

import contextlib
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.api.errors import BadInput, Failure
from engine.api.messages import Prepared, SoundWork
from engine.api.params import Choice, fields
from engine.api.requests import SpeechRequest
from engine.api.sounds import discard
from studio import theme
from studio.editors.caption import describe
from studio.editors.choice import spoken
from studio.editors.listen import ListenButton
from studio.editors.segments import Segments
from studio.editors.surroundings import Surroundings
from studio.panels.recording import READ
from studio.previews.time_scale import TimeScale
from studio.previews.waveform import draw
from studio.state.voices import needed

LANGUAGES = next(
    field.kind.options for field in fields(SpeechRequest) if field.name == "language" and isinstance(field.kind, Choice)
)
LISTENING = "Listening to {name}…"
CHECKING = "Comparing the words with the sound…"
HELP = {
    "transcript": "Listen, and write down just what you hear, word for word.",
    "title": "A script calls it so: [Name] at the start of a line.",
    "consent": "For example: “It is my own voice.” or “Meera Joshi agreed in writing on 3 May 2026.”",
    "licence": "On which terms others may use it, such as CC BY 4.0; empty where it is for you alone.",
}


class NewVoiceDialog(QDialog):
    """`kept` carries the id of the voice. What was `recorded` here, in that language, is ours; other files are not."""

    kept = Signal(str)

    def __init__(self, around: Surroundings, path: Path, parent: QWidget | None = None, recorded: str = "") -> None:
        super().__init__(parent)
        self._around, self._path, self._recorded = around, path, recorded
        self._made: list[SoundWork] = []  # what the engine has made for this; ours to remove
        self._trimmed: SoundWork | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("New voice")
        self._strip, self._listen, self._notes = _Strip(), ListenButton("the trimmed sound"), QLabel(wordWrap=True)
        self._transcript, self._title = QPlainTextEdit(), QLineEdit()
        self._consent, self._licence = QLineEdit(), QLineEdit()
        self._language = Segments("Language", "What is spoken in the recording.")
        self._fill, self._keep, self._cancel = (QPushButton(text) for text in ("I read the text", "Keep", "Cancel"))
        self._state = QLabel(wordWrap=True)
        self._dress()
        self._lay_out()
        self._connect()
        self._choose(LANGUAGES.index(recorded) if recorded in LANGUAGES else 0)
        self._ask(LISTENING.format(name=path.name), str(path), trim=True)

    # --- what the engine is asked ---

    def _ask(self, sentence: str, path: str, transcript: str = "", trim: bool = False) -> None:
        self._say(sentence)
        self._body.setEnabled(False)
        self._keep.setEnabled(False)
        language = LANGUAGES[self._chosen]
        self._awaited = self._around.jobs.prepare(path, transcript, language, trim=trim)

    def _prepared(self, id: str, prepared: Prepared) -> None:
        if id != self._awaited:
            return
        self._awaited = ""
        self._made.append(prepared.work)
        if self._trimmed is None:
            self._show(prepared.work)
        else:
            self._add(Path(prepared.work.path))

    def _refused(self, id: str, sentence: str) -> None:
        if id == self._awaited:
            self._awaited = ""
            self._say(sentence, wrong=True)
            self._open(self._trimmed is not None)

    def _show(self, work: SoundWork) -> None:
        """What can be heard and written down."""
        self._trimmed = work
        self._strip.show_sound(work)
        self._listen.set_sound(work.path)
        self._notes.setText(" ".join(work.notes))
        self._notes.setVisible(bool(work.notes))
        self._say("")
        self._open(True)
        self._transcript.setFocus()

    # --- what the user does ---

    def keep(self) -> None:
        """Keep it, if all is there and the words fit the sound."""
        try:
            self._around.voices.check_title(self._title.text())
            transcript = needed(self._transcript.toPlainText(), "Write down just what you hear.")
            needed(self._consent.text(), "Write down who agreed to the use of this voice.")
        except BadInput as error:
            self._say(str(error), wrong=True)
            return
        if self._trimmed:
            self._around.player.pause()
            self._ask(CHECKING, self._trimmed.path, transcript)

    def _add(self, sound: Path) -> None:
        try:
            voice = self._around.voices.add(
                self._title.text(),
                LANGUAGES[self._chosen],
                self._transcript.toPlainText(),
                self._consent.text(),
                sound,
                self._licence.text(),
            )
        except (BadInput, Failure) as error:
            self._say(str(error), wrong=True)
            self._open(True)
            return
        self.kept.emit(voice.id)
        self.accept()

    def done(self, result: int) -> None:
        """However it ends, nothing of it is left behind."""
        self._listen.stop()
        for work in self._made:
            discard(work)
        if self._recorded:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
        super().done(result)

    def _choose(self, language: int) -> None:
        self._chosen = language
        self._language.set_chosen(language)

    # --- what is seen ---

    def _open(self, open: bool) -> None:
        self._body.setEnabled(open)
        self._keep.setEnabled(open)

    def _say(self, sentence: str, wrong: bool = False) -> None:
        self._state.setText(sentence or " ")
        self._state.setProperty("role", "error" if wrong else "muted")
        self._state.style().polish(self._state)

    def _played(self, seconds: float) -> None:
        self._strip.show_position(seconds if self._listen.playing() else -1.0)

    def _connect(self) -> None:
        self._around.jobs.prepared.connect(self._prepared)
        self._around.jobs.refused.connect(self._refused)
        self._around.player.moved.connect(self._played)
        self._language.chosen.connect(self._choose)
        self._fill.clicked.connect(self._fill_in)
        self._keep.clicked.connect(self.keep)
        self._cancel.clicked.connect(self.reject)

    def _fill_in(self) -> None:
        self._transcript.setPlainText(READ[self._recorded])

    # --- how it is put together ---

    def _dress(self) -> None:
        self._listen.use(self._around.player)
        self._language.set_words([spoken(language) for language in LANGUAGES])
        for field, name, what in (
            (self._transcript, "What you hear", "transcript"),
            (self._title, "Name", "title"),
            (self._consent, "Who agreed to its use", "consent"),
            (self._licence, "Licence", "licence"),
        ):
            describe(field, name, HELP[what])
        self._transcript.setTabChangesFocus(True)
        self._transcript.setFixedHeight(84)
        self._licence.setPlaceholderText("for myself alone")
        self._notes.setProperty("role", "muted")
        self._notes.hide()
        self._fill.setVisible(bool(self._recorded))
        self._keep.setProperty("role", "primary")
        describe(self._fill, "I read the text", "Writes down the text that was there to be read.")
        describe(self._keep, "Keep", "Adds the voice to your voices.")
        describe(self._cancel, "Cancel", "Forgets it.")
        for button in (self._fill, self._keep, self._cancel):
            button.setAutoDefault(False)
        self._state.setAccessibleName("How it stands")
        self.setMinimumWidth(620)

    def _lay_out(self) -> None:
        self._body = QWidget()
        form = QFormLayout(self._body)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(theme.MARGIN)
        form.setVerticalSpacing(theme.GAP)
        form.addRow("The trimmed sound", _row(self._strip, self._listen))
        form.addRow("", self._notes)
        form.addRow("What you hear", self._transcript)
        form.addRow("", _row(_small(HELP["transcript"]), self._fill))
        form.addRow("Language", self._language)
        form.addRow("Name", self._title)
        form.addRow("Who agreed to its use", self._consent)
        form.addRow("", _small(HELP["consent"]))
        form.addRow("Licence", self._licence)
        form.addRow("", _small(HELP["licence"]))
        foot = QHBoxLayout()
        foot.addWidget(self._state, 1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.MARGIN)
        column.addWidget(self._body)
        column.addStretch(1)
        column.addLayout(foot)


class _Strip(QWidget):
    """The waveform of a sound, and how far it is played."""

    def __init__(self) -> None:
        super().__init__()
        self._sound: SoundWork | None = None
        self._position = -1.0
        self.setFixedHeight(56)

    def show_sound(self, sound: SoundWork) -> None:
        self._sound = sound
        self.update()

    def show_position(self, seconds: float) -> None:
        """Nowhere below 0."""
        self._position = seconds
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.colours()
        painter.fillRect(self.rect(), QColor(colours.surface))
        if self._sound is None or self._sound.seconds <= 0:
            return
        scale = TimeScale(self._sound.seconds, self.width())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.muted))
        draw(painter, self._sound, 0.0, scale, QRectF(self.rect()).adjusted(0, 4, 0, -4))
        if self._position >= 0:
            painter.fillRect(QRectF(scale.x(self._position), 0, 2, self.height()), QColor(colours.accent))


def _row(*widgets: QWidget) -> QWidget:
    """Side by side; the first takes the room."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.GAP)
    for widget in widgets:
        row.addWidget(widget, 1 if widget is widgets[0] else 0)
    return holder


def _small(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setProperty("role", "muted")
    label.setFont(theme.font("small"))
    return label
