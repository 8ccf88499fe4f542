"""Harmony in a key: degrees as roman numerals, what usually follows a chord, the key that chords are likely in.

What follows what is the usual table of root progressions of tonal music (Kostka & Payne, Tonal Harmony, ch. 7), with
the turns of popular song beside them. Degrees are written as there: upper case major, lower case minor, ° diminished.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.api.chords import (
    KEYS,
    LOWERED,
    MODES,
    QUALITIES,
    Chord,
    Key,
    Span,
    lane_text,
    parse_key,
    parse_lane,
    spelled,
    transposed,
)

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
FOLLOWING: dict[str, dict[str, str]] = {
    "major": {
        "I": "V IV vi ii iii",
        "ii": "V IV I vii° vi",
        "iii": "vi IV ii I V",
        "IV": "V I ii vi iv",
        "V": "I vi IV iii ii",
        "vi": "IV ii V I iii",
        "vii°": "I vi iii V",
        "♭VII": "IV I V",
        "iv": "I V ♭VII",
        "II": "V ii IV",
        "III": "vi IV",
    },
    "minor": {
        "i": "iv VI VII V III",
        "ii°": "V i VII",
        "III": "VI VII iv i",
        "iv": "V i VII VI",
        "v": "i VI iv VII",
        "V": "i VI iv",
        "VI": "VII III iv V i",
        "VII": "III i VI iv",
    },
}
"""Mode → degree → those that follow it most often, the most usual first."""
OWN = {"major": "I IV V vi ii iii vii° ♭VII iv", "minor": "i iv V VI VII III v ii°"}
"""Mode → its degrees as a beginner meets them, and what is often borrowed."""
COLOUR = {"dim": "°", "dim7": "°7", "m7b5": "ø7", "aug": "+", "mM7": "maj7"}


@dataclass(frozen=True)
class Preset:
    """A progression as it is known, written in C major or in A minor."""

    title: str
    mode: str
    lane: str

    @property
    def home(self) -> Key:
        return Key(0 if self.mode == "major" else 9, self.mode)


PRESETS = (
    Preset("Twinkle, twinkle", "major", "| C | F C | F C | G C | C F | C G | C F | C G | C | F C | F C | G C |"),
    Preset("Axis (I V vi IV)", "major", "C G Am F"),
    Preset("Axis from vi (vi IV I V)", "major", "Am F C G"),
    Preset("Doo-wop (I vi IV V)", "major", "C Am F G"),
    Preset("Pachelbel", "major", "| C G | Am Em | F C | F G |"),
    Preset("Royal road (IV V iii vi)", "major", "Fmaj7 G7 Em7 Am7"),
    Preset("Mixolydian (I ♭VII IV I)", "major", "C Bb F C"),
    Preset("12-bar blues", "major", "C7 C7 C7 C7 F7 F7 C7 C7 G7 F7 C7 G7"),
    Preset("12-bar blues, minor", "minor", "Am7 Am7 Am7 Am7 Dm7 Dm7 Am7 Am7 F7 E7 Am7 E7"),
    Preset("Jazz ii V I", "major", "Dm7 G7 Cmaj7 Cmaj7"),
    Preset("Jazz ii V i, minor", "minor", "Bm7b5 E7 Am7 Am7"),
    Preset("Turnaround (I vi ii V)", "major", "Cmaj7 Am7 Dm7 G7"),
    Preset("Circle of fifths", "minor", "Am7 Dm7 G7 Cmaj7 Fmaj7 Bm7b5 E7 Am7"),
    Preset("Andalusian (i VII VI V)", "minor", "Am G F E"),
    Preset("La Folia", "minor", "| Am | E | Am | G | C | G | Am | E | Am | E | Am | G | C | G | Am E | Am |"),
)


def numeral(chord: Chord, key: Key) -> str:
    """The degree of a chord: vi7, ♭VII, ii°; the bass is not told. Nothing for no chord."""
    if chord.root is None:
        return ""
    step = (chord.root - key.tonic) % 12
    scale = MODES[key.mode]
    if step in scale:
        sign, place = "", scale.index(step)
    elif step in LOWERED[key.mode]:
        sign, place = "♭", scale.index(step + 1)
    else:
        sign, place = "♯", scale.index(step - 1)
    low = {3, 4} & set(QUALITIES[chord.quality]) == {3}
    colour = COLOUR.get(chord.quality, chord.quality.removeprefix("m") if low else chord.quality)
    return f"{sign}{NUMERALS[place].lower() if low else NUMERALS[place]}{colour}"


def chord_of(degree: str, key: Key) -> Chord:
    """The triad of a degree such as vi, ♭VII or vii°."""
    bare = degree.strip("♭♯°")
    step = MODES[key.mode][NUMERALS.index(bare.upper())] + degree.count("♯") - degree.count("♭")
    quality = "dim" if "°" in degree else "m" if bare.islower() else ""
    return Chord((key.tonic + step) % 12, quality)


def next_chords(key: Key, before: Chord | None, count: int = 9) -> list[Chord]:
    """What may come next, the most usual first: after a chord, or where nothing came before."""
    found = [chord_of(degree, key) for degree in _degrees(key, before)]
    if before is not None and _dominant(before):
        found.insert(0, _resolved(before, key))
    same = None if before is None else Chord(before.root, _triad(before))
    return [chord for chord in dict.fromkeys(found) if chord != same][:count]


def _degrees(key: Key, before: Chord | None) -> list[str]:
    usual = "" if before is None else FOLLOWING[key.mode].get(numeral(Chord(before.root, _triad(before)), key), "")
    return [*usual.split(), *OWN[key.mode].split()]


def _dominant(chord: Chord) -> bool:
    """Whether it wants to go down a fifth: a major third and a minor seventh."""
    return {4, 10} <= set(QUALITIES[chord.quality]) if chord.root is not None else False


def _resolved(chord: Chord, key: Key) -> Chord:
    """The triad a fifth lower, as the key has it."""
    root = ((chord.root or 0) + 5) % 12
    own = [chord_of(degree, key) for degree in OWN[key.mode].split()]
    return next((each for each in own if each.root == root), Chord(root))


def _triad(chord: Chord) -> str:
    """The quality of its first three notes, as far as they are a triad."""
    notes = set(QUALITIES[chord.quality])
    return "dim" if {3, 6} <= notes else "m" if 3 in notes else "aug" if {4, 8} <= notes else ""


def in_key(chord: Chord, key: Key) -> bool:
    """Whether all of its notes are in the scale."""
    return set(chord.pitches) <= set(key.scale)


def likely_key(spans: Sequence[Span]) -> Key | None:
    """The key that explains most of a lane; its first and last chord tell more than the others. None for no chords."""
    sounding = [span for span in spans if span.chord.root is not None]
    if not sounding:
        return None
    return max((parse_key(name) for name in KEYS), key=lambda key: _fit(key, sounding))


def _fit(key: Key, spans: Sequence[Span]) -> float:
    """Beats whose triads are in the scale; sevenths that are too, and the tonic's places, decide between the like."""
    home = Chord(key.tonic, "m" if key.mode == "minor" else "")
    triads = [Chord(span.chord.root, _triad(span.chord)) for span in spans]
    beats = [span.stop - span.start for span in spans]
    whole = sum(lasts for triad, lasts in zip(triads, beats, strict=True) if in_key(triad, key))
    seventh = sum(lasts for span, lasts in zip(spans, beats, strict=True) if in_key(span.chord, key))
    places = 0.5 * (home in triads) + 0.4 * (triads[0] == home) + 0.4 * (triads[-1] == home)
    return whole + 0.1 * seventh + places * sum(beats) / len(beats)


