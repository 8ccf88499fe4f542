"""What a work is made of besides its request: checkpoints, voices, recordings and pictures, known by their SHA-256.

A recipe names a recording or a picture by its file's name alone, for where it lies is nobody else's business; whoever
reads the recipe looks for it beside the work, and among what the library keeps of its works.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from engine.api import paths
from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.files import sha256
from engine.api.params import CheckpointRef, FileName, Kind, SoundFile, VoiceRef, fields
from engine.api.requests import Request
from engine.api.voices import Voice, pick_voice
from engine.api.words import turns

HASH = re.compile("[0-9a-f]{64}")
NOUNS = {"recording": "recording", "mask": "mask"}
"""Field → what its file is called; others are pictures."""

Cards = Callable[[str], ModelCard]
"""The card of this id; raises BadInput where there is none."""


def ingredients(request: Request, card: Cards, voices: Callable[[], Mapping[str, Voice]]) -> dict[str, str]:
    """SHA-256 by the name of each file: the checkpoint's own by name alone, others with what they belong to.

    Who is not there is left out: whoever needs them says so.
    """
    used = _used(request, card)
    own = {file.name: file.sha256 for each in used if each.id == request.checkpoint for file in each.files.values()}
    companions = {
        f"{each.id}/{file.name}": file.sha256
        for each in used
        if each.id != request.checkpoint
        for file in each.files.values()
    }
    speakers = {f"{voice.id}/{voice.sound.name}": _hash(voice) for voice in _speakers(request, voices)}
    brought = {key(field, path): _read(path) for field, path in named_files(request).items()}
    return own | {name: hash for name, hash in (companions | speakers | brought).items() if hash}


def named_files(request: Request) -> dict[str, str]:
    """The paths of the recordings and pictures that the request names, by field."""
    return {field: path for field, path in _named(request, FileName) if path}


def key(field: str, path: str) -> str:
    """What the files of a recipe call a file of this field: two of one name in two fields are two files."""
    return f"{field}/{name_of(path)}"


def kept_place(hash: str, path: str) -> Path:
    """Where the library keeps a file that a work was made from, under its own name."""
    return paths.given() / hash / name_of(path)


def bare(request: Request) -> Request:
    """The request with its files named and not where they lie."""
    return msgspec.structs.replace(request, **{field: name_of(path) for field, path in named_files(request).items()})


def beside(request: Request, folder: Path, files: Mapping[str, str]) -> Request:
    """The request with those files that lie in `folder` or are kept, if they are the ones that `files` tells of."""
    found = {}
    for field, path in named_files(request).items():
        name, wanted = name_of(path), files.get(key(field, path))
        places = [folder / path, folder / name, paths.given() / name]
        if wanted and HASH.fullmatch(wanted):
            places.append(kept_place(wanted, path))
        found[field] = next((str(place.resolve()) for place in places if _is(place, wanted)), path)
    return msgspec.structs.replace(request, **found)


def missing(request: Request) -> str | None:
    """A sentence where a recording or a picture that the request needs is not there."""
    for field, path in named_files(request).items():
        if not Path(path).is_file():
            noun = NOUNS.get(field, "picture")
            return f"The {noun} {name_of(path)} does not lie beside this work; put it there, or choose it."
    return None


def name_of(path: str) -> str:
    """The last part of a path of any system."""
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]


def _used(request: Request, card: Cards) -> list[ModelCard]:
    """The checkpoint first, then whatever it or the request names, each once."""
    ids = dict.fromkeys([request.checkpoint, *(id for _, id in _named(request, CheckpointRef))])
    used: list[ModelCard] = []
    waiting = list(ids)
    while waiting:
        with contextlib.suppress(BadInput):
            used.append(card(waiting.pop(0)))
            new = [id for id in used[-1].companions.values() if id not in ids]
            ids |= dict.fromkeys(new)
            waiting += new
    return used


def _speakers(request: Request, voices: Callable[[], Mapping[str, Voice]]) -> Iterator[Voice]:
    """Who is heard: a recording that is changed goes on in its own voice."""
    if any(path for _, path in _named(request, SoundFile)):
        return
    for _, voice in _named(request, VoiceRef):
        there = voices()
        for wanted in dict.fromkeys(turn.name or voice for turn in turns(getattr(request, "text", ""))):
            with contextlib.suppress(BadInput):
                yield pick_voice(wanted or next(iter(there), ""), there)


def _named(request: Request, kind: type[Kind]) -> Iterator[tuple[str, str]]:
    return ((each.name, getattr(request, each.name)) for each in fields(type(request)) if isinstance(each.kind, kind))


def _hash(voice: Voice) -> str:
    return voice.sound.sha256 or _read(str(voice.path()))


def _is(path: Path, wanted: str | None) -> bool:
    found = _read(str(path))
    return bool(found) and wanted in (None, found)


def _read(path: str) -> str:
    """The hash of a file; "" where there is none that can be read."""
    try:
        return sha256(Path(path)) if Path(path).is_file() else ""
    except (OSError, ValueError):
        return ""
