"""What pictures are made from: kept as it was, under its hash, so that a work can be made again as long as it is here.

Files of `paths.given()` are never changed, so those that are there already are not copied. What no work, job or form
names any more is swept out a month after it was last used.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from engine.api import paths
from engine.api.files import sha256, writing
from engine.api.ingredients import kept_place
from engine.api.params import PictureFile, fields
from engine.api.requests import Request

KEPT = 30 * 86_400  # seconds
NAMED = 16  # letters at the end of a name that tell it from all others


def kept(request: Request) -> Request:
    """The request with its pictures in our keeping, as they are now. Raises Failure where the disk refuses."""
    named = _pictures(request)
    return msgspec.structs.replace(request, **{name: _keep(path) for name, path in named.items()}) if named else request


def moved(request: Request) -> Request:
    """The request as it has to be where the whole folder of the library has been moved elsewhere."""
    named = _pictures(request)
    return (
        msgspec.structs.replace(request, **{name: _moved(path) for name, path in named.items()}) if named else request
    )


def _pictures(request: Request) -> dict[str, str]:
    """By field; those that are set."""
    return {name: path for name in _picture_fields(type(request)) if (path := getattr(request, name))}


@cache
def _picture_fields(kind: type[Request]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if isinstance(field.kind, PictureFile))


def _moved(path: str) -> str:
    home, parts = paths.given(), Path(path).parts
    if home.name not in parts or Path(path).is_relative_to(home):
        return path
    behind = parts[len(parts) - parts[::-1].index(home.name) :]
    there = home.joinpath(*behind)
    return str(there) if there.is_file() else path


def _keep(path: str) -> str:
    """A file that is not there stays what it was called: whoever needs it says so."""
    source, home = Path(path), paths.given()
    if source.is_relative_to(home):
        _touch(source if source.parent == home else source.parent)
        return path
    try:
        if not source.is_file():
            return path
        place = kept_place(sha256(source), path)
        if not place.is_file():
            with source.open("rb") as read, writing(place) as written:
                shutil.copyfileobj(read, written)
    except (OSError, ValueError):
        return path
    _touch(place.parent)
    return str(place)


def _touch(path: Path) -> None:
    with contextlib.suppress(OSError):
        os.utime(path)


def sweep(texts: Iterable[str]) -> None:
    """Remove what none of these requests and forms, as JSON, names any more and nobody has used for a month."""
    with contextlib.suppress(OSError):
        old = [each for each in paths.given().iterdir() if each.stat().st_mtime < time.time() - KEPT]
        named = "\n".join(texts) if old else ""
        for each in old:
            if each.stem[-NAMED:] not in named:
                _remove(each)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
