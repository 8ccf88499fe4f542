"""Kinds of parameter. An annotated field of a request is all that form, flags, validation and schema need.

steps: Annotated[int, Number("Steps", low=1, high=200)] = 16
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from engine.api.chords import parse_lane
from engine.api.errors import BadInput
from engine.api.score import BEATS, parse_sections

SEEDS = 2**32
SHORTEST_BAR = min(BEATS.values())  # in beats: chords that overlap in it do so in every metre
R = TypeVar("R", bound=msgspec.Struct)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What every parameter has: a label, a help sentence, and where it is shown.

    `advanced` fields are folded away in the form; `live` ones may change while the job runs.
    """

    help: str = ""
    advanced: bool = False
    live: bool = False

    def complaint(self, value: Any) -> str | None:
        """Why the value cannot be used, as the end of a sentence that begins with the label; None if it can."""
        return None

    def schema(self) -> dict[str, Any]:
        """The JSON-schema keywords this kind adds to its type's own."""
        return {}


@dataclass(frozen=True)
class Number(Kind):
    """An integer or a real number within [low, high]; `step` is what one press of an arrow key moves.

    `lowest` is what the lowest value is called where it stands for something else than its amount.
    """

    label: str
    low: float
    high: float
    step: float = 1
    unit: str = ""
    lowest: str = ""

    def complaint(self, value: Any) -> str | None:
        if self.low <= value <= self.high:  # false for NaN
            return None
        return f"must be from {self.low:g} to {self.high:g}, not {short(value)}"

    def schema(self) -> dict[str, Any]:
        return {"minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words; a checkpoint's card may know fewer of them."""

    label: str
    options: tuple[str, ...]

    def complaint(self, value: Any) -> str | None:
        return None if value in self.options else f"must be one of {', '.join(self.options)}, not “{short(value)}”"

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}


@dataclass(frozen=True)
class Text(Kind):
    """Free text of at most `limit` characters, in an editor of so many lines; `examples` are offered in the form."""

    label: str
    lines: int = 4
    limit: int = 10_000
    placeholder: str = ""
    examples: tuple[str, ...] = ()

    def complaint(self, value: Any) -> str | None:
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            return "holds half of a character (a lone surrogate); delete it and type it again"
        controls = {letter for letter in value if letter < " " and letter not in "\t\n\r" or letter == "\x7f"}
        if controls:
            return f"holds a control character (U+{ord(min(controls)):04X}); paste it as plain text"
        if len(value) > self.limit:
            return f"may hold {self.limit:,} characters, not {len(value):,}; shorten it"
        return None

    def schema(self) -> dict[str, Any]:
        return {"maxLength": self.limit}


@dataclass(frozen=True)
class ChordLane(Text):
    """Chords and how long they last (`engine.api.chords.parse_lane`); empty where none are set."""

    def complaint(self, value: Any) -> str | None:
        return super().complaint(value) or _unread(parse_lane, value, SHORTEST_BAR)


@dataclass(frozen=True)
class SectionLane(Text):
    """The parts of the form and their bars (`engine.api.score.parse_sections`); empty where none are set."""

    def complaint(self, value: Any) -> str | None:
        return super().complaint(value) or _unread(parse_sections, value)


def _unread(parse: Callable[..., Any], *given: Any) -> str | None:
    try:
        parse(*given)
    except BadInput as error:
        return f"cannot be used: {str(error).rstrip('.')}"
    return None


@dataclass(frozen=True)
class Seed(Kind):
    """What the noise is drawn from: the same seed and settings give the same work on every machine."""

    label: str = "Seed"

    def complaint(self, value: Any) -> str | None:
        return None if 0 <= value < SEEDS else f"must be from 0 to {SEEDS - 1}, not {short(value)}"

    def schema(self) -> dict[str, Any]:
        return {"minimum": 0, "maximum": SEEDS - 1}


@dataclass(frozen=True)
class CheckpointRef(Kind):
    """The id of a checkpoint of this modality."""

    label: str
    modality: str


@dataclass(frozen=True)
class VoiceRef(Kind):
    """The id of a voice in the library (`engine.api.voices`)."""

    label: str


@dataclass(frozen=True)
class FileName(Kind):
    """The path of a file on this machine; empty where none is wanted."""

    label: str

    def complaint(self, value: Any) -> str | None:
        return "names a file with a character that no name can hold" if "\0" in value else None


@dataclass(frozen=True)
class SoundFile(FileName):
    """The path of a sound."""


@dataclass(frozen=True)
class PictureFile(FileName):
    """The path of a picture."""


@dataclass(frozen=True)
class Draft(Kind):
    """A start set from the preview, not typed: token ids with −1 where masked, or positions in it."""

    label: str
    low: int = 0
    limit: int = 4096

    def complaint(self, value: Any) -> str | None:
        if len(value) > self.limit:
            return f"may hold {self.limit} entries, not {len(value)}"
        low = min(value, default=self.low)
        if low < self.low:
            return f"may hold no number below {self.low}, not {short(low)}"
        high = max(value, default=0)
        return None if high < SEEDS else f"may hold no number as large as {short(high)}"


def short(value: Any) -> str:
    """A value as a sentence can carry it: a recipe may hold a number of a thousand digits."""
    if isinstance(value, int) and abs(value) >= 10**12:
        return "a number of more than 12 digits"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


@dataclass(frozen=True)
class Field:
    """One parameter of a request: its name in flags and recipes, its type, its kind and its default."""

    name: str
    type: Any
    kind: Any
    default: Any


@cache
def fields(request_type: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The parameters of a request type, in the order of their declaration."""
    hints = get_type_hints(request_type, include_extras=True)
    return tuple(_field(info, hints[info.name]) for info in msgspec.structs.fields(request_type))


def _field(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    assert get_origin(hint) is Annotated, f"{info.name} needs a kind of parameter"
    bare, kind = get_args(hint)[:2]
    return Field(info.name, bare, kind, info.default)


def complaints(request: msgspec.Struct, options: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, str]:
    """One sentence for each field that cannot be used, by its name; empty where all is well.

    `options` narrows choices to what a checkpoint knows: {"language": ("english", "hindi")}.
    """
    found = {}
    for field in fields(type(request)):
        value = getattr(request, field.name)
        complaint = field.kind.complaint(value)
        known = (options or {}).get(field.name)
        if complaint is None and known is not None and value not in known:
            complaint = f"must be one of {', '.join(known)} with this checkpoint, not “{short(value)}”"
        if complaint is not None:
            found[field.name] = f"{field.kind.label} {complaint}."
    return found


def validate(request: R, options: Mapping[str, tuple[str, ...]] | None = None) -> R:
    """The request itself; raises BadInput with the first of its `complaints`."""
    found = complaints(request, options)
    if found:
        raise BadInput(next(iter(found.values())))
    return request


def schema(request_type: type[msgspec.Struct]) -> dict[str, Any]:
    """The request's JSON schema, with the bounds and labels of its parameters."""
    whole = msgspec.json.schema(request_type)
    properties = whole["$defs"][request_type.__name__]["properties"]
    for field in fields(request_type):
        properties[field.name] |= {"title": field.kind.label, "description": field.kind.help} | field.kind.schema()
    return whole


def draw_seed() -> int:
    """A seed nobody chose."""
    return secrets.randbelow(SEEDS)
