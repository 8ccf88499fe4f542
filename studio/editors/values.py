"""What may stand in a form: the values of a request's fields, by their names, as far as a checkpoint knows them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.api.cards import ModelCard
from engine.api.params import Choice, Field, Number, PictureFile, SoundFile, Text, VoiceRef, fields
from engine.api.requests import Request

Fields = Mapping[str, Field]
WORDS = Text | VoiceRef | SoundFile | PictureFile
"""What is said, by whom, and of what: kept by a reset, and by a run from a draft."""


def usable(known: Fields, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values of known fields that are of their type and within their bounds; a text may be half-typed."""
    found = {}
    for name in known.keys() & raw.keys():
        field = known[name]
        try:
            value = msgspec.convert(raw[name], field.type)
        except msgspec.ValidationError:
            continue
        if isinstance(field.kind, Text) or field.kind.complaint(value) is None:
            found[name] = value
    return found


def options(known: Fields, card: ModelCard | None, values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The words of each choice that the checkpoint, beside these values, and the request know, where it says so."""
    found = {}
    for name, words in card.known(values).items() if card else ():
        if name in known and isinstance(known[name].kind, Choice):
            found[name] = tuple(word for word in words if word in known[name].kind.options)
    return {name: words for name, words in found.items() if words}


def defaults(known: Fields, card: ModelCard | None) -> dict[str, Any]:
    """The request's defaults, and over them the checkpoint's, as far as it knows them itself."""
    wished = {name: field.default for name, field in known.items()} | usable(known, card.defaults if card else {})
    narrowed = options(known, card, wished)
    return wished | {name: words[0] for name, words in narrowed.items() if wished[name] not in words}


def exemplary(known: Fields, example: Request) -> dict[str, Any]:
    """What an example brings: its words, the choices that go with them, and how long or how fast it is if it says so.

    Numbers of a work have a unit, those of a sampler have none.
    """
    shown = {name: field for name, field in known.items() if not field.kind.advanced}
    words = [name for name, field in shown.items() if isinstance(field.kind, Text | Choice | VoiceRef)]
    measured = [name for name, field in shown.items() if isinstance(field.kind, Number) and field.kind.unit]
    said = [name for name in measured if getattr(example, name) != shown[name].default]
    return {name: getattr(example, name) for name in (*words, *said)}


def texts(request: Request) -> list[str]:
    """What is written in a request."""
    return [getattr(request, field.name) for field in fields(type(request)) if isinstance(field.kind, Text)]
