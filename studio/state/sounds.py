"""The sounds of the library: files in a folder of their own, and what is known of them in the database."""

import shutil
from pathlib import Path

import msgspec

from engine.api import paths
from engine.api.errors import Failure
from engine.api.messages import SoundWork


def taken(work: SoundWork, id: str) -> SoundWork:
    """The work with its file moved to the library, under the id of its work. Raises Failure where it cannot be."""
    place = paths.sounds() / f"{id}.wav"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work.path, place)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Failure(f"This sound cannot be kept in the library ({reason}); export it now to keep it.") from error
    return msgspec.structs.replace(work, path=str(place))


def sound_to_bytes(work: SoundWork) -> bytes:
    """As it is stored. Of a path in the library the name alone, so that the whole folder can be moved elsewhere."""
    path = Path(work.path)
    name = path.name if path.parent == paths.sounds() else work.path
    return msgspec.msgpack.encode(msgspec.structs.replace(work, path=name))


def sound_from_bytes(stored: bytes) -> SoundWork | None:
    """The sound; None where what is stored cannot be read any more. Its file may be missing all the same."""
    try:
        work = msgspec.msgpack.decode(stored, type=SoundWork)
    except (TypeError, msgspec.DecodeError):
        return None
    return msgspec.structs.replace(work, path=str(paths.sounds() / work.path))
