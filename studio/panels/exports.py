"""Works on their way into files. Sounds and pictures may take seconds to write: the window goes on meanwhile."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.api.errors import BadInput, Failure
from studio.export import export_work
from studio.panels.file_dialogs import ask_where
from studio.state.library import Work
from studio.state.settings import Settings


class Exports(QObject):
    """Each ends in `written(path)` or `failed(sentence)`."""

    written = Signal(object)
    failed = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._window = settings, parent
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)

    def ask(self, work: Work) -> QFileDialog:
        """Ask for a name and a format, and write the work."""
        chosen = self._settings.get()
        folder, write = Path(chosen.works_folder), partial(self.write, work)
        preferred = {"sound": chosen.sound_format, "picture": chosen.picture_format}.get(work.medium, "")
        return ask_where(self._window, work, folder, write, preferred)

    def write(self, work: Work, path: Path, format: str = "") -> None:
        """Write a work: a text at once, all else beside what goes on."""
        with_recipe = self._settings.get().recipes
        act = partial(self._do, partial(export_work, work, path, format, with_recipe), path)
        act() if work.medium == "text" else self._pool.start(act)

    def finish(self) -> None:
        """Wait until all is written: the window is being closed."""
        self._pool.waitForDone()

    def _do(self, write: Callable[[], object], path: Path) -> None:
        try:
            write()
        except (BadInput, Failure) as error:
            self.failed.emit(str(error))
        else:
            self.written.emit(path)
