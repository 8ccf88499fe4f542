"""A request for music with what its prompt says and suggests filled in where the user left it empty.

What is named is taken by name (prompt_facts.py, prompt_harmony.py); what is not is what is usual in the style and the
mood, drawn by prompt and seed, so that the same two always give the same. Tempo and metre count as left empty while
they stand as the form has them at first, or where they are to come from the prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Any

from engine.api.chords import Key, parse_key
from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from engine.api.score import BEATS
from engine.conditioners import prompt_facts as facts
from engine.conditioners import prompt_harmony as harmony
from engine.conditioners.prompt_scripts import unreadable

SLOWEST, FASTEST = 40, 240
LONGEST = 256  # bars
LANGUAGES = ("english", "hindi")
UNSET = MusicRequest()
FORMS = ((8, "verse"), (16, "intro verse outro"), (32, "intro verse chorus outro"))
"""Up to so many bars → the form where none is named."""

LONG_FORM = "intro verse chorus verse bridge chorus outro"
USUAL_BARS = {"intro": 2, "verse": 8, "chorus": 8, "bridge": 4, "outro": 2}


@dataclass(frozen=True)
class Reading:
    """Fields of a request as the prompt has them, and sentences about them."""

    tempo: float
    metre: str
    key: str
    chords: str
    sections: str
    bars: int
    notes: tuple[str, ...]


def read_prompt(request: MusicRequest) -> Reading:
    """Raises BadInput where the prompt is in a script that is not read here."""
    if sentence := unreadable(request.prompt, LANGUAGES):
        raise BadInput(sentence)
    text = facts.plain(request.prompt)
    rng = Random(f"{request.seed}\n{request.prompt}")
    draws = {name: Random(rng.random()) for name in ("tempo", "key", "chords")}  # one does not depend on another
    hints = hints_of(text)
    notes: list[str] = []
    metre = _metre(request, text, hints, notes)
    tempo = _tempo(request, text, hints, draws["tempo"], notes)
    key = _key(request, text, hints, BEATS[metre], draws["key"], notes)
    chords = _chords(request, text, hints, key, BEATS[metre], draws["chords"], notes)
    bars = request.bars or min(LONGEST, facts.bars_of(facts.without_sections(text)) or 0)
    sections = request.sections.strip() or _sections(request, text, bars, tempo, metre)
    return Reading(tempo, metre, key.name, chords, sections, bars, tuple(notes))


def is_open(request: MusicRequest, name: str) -> bool:
    """Whether the tempo or the metre is left to the prompt."""
    return request.beats != UNSET.beats or getattr(request, name) == getattr(UNSET, name)


# --- what is suggested ---


def hints_of(text: str) -> list[dict[str, Any]]:
    """Style, pace and mood that the text names, the most telling first."""
    tables = ("styles", "paces", "moods")
    named = ((table, facts.suggested(table, text)) for table in tables)
    return [{"name": name, **facts.words()[table][name]} for table, name in named if name]


def _hint(hints: Sequence[dict[str, Any]], name: str) -> Any:
    return next((hint[name] for hint in hints if name in hint), None)


# --- tempo and metre ---


def _metre(request: MusicRequest, text: str, hints: Sequence[dict[str, Any]], notes: list[str]) -> str:
    named, unknown = facts.metre_of(text)
    if unknown:
        notes.append(f"The prompt asks for {unknown}, which is no metre that is known here; choose 2, 3, 4 or 6/8.")
    if not is_open(request, "metre"):
        if named not in (None, request.metre):
            notes.append(f"The prompt says {named} beats a bar; the metre stays {request.metre} as set.")
        return request.metre
    return named or _hint(hints, "metre") or request.metre


def _tempo(request: MusicRequest, text: str, hints: Sequence[dict[str, Any]], rng: Random, notes: list[str]) -> float:
    named = facts.tempo_of(text)
    if not is_open(request, "tempo"):
        if named not in (None, request.tempo):
            notes.append(f"The prompt says {named:g} BPM; the tempo stays {request.tempo:g} as set.")
        return request.tempo
    if named is None:
        return _usual_tempo(hints, rng) or request.tempo
    if not SLOWEST <= named <= FASTEST:
        notes.append(f"The prompt says {named:g} BPM; from {SLOWEST} to {FASTEST} can be played.")
    return min(max(named, SLOWEST), FASTEST)


def _usual_tempo(hints: Sequence[dict[str, Any]], rng: Random) -> float | None:
    """Drawn from what style, pace and mood have in common; of two that have nothing, from between them."""
    ranges = [hint["tempo"] for hint in hints if "tempo" in hint]
    if not ranges:
        return None
    low, high = ranges[0]
    for other in ranges[1:]:
        low, high = sorted((max(low, other[0]), min(high, other[1])))
    return float(rng.randint(low, high))


# --- key and chords ---


def _key(
    request: MusicRequest, text: str, hints: Sequence[dict[str, Any]], bar: int, rng: Random, notes: list[str]
) -> Key:
    named = facts.key_of(harmony.SPELLED_OUT.sub(" ", text))
    if request.key != UNSET.key:
        if named and named.name != request.key:
            notes.append(f"The prompt says {named.name}; the key stays {request.key} as set.")
        return parse_key(request.key)
    chords = harmony.chords_in(request.chords, bar) or harmony.chords_of(text)
    return named or _key_on_tonic(text, hints) or harmony.key_of(chords) or _usual_key(text, hints, rng)


def _key_on_tonic(text: str, hints: Sequence[dict[str, Any]]) -> Key | None:
    tonic = facts.tonic_of(text)
    return None if tonic is None else Key(tonic, facts.mode_of(text) or _moods_first(hints) or "major")


def _usual_key(text: str, hints: Sequence[dict[str, Any]], rng: Random) -> Key:
    mode = facts.mode_of(text) or _moods_first(hints) or rng.choice(("major", "major", "minor"))
    return Key(rng.choice(harmony.EASY[mode]), mode)


def _moods_first(hints: Sequence[dict[str, Any]]) -> Any:
    """The mode that a mood suggests, or else a style."""
    return _hint(sorted(hints, key=lambda hint: "family" in hint), "mode")


def _chords(
    request: MusicRequest, text: str, hints: Sequence[dict[str, Any]], key: Key, bar: int, rng: Random, notes: list[str]
) -> str:
    if request.chords.strip():
        return request.chords
    if named := harmony.chords_of(text) or harmony.on_degrees(harmony.degrees_of(text), key):
        return harmony.lane_of(named, bar, key)
    notes.append("The prompt names no chords: these suit it, and another seed suggests others.")
    return harmony.made_up(_hint(hints, "family") or "pop", key, bar, rng)


# --- the form ---


def _sections(request: MusicRequest, text: str, bars: int, tempo: float, metre: str) -> str:
    """As named, and as long as the piece: parts whose bars are not said share what the others leave."""
    whole = bars or max(1, ceil(request.seconds * tempo / 60 / BEATS[metre] - 1e-6))
    named = facts.sections_of(text)
    if not _is_a_form(named):
        unwanted = facts.denied_sections(text) | ({"intro", "outro"} if request.loop == "on" else set())
        named = tuple((name, None) for name in _usual_form(whole) if name not in unwanted)
    return " ".join(f"{name}:{count}" for name, count in _laid_out(named, whole))


def _is_a_form(named: Sequence[tuple[str, int | None]]) -> bool:
    """A chorus alone may be one of voices; its bars, or another part beside it, say that it is none."""
    return len(named) > 1 or any(count or name != "chorus" for name, count in named)


def _usual_form(bars: int) -> list[str]:
    return next((form for most, form in FORMS if bars < most), LONG_FORM).split()


def _laid_out(form: Sequence[tuple[str, int | None]], whole: int) -> list[tuple[str, int]]:
    """Parts whose bars are said have those, and the others what is usual; where none are, they share the whole."""
    usual = [(name, count or USUAL_BARS[name]) for name, count in form]
    if any(count for _, count in form) or not form:
        return [(name, min(LONGEST, count)) for name, count in usual]
    total = sum(count for _, count in usual)
    counts = [max(1, round(whole * count / total)) for _, count in usual]
    longest = counts.index(max(counts))
    counts[longest] = min(LONGEST, max(1, counts[longest] + whole - sum(counts)))  # what rounding left or took
    return [(name, count) for (name, _), count in zip(usual, counts, strict=True)]
