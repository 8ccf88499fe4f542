"""What can be done with the lanes of a piece before anything is generated: hear them, fill them, bring them in and out.

Audition plays the chords by a soft synthesizer, the click beside them or alone; Predict fills from the prompt what is
left empty; lanes come from MIDI files, chord charts and recorded clicks, and leave as MIDI.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QSize, Qt, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from engine.api import paths
from engine.api.errors import BadInput, Failure
from engine.api.messages import Heard, Predicted, SoundWork
from engine.api.sounds import discard
from studio import theme
from studio.editors.caption import describe
from studio.export import file_name, free_path
from studio.icons import icon
from studio.playback.player import Player
from studio.sheets.files import CHARTS, CLICKS, MIDI, read_sheet
from studio.sheets.sheet import Sheet
from studio.state.jobs import Jobs
from studio.state.library import title_of

HELP = {
    "audition": "Plays the chords as they stand, by a soft synthesizer; where there are none, the beats.",
    "click": "Beats under the chords when they are auditioned.",
    "predict": "Fills what is left empty with what the prompt says and suggests: tempo, metre, key, chords, sections.",
    "more": "Lanes out of a MIDI file, a chord chart or a recorded click; lanes into a MIDI file.",
}
FILTERS = (
    f"Notes, chords and clicks ({' '.join(f'*{ending}' for ending in (*MIDI, *CHARTS, *CLICKS))})",
    f"MIDI ({' '.join(f'*{ending}' for ending in MIDI)})",
    f"Chord charts ({' '.join(f'*{ending}' for ending in CHARTS)})",
    f"Recorded clicks ({' '.join(f'*{ending}' for ending in CLICKS)})",
)
LANES = ("key", "tempo", "metre", "chords", "sections", "seconds", "bars")
"""What an audition depends on."""


class ScoreTools(QWidget):
    """`request` gives the MusicRequest of the form, valid or not; `filled` carries values for it, and sentences."""

    filled = Signal(dict, str)
    complained = Signal(str)
    remarked = Signal(str)
    _read = Signal(object)

    def __init__(self, request: Callable[[], Any], jobs: Jobs, player: Player) -> None:
        super().__init__()
        self._request, self._jobs, self._player = request, jobs, player
        self._asked = ""  # the id of the audition that is made,
        self._predicting = ""  # and that of the prediction
        self._sound: SoundWork | None = None  # what was auditioned last, whose file is ours,
        self._of: tuple[object, ...] = ()  # and what of
        self._audition, self._click = QPushButton("Audition"), QToolButton()
        self._predict, self._more = QPushButton("Predict"), QToolButton()
        self._pool = QThreadPool(self)
        self._lay_out()
        self._connect()
        self._refresh()

    # --- auditions ---

    def audition(self) -> None:
        """Play the lanes as they stand, or be silent."""
        if self._playing():
            return self._player.pause()
        try:
            wanted = self._wanted()
            if self._sound and wanted == self._of:
                self._play()
            else:
                request, chords, click = self._request(), bool(self._request().chords.strip()), self._click.isChecked()
                self._of, self._asked = wanted, self._jobs.audition(request, chords, click or not chords)
        except BadInput as error:
            self.complained.emit(str(error))
        self._refresh()

    def _wanted(self) -> tuple[object, ...]:
        request = self._request()
        return (self._click.isChecked(), *(getattr(request, name) for name in LANES))

    def _heard(self, id: str, heard: Heard) -> None:
        if id != self._asked:
            return
        self._asked = ""
        self._forget()
        self._sound = heard.work
        self._play()
        self._refresh()

    def _play(self) -> None:
        if self._sound and (self._player.path == self._sound.path or self._player.load(self._sound.path)):
            self._player.select(None)
            self._player.seek(0.0)
            self._player.play()

    def _playing(self) -> bool:
        return self._sound is not None and self._player.playing and self._player.path == self._sound.path

    def _forget(self) -> None:
        if self._sound:
            if self._player.path == self._sound.path:
                self._player.unload()
            discard(self._sound)
        self._sound = None

    # --- predictions ---

    def predict(self) -> None:
        """Fill what is left empty."""
        try:
            request = self._request()
            if not request.prompt.strip():
                raise BadInput("Write a prompt first; what it says and suggests is then filled in.")
            self._predicting = self._jobs.predict(request)
        except BadInput as error:
            self.complained.emit(str(error))
        self._refresh()

    def _predicted(self, id: str, told: Predicted) -> None:
        if id != self._predicting:
            return
        self._predicting = ""
        names = ("tempo", "metre", "key", "chords", "sections", *(["bars"] if told.bars else []))
        self.filled.emit({name: getattr(told, name) for name in names}, " ".join(told.notes))
        self._refresh()

    def _refused(self, id: str, sentence: str) -> None:
        if id and id in (self._asked, self._predicting):
            self._asked = "" if id == self._asked else self._asked
            self._predicting = "" if id == self._predicting else self._predicting
            self.complained.emit(sentence)
            self._refresh()

    # --- files ---

    def bring(self, path: Path) -> None:
        """Lanes out of a file, read beside what goes on: a long one takes a second."""
        metre = self._request().metre
        self._pool.start(partial(self._do, path, metre))

    def _do(self, path: Path, metre: str) -> None:
        try:
            self._read.emit((path, read_sheet(path, metre)))
        except (BadInput, Failure) as error:
            self._read.emit(error)

    def _brought(self, read: object) -> None:
        if isinstance(read, Exception):
            return self.complained.emit(str(read))
        assert isinstance(read, tuple)
        path, sheet = read
        self.filled.emit(sheet.values(), told(path, sheet))

    def ask_what(self) -> QFileDialog:
        """Which file to bring lanes from."""
        dialog = self._dialog("Import chords, MIDI or a click")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(list(FILTERS))
        dialog.fileSelected.connect(lambda name: self.bring(Path(name)))
        dialog.open()
        return dialog

    def ask_where(self) -> QFileDialog:
        """Under which name to write the lanes."""
        dialog = self._dialog("Export MIDI")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["MIDI (*.mid)"])
        dialog.setDefaultSuffix("mid")
        prompt = self._request().prompt
        name = file_name(title_of(prompt) if prompt.strip() else "Chords", ".mid")
        dialog.selectFile(free_path(paths.works(), name).name)
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()
        return dialog

    def write(self, path: Path) -> None:
        """The lanes as MIDI."""
        from studio.sheets.midi_out import write_lanes  # mido takes a tenth of a second to load

        try:
            write_lanes(path, self._request())
        except (BadInput, Failure) as error:
            self.complained.emit(str(error))
        else:
            self.remarked.emit(f"Written to {path.name}")

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, str(paths.works()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    # --- how it is seen ---

    def _refresh(self) -> None:
        playing = self._playing()
        self._audition.setIcon(icon("stop-fill" if playing else "play-fill"))
        self._audition.setText("Stop" if playing else "Making…" if self._asked else "Audition")
        self._predict.setText("Reading…" if self._predicting else "Predict")
        self._audition.setEnabled(not self._asked)
        self._predict.setEnabled(not self._predicting)

    def _connect(self) -> None:
        self._audition.clicked.connect(self.audition)
        self._predict.clicked.connect(self.predict)
        self._read.connect(self._brought)
        self._jobs.heard.connect(self._heard)
        self._jobs.predicted.connect(self._predicted)
        self._jobs.refused.connect(self._refused)
        self._player.changed.connect(self._refresh)
        program = QCoreApplication.instance()
        if program is not None:  # what is still being read would tell a window that is gone
            program.aboutToQuit.connect(self._pool.waitForDone)

    def _lay_out(self) -> None:
        describe(self._audition, "Audition the chords", HELP["audition"])
        describe(self._click, "Click", HELP["click"])
        describe(self._predict, "Predict from the prompt", HELP["predict"])
        describe(self._more, "Import and export", HELP["more"])
        self._click.setCheckable(True)
        self._click.setText("Click")
        self._predict.setIcon(icon("magic-wand"))
        self._more.setIcon(icon("dots-three"))
        self._more.setMenu(self._menu())
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._audition.setFixedWidth(self._audition.sizeHint().width() + 2 * theme.MARGIN)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, 0)
        row.setSpacing(theme.GAP)
        for button in (self._audition, self._click, self._predict):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._more)
        self._more.setIconSize(QSize(18, 18))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(icon("download-simple"), "Import chords, MIDI or a click…", self.ask_what)
        menu.addAction(icon("export"), "Export MIDI…", self.ask_where)
        return menu


def told(path: Path, sheet: Sheet) -> str:
    """What a file has brought, in a line."""
    bars = f"{sheet.bars} bar{'s' if sheet.bars != 1 else ''}" if sheet.bars else ""
    tempo = f"{sheet.tempo:g} BPM" if sheet.tempo else ""
    key = sheet.key if sheet.key and sheet.key != "any" else ""
    found = ", ".join(each for each in (bars, tempo, key) if each)
    return " ".join([f"From {path.name}: {found}.", *sheet.notes])
