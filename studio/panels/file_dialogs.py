"""Asks for a file, without holding up what goes on meanwhile."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import export
from studio.state.library import Work

KINDS = {"Text (*.txt)": "txt", "Markdown (*.md)": "md"}
READABLE = "Works and recipes (*.txt *.md *.json *.toml)", "All files (*)"


def ask_where(parent: QWidget, work: Work, folder: Path, then: Callable[[Path], object]) -> QFileDialog:
    """Ask under which name to write a work; `then` gets it, with an ending."""
    dialog = _dialog(parent, "Export", folder, then)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(KINDS))
    dialog.setDefaultSuffix("txt")
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(KINDS[kind]))
    dialog.selectFile(export.free_path(folder, export.file_name(work.title)).name)
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
