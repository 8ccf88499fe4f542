"""Chords and keys by name, and lanes of chords: `Am F C G`, `| Dm7 G7 | C |`, `Am7/C:2 F@8:4`.

Pitch classes are numbered from C = 0 to B = 11. A chord is a root, a quality and the bass note under it; `N` is none.
In a lane each chord lasts a bar, or so many beats (`:2`), or what it shares of a bar between bar lines (`| Am F |`); it
follows the one before it or begins at a beat of its own (`@8`). `%` says the chord before it again.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from engine.api.errors import BadInput

SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SIGNS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1, "##": 2, "bb": -2}

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "mM7": (0, 3, 7, 11),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 2, 4, 7),
    "9": (0, 2, 4, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "m9": (0, 2, 3, 7, 10),
}
"""Quality, as it is written after the root → its intervals above the root, in semitones."""

OTHERS = {
    "": "maj M major",
    "m": "min - minor",
    "maj7": "M7 Δ Δ7 ma7 j7",
    "m7": "min7 -7 mi7",
    "m7b5": "ø ø7 min7b5 -7b5 m7♭5",
    "dim": "o °",
    "dim7": "o7 °7",
    "aug": "+",
    "mM7": "mmaj7 minmaj7 m(maj7) -Δ7",
    "m6": "min6 -6",
    "m9": "min9 -9",
    "maj9": "M9",
    "sus4": "sus",
    "7sus4": "7sus",
}
SPELLINGS = {other: quality for quality, others in OTHERS.items() for other in others.split()}
"""Other ways to write a quality → ours."""

CHORD = re.compile(r"([A-Ga-g])(##|bb|[#♯b♭]?)([^/]*)(?:/([A-Ga-g])(##|bb|[#♯b♭]?))?")
STEP = re.compile(r"([^@:]+)(?:@(\d+(?:\.\d+)?))?(?::(\d+(?:\.\d+)?))?")
LONGEST = 4096  # beats of a lane
NONE = ("N", "N.C.", "NC", "-")

MAJOR_KEYS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
KEYS = tuple(f"{name} major" for name in MAJOR_KEYS) + tuple(f"{name} minor" for name in MINOR_KEYS)
LOWERED = {"major": (1, 3, 8, 10), "minor": (1,)}
"""Mode → semitones above the tonic of notes beside the scale that are written with a flat."""
LETTERS = (0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6)
"""Semitones above a root → letters above it."""
MODES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}


@dataclass(frozen=True)
class Chord:
    """`root` and `bass` are pitch classes; a root of None is no chord at all."""

    root: int | None
    quality: str = ""
    bass: int | None = None

    @property
    def pitches(self) -> tuple[int, ...]:
        """Its pitch classes, the bass first."""
        if self.root is None:
            return ()
        bass = self.root if self.bass is None else self.bass
        own = [(self.root + interval) % 12 for interval in QUALITIES[self.quality]]
        return (bass, *(pitch for pitch in own if pitch != bass))

    @property
    def inversion(self) -> int:
        """Which of its notes is the bass: 0 the root, 1 the third, …; 0 for a foreign bass."""
        if self.root is None or self.bass is None:
            return 0
        above = (self.bass - self.root) % 12
        return QUALITIES[self.quality].index(above) if above in QUALITIES[self.quality] else 0

    def name(self, flats: bool = False) -> str:
        if self.root is None:
            return "N"
        notes = FLATS if flats else SHARPS
        under = "" if self.bass in (None, self.root) else f"/{notes[self.bass or 0]}"
        return f"{notes[self.root]}{self.quality}{under}"


@dataclass(frozen=True)
class Span:
    """A chord and when it sounds, in beats from the start: [start, stop)."""

    chord: Chord
    start: float
    stop: float


@dataclass(frozen=True)
class Key:
    tonic: int
    mode: str  # "major" or "minor"

    @property
    def scale(self) -> tuple[int, ...]:
        """Its seven pitch classes, from the tonic."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def name(self) -> str:
        """As it stands among KEYS."""
        return f"{(MINOR_KEYS if self.mode == 'minor' else MAJOR_KEYS)[self.tonic]} {self.mode}"

    @property
    def short(self) -> str:
        """As tags and MIDI files have it: "Am", "Eb"."""
        return f"{MINOR_KEYS[self.tonic]}m" if self.mode == "minor" else MAJOR_KEYS[self.tonic]

    @property
    def flats(self) -> bool:
        """Whether its notes are written with flats."""
        if self.mode == "minor":
            return self.tonic == 3 or (self.tonic + 3) % 12 in (5, 10, 3, 8, 1)
        return self.tonic in (5, 10, 3, 8, 1)


def parse_key(text: str) -> Key:
    """Of "A minor". Raises BadInput."""
    name, _, mode = text.partition(" ")
    if mode not in MODES or name[:1] not in NATURALS or name[1:] not in SIGNS:
        raise BadInput(f"“{text[:40]}” is no key; write one like A minor or Eb major.")
    return Key(pitch_class(name[0], name[1:]), mode)


def pitch_class(letter: str, sign: str) -> int:
    return (NATURALS[letter.upper()] + SIGNS[sign]) % 12


