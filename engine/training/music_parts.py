"""What each player plays: melody, accompaniment, bass and drums of a written piece, note by note.

Times in beats; a beat of 6/8 is three quavers long, every other beat two.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.api.chords import QUALITIES, Chord, Span, parse_key
from engine.api.score import BEATS

if TYPE_CHECKING:
    from engine.training.music_writer import Note, Piece

Rng = np.random.Generator
Stretch = tuple[float, float]

TEXTURES = ("block", "pulse", "offbeat", "arpeggio", "alberti", "strum")
LEAD, BACKING, BASS, DRUMS = range(4)
MIDDLE = 60  # around which accompaniments lie

# Rhythms of a bar's melody, in quavers; negative ones are rests.
RHYTHMS = {
    "2": ((2, 2), (1, 1, 2), (3, 1), (2, 1, 1), (4,)),
    "3": ((2, 2, 2), (4, 2), (3, 1, 2), (2, 1, 1, 2), (6,), (2, 2, 1, 1)),
    "4": (
        (2, 2, 2, 2),
        (3, 1, 2, 2),
        (1, 1, 2, 2, 2),
        (4, 2, 2),
        (2, 1, 1, 4),
        (3, 3, 2),
        (-2, 2, 2, 2),
        (1, 1, 1, 1, 4),
    ),
    "6/8": ((3, 3), (2, 1, 2, 1), (1, 1, 1, 3), (3, 2, 1), (6,)),
}
SPARSE = {"2": ((4,),), "3": ((6,), (4, 2)), "4": ((4, 4), (8,), (6, 2)), "6/8": ((6,), (3, 3))}

# Drums by style: voice (General MIDI note) → chance, in 12 or 8 places of a bar or per beat.
KICK, SNARE, RIM, HAT, OPEN_HAT, RIDE, CRASH, TOM, BONGO_HIGH, BONGO_LOW, SHAKER, BRUSH = (
    36, 38, 37, 42, 46, 51, 49, 45, 60, 61, 70, 69,
)  # fmt: skip


def sounding(piece: "Piece", beat: float) -> Span:
    """The chord at a beat; the last one for ever after."""
    return next((span for span in piece.spans if span.start <= beat + 1e-6 < span.stop), piece.spans[-1])


def spans_in(piece: "Piece", stretch: Stretch) -> Iterator[tuple[Chord, float, float]]:
    """Chords and when they sound within a stretch."""
    for span in piece.spans:
        start, stop = max(span.start, stretch[0]), min(span.stop, stretch[1])
        if stop - start > 1e-6 and span.chord.root is not None:
            yield span.chord, start, stop


def voicing(chord: Chord, centre: int = MIDDLE) -> list[int]:
    """The chord's notes, each as near to the centre as it can be."""
    assert chord.root is not None
    notes = [(chord.root + interval) % 12 for interval in QUALITIES[chord.quality]]
    return sorted(centre - 6 + (note - centre + 6) % 12 for note in notes)


def quaver(piece: "Piece") -> float:
    """Its length in beats."""
    return 1 / 3 if piece.metre == "6/8" else 0.5


def note(track: int, start: float, stop: float, pitch: int, velocity: float) -> "Note":
    from engine.training.music_writer import Note

    return Note(track, start, stop, int(pitch), int(np.clip(round(velocity), 1, 127)))


# --- accompaniment ---


def block(piece: "Piece", track: int, stretch: Stretch, loud: float) -> list["Note"]:
    return [
        note(track, start, stop - 0.03, pitch, 72 * loud)
        for chord, start, stop in spans_in(piece, stretch)
        for pitch in voicing(chord)
    ]


def backing(piece: "Piece", stretch: Stretch, loud: float, rng: Rng) -> list["Note"]:
    """Chords in the texture of the piece."""
    if piece.texture == "block":
        return block(piece, BACKING, stretch, loud)
    if piece.texture in ("arpeggio", "alberti"):
        return broken(piece, stretch, loud)
    return hits(piece, stretch, loud, rng)


