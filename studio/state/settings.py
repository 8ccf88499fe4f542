"""What the user has chosen once and for all. Declared here once; each value lives in the database under its name."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.api import paths
from studio.state.database import Database

PREFIX = "settings."


@dataclass(frozen=True)
class Preferences:
    """`appearance`: "system", "light" or "dark". `device`: "auto", "cpu", "cuda" or "mps". `memory_gb`: what loaded
    checkpoints may take together, 0 for as much as is wise. `works_folder`: where exports go. `output`: the name of the
    loudspeaker, "" for the system's own choice. `play_at_once`: whether what has just been made is played unasked.
    `sound_format` and `picture_format`: how these are written, by a name in `studio.export.FORMATS`. `recipes`: whether
    exported files hold their recipe.
    """

    appearance: str = "system"
    device: str = "auto"
    memory_gb: float = 0.0
    works_folder: str = field(default_factory=lambda: str(paths.works()))
    previews: bool = True
    output: str = ""
    play_at_once: bool = False
    sound_format: str = "wav-24"
    picture_format: str = "png"
    recipes: bool = True


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
    defaults = asdict(Preferences())
    kept = {name: database.kept(PREFIX + name, value) for name, value in defaults.items()}
    return Preferences(**{name: _typed(value, defaults[name]) for name, value in kept.items()})


def _typed(value: Any, default: Any) -> Any:
    try:
        return msgspec.convert(value, type(default))
    except msgspec.ValidationError:
        return default
