"""Words changed in a recording: a sound file, what it says now, where its words are, and what of it will be new.

The engine makes the recording ready and finds its words; the text of the form says what it shall say. What differs is
made anew, and is marked in the text and on the waveform before anything is made.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPushButton

from engine.api.messages import Prepared, SoundWork
from engine.api.sounds import discard
from engine.api.words import changed, written
from studio import theme
from studio.editors.boundaries import BoundariesEditor
from studio.editors.caption import describe
from studio.editors.fold import Fold
from studio.editors.row import Row
from studio.editors.sound_file import SoundFileEditor
from studio.editors.surroundings import Surroundings
from studio.editors.text import TextEditor

TITLE = "Change words in a recording"
HELP = "Shows or hides the recording in which words are changed; what stays in the text stays as it is."
TYPING = 700  # ms of quiet before the words are looked for
LISTENING = "Listening to the recording…"
SAY = "Write down what the recording says now; then change the words in the text above."


class Rewording(Fold):
    """Holds the three rows; each editor's value stays its own."""

    def __init__(self, recording: Row, transcript: Row, boundaries: Row, text: TextEditor) -> None:
        super().__init__(TITLE, help=HELP)
        self._rows = recording, transcript, boundaries
        self._recording: SoundFileEditor = recording.editor
        self._transcript: TextEditor = transcript.editor
        self._boundaries: BoundariesEditor = boundaries.editor
        self._text = text
        self._around: Surroundings | None = None
        self._language: Callable[[], str] = lambda: "english"
        self._awaited, self._asked = "", ("", "", "")  # the id of what is asked for; file, transcript, language
        self._unwanted: set[str] = set()  # ids of what was asked for before that
        self._sound: SoundWork | None = None
        self._state, self._copy = QLabel(wordWrap=True), QPushButton("Begin with these words")
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._lay_out()
        self._connect()
        self.refresh()

    def use(self, around: Surroundings, language: Callable[[], str]) -> None:
        """Have the engine listen, in the language that the form says."""
        self._around, self._language = around, language
        self._recording.use(around, as_is=False)
        around.jobs.prepared.connect(self._prepared)
        around.jobs.refused.connect(self._refused)
        around.player.moved.connect(self._played)
        around.player.changed.connect(self._player_changed)
        self.refresh()

    def leave_out(self, unused: Sequence[bool]) -> None:
        """Where the checkpoint makes no use of one row, it has none of the others."""
        self.setVisible(not any(unused))

    def refresh(self) -> None:
        """The values may be others, set from outside."""
        if self._recording.value():
            self.set_open(True)
        self._look()

    # --- what the user does ---

    def _chosen(self) -> None:
        self._boundaries.set_value(())
        self._look()

    def _typed(self) -> None:
        self._boundaries.set_value(())
        self._typing.start()

    def _begin(self) -> None:
        self._text.set_value(self._transcript.value())
        self._text.changed.emit()

    def _hear(self, start: float, stop: float) -> None:
        if self._around and self._sound and self._around.player.load(self._sound.path):
            self._around.player.select((start, stop))
            self._around.player.play()

    # --- what the engine is asked ---

    def _look(self) -> None:
        """Have the engine listen to what is not known yet."""
        self._typing.stop()
        path = self._recording.value()
        wanted = (path, self._transcript.value().strip(), self._language()) if path else ("", "", "")
        if wanted[0] != self._asked[0]:
            self._forget()
        if self._around and wanted != self._asked:
            self._unwanted |= {self._awaited}
            self._asked, self._awaited = wanted, ""
            for row in self._rows:
                row.complain("")
            if path:
                self._awaited = self._around.jobs.prepare(*wanted, trim=False)
        self._show()

    def _prepared(self, id: str, prepared: Prepared) -> None:
        if id in self._unwanted and id:
            self._unwanted.remove(id)
            discard(prepared.work)
        if id != self._awaited:
            return
        self._forget()
        self._awaited, self._sound = "", prepared.work
        self._boundaries.show_sound(prepared.work)
        self._recording.set_sound(prepared.work.path)
        self._show()

    def _refused(self, id: str, sentence: str) -> None:
        """The file's fault, unless it was good before there was a transcript."""
        if id == self._awaited:
            self._awaited = ""
            recording, transcript, _ = self._rows
            (transcript if self._sound else recording).complain(sentence)
            self._show()

    def _forget(self) -> None:
        """The recording of before; its copy is ours."""
        if self._sound:
            self._recording.set_sound("")
            discard(self._sound)
        self._sound = None
        self._boundaries.show_sound(None)

    # --- what is seen ---

    def _show(self) -> None:
        known = self._sound is not None
        self._transcript.setVisible(bool(self._recording.value()))
        self._boundaries.setVisible(known)
        said, text = self._transcript.value(), self._text.value()
        self._copy.setVisible(known and bool(said.strip()) and not text.strip())
        gone, come = changed(said, text) if known and said.strip() and text.strip() else ((), ())
        words = written(text)
        self._text.mark([(words[index].first, words[index].last) for index in come])
        self._boundaries.show_new(gone)
        state = self._told(len(gone), len(come))
        self._state.setText(state)
        self._state.setVisible(bool(state))
        self.set_note(f"{len(come)} new" if come else "in use" if self._recording.value() else "")

    def _told(self, gone: int, come: int) -> str:
        """How it stands, in a sentence."""
        if self._awaited:
            return LISTENING
        if self._sound is None:
            return ""
        notes = " ".join(self._sound.notes)
        if not self._transcript.value().strip():
            return f"{SAY} {notes}"
        if not self._text.value().strip():
            return notes
        new, out = (f"{count} word{'s' if count != 1 else ''}" for count in (come, gone))
        told = f"{new} made anew" if come else f"{out} taken out" if gone else "No word made anew"
        return f"{told}; the rest stays as it is. {notes}"

    def _played(self, seconds: float) -> None:
        player = self._around.player if self._around else None
        ours = player is not None and self._sound is not None and player.path == self._sound.path and player.playing
        self._boundaries.show_position(seconds if ours else -1)

    def _player_changed(self) -> None:
        if self._around:
            self._played(self._around.player.position)

    def _connect(self) -> None:
        self._recording.changed.connect(self._chosen)
        self._transcript.changed.connect(self._typed)
        self._text.changed.connect(self._show)
        self._typing.timeout.connect(self._look)
        self._copy.clicked.connect(self._begin)
        self._boundaries.word_wanted.connect(self._hear)

    def _lay_out(self) -> None:
        self._state.setProperty("role", "muted")
        self._state.setFont(theme.font("small"))
        describe(self._copy, "Begin with these words", "Copies the transcript into the text, to be changed there.")
        recording, transcript, boundaries = self._rows
        self.rows.addLayout(recording)
        self.rows.addLayout(transcript)
        self.rows.addWidget(self._copy)
        self.rows.addWidget(self._state)
        self.rows.addLayout(boundaries)
