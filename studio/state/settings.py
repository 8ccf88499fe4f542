"""What the user has chosen once and for all. Declared here once; each value lives in the database under its name."""

from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.api import paths
from studio.state.database import Database

PREFIX = "settings."


@dataclass(frozen=True)
class Preferences:
    """`appearance`: "system", "light" or "dark". `device`: "auto", "cpu", "cuda" or "mps". `memory_gb`: what loaded
    checkpoints may take together, 0 for as much as is wise. `works_folder`: where exports go, "" for the usual place.
    """

    appearance: str = "system"
    device: str = "auto"
    memory_gb: float = 0.0
    works_folder: str = ""
    previews: bool = True


class Settings(QObject):
    """The preferences, kept as soon as they change."""

    changed = Signal(str)
    complained = Signal(str)

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._preferences = _stored(database)

    def get(self) -> Preferences:
        return self._preferences

    def works_folder(self) -> str:
        """The chosen folder for exports, or the usual one."""
        return self._preferences.works_folder or str(paths.works())

    def update(self, **changes: Any) -> None:
        """Change preferences by name; `changed` is emitted for each one that is new."""
        before, self._preferences = self._preferences, replace(self._preferences, **changes)
        new = [name for name in changes if getattr(before, name) != getattr(self._preferences, name)]
        complaint = self._database.keep({PREFIX + name: getattr(self._preferences, name) for name in new})
        if complaint:
            self.complained.emit(complaint)
        for name in new:
            self.changed.emit(name)


def _stored(database: Database) -> Preferences:
    """The defaults, but for what is stored and still of the declared type."""
    kept: dict[str, Any] = {}
    for field in fields(Preferences):
        value = database.kept(PREFIX + field.name, field.default)
        try:
            kept[field.name] = msgspec.convert(value, type(field.default))
        except msgspec.ValidationError:
            kept[field.name] = field.default
    return Preferences(**kept)
