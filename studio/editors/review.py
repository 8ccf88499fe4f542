"""What is wrong with a request that its fields alone cannot tell: voices that are not there, files that are gone."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from engine.api import music_checks, picture_checks
from engine.api.cards import ModelCard
from engine.api.chords import parse_lane
from engine.api.errors import BadInput
from engine.api.params import ChordLane, Field, PictureFile, SoundFile, Text, VoiceRef, complaints, fields
from engine.api.requests import ImageRequest, MusicRequest, Request
from engine.api.score import BEATS
from engine.api.words import check_speakers
from studio.editors.surroundings import Surroundings

UNWRITTEN = "Write down what the recording says now, word for word."


def review(request: Request, around: Surroundings | None, card: ModelCard | None = None) -> dict[str, str]:
    """One sentence for each field that cannot be used, by its name."""
    known = fields(type(request))
    found = _recordings(request, known) | _pictures(request, known) | _lanes(request, known)
    if isinstance(request, MusicRequest) and card is not None and not found:
        found = _beyond(request, card)
    if isinstance(request, ImageRequest) and card is not None and not found:
        found = _undrawable(request, card)
    if around is not None:
        for field in known:
            if isinstance(field.kind, VoiceRef):
                found |= _voices(request, field, known, around)
    return found


def _voices(request: Request, field: Field, known: tuple[Field, ...], around: Surroundings) -> dict[str, str]:
    """The voice that is chosen, and those that the text calls by their names: [Name]."""
    found: dict[str, str] = {}
    chosen, text = getattr(request, field.name), next(each.name for each in known if isinstance(each.kind, Text))
    for name, check in (
        (field.name, lambda: around.voices.pick(chosen) if chosen else None),
        (text, lambda: check_speakers(getattr(request, text), around.voices.pick)),
    ):
        found |= _refused(name, check)
    return found


def _recordings(request: Request, known: tuple[Field, ...]) -> dict[str, str]:
    """A recording has to be there still, and it has to be known what it says."""
    found = {}
    for at, field in enumerate(known):
        path = getattr(request, field.name)
        if not isinstance(field.kind, SoundFile) or not path:
            continue
        said = next((each.name for each in known[at:] if isinstance(each.kind, Text)), None)
        if not Path(path).is_file():
            found[field.name] = f"There is no file {path} any more; choose another recording."
        elif said and not getattr(request, said).strip():
            found[said] = UNWRITTEN
    return found


def _pictures(request: Request, known: tuple[Field, ...]) -> dict[str, str]:
    """A picture has to be there still."""
    paths = {field.name: getattr(request, field.name) for field in known if isinstance(field.kind, PictureFile)}
    gone = {name: path for name, path in paths.items() if path and not Path(path).is_file()}
    return {name: f"There is no file {path} any more; choose another picture." for name, path in gone.items()}


def _lanes(request: Request, known: tuple[Field, ...]) -> dict[str, str]:
    """Chords that overlap in this metre, though perhaps in no shorter one."""
    if not isinstance(request, MusicRequest):
        return {}
    bar = BEATS[request.metre]
    found: dict[str, str] = {}
    for name in (field.name for field in known if isinstance(field.kind, ChordLane)):
        found |= _refused(name, partial(parse_lane, getattr(request, name), bar))
    return found


def _beyond(request: MusicRequest, card: ModelCard) -> dict[str, str]:
    """What this checkpoint cannot do of what is asked."""
    if complaints(request, card.known(msgspec.structs.asdict(request))):
        return {}
    said = music_checks.complaint(request, card)
    return {"checkpoint": said} if said else {}


def _undrawable(request: ImageRequest, card: ModelCard) -> dict[str, str]:
    """What does not go together, or not with this checkpoint: under the prompt, which is always to be seen."""
    if complaints(request, card.known(msgspec.structs.asdict(request))):
        return {}
    said = picture_checks.complaint(request, card)
    return {"prompt": said} if said else {}


def _refused(name: str, check: Callable[[], Any]) -> dict[str, str]:
    try:
        check()
    except BadInput as error:
        return {name: str(error)}
    return {}
