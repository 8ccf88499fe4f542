"""Errors that nobody caught: written down in studio.log and told to the user, never a silent death.

Crashes below Python leave their stack in the same file.
"""

import faulthandler
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Signal

from engine.api import paths

LOG = "studio.log"
LOG_CAP = 2**20  # bytes; a larger log becomes studio.log.1 at the next start
SENTENCE = "Quartet made a mistake: what you did last may not have worked. Your works and your queue are safe."


class Faults(QObject):
    """From its making on, whatever nobody caught is in the log; `caught` brings a sentence and the traceback."""

    caught = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._log = _open_log(paths.logs() / LOG)
        self._known: set[tuple[object, ...]] = set()
        faulthandler.enable(self._log)
        sys.excepthook = self.catch

    def catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """As `sys.excepthook` is called. What is painted may fail many times a second: once is enough."""
        if issubclass(kind, KeyboardInterrupt):
            return sys.__excepthook__(kind, error, trace)
        last = traceback.extract_tb(trace)[-1:]
        place = (kind, *((frame.filename, frame.lineno) for frame in last))
        if place in self._known:
            return
        self._known.add(place)
        details = "".join(traceback.format_exception(kind, error, trace))
        self._write(details)
        self.caught.emit(SENTENCE, details)

    def _write(self, details: str) -> None:
        entry = f"{datetime.now().isoformat(timespec='seconds')} {details}"
        for file in (self._log, sys.stderr):
            try:
                file.write(entry)
                file.flush()
            except (OSError, ValueError, AttributeError):  # full, closed, or none as under pythonw
                continue


def _open_log(path: Path) -> IO[str]:
    """The log, begun anew where it has grown too large; the null device where the folder takes no file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_CAP:
            os.replace(path, path.with_name(LOG + ".1"))
        return path.open("a", encoding="utf-8", errors="backslashreplace")
    except OSError:
        return open(os.devnull, "w")
