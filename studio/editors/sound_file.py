"""A sound file of this machine: chosen in a dialog, heard, taken out again."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QWidget

from engine.api import paths
from engine.api.params import Field, SoundFile
from studio import theme
from studio.editors.caption import Caption, describe, tip
from studio.editors.listen import ListenButton
from studio.editors.name_button import NameButton
from studio.editors.surroundings import Surroundings
from studio.icons import icon

READABLE = ("Sounds (*.wav *.flac *.mp3 *.ogg *.oga *.aiff *.aif)", "All files (*)")
CHOOSE, OWN = "Choose a sound file…", "From the library"


class SoundFileEditor(QWidget):
    """The value is a path, "" for none."""

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        kind: SoundFile = field.kind
        self._label, self._help = kind.label, kind.help
        self._value: str = field.default
        self._as_is = False
        self._caption = Caption(kind.label, kind.help)
        self._choose, self._remove = NameButton(), QToolButton()
        self._listen = ListenButton(kind.label.lower())
        self._remove.setIcon(icon("x"))
        self._remove.setIconSize(QSize(18, 18))
        self._choose.setIcon(icon("folder-open"))
        describe(self._remove, f"No {kind.label.lower()}", "Takes the file out of the form; it stays where it is.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._caption)
        row.addWidget(self._choose, 1)
        row.addWidget(self._listen)
        row.addWidget(self._remove)
        self.set_value(field.default)
        self._choose.clicked.connect(self.ask)
        self._remove.clicked.connect(lambda: self.take(""))
        self._caption.reset_requested.connect(lambda: self.take(""))

    def use(self, around: Surroundings, as_is: bool = True) -> None:
        """Play with this: the file as it is, or what `set_sound` says."""
        self._as_is = as_is
        self._listen.use(around.player)
        self._listen.set_sound(self._value if as_is else "")

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        self._value = value
        name = OWN if value and Path(value).parent == paths.sounds() else Path(value).name or CHOOSE
        self._choose.show_name(name)
        describe(self._choose, f"{self._label}: {name}" if value else self._label, self._help)
        self._choose.setToolTip(tip(value or self._help))
        self._remove.setVisible(bool(value))
        self._listen.setVisible(bool(value))
        self._listen.set_sound(value if self._as_is else "")

    def set_sound(self, path: str) -> None:
        """What is heard of it: the file as it was made ready."""
        self._listen.set_sound(path)

    def take(self, value: str) -> None:
        """What the user has chosen."""
        if value != self._value:
            self.set_value(value)
            self.changed.emit()

    def ask(self) -> QFileDialog:
        """Choose one."""
        dialog = ask_for_sound(self, self._value)
        dialog.fileSelected.connect(self.take)
        dialog.open()
        return dialog


def ask_for_sound(parent: QWidget, beside: str = "") -> QFileDialog:
    """A dialog for a sound file, not open yet."""
    dialog = QFileDialog(parent, "Open a sound", str(Path(beside).parent) if beside else "")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(READABLE))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
