"""Sounds and pictures on their way from the engine to whoever asked for them: files that somebody must take.

They lie in `paths.sounds()` and `paths.pictures()`. Their names begin with NEW until they are taken, so that what
nobody has taken, since a program was killed or a window closed, can be told from what is kept there, and is swept out
a day later.
"""

import contextlib
import time
import uuid
from pathlib import Path

from engine.api import paths
from engine.api.messages import PictureWork, SoundWork, Work

NEW = "new-"
KEPT = 86_400  # seconds: longer than any job takes


def new_sound() -> Path:
    """A name for a sound that is about to be made."""
    return paths.sounds() / f"{NEW}{uuid.uuid4().hex}.wav"


def new_picture() -> Path:
    """A name for a picture that is about to be made."""
    return paths.pictures() / f"{NEW}{uuid.uuid4().hex}.png"


def discard(work: Work) -> None:
    """Nobody needs this work any more: what it left on the disk goes, as far as the system lets it."""
    if isinstance(work, (SoundWork, PictureWork)):
        with contextlib.suppress(OSError):
            Path(work.path).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what nobody has taken for a day, and files that were being written when a program was killed."""
    for folder in (paths.sounds(), paths.pictures()):
        with contextlib.suppress(OSError):  # a folder that cannot be looked into stays as it is
            for path in [*folder.glob(f"{NEW}*"), *folder.glob(".quartet-*")]:
                _sweep(path)


def _sweep(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.stat().st_mtime < time.time() - KEPT:
            path.unlink()
