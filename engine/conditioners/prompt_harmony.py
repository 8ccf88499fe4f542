"""Chords of a prompt for music: those that it names, by their names or by degrees, and those that suit it.

    "Am F C G" · "the chords are Dm7, G7, Cmaj7" · "D minor, A minor, G major" · "ii-V-I in Bb" · "12-bar blues"

A run of names counts as chords where it can be nothing else: one letter alone may be a word.
"""

import re
from collections.abc import Sequence
from random import Random

from engine.api.chords import (
    MODES,
    QUALITIES,
    Chord,
    Key,
    Span,
    lane_text,
    parse_chord,
    parse_lane,
    spelled,
    transposed,
)
from engine.api.errors import BadInput
from engine.conditioners.prompt_facts import words

KINDS = "maj9|maj7|m7b5|mM7|dim7|dim|aug|sus2|sus4|7sus4|add9|min7|min|m9|m7|m6|M7|m|7|6|9|5"
NAME = rf"[A-G](?:#|♯|b|♭)?(?:{KINDS})?(?:/[A-G](?:#|b)?)?"
SPELLED = r"[A-G](?:[#♯b♭]|[- ](?:sharp|flat))? (?:major|minor)(?: seventh| 7)?"
BETWEEN = r"(?:\s*(?:,|-|–|—|→|>|\||;|/|then|to|and)\s*|\s+)+"
NAMED = re.compile(rf"(?<![\w#])(?:{NAME})(?:{BETWEEN}(?:{NAME})(?![\w#/]))+(?!\s*(?:major|minor|maj\b|min\b))")
SPELLED_OUT = re.compile(rf"(?<!\w)(?:{SPELLED})(?:{BETWEEN}(?:{SPELLED}))+")
ABOUT_CHORDS = re.compile(r"chord|progression|changes|कॉर्ड", re.IGNORECASE)

NUMERAL = r"(?:[b♭#♯]?(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?:maj7|m7b5|7|°|o|dim)?)"
DEGREES = re.compile(rf"(?<![\w]){NUMERAL}(?:\s*[-–—,→|]\s*{NUMERAL}(?!\w)|\s+{NUMERAL}(?!\w))+")
STEPS = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6}

EASY = {"major": (0, 7, 2, 9, 4, 5, 10, 3), "minor": (9, 4, 2, 11, 7, 0)}
"""Tonics that a key is drawn from where none is named."""


def chords_of(text: str) -> tuple[Chord, ...]:
    """The chords that a text names, or none."""
    for match in SPELLED_OUT.finditer(text):
        return tuple(_spelled_chord(each) for each in re.findall(SPELLED, match[0]))
    for match in NAMED.finditer(text):
        found = re.findall(rf"(?<![\w#/]){NAME}(?![\w#])", match[0])
        plain = sum(len(each) == 1 for each in found)
        if len(found) >= 3 or plain < len(found) or ABOUT_CHORDS.search(text):
            return tuple(parse_chord(each) for each in found)
    return ()


def _spelled_chord(text: str) -> Chord:
    note, mode = text.replace("-", " ").split()[0], "m" if "minor" in text else ""
    sign = "#" if "sharp" in text else "b" if "flat" in text else ""
    seventh = ("7" if mode else "maj7") if re.search("seventh|7", text) else ""
    return parse_chord(f"{note}{sign}{mode}{seventh}")


def degrees_of(text: str) -> tuple[str, ...]:
    """The degrees that a text names: of "I–V–vi–IV"; two need a line between them, for an I may be a word."""
    for match in DEGREES.finditer(text):
        found = re.findall(NUMERAL, match[0])
        if len(found) >= 3 or re.search("[-–—→|]", match[0]):
            return tuple(found)
    return ()


def on_degrees(degrees: Sequence[str], key: Key) -> tuple[Chord, ...]:
    """Chords on the degrees of a key: large letters are major, small ones minor."""
    return tuple(_on_degree(each, key) for each in degrees)


def _on_degree(text: str, key: Key) -> Chord:
    sign, numeral, rest = re.fullmatch(r"([b♭#♯]?)([IViv]+)(.*)", text).groups()  # type: ignore[union-attr]
    moved = {"": 0, "b": -1, "♭": -1, "#": 1, "♯": 1}[sign]
    step = STEPS[numeral.lower()]
    root = (key.tonic + MODES["major" if sign else key.mode][step] + moved) % 12  # bVII is a tone below in both modes
    minor = numeral.islower()
    if rest in ("°", "o", "dim"):
        return Chord(root, "dim")
    quality = f"m{rest.replace('maj', 'M')}" if minor and rest != "m7b5" else rest
    return Chord(root, quality if quality in QUALITIES else "m" if minor else "")


def lane_of(chords: Sequence[Chord], bar: int, key: Key) -> str:
    """A lane of these chords, a bar each, written as in the key."""
    spans = [Span(chord, place * bar, (place + 1) * bar) for place, chord in enumerate(chords)]
    return lane_text(spans, bar, name=lambda chord: spelled(chord, key))


def made_up(family: str, key: Key, bar: int, rng: Random) -> str:
    """A lane of a progression that is usual in this family of styles."""
    written = rng.choice(words()["families"][family][key.mode])
    by = key.tonic - (0 if key.mode == "major" else 9)
    return lane_of([transposed(span.chord, by) for span in parse_lane(written, bar)], bar, key)


def key_of(chords: Sequence[Chord], mode: str | None = None) -> Key | None:
    """The key that has most of the chords' notes, its tonic among the chords, first or last best of all."""
    known = [chord for chord in chords if chord.root is not None]
    if not known:
        return None
    keys = [Key(tonic, each) for each in ("major", "minor") for tonic in range(12) if mode in (None, each)]
    return max(keys, key=lambda key: _fit(key, known))


def _fit(key: Key, chords: Sequence[Chord]) -> float:
    scale = {*key.scale, (key.tonic + 11) % 12} if key.mode == "minor" else set(key.scale)
    inside = sum(sum(1 if pitch in scale else -1 for pitch in chord.pitches) / len(chord.pitches) for chord in chords)
    tonic = [chord.root == key.tonic and (3 in QUALITIES[chord.quality]) == (key.mode == "minor") for chord in chords]
    return inside + 0.3 * any(tonic) + 0.6 * tonic[0] + 0.5 * tonic[-1]


def chords_in(lane: str, bar: int) -> tuple[Chord, ...]:
    """The chords of a lane; none where it cannot be read."""
    try:
        return tuple(span.chord for span in parse_lane(lane, bar))
    except BadInput:
        return ()