def parse_chord(text: str) -> Chord:
    """Of "Am7/C". Raises BadInput with one sentence."""
    if text in NONE:
        return Chord(None)
    match = CHORD.fullmatch(text)
    quality = match and SPELLINGS.get(match[3], match[3])
    if not match or quality not in QUALITIES:
        raise BadInput(f"“{text[:20]}” is no chord that is known here; write one like C, Am7, F#dim or G/B.")
    root = pitch_class(match[1], match[2])
    bass = pitch_class(match[4], match[5]) if match[4] else None
    return Chord(root, quality, None if bass == root else bass)


def parse_lane(text: str, bar: int) -> tuple[Span, ...]:
    """The chords of a lane in their order; `bar` is its length in beats. Raises BadInput with one sentence."""
    spans: list[Span] = []
    if "|" in text:
        bars = [part.split() for part in text.strip().strip("|").split("|")]
        steps = [(step, bar / len(names)) for names in bars for step in names]
        if any(not names for names in bars):
            raise BadInput("The chord lane has an empty bar between two |; write a chord, % or N there.")
    else:
        steps = [(step, float(bar)) for step in text.split()]
    for step, usual in steps:
        spans.append(_span(step, usual, spans))
    ordered = sorted(spans, key=lambda span: span.start)
    for before, after in zip(ordered, ordered[1:], strict=False):
        if after.start < before.stop - 1e-6:
            names = f"{before.chord.name()} and {after.chord.name()}"
            raise BadInput(f"The chords {names} overlap at beat {after.start:g}; move or shorten one of them.")
    if ordered and ordered[-1].stop > LONGEST:
        raise BadInput(f"The chord lane ends at beat {ordered[-1].stop:g}; it may last {LONGEST} beats.")
    return tuple(ordered)


def _span(step: str, usual: float, before: Sequence[Span]) -> Span:
    match = STEP.fullmatch(step)
    if match is None:
        raise BadInput(
            f"“{step[:20]}” in the chord lane cannot be read; write a chord like Am7, or Am7:2 for two beats."
        )
    if match[1] == "%" and not before:
        raise BadInput("The chord lane begins with %, which says the chord before it again; begin with a chord.")
    chord = before[-1].chord if match[1] == "%" else parse_chord(match[1])
    start = float(match[2]) if match[2] else before[-1].stop if before else 0.0
    beats = float(match[3]) if match[3] else usual
    if beats <= 0:
        raise BadInput(f"The chord {match[1]} lasts no time; give it some beats, as in {match[1]}:2.")
    return Span(chord, start, start + beats)


def misread(text: str) -> tuple[tuple[int, int], ...]:
    """Where in a lane the words stand that cannot be read: [first letter, last letter)."""
    found, before = [], [Span(Chord(None), 0.0, 1.0)]
    for word in re.finditer(r"[^\s|]+", text):
        try:
            _span(word[0], 1.0, before)
        except BadInput:
            found.append(word.span())
    return tuple(found)


def lane_length(spans: Sequence[Span], bar: int) -> int:
    """How many beats a lane lasts until it starts over: as many bars as its chords reach into."""
    return ceil(max((span.stop for span in spans), default=0.0) / bar - 1e-6) * bar


def lane_text(spans: Sequence[Span], bar: int, flats: bool = False, name: Callable[[Chord], str] | None = None) -> str:
    """A lane as it is written: the shortest that `parse_lane` reads as these spans. `name` may spell the chords."""
    words, now = [], 0.0
    for span in spans:
        place = "" if abs(span.start - now) < 1e-6 else f"@{_number(span.start)}"
        beats = "" if abs(span.stop - span.start - bar) < 1e-6 else f":{_number(span.stop - span.start)}"
        words.append(f"{name(span.chord) if name else span.chord.name(flats)}{place}{beats}")
        now = span.stop
    return " ".join(words)


def _number(value: float) -> str:
    return f"{round(value, 4):g}"


def spelled(chord: Chord, key: Key | None = None) -> str:
    """A chord's name as musicians write it in a key: Bb in C major, A7/C# in F major; without a key the usual one."""
    if chord.root is None:
        return "N"
    root = _root_name(chord, key)
    under = "" if chord.bass in (None, chord.root) else f"/{_bass_name(chord, root)}"
    return f"{root}{chord.quality}{under}"


def _root_name(chord: Chord, key: Key | None) -> str:
    root = chord.root or 0
    if key is None:
        return (MINOR_KEYS if 3 in QUALITIES[chord.quality] else MAJOR_KEYS)[root]
    lowered = (root - key.tonic) % 12 in LOWERED[key.mode]
    return (FLATS if (key.flats if root in key.scale else lowered) else SHARPS)[root]


def _bass_name(chord: Chord, root: str) -> str:
    """The letter is as far from the root's as the interval says: the third of A is some C."""
    above = ((chord.bass or 0) - (chord.root or 0)) % 12
    letters = "CDEFGAB"
    letter = letters[(letters.index(root[0]) + LETTERS[above]) % 7]
    sign = ((chord.bass or 0) - NATURALS[letter] + 6) % 12 - 6
    signs = {-1: "b", 0: "", 1: "#"}
    return f"{letter}{signs[sign]}" if sign in signs else (FLATS if "b" in root else SHARPS)[chord.bass or 0]


def transposed(chord: Chord, semitones: int) -> Chord:
    if chord.root is None:
        return chord
    bass = None if chord.bass is None else (chord.bass + semitones) % 12
    return replace(chord, root=(chord.root + semitones) % 12, bass=bass)