def key_of(spans: Sequence[Span], asked: Key | None) -> Key:
    """The key that is asked for, else the one that a lane is likely in, else C major."""
    return asked or likely_key(spans) or Key(0, "major")


def expected(spans: Sequence[Span], beat: float, asked: Key | None) -> list[Chord]:
    """What may come at this beat, the most usual first."""
    before = [span.chord for span in spans if span.stop <= beat + 1e-6 and span.chord.root is not None]
    return next_chords(key_of(spans, asked), before[-1] if before else None)


def placed(preset: Preset, key: Key | None, bar: int) -> tuple[Span, ...]:
    """A preset in a key, in bars of so many beats; in the relative key where the mode is another."""
    semitones = 0 if key is None else (_relative(key, preset.mode).tonic - preset.home.tonic) % 12
    lane = parse_lane(preset.lane, bar)
    return tuple(Span(transposed(span.chord, semitones), span.start, span.stop) for span in lane)


def _relative(key: Key, mode: str) -> Key:
    """The key of this mode with the same notes."""
    if key.mode == mode:
        return key
    return Key((key.tonic + (3 if mode == "major" else 9)) % 12, mode)


def written(spans: Sequence[Span], bar: int, key: Key | None) -> str:
    """A lane as text, its chords spelled as in the key."""
    return lane_text(spans, bar, name=lambda chord: spelled(chord, key))


def notes(chord: Chord, key: Key | None) -> list[str]:
    """The names of its notes, the bass first."""
    return [spelled(Chord(pitch), key) for pitch in chord.pitches]
