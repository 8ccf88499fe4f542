"""A picture of this machine: chosen in a dialog, dropped, pasted, or the one that is shown; seen small."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QIcon, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.api import paths
from engine.api.errors import BadInput, Failure
from engine.api.params import Field, PictureFile
from studio import theme
from studio.editors.caption import Caption, describe, tip
from studio.editors.name_button import NameButton
from studio.editors.picture_files import READABLE, is_ours, keep, laid_on, size_of, taken
from studio.editors.picture_frame import Size
from studio.editors.picture_thumb import Thumb
from studio.icons import icon

CHOOSE = "Choose…"
WAYS_IN = "Choose one, drop one here, or paste one."
NOTHING_TO_PASTE = "There is no picture on the clipboard; copy one first."
PASTED = "pasted"
HEIGHT = 132  # pixels of the small view


class PictureFileEditor(QWidget):
    """The value is a path, "" for none. `refused` carries a sentence: why a file cannot be used."""

    changed = Signal()
    refused = Signal(str)
    folder = ""  # where the last one was chosen, by whichever of these

    def __init__(self, field: Field) -> None:
        super().__init__()
        kind: PictureFile = field.kind
        self._label, self._help = kind.label, f"{kind.help} {WAYS_IN}".strip()
        self._value: str = field.default
        self._offered = ""
        self._check: Callable[[str], object] = lambda path: None
        self.size_in_pixels: Size = (0, 0)
        self.thumb = Thumb(HEIGHT)
        self._caption, self._choose = Caption(kind.label, kind.help), NameButton()
        self._paste, self._use, self._remove = QToolButton(), QToolButton(), QToolButton()
        self._dress()
        self._lay_out()
        self._connect()
        self.set_value(field.default)
        self.offer("")
        self.setAcceptDrops(True)

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        self._value = value
        self.size_in_pixels = _size(value)
        name = called(value) or CHOOSE
        width, height = self.size_in_pixels
        pixels = f" {width:,} × {height:,} pixels." if width else ""
        describe(self._choose, f"{self._label}: {name}" if value else self._label, f"{self._help}{pixels}")
        self._choose.setToolTip(tip(f"{value}{pixels}" if value else self._help))
        self._choose.setIcon(QIcon() if value else icon("image"))  # its name takes the room
        self._choose.show_name(name)
        self._remove.setVisible(bool(value))
        self._paste.setVisible(not value)
        self.thumb.show_picture(value, self.size_in_pixels)
        self._show_offer()

    def set_check(self, check: Callable[[str], object]) -> None:
        """What else has to be true of a file, or "", that the user chooses: raises BadInput where it is not."""
        self._check = check

    def offer(self, path: str) -> None:
        """The picture that is shown in the tab, to go on from; none with ""."""
        self._offered = path
        self._show_offer()

    def take(self, value: str) -> bool:
        """What the user has chosen; whether it can be used."""
        try:
            fit = taken(value) if value and value != self._value else value
            self._check(fit)
        except (BadInput, Failure) as error:
            self.refused.emit(str(error))
            return False
        self.refused.emit("")
        if fit != self._value:
            self.set_value(fit)
            self.changed.emit()
        return True

    def take_image(self, picture: QImage, stem: str = PASTED) -> bool:
        """A picture that is no file yet: it is kept as one."""
        try:
            return self.take(str(keep(laid_on(picture), stem)))
        except Failure as error:
            self.refused.emit(str(error))
            return False

    def paste(self) -> None:
        """The picture on the clipboard, or the file that was copied."""
        if not self.take_data(QGuiApplication.clipboard().mimeData()):
            self.refused.emit(NOTHING_TO_PASTE)

    def take_data(self, data: QMimeData) -> bool:
        """What was pasted or dropped; whether there was a picture in it, of use or not."""
        file = next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), "") or _typed(data)
        if file:
            self.take(file)
        elif data.hasImage() and not (picture := QImage(data.imageData())).isNull():
            self.take_image(picture)
        else:
            return False
        return True

    def ask(self) -> QFileDialog:
        """Choose one, beside the one there is or where the last one was."""
        beside = "" if paths.given() in Path(self._value).parents else self._value
        folder = str(Path(beside).parent) if beside else PictureFileEditor.folder
        dialog = QFileDialog(self, f"Open a picture: {self._label}", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(list(READABLE))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasImage() or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take_data(event.mimeData()):
            event.acceptProposedAction()

    def _chosen(self, path: str) -> None:
        PictureFileEditor.folder = str(Path(path).parent)
        self.take(path)

    def _show_offer(self) -> None:
        self._use.setVisible(bool(self._offered) and self._offered != self._value)

    def _dress(self) -> None:
        what = self._label.lower()
        for button, glyph, name, help in (
            (self._paste, "clipboard", f"Paste the {what}", "The picture or the file on the clipboard. Ctrl+V"),
            (self._use, "image-square", "Use the picture shown", "Goes on from the picture that is on the right."),
            (self._remove, "x", f"No {what}", "Takes the picture out of the form; the file stays where it is."),
        ):
            button.setIcon(icon(glyph))
            button.setIconSize(QSize(18, 18))
            describe(button, name, help)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.TIGHT)
        row.addWidget(self._caption)
        row.addSpacing(theme.GAP - theme.TIGHT)
        row.addWidget(self._choose, 1)
        for button in (self._paste, self._use, self._remove):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(row)
        column.addWidget(self.thumb)

    def _connect(self) -> None:
        self._choose.clicked.connect(self.ask)
        self._paste.clicked.connect(self.paste)
        self._use.clicked.connect(lambda: self.take(self._offered))
        self._remove.clicked.connect(lambda: self.take(""))
        self._caption.reset_requested.connect(lambda: self.take(""))
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.paste)


def called(path: str) -> str:
    """A file as its user knows it: of ours without the hash."""
    return Path(path).stem.rpartition("-")[0] if is_ours(path) else Path(path).name


def _size(path: str) -> Size:
    """(0, 0) where there is none that can be used."""
    if not path:
        return 0, 0
    try:
        size = size_of(path)
    except BadInput:
        return 0, 0
    return size.width(), size.height()


def _typed(data: QMimeData) -> str:
    """A path that was copied as text."""
    text = data.text().strip() if data.hasText() else ""
    if text.startswith("file:"):
        text = QUrl(text).toLocalFile()
    try:
        return text if text and "\n" not in text and Path(text).is_absolute() and Path(text).is_file() else ""
    except (OSError, ValueError):  # too long, or with a letter that no name can hold
        return ""
