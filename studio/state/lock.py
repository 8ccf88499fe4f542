"""One studio at a time: two of them would run the same queue twice and overwrite each other's settings."""

from pathlib import Path

from PySide6.QtCore import QLockFile

LOCK = "quartet.lock"


class Claim:
    """The data folder is ours until `release` or the end of the process; a killed studio's claim lapses by itself."""

    def __init__(self, lock: QLockFile) -> None:
        self._lock = lock

    def release(self) -> None:
        self._lock.unlock()


def claim(folder: Path) -> Claim | None:
    """A claim on the data folder; None where another studio holds it.

    A folder that takes no lock file takes no database either, so two studios there do each other no harm.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Claim(QLockFile(str(folder / LOCK)))
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # only the death of its process makes a lock stale, never its age
    if lock.tryLock(0) or lock.error() != QLockFile.LockError.LockFailedError:
        return Claim(lock)
    return None
