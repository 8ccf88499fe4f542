"""The lanes of a request as a MIDI file, to be played and recorded over in another program.

Type 1, 480 ticks a crotchet. The first track holds tempo, metre, key, and a marker for every section and every chord;
the second the chords as notes, led from one to the next by the nearest way; the third a click. Reference: Standard MIDI
Files 1.0 (MIDI Manufacturers Association 1988).
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import mido

from engine.api.chords import Chord, spelled
from engine.api.files import write_atomically
from engine.api.requests import MusicRequest
from engine.api.score import Score, score_of

TICKS = 480  # a crotchet
SIGNATURES = {"2": (2, 4), "3": (3, 4), "4": (4, 4), "6/8": (6, 8)}
CROTCHETS = {"6/8": 1.5}
"""Metre → crotchets a beat, where a beat is no crotchet."""
CHORDS, DRUMS = 0, 9  # channels
PIANO, BAR, BEAT = 0, 76, 77  # of General MIDI: a program; a high and a low wood block
LOUD, SOFT = 100, 76
LOW, MIDDLE, HIGH = 36, 55, 76
"""The lowest bass; what voices stay around; above them there is none."""

Event = tuple[int, int, mido.Message | mido.MetaMessage]
"""When, in ticks; which comes first of those at one time; what."""


def write_lanes(path: Path, request: MusicRequest) -> None:
    """Write tempo, metre, key, sections, chords and beats, atomically. Raises BadInput or Failure."""
    write_atomically(path, midi_of(request))


def midi_of(request: MusicRequest) -> bytes:
    """The same as the bytes of a file. Raises BadInput where the request's lanes cannot be read."""
    score = score_of(request)
    tracks = _settings(score, request.prompt), _chords(score), _click(score)
    held = io.BytesIO()
    mido.MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8", tracks=list(tracks)).save(file=held)
    return held.getvalue()


def _settings(score: Score, prompt: str) -> mido.MidiTrack:
    numerator, denominator = SIGNATURES[score.metre]
    tempo = round(60e6 / (score.tempo * CROTCHETS.get(score.metre, 1.0)))
    start = [
        mido.MetaMessage("track_name", name=" ".join(prompt.split())[:80] or "Quartet"),
        mido.MetaMessage("set_tempo", tempo=tempo),
        mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator),
        *([mido.MetaMessage("key_signature", key=score.key.short)] if score.key else []),
    ]
    return _track(score, [*((0, 0, each) for each in start), *_markers(score)])


def _markers(score: Score) -> Iterator[Event]:
    for section in score.sections:
        yield _ticks(score, section.start), 1, mido.MetaMessage("marker", text=section.name.capitalize())
    for each in score.chords:
        yield _ticks(score, each.start), 2, mido.MetaMessage("marker", text=spelled(each.chord, score.key))


def _chords(score: Score) -> mido.MidiTrack:
    events: list[Event] = [
        (0, 0, mido.MetaMessage("track_name", name="Chords")),
        (0, 0, mido.Message("program_change", channel=CHORDS, program=PIANO)),
    ]
    before: tuple[int, ...] = ()
    for each in score.chords:
        before = voiced(each.chord, before)
        start, stop = _ticks(score, each.start), _ticks(score, each.stop)
        for pitch in before:
            events += _note(CHORDS, pitch, SOFT, start, stop)
    return _track(score, events)


def voiced(chord: Chord, before: tuple[int, ...] = ()) -> tuple[int, ...]:
    """MIDI pitches of a chord, the bass first; above it the position in which its voices move the least."""
    if chord.root is None:
        return ()
    bass, *others = chord.pitches
    above = sorted({*others, *([bass] if len(others) < 3 else [])})
    middle = sum(before[1:]) / len(before[1:]) if before[1:] else MIDDLE + 6
    positions = [_close(above, lowest) for lowest in range(MIDDLE - 7, MIDDLE + 10) if lowest % 12 in above]
    usable = [each for each in positions if max(each) <= HIGH] or positions
    return (LOW + (bass - LOW) % 12, *min(usable, key=lambda each: abs(sum(each) / len(each) - middle)))


def _close(pitches: Iterable[int], lowest: int) -> tuple[int, ...]:
    """These pitch classes from `lowest` up, within an octave."""
    return tuple(sorted(lowest + (pitch - lowest) % 12 for pitch in pitches))


def _click(score: Score) -> mido.MidiTrack:
    events: list[Event] = [(0, 0, mido.MetaMessage("track_name", name="Click"))]
    for seconds, number in score.beats:
        at = _ticks(score, seconds)
        stop = min(at + TICKS // 8, _ticks(score, score.seconds))
        events += _note(DRUMS, BEAT if number else BAR, SOFT if number else LOUD, at, stop)
    return _track(score, events)


def _note(channel: int, pitch: int, velocity: int, start: int, stop: int) -> list[Event]:
    """Nothing of a note that has no time to sound: its end would stand before its beginning."""
    if stop <= start:
        return []
    return [
        (start, 2, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)),
        (stop, 1, mido.Message("note_off", channel=channel, note=pitch)),
    ]


def _track(score: Score, events: Iterable[Event]) -> mido.MidiTrack:
    """In the order of time, until exactly where the music ends."""
    track, now = mido.MidiTrack(), 0
    last = (_ticks(score, score.seconds), 9, mido.MetaMessage("end_of_track"))
    for at, _, message in sorted([*events, last], key=lambda event: event[:2]):
        track.append(message.copy(time=at - now))
        now = at
    return track


def _ticks(score: Score, seconds: float) -> int:
    return round(seconds * score.tempo / 60 * TICKS * CROTCHETS.get(score.metre, 1.0))