def broken(piece: "Piece", stretch: Stretch, loud: float) -> list["Note"]:
    """One note a quaver: up and down, or low-high-middle-high."""
    notes, step = [], quaver(piece)
    for chord, start, stop in spans_in(piece, stretch):
        pitches = voicing(chord)
        if piece.texture == "arpeggio":
            order = [*pitches, pitches[0] + 12, *reversed(pitches[1:])]
        else:
            order = [pitches[0], pitches[-1], pitches[len(pitches) // 2], pitches[-1]]
        for index in range(round((stop - start) / step)):
            at = start + index * step
            accent = 82 if index == 0 else 70
            notes.append(note(BACKING, at, at + step * 1.6, order[index % len(order)], accent * loud))
    return notes


def hits(piece: "Piece", stretch: Stretch, loud: float, rng: Rng) -> list["Note"]:
    """Whole chords on beats, between them, on all but the first of a bar, or strummed."""
    bar, step, notes = BEATS[piece.metre], quaver(piece), []
    for beat in np.arange(stretch[0], stretch[1] - 1e-6, 1.0):
        chord = sounding(piece, beat).chord
        if chord.root is None:
            continue
        first = beat % bar == 0
        places = {
            "pulse": [(0.0, 0.9, 76)],
            "offbeat": [(step, step * 0.8, 78)],
            "oompah": [] if first else [(0.0, 0.5, 76)],
            "strum": [(0.0, 0.95, 84 if first else 70)] + ([(step, 0.45, 62)] if rng.random() < 0.7 else []),
        }[piece.texture]
        for after, length, velocity in places:
            spread = 0.03 if piece.texture == "strum" else 0.0
            for number, pitch in enumerate(voicing(chord)):
                at = beat + after + number * spread
                notes.append(note(BACKING, at, beat + after + length, pitch, velocity * loud))
    return notes


# --- bass ---


def bass(piece: "Piece", kind: str, stretch: Stretch, loud: float) -> list["Note"]:
    """Roots, or what inversions put below, between E1 and D#2."""
    notes, step = [], quaver(piece)
    for chord, start, stop in spans_in(piece, stretch):
        assert chord.root is not None
        low = 28 + (chord.pitches[0] - 28) % 12
        fifth = low + 7 if chord.bass is None else low
        third = low + (QUALITIES[chord.quality][1] if chord.bass is None else 0)
        for at, length, pitch in bass_line(kind, start, stop, step, (low, third, fifth)):
            accent = 96 if at == start else 86
            notes.append(note(BASS, at, min(at + length, stop) - 0.02, pitch, accent * loud))
    return notes


def bass_line(
    kind: str, start: float, stop: float, step: float, tones: tuple[int, int, int]
) -> list[tuple[float, float, int]]:
    """(beat, length, pitch) of a chord's bass."""
    low, third, fifth = tones
    beats = np.arange(start, stop - 1e-6, 1.0)
    if kind == "bars":
        return [(start, stop - start, low)]
    if kind == "fifths":
        return [(at, 0.95, low if number % 2 == 0 else fifth) for number, at in enumerate(beats)]
    if kind == "walking":
        order = (low, third, fifth, low + 12 if fifth != low else low)
        return [(at, 0.95, order[number % 4]) for number, at in enumerate(beats)]
    if kind == "syncopated":
        pattern = ((0.0, 0.7, low), (1 - step, 0.3, low + 12), (1 + step, 0.4, fifth))
        pairs = np.arange(start, stop - 1e-6, 2.0)
        return [(at + after, length, pitch) for at in pairs for after, length, pitch in pattern if at + after < stop]
    eighths = np.arange(start, stop - 1e-6, step)
    return [(at, step * 0.9, low) for at in eighths]


# --- drums ---


def drums(piece: "Piece", kind: str, stretch: Stretch, loud: float, rng: Rng) -> list["Note"]:
    """A groove a bar long again and again, a crash where the section begins, a fill at its end."""
    bar = BEATS[piece.metre]
    groove = list(pattern(kind, bar, quaver(piece)))
    notes = [note(DRUMS, stretch[0], stretch[0] + 0.5, CRASH, 92 * loud)] if rng.random() < 0.5 else []
    fills = rng.random() < 0.5
    for start in np.arange(stretch[0], stretch[1] - 1e-6, bar):
        last = fills and start + bar >= stretch[1] - 1e-6
        for at, voice, velocity in groove:
            if not (last and at >= bar - 1):
                notes.append(note(DRUMS, start + at, start + at + 0.2, voice, velocity * loud))
        if last:
            notes += [
                note(DRUMS, start + bar - 1 + n / 4, start + bar - 0.9 + n / 4, voice, (80 + 8 * n) * loud)
                for n, voice in enumerate((SNARE, SNARE, TOM + 2, TOM))
            ]
    return notes


def pattern(kind: str, bar: int, step: float) -> Iterator[tuple[float, int, float]]:
    """(beat in the bar, voice, velocity) of a groove."""
    back = [1, 3] if bar == 4 else [1] if bar == 2 else [2]
    ones = [0, 2] if bar == 4 else [0]
    quavers = [float(at) for at in np.arange(0, bar - 1e-6, step)]
    if kind in ("rock", "funk"):
        yield from ((at, HAT, 70 if at % 1 == 0 else 56) for at in quavers)
        yield from ((float(at), KICK, 104) for at in ones)
        yield from ((float(at), SNARE, 100) for at in back)
        if kind == "funk":
            yield from (((at + 0.75) % bar, KICK, 80) for at in ones)
            yield from ((at + 0.25, SNARE, 42) for at in back)
    elif kind == "four":
        yield from ((float(at), KICK, 110) for at in range(bar))
        yield from ((at + step, OPEN_HAT, 76) for at in range(bar))
        yield from ((float(at), SNARE, 92) for at in back)
    elif kind == "swing":
        yield from ((float(at), RIDE, 74) for at in range(bar))
        yield from ((at + 2 / 3, RIDE, 58) for at in back)
        yield from ((float(at), HAT, 60) for at in back)
        yield (0.0, KICK, 62)
    elif kind == "reggae":
        yield from ((float(at), HAT, 60) for at in range(bar))
        yield from ((float(at), KICK, 100) for at in back)
        yield from ((float(at), RIM, 92) for at in back)
    elif kind == "tabla":
        yield from ((at, BONGO_HIGH, 64 if at % 1 else 84) for at in quavers)
        yield from ((float(at), BONGO_LOW, 92) for at in ones)
        yield from ((at + step, BONGO_LOW, 70) for at in back)
    elif kind == "march":
        yield from ((at, SNARE, 84 if at % 1 == 0 else 56) for at in quavers)
        yield from ((float(at), KICK, 96) for at in range(0, bar, 2 if bar != 3 else 3))
    else:
        yield from ((at, SHAKER, 56 if at % 1 == 0 else 44) for at in quavers)
        yield (0.0, KICK, 70)
        yield from ((float(at), RIM, 58) for at in back)


# --- melody ---


class Melody:
    """A tune of a few motifs: strong beats on notes of the chord, the others by steps of the scale."""

    def __init__(self, piece: "Piece", rng: Rng) -> None:
        from engine.training.music_writer import pick, tables

        instrument = tables()["instruments"][piece.lead]
        self.piece, self.rng, self.pick = piece, rng, pick
        self.low, self.high = instrument["low"], instrument["high"]
        self.scale = set(parse_key(piece.key).scale) if piece.in_key else set()
        self.motifs = [pick(rng, RHYTHMS[piece.metre]) for _ in range(2)]
        self.pitch = int(rng.integers(self.low + 8, self.high - 8))

    def notes(self, stretch: Stretch, loud: float, sparse: bool) -> list["Note"]:
        bar, step, made = BEATS[self.piece.metre], quaver(self.piece), []
        for number, start in enumerate(np.arange(stretch[0], stretch[1] - 1e-6, bar)):
            rhythm = self.pick(self.rng, SPARSE[self.piece.metre]) if sparse else self.motifs[(0, 0, 1, 0)[number % 4]]
            at = float(start)
            for quavers in rhythm:
                length = abs(quavers) * step
                if quavers > 0 and self.rng.random() > 0.06:
                    self.pitch = self.next_pitch(at)
                    accent = 102 if at == start else 92
                    made.append(note(LEAD, at, at + length * 0.92, self.pitch, accent * loud))
                at += length
        return made

    def next_pitch(self, at: float) -> int:
        """A step or a small leap from the last note; on a beat the nearest note of the chord."""
        wanted = self.pitch + int(self.rng.integers(-4, 5))
        allowed: set[Any] = set(sounding(self.piece, at).chord.pitches)
        if abs(at % 1) > 1e-6 and self.scale:
            allowed = self.scale
        near = [pitch for pitch in range(self.low, self.high + 1) if pitch % 12 in allowed]
        return min(near or [self.pitch], key=lambda pitch: (abs(pitch - wanted), pitch))
