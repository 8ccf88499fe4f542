"""The sounds and pictures of the library: files in folders of their own, and what is known of them in the database."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.api import paths
from engine.api.errors import Failure
from engine.api.messages import PictureWork, SoundWork

FileWork = SoundWork | PictureWork
"""A work that is a file."""

F = TypeVar("F", bound=FileWork)
HOMES: dict[type, tuple[Callable[[], Path], str]] = {
    SoundWork: (paths.sounds, ".wav"),
    PictureWork: (paths.pictures, ".png"),
}
"""Where the files of each medium are kept, and their ending."""


def taken(work: F, id: str) -> F:
    """The work with its file moved to the library, under the id of its work. Raises Failure where it cannot be."""
    home, ending = HOMES[type(work)]
    place = home() / f"{id}{ending}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work.path, place)
    except OSError as error:
        reason, name = (error.strerror or str(error)).lower(), work.__struct_config__.tag
        raise Failure(f"This {name} cannot be kept in the library ({reason}); export it now to keep it.") from error
    return msgspec.structs.replace(work, path=str(place))


def to_bytes(work: FileWork | None) -> bytes | None:
    """As it is stored. Of a path in the library the name alone, so that the whole folder can be moved elsewhere."""
    if work is None:
        return None
    path, home = Path(work.path), HOMES[type(work)][0]()
    name = path.name if path.parent == home else work.path
    return msgspec.msgpack.encode(msgspec.structs.replace(work, path=name))


def from_bytes(stored: Any, kind: type[F]) -> F | None:
    """The work; None where what is stored cannot be read any more. Its file may be missing all the same."""
    try:
        work = msgspec.msgpack.decode(stored, type=kind)
    except (TypeError, msgspec.DecodeError):
        return None
    return msgspec.structs.replace(work, path=str(HOMES[kind][0]() / work.path))
