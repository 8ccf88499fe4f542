"""Recording a voice: which microphone, how loud, how long, and something to read."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.api.errors import Failure
from engine.api.sounds import new_sound
from studio import theme
from studio.editors.caption import describe
from studio.editors.choice import spoken
from studio.editors.segments import Segments
from studio.icons import icon
from studio.playback.pump import Level
from studio.previews.meter import Meter
from studio.recorder import LONGEST, Recorder

SYSTEM = "The system's own choice"
READ = {
    "english": "The kettle sang, the rain went on, and nobody was in a hurry. I read this as I would to a friend.",
    "hindi": "चूल्हे पर चाय उबल रही थी, बाहर बारिश हो रही थी, और किसी को कहीं जाने की जल्दी नहीं थी।",
    "hinglish": "Chai ubal rahi thi, bahar baarish ho rahi thi, aur kisi ko office jaane ki jaldi nahi thi.",
}
"""To be read aloud: some eight seconds in each language."""
SHORTEST = 3.0  # seconds of a recording that can become a voice
HOW = "Speak for five to twelve seconds, as you want to be heard, in a quiet room. You can read this aloud:"
TOO_SHORT = f"That was too short; speak for {SHORTEST:g} seconds at least."
MARKS = (0.02, "Too quiet: come nearer to the microphone."), (0.99, "Too loud: move away from the microphone.")


class RecordingDialog(QDialog):
    """`recorded` carries the new file, which belongs to whoever hears of it, and the language of the text to read."""

    recorded = Signal(object, str)

    def __init__(self, recorder: Recorder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recorder = recorder
        self._loudest = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Record a voice")
        self._inputs, self._meter = QComboBox(), _WideMeter()
        self._time, self._state, self._text = QLabel(), QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._languages = Segments("Language of the text", "In which language the text to read is.")
        self._record, self._use, self._cancel = QPushButton(), QPushButton("Use it"), QPushButton("Cancel")
        self._dress()
        self._lay_out()
        self._connect()
        self._show_text(0)
        self._recorder.forget()
        self._refresh()
        self._record.setFocus()

    # --- what the user does ---

    def _press(self) -> None:
        if self._recorder.recording:
            self._recorder.stop()
        else:
            self._loudest = 0.0
            self._say("")
            self._recorder.record(self._inputs.currentData() or "")

    def _take(self) -> None:
        """Write it, and hand it on."""
        self._recorder.stop()
        path = new_sound()
        try:
            self._recorder.write(path)
        except Failure as failure:
            self._say(str(failure), wrong=True)
            return
        self.recorded.emit(path, list(READ)[self._chosen])
        self.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._recorder.forget()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """However it ends, nothing listens any more."""
        self._recorder.forget()
        super().done(result)

    # --- what is seen ---

    def _show_text(self, language: int) -> None:
        self._chosen = language
        self._languages.set_chosen(language)
        self._text.setText(READ[list(READ)[language]])

    def _refresh(self) -> None:
        """It has begun, or come to its end."""
        recording, seconds = self._recorder.recording, self._recorder.seconds
        self._record.setText("Stop" if recording else "Record again" if seconds else "Record")
        self._record.setIcon(icon("stop-fill" if recording else "record-fill", "error"))
        describe(self._record, self._record.text(), f"Records up to {LONGEST:g} seconds.")
        self._inputs.setEnabled(not recording)
        self._use.setEnabled(not recording and seconds >= SHORTEST)
        self._show_time(seconds)
        if not recording and seconds:
            self._judge(seconds)

    def _judge(self, seconds: float) -> None:
        """What could be better about it."""
        (quiet, too_quiet), (loud, too_loud) = MARKS
        if seconds < SHORTEST:
            self._say(TOO_SHORT, wrong=True)
        elif self._loudest < quiet:
            self._say(too_quiet, wrong=True)
        elif self._loudest >= loud:
            self._say(too_loud, wrong=True)

    def _show_level(self, level: Level) -> None:
        self._loudest = max(self._loudest, level.peak)
        self._meter.show_levels([level])

    def _show_time(self, seconds: float) -> None:
        self._time.setText(f"{seconds:.1f} s of {LONGEST:g} s")

    def _say(self, sentence: str, wrong: bool = False) -> None:
        self._state.setText(sentence or " ")
        self._state.setProperty("role", "error" if wrong else "muted")
        self._state.style().polish(self._state)

    def _connect(self) -> None:
        self._record.clicked.connect(self._press)
        self._use.clicked.connect(self._take)
        self._cancel.clicked.connect(self.reject)
        self._languages.chosen.connect(self._show_text)
        self._recorder.changed.connect(self._refresh)
        self._recorder.levelled.connect(self._show_level)
        self._recorder.lasted.connect(self._show_time)
        self._recorder.complained.connect(self._complain)

    def _complain(self, sentence: str) -> None:
        self._say(sentence, wrong=True)

    # --- how it is put together ---

    def _dress(self) -> None:
        self._inputs.addItem(SYSTEM, "")
        for name in self._recorder.inputs():
            self._inputs.addItem(name, name)
        describe(self._inputs, "Microphone", "What is listened to.")
        self._languages.set_words([spoken(language) for language in READ])
        self._meter.setAccessibleName("Level of the microphone")
        self._time.setAccessibleName("Length so far")
        self._state.setAccessibleName("How it stands")
        self._state.setMinimumHeight(2 * self._state.fontMetrics().lineSpacing())
        self._state.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setAccessibleName("Text to read aloud")
        self._text.setFont(theme.font("title"))
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._use.setProperty("role", "primary")
        describe(self._use, "Use it", "Goes on with this recording.")
        describe(self._cancel, "Cancel", "Forgets the recording.")
        for button in (self._record, self._use, self._cancel):
            button.setAutoDefault(False)
        self._record.setFixedWidth(140)
        self.setMinimumWidth(560)

    def _lay_out(self) -> None:
        how = QLabel(HOW, wordWrap=True)
        how.setProperty("role", "muted")
        first, foot = QHBoxLayout(), QHBoxLayout()
        label = QLabel("Microphone")
        label.setBuddy(self._inputs)
        first.addWidget(label)
        first.addWidget(self._inputs, 1)
        level = QHBoxLayout()
        level.setSpacing(theme.MARGIN)
        level.addWidget(self._record)
        level.addWidget(self._meter, 1)
        level.addWidget(self._time)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._use)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.MARGIN)
        column.addLayout(first)
        column.addWidget(how)
        column.addWidget(self._text)
        column.addWidget(self._languages)
        column.addLayout(level)
        column.addWidget(self._state)
        column.addLayout(foot)


class _WideMeter(Meter):
    """As wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(200, 16)
