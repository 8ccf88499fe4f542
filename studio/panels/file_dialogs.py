"""Asks for a file, without holding up what goes on meanwhile."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import export
from studio.state.library import Work

READABLE = (
    "Works and recipes (*.txt *.md *.wav *.flac *.png *.webp *.jpg *.jpeg *.json *.toml)",
    "All files (*)",
)


def ask_where(
    parent: QWidget, work: Work, folder: Path, then: Callable[[Path, str], object], preferred: str = ""
) -> QFileDialog:
    """Ask under which name and in which format to write a work; `then` gets both, the name with an ending."""
    kinds = {f"{format.label} (*{format.ending})": name for name, format in export.formats(work, preferred).items()}
    endings = {kind: export.FORMATS[work.medium][name].ending for kind, name in kinds.items()}
    first = next(iter(endings.values()))
    dialog = _dialog(parent, "Export", folder, lambda path: then(path, kinds[dialog.selectedNameFilter()]))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(kinds))
    dialog.setDefaultSuffix(first[1:])
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(endings[kind][1:]))
    dialog.selectFile(export.free_path(folder, export.file_name(work.title, first)).name)
    dialog.open()
    return dialog


def ask_which(parent: QWidget, folder: Path, then: Callable[[Path], object]) -> QFileDialog:
    """Ask for a file that holds a recipe."""
    dialog = _dialog(parent, "Open a work or recipe", folder, then)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(READABLE))
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str, folder: Path, then: Callable[[Path], object]) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    return dialog
