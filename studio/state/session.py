"""What comes back after a restart: the forms with half-typed prompts, the open tab, the window's place, the timelines.

Saved 400 ms after a change, so that even a studio that is killed loses less than half a second of typing.
"""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.api.requests import REQUESTS, Request
from studio.state.database import Database
from studio.state.stored import modality, request_from_json, request_to_json

PREFIX = "session."
DELAY = 400  # ms


class Session(QObject):
    """Values under names of the callers' choice: anything JSON can hold, or bytes."""

    complained = Signal(str)

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._values: dict[str, Any] = {}
        self._unsaved: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self.flush)

    def remember(self, key: str, value: Any) -> None:
        """Keep a value. A burst of changes is saved every 400 ms, not only when it ends."""
        self._values[key] = value
        self._unsaved.add(key)
        if not self._timer.isActive():
            self._timer.start()

    def recall(self, key: str, default: Any = None) -> Any:
        """What was kept under this name; `default` where nothing was, or where it is of another type than `default`."""
        value = self._values[key] if key in self._values else self._database.kept(PREFIX + key, default)
        return value if default is None or isinstance(value, type(default)) else default

    def remember_form(self, request: Request) -> None:
        """Keep what stands in a form, valid or not yet."""
        self.remember(f"form.{modality(request)}", request_to_json(request))

    def recall_form(self, modality: str) -> Request:
        """What stood in the form of this modality; fields that have changed meanwhile have their default."""
        return request_from_json(self.recall(f"form.{modality}", "")) or REQUESTS[modality]()

    def flush(self) -> None:
        """Save now: before the window closes."""
        self._timer.stop()
        complaint = self._database.keep({PREFIX + key: self._values[key] for key in self._unsaved})
        self._unsaved.clear()
        if complaint:
            self.complained.emit(complaint)
