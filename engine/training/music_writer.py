"""Music written by rules, as notes with exact labels: key, tempo, metre, chords, sections, instruments, dynamics.

A piece follows a style (music_styles.toml) through a form of sections over a lane of chords; what it writes down is
what a caption may say and what the lanes of a request hold. Times are in beats, pitches are MIDI numbers, velocities
1 to 127.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.api.chords import MAJOR_KEYS, MINOR_KEYS, QUALITIES, Chord, Key, Span, lane_text, parse_key, transposed
from engine.api.score import BEATS
from engine.training import music_parts as parts

Rng = np.random.Generator

MAJOR_TRIADS = ("", "m", "m", "", "", "m", "dim")
MINOR_TRIADS = ("m", "dim", "", "m", "", "", "")  # with the major fifth degree of the harmonic scale
MAJOR_SEVENTHS = ("maj7", "m7", "m7", "maj7", "7", "m7", "m7b5")
MINOR_SEVENTHS = ("m7", "m7b5", "maj7", "m7", "7", "maj7", "7")
COLOURS = ("sus4", "sus2", "add9", "6")
ANY_CHORDS = 0.15  # of the pieces have chords of no key
DYNAMICS = ("steady", "crescendo", "decrescendo")


@dataclass(frozen=True)
class Note:
    track: int
    start: float
    stop: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Track:
    """`pan` from -1 (left) to 1, `volume` 0 to 1; drums have no program."""

    program: int | None
    pan: float
    volume: float


@dataclass(frozen=True)
class Piece:
    """A written piece and all that is true of it; `lead`, `backing`, `bass` are names in music_styles.toml."""

    style: str
    lead: str
    backing: str
    pad: str
    bass: str
    drums: bool
    texture: str
    key: str
    tempo: float
    metre: str
    bars: int
    sections: tuple[tuple[str, int], ...]
    spans: tuple[Span, ...]
    dynamics: str
    in_key: bool
    tracks: tuple[Track, ...] = ()
    notes: tuple[Note, ...] = field(default=(), repr=False)

    @property
    def lane(self) -> str:
        return lane_text(self.spans, BEATS[self.metre], parse_key(self.key).flats)

    @property
    def seconds(self) -> float:
        return self.bars * BEATS[self.metre] * 60 / self.tempo


@cache
def tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("music_styles.toml").read_text(encoding="utf-8"))


def pick(rng: Rng, options: Sequence[Any]) -> Any:
    return options[int(rng.integers(len(options)))]


def written(rng: Rng, seconds: tuple[float, float] = (12.0, 30.0)) -> Piece:
    """Any piece that lasts about so many seconds."""
    name = pick(rng, list(tables()["styles"]))
    style = tables()["styles"][name]
    metre = pick(rng, style["metres"])
    low, high = style["tempo"]
    tempo = float(np.round(rng.uniform(low, high) if rng.random() < 0.8 else rng.uniform(60, 180)))
    if metre == "6/8":
        tempo = float(np.clip(np.round(tempo * 0.6), 50, 100))
    mode = "minor" if rng.random() < 0.45 else "major"
    key = f"{pick(rng, MAJOR_KEYS if mode == 'major' else MINOR_KEYS)} {mode}"
    bars = max(4, round(rng.uniform(*seconds) * tempo / 60 / BEATS[metre]))
    sections = form(bars, rng)
    bars = sum(count for _, count in sections)
    in_key = rng.random() >= ANY_CHORDS
    spans = chords(parse_key(key), bars, BEATS[metre], style["sevenths"], in_key, rng)
    backing = pick(rng, list(style["backing"]))
    lead = pick(rng, [each for each in style["leads"] if each != backing])
    piece = Piece(
        style=name,
        lead=lead,
        backing=backing,
        pad=pick(rng, ("strings", "pad", "choir")) if rng.random() < 0.25 else "",
        bass=pick(rng, list(style["bass"])),
        drums=rng.random() < style["chance_of_drums"],
        texture=style["backing"][backing] if rng.random() < 0.75 else pick(rng, parts.TEXTURES),
        key=key,
        tempo=tempo,
        metre=metre,
        bars=bars,
        sections=sections,
        spans=spans,
        dynamics=pick(rng, DYNAMICS) if rng.random() < 0.3 else "steady",
        in_key=in_key,
    )
    return arranged(piece, rng)


def form(bars: int, rng: Rng) -> tuple[tuple[str, int], ...]:
    """Sections of so many bars or a few more; one in four is a single stretch of a verse or a chorus."""
    if bars < 6 or rng.random() < 0.25:
        return ((pick(rng, ("verse", "chorus")), bars),)
    edge = 1 if bars < 10 else 2
    intro, outro = (edge if rng.random() < 0.7 else 0 for _ in range(2))
    left = max(2, bars - intro - outro)
    first = max(2, left // 2 // 2 * 2)
    middle = [("verse", first), ("chorus", max(2, left - first))]
    if left >= 12 and rng.random() < 0.4:
        middle = [("verse", left // 3), ("bridge", left // 3), ("chorus", left - left // 3 * 2)]
    whole = [("intro", intro), *middle, ("outro", outro)]
    return tuple((name, count) for name, count in whole if count)


def chords(key: Key, bars: int, bar: int, sevenths: float, in_key: bool, rng: Rng) -> tuple[Span, ...]:
    """One chord after the other to the end, the last one on the tonic more often than not."""
    pattern = [int(degree) for degree in pick(rng, tables()["progressions"][key.mode]).split()]
    lengths = [bar * share for share in ([1.0] * 7 + [2.0] + ([0.5] * 2 if bar % 2 == 0 else []))]
    length, spans, start, index = pick(rng, lengths), [], 0.0, 0
    made: dict[int, Chord] = {}
    while start < bars * bar - 1e-6:
        place = index % len(pattern)
        if place not in made or rng.random() < 0.1:
            made[place] = diatonic(key, pattern[place], sevenths, rng) if in_key else any_chord(sevenths, rng)
        stop = min(start + length, float(bars * bar))
        spans.append(Span(made[place], start, stop))
        start, index = stop, index + 1
    if in_key and rng.random() < 0.6:
        spans[-1] = replace(spans[-1], chord=Chord(key.tonic, "" if key.mode == "major" else "m"))
    return tuple(spans)


def diatonic(key: Key, degree: int, sevenths: float, rng: Rng) -> Chord:
    table = (MAJOR_TRIADS, MAJOR_SEVENTHS) if key.mode == "major" else (MINOR_TRIADS, MINOR_SEVENTHS)
    quality = table[rng.random() < sevenths][degree - 1]
    if quality in ("", "m") and rng.random() < 0.06:
        quality = pick(rng, COLOURS) if quality == "" else "m7"
    return inverted(Chord(key.scale[degree - 1], quality), rng)


def any_chord(sevenths: float, rng: Rng) -> Chord:
    common = ("", "m", "", "m", "dim", "aug") if rng.random() > sevenths else ("7", "maj7", "m7", "m7b5", "dim7", "mM7")
    quality = pick(rng, common) if rng.random() < 0.9 else pick(rng, list(QUALITIES))
    return inverted(Chord(int(rng.integers(12)), quality), rng)


def inverted(chord: Chord, rng: Rng) -> Chord:
    """One in eight stands on its third or fifth."""
    if rng.random() > 0.125 or chord.root is None:
        return chord
    above = pick(rng, QUALITIES[chord.quality][1:])
    return replace(chord, bass=(chord.root + above) % 12)


def arranged(piece: Piece, rng: Rng) -> Piece:
    """The piece with its notes, section by section."""
    instruments = tables()["instruments"]
    pans = rng.uniform(-0.7, 0.7, 2)
    tracks = [
        Track(instruments[piece.lead]["program"], float(pans[0] * 0.5), rng.uniform(0.85, 1.0)),
        Track(instruments[piece.backing]["program"], float(pans[1]), rng.uniform(0.6, 0.8)),
        Track(tables()["basses"][piece.bass]["program"], 0.0, rng.uniform(0.75, 0.95)),
        Track(None, 0.0, rng.uniform(0.6, 0.85)),
        Track(instruments[piece.pad]["program"] if piece.pad else 0, float(-pans[1]), rng.uniform(0.4, 0.6)),
    ]
    bar, start, notes = BEATS[piece.metre], 0, []
    melody = parts.Melody(piece, rng)
    for name, bars in piece.sections:
        stretch = (float(start * bar), float((start + bars) * bar))
        notes += section(piece, name, stretch, melody, rng)
        start += bars
    return replace(piece, tracks=tuple(tracks), notes=tuple(swelled(notes, piece)))


def section(piece: Piece, name: str, stretch: tuple[float, float], melody: Any, rng: Rng) -> list[Note]:
    """Who plays in a section, and how loud: thin at the ends, full in a chorus."""
    loud = {"intro": 0.8, "verse": 0.9, "chorus": 1.0, "bridge": 0.85, "outro": 0.8}[name]
    thin = name in ("intro", "outro")
    style = tables()["styles"][piece.style]
    notes: list[Note] = []
    if not thin or rng.random() < 0.5:
        notes += melody.notes(stretch, loud, sparse=thin)
    notes += parts.backing(piece, stretch, loud, rng)
    if not thin or rng.random() < 0.6:
        notes += parts.bass(piece, style["bass"][piece.bass], stretch, loud)
    if piece.drums and not thin and not (name == "bridge" and rng.random() < 0.5):
        notes += parts.drums(piece, style["drums"], stretch, loud, rng)
    if piece.pad and name != "verse":
        notes += parts.block(piece, 4, stretch, 0.7 * loud)
    return notes


def swelled(notes: list[Note], piece: Piece) -> list[Note]:
    """With the dynamics of the piece."""
    if piece.dynamics == "steady":
        return notes
    whole = piece.bars * BEATS[piece.metre]

    def share(note: Note) -> float:
        passed = note.start / whole
        return 0.35 + 0.65 * (passed if piece.dynamics == "crescendo" else 1 - passed)

    return [replace(note, velocity=max(1, round(note.velocity * share(note)))) for note in notes]


def moved(piece: Piece, semitones: int) -> Piece:
    """The same piece so much higher, its key and chords with it; drums stay."""
    key = parse_key(piece.key)
    names = MAJOR_KEYS if key.mode == "major" else MINOR_KEYS
    drums = [number for number, track in enumerate(piece.tracks) if track.program is None]
    return replace(
        piece,
        key=f"{names[(key.tonic + semitones) % 12]} {key.mode}",
        spans=tuple(replace(span, chord=transposed(span.chord, semitones)) for span in piece.spans),
        notes=tuple(
            note if note.track in drums else replace(note, pitch=note.pitch + semitones) for note in piece.notes
        ),
    )


def sped(piece: Piece, factor: float) -> Piece:
    """The same piece so much faster."""
    return replace(piece, tempo=float(np.clip(np.round(piece.tempo * factor), 42, 220)))


def varied(piece: Piece, rng: Rng) -> Piece:
    """Up to three semitones higher or lower, 5 to 25 % faster or slower, swelling or dying away: as MusicBench did."""
    kind = int(rng.integers(3))
    if kind == 0:
        return moved(piece, int(pick(rng, (-3, -2, -1, 1, 2, 3))))
    if kind == 1:
        return sped(piece, 1 + rng.uniform(0.05, 0.25) * pick(rng, (-1, 1)))
    swelling = replace(piece, dynamics=pick(rng, DYNAMICS[1:]))
    return replace(swelling, notes=tuple(swelled(list(piece.notes), swelling)))
