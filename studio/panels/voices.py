"""The voices: hear them, name them, delete them and think better of it, add one from a file or a microphone."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.api.errors import Failure
from engine.api.voices import Voice
from studio import theme
from studio.editors.caption import describe
from studio.editors.choice import spoken
from studio.editors.sound_file import ask_for_sound
from studio.editors.surroundings import Surroundings
from studio.icons import icon
from studio.panels.actions import make_actions
from studio.panels.drop_hint import dropped_file
from studio.panels.new_voice import NewVoiceDialog
from studio.panels.recording import RecordingDialog
from studio.panels.undo import UndoBar
from studio.panels.voice_card import VoiceCard
from studio.previews.actions import Entry
from studio.recorder import Recorder

ENTRIES = {
    "listen": Entry("Listen", "Hear the voice, or stop it", ("Space", "Return", "Enter"), "play-fill"),
    "rename": Entry("Rename", "Give your own voice another name", ("F2",), "pencil-simple"),
    "delete": Entry("Delete", "Take your own voice away; Ctrl+Z brings it back", ("Del", "Backspace"), "trash"),
    "undo": Entry("Undo delete", "Bring back the voice that was deleted last", ("Ctrl+Z",), "arrow-u-up-left"),
}
KEYS = tuple((entry.keys[0], entry.tip) for entry in ENTRIES.values())
ID = Qt.ItemDataRole.UserRole
WIDTH, HEIGHT, LIST_WIDTH = 760, 520, 260
HOW = "Record a voice or import a sound file: wav, flac, mp3 or ogg. A file may also be dropped here."


class VoicesDialog(QDialog):
    """Follows the voices while it is open."""

    def __init__(self, around: Surroundings, recorder: Recorder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._recorder = around, recorder
        recorder.setParent(self)
        self._deleted: list[str] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Voices")
        self.setAcceptDrops(True)
        self.list, self.card, self.undo_bar, self._wrong = QListWidget(), VoiceCard(around), UndoBar(), QLabel()
        self._record = _button("Record…", "microphone", "Record a voice with a microphone")
        self._import = _button("Import…", "download-simple", "Make a voice of a sound file")
        self._delete = _button("Delete", "trash", "Take your own voice away; Ctrl+Z brings it back")
        self._close = _button("Close", "", "Close the voices")
        self._actions = make_actions(self.list, ENTRIES, self._slots())
        self._actions["undo"].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(self._actions["undo"])
        self._lay_out()
        self._connect()
        self._fill()
        self.resize(WIDTH, HEIGHT)
        self.list.setFocus()

    def current(self) -> Voice | None:
        """The voice that the keys act on."""
        item = self.list.currentItem()
        return self._around.voices.get(item.data(ID)) if item and item.data(ID) else None

    def select(self, id: str) -> None:
        """Make this voice the one that the keys act on."""
        for row in range(self.list.count()):
            if self.list.item(row).data(ID) == id:
                self.list.setCurrentRow(row)

    # --- what the user asks ---

    def add_file(self, path: str) -> NewVoiceDialog:
        """Make a voice of this file."""
        return self._add(Path(path))

    def record(self) -> RecordingDialog:
        """Record one."""
        self._around.player.pause()
        dialog = RecordingDialog(self._recorder, self)
        dialog.recorded.connect(lambda path, language: self._add(path, language))
        dialog.open()
        return dialog

    def ask(self) -> QFileDialog:
        """Which file to make a voice of."""
        dialog = ask_for_sound(self)
        dialog.fileSelected.connect(self.add_file)
        dialog.open()
        return dialog

    def delete(self) -> None:
        voice, row = self.current(), self.list.currentRow()
        if (
            voice is None
            or not self._around.voices.is_own(voice.id)
            or not self._done(self._around.voices.delete, voice)
        ):
            return
        self._deleted.append(voice.id)
        self.undo_bar.say(f"Deleted “{voice.title}”")
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._refresh()

    def undo(self) -> None:
        """Bring back what was deleted last."""
        if self._deleted:
            id = self._deleted.pop()
            try:
                self._around.voices.restore(id)
            except Failure as failure:
                self._complain(str(failure))
            self.undo_bar.hide()
            self.select(id)

    def _done(self, act: Callable[[str], object], voice: Voice) -> bool:
        try:
            act(voice.id)
        except Failure as failure:
            self._complain(str(failure))
            return False
        return True

    def _add(self, path: Path, recorded: str = "") -> NewVoiceDialog:
        dialog = NewVoiceDialog(self._around, path, self, recorded)
        dialog.kept.connect(self.select)
        dialog.open()
        return dialog

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {"listen": self.card.listen, "rename": self.card.edit_name, "delete": self.delete, "undo": self.undo}

    # --- how it looks ---

    def _fill(self) -> None:
        """All voices, the same one chosen as before."""
        chosen = self.current()
        with QSignalBlocker(self.list):
            self.list.clear()
            for title, own in (("Shipped", False), ("Your own", True)):
                group = [each for each in self._around.voices.all() if self._around.voices.is_own(each.id) == own]
                if group:
                    self.list.addItem(_heading(title))
                for voice in group:
                    self.list.addItem(_item(voice))
        if chosen:
            self.select(chosen.id)
        if self.current() is None:
            self.list.setCurrentRow(min(1, self.list.count() - 1))
        self._refresh()

    def _refresh(self) -> None:
        voice = self.current()
        own = voice is not None and self._around.voices.is_own(voice.id)
        self.card.show_voice(voice)
        self._delete.setEnabled(own)
        for name, possible in (("rename", own), ("delete", own), ("undo", bool(self._deleted))):
            self._actions[name].setEnabled(possible)

    def _complain(self, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def _connect(self) -> None:
        self._record.clicked.connect(self.record)
        self._import.clicked.connect(self.ask)
        self._delete.clicked.connect(self.delete)
        self._close.clicked.connect(self.close)
        self.card.complained.connect(self._complain)
        self.list.currentRowChanged.connect(self._chosen)
        self.undo_bar.undone.connect(self.undo)
        self._around.voices.changed.connect(self._fill)
        self._around.player.complained.connect(self._complain)

    def _chosen(self) -> None:
        self._complain("")
        self._refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._around.player.pause()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event.mimeData())
        if path:
            event.acceptProposedAction()
            self.add_file(str(path))

    def _lay_out(self) -> None:
        self._wrong.setProperty("role", "error")
        self._wrong.setWordWrap(True)
        self._wrong.hide()
        hint = QLabel(HOW, wordWrap=True)
        hint.setProperty("role", "muted")
        describe(self.list, "Voices")
        self.list.setFixedWidth(LIST_WIDTH)
        middle = QHBoxLayout()
        middle.addWidget(self.list)
        middle.addWidget(self.card, 1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.GAP)
        for button in (self._record, self._import, self._delete):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        column.addWidget(hint)
        column.addLayout(middle, 1)
        column.addWidget(self._wrong)
        column.addWidget(self.undo_bar)
        column.addLayout(foot)


def _button(text: str, glyph: str, help: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    if glyph:
        button.setIcon(icon(glyph))
    describe(button, text, help)
    return button


def _heading(title: str) -> QListWidgetItem:
    item = QListWidgetItem(title)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setFont(theme.font("small", bold=True))
    return item


def _item(voice: Voice) -> QListWidgetItem:
    item = QListWidgetItem(f"{voice.title} · {spoken(voice.language)}")
    item.setData(ID, voice.id)
    item.setSizeHint(QSize(0, theme.CONTROL))
    return item
