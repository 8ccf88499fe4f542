"""Folders and files outside the studio, opened in the programs that the system has for them."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.api import paths
from engine.api.errors import Failure

LOGS = ("studio.log", "engine.log")


def open_log(parent: QWidget) -> None:
    """The folder of logs, or the only log there is; a box over `parent` where that cannot be."""
    folder = paths.logs()
    found = [folder / name for name in LOGS if (folder / name).exists()]
    try:
        open_place(found[0] if len(found) == 1 else folder)
    except Failure as failure:
        QMessageBox(QMessageBox.Icon.Warning, "Log files", str(failure), parent=parent).open()


def open_place(path: Path) -> None:
    """A file, or a folder, which is made if it is not there. Raises Failure where that cannot be."""
    try:
        if not path.is_file():
            path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Failure(f"The folder {path} cannot be made: {reason}; choose another one in the settings.") from error
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        raise Failure(f"This system has no program to open {path} with; look there by hand.")
