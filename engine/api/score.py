"""What a request for music asks for, laid out in time: beats, bars, chords, sections, to the second and to the sample.

Tempo counts the beats of the metre: in 6/8 these are dotted crotchets, two a bar, each of three quavers. The chord lane
starts over until the end.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.api.chords import Chord, Key, Span, lane_length, parse_key, parse_lane
from engine.api.errors import BadInput

if TYPE_CHECKING:
    from engine.api.music_request import MusicRequest

BEATS = {"2": 2, "3": 3, "4": 4, "6/8": 2}
"""Metre → beats a bar."""

SECTIONS = ("intro", "verse", "chorus", "bridge", "outro")


@dataclass(frozen=True)
class Sounding:
    """A chord and when it is heard, in seconds: [start, stop)."""

    chord: Chord
    start: float
    stop: float


@dataclass(frozen=True)
class Section:
    """A part of the form, in seconds: [start, stop)."""

    name: str
    start: float
    stop: float


@dataclass(frozen=True)
class Score:
    """`beats` are (seconds, number in the bar from 0), as many as begin before the end."""

    seconds: float
    tempo: float
    metre: str
    key: Key | None
    beats: tuple[tuple[float, int], ...]
    chords: tuple[Sounding, ...]
    sections: tuple[Section, ...]

    def samples(self, rate: int) -> int:
        return round(self.seconds * rate)

    def chord_at(self, seconds: float) -> Chord:
        """The chord that sounds there; N where none does."""
        found = (each.chord for each in self.chords if each.start <= seconds < each.stop)
        return next(found, Chord(None))


def score_of(asked: "MusicRequest") -> Score:
    """Raises BadInput with one sentence where lane, sections or length cannot be used."""
    bar, beat = BEATS[asked.metre], 60 / asked.tempo
    seconds = seconds_of(asked)
    count = max(1, int(seconds / beat - 1e-6) + 1)
    return Score(
        seconds,
        asked.tempo,
        asked.metre,
        None if asked.key == "any" else parse_key(asked.key),
        tuple((number * beat, number % bar) for number in range(count)),
        _sounding(parse_lane(asked.chords, bar), bar, beat, seconds),
        _sections(asked.sections, bar * beat, seconds),
    )


def seconds_of(asked: "MusicRequest") -> float:
    """How long the music lasts: its bars, or its seconds where no bars are set."""
    return asked.bars * BEATS[asked.metre] * 60 / asked.tempo if asked.bars else asked.seconds


def _sounding(lane: tuple[Span, ...], bar: int, beat: float, seconds: float) -> tuple[Sounding, ...]:
    """The lane again and again, each time from the beginning of a bar, until the end."""
    if not lane:
        return ()
    length = lane_length(lane, bar) * beat
    rounds = int(-(-seconds // length))
    found = (
        Sounding(span.chord, again * length + span.start * beat, min(seconds, again * length + span.stop * beat))
        for again in range(rounds)
        for span in lane
    )
    return tuple(each for each in found if each.start < seconds - 1e-6)


def parse_sections(text: str) -> tuple[tuple[str, int], ...]:
    """Of "intro:2 verse:8": names and their bars. Raises BadInput with one sentence."""
    found = []
    for word in text.replace(",", " ").split():
        name, _, bars = word.lower().partition(":")
        if name not in SECTIONS or not bars.isdecimal() or not 0 < int(bars) <= 256:
            raise BadInput(f"“{word[:20]}” is no section; write one like verse:8, of {', '.join(SECTIONS)}.")
        found.append((name, int(bars)))
    return tuple(found)


def _sections(text: str, bar: float, seconds: float) -> tuple[Section, ...]:
    found, start = [], 0.0
    for name, bars in parse_sections(text):
        stop = start + bars * bar
        if start < seconds:
            found.append(Section(name, start, min(stop, seconds)))
        start = stop
    return tuple(found)
