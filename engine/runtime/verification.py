"""Whether a checkpoint's file is the one its card describes: there, whole, and of the right SHA-256. No torch."""

from collections.abc import Callable
from pathlib import Path

from engine.api.cards import ModelCard
from engine.api.errors import Failure
from engine.api.files import sha256

Advance = Callable[[int], None]
"""Hears how many bytes more are done; may raise to stop."""

_hashes: dict[tuple[str, int, int], str] = {}
"""(path, time of change in ns, size) → SHA-256: a file is read once, and again when it has changed."""


def unheard(count: int) -> None:
    """For callers who do not care how far it is."""


def verify(card: ModelCard, role: str, advance: Advance = unheard) -> Path:
    """The card's file in this role, checked against the card. Raises BadInput or Failure with one sentence."""
    path, wanted = card.file(role), card.files[role]
    again = f"download {card.title} again, or set Quartet up again if it came with it"
    try:
        size = path.stat().st_size
        if wanted.size and size != wanted.size:
            raise Failure(f"{path} is damaged: it holds {size:,} bytes, not {wanted.size:,}; {again}.")
        if wanted.sha256 and _hash(path, advance) != wanted.sha256.lower():
            raise Failure(f"{path} is not the file its card describes (SHA-256 differs); {again}.")
    except FileNotFoundError as error:
        raise Failure(f"{path} is missing; {again}.") from error
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}; check it, or {again}.") from error
    return path


def bytes_to_read(card: ModelCard, role: str) -> int:
    """How many bytes `verify` has to read: none where the card has no hash, or the file was read before."""
    path = card.file(role)
    if not card.files[role].sha256 or not path.is_file() or _key(path) in _hashes:
        return 0
    return size_of(card, role)


def size_of(card: ModelCard, role: str) -> int:
    """The file's size; 0 where there is none."""
    path = card.file(role)
    return path.stat().st_size if path.is_file() else 0


def _hash(path: Path, advance: Advance) -> str:
    key = _key(path)
    if key not in _hashes:
        _hashes[key] = sha256(path, advance)
    return _hashes[key]


def _key(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return str(path), status.st_mtime_ns, status.st_size
