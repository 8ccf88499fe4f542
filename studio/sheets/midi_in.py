"""What a MIDI file says of a piece: tempo, metre, key, sections, chords, length.

A request has one tempo and one metre: those that hold longest. Chords are those of its markers, where it has such, else
recognised from its notes, drums aside. Reference: Standard MIDI Files 1.0 (MIDI Manufacturers Association 1988).
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mido

from engine.api.chords import NONE, Chord, Key, Span, parse_chord, parse_key
from engine.api.errors import BadInput
from engine.api.score import BEATS
from studio.sheets.harmony import Note, chords_of
from studio.sheets.headings import section_named
from studio.sheets.sheet import MOST_BARS, MOST_SECONDS, Sheet, in_sections, lane_of

MOST_BYTES = 2**20
DRUMS = 9  # the channel of General MIDI
USUAL = 500_000  # µs a crotchet where the file does not say
SLOWEST, FASTEST = 40.0, 240.0  # beats a minute that a request may have
IN_KEY = 0.85  # of the notes: programs write C major where nobody chose a key


@dataclass
class Reading:
    """All that matters of a file, in ticks; `stop` is where its last note ends."""

    tempi: list[tuple[int, int]] = field(default_factory=list)
    metres: list[tuple[int, tuple[int, int]]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, int, int]] = field(default_factory=list)
    """Pitch, from, to; drums left out."""
    stop: int = 0


def read_midi(path: Path) -> Sheet:
    """Raises BadInput with one sentence where the file is none, is too long, or in a metre that is not known here."""
    file = _opened(path)
    reading = _read(file)
    if not reading.stop:
        raise BadInput(f"{path.name} holds no notes; choose another MIDI file.")
    seconds = _seconds(reading, file.ticks_per_beat)
    if seconds > MOST_SECONDS:
        longest = f"music here lasts up to {MOST_SECONDS // 60} minutes"
        raise BadInput(f"{path.name} lasts {_spoken(seconds)}; {longest}: save a part of it as a file of its own.")
    return _sheet(path.name, reading, file.ticks_per_beat)


def _opened(path: Path) -> mido.MidiFile:
    try:
        with path.open("rb") as opened:
            held = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}; check the name.") from error
    if len(held) > MOST_BYTES:
        raise BadInput(f"{path.name} is too large for a song ({len(held) >> 20} MB and more); choose a shorter one.")
    try:
        file = mido.MidiFile(file=io.BytesIO(held), clip=True)
    except Exception as error:  # mido lets out whatever its reading stumbles over
        raise BadInput(f"{path.name} is no MIDI file, or a damaged one; choose another.") from error
    if file.ticks_per_beat <= 0:
        raise BadInput(f"{path.name} counts in frames of film, not in beats; save it with beats.")
    return file


# --- what is in it ---


def _read(file: mido.MidiFile) -> Reading:
    """Tracks of a file of type 2 follow no common clock: of these the first."""
    reading = Reading()
    for track in file.tracks[:1] if file.type == 2 else file.tracks:
        _read_track(track, reading)
    reading.tempi = sorted(reading.tempi) or [(0, USUAL)]
    reading.metres = sorted(reading.metres) or [(0, (4, 4))]
    reading.markers.sort(key=lambda marker: marker[0])
    return reading


def _read_track(track: Iterable[Any], reading: Reading) -> None:
    now, held = 0, dict[tuple[int, int], int]()
    for message in track:
        now += message.time
        match message.type:
            case "set_tempo" if message.tempo:
                reading.tempi.append((now, message.tempo))
            case "time_signature":
                reading.metres.append((now, (message.numerator, message.denominator)))
            case "key_signature":
                reading.keys.append(message.key)
            case "marker" | "text" | "lyrics":
                reading.markers.append((now, message.text.strip()))
            case "note_on" | "note_off":
                _read_note(message, now, held, reading)
    for (channel, pitch), start in held.items():
        _end_note(channel, pitch, start, now, reading)


def _read_note(message: Any, now: int, held: dict[tuple[int, int], int], reading: Reading) -> None:
    """A key that is struck again ends its note before."""
    key = message.channel, message.note
    if key in held:
        _end_note(*key, held.pop(key), now, reading)
    if message.type == "note_on" and message.velocity:
        held[key] = now


def _end_note(channel: int, pitch: int, start: int, stop: int, reading: Reading) -> None:
    reading.stop = max(reading.stop, stop)
    if channel != DRUMS and stop > start:
        reading.notes.append((pitch, start, stop))


def _seconds(reading: Reading, ticks: int) -> float:
    return sum(float(lasts * tempo) / 1e6 / ticks for tempo, lasts in _lasting(reading.tempi, reading.stop))


def _lasting(changes: Sequence[tuple[int, Any]], stop: int) -> Iterator[tuple[Any, int]]:
    """Each value, and for how many ticks it holds; the first one from the beginning on."""
    ends = [*(at for at, _ in changes[1:]), stop]
    for number, ((at, value), end) in enumerate(zip(changes, ends, strict=True)):
        yield value, max(0, min(end, stop) - (at if number else 0))


def _longest(changes: Sequence[tuple[int, Any]], stop: int) -> Any:
    """The value that holds for the most ticks, over all its times; the earlier of those that hold alike."""
    times: dict[Any, int] = {}
    for value, lasts in _lasting(changes, stop):
        times[value] = times.get(value, 0) + lasts
    return max(times, key=lambda value: times[value])


# --- what it comes to ---


def _sheet(name: str, reading: Reading, ticks: int) -> Sheet:
    notes = []
    signature, tempo = _longest(reading.metres, reading.stop), _longest(reading.tempi, reading.stop)
    metre, crotchets = _metre(name, *signature)
    bpm, crotchets = _within(60e6 / tempo / crotchets, crotchets)
    beat, bar = ticks * crotchets, BEATS[metre]
    bars = max(1, int(-(-(reading.stop / beat - 0.05) // bar)))
    if bars > MOST_BARS:
        raise BadInput(f"{name} lasts {bars} bars; music here lasts up to {MOST_BARS}: save a part of it.")
    if len({value for _, value in reading.tempi}) > 1:
        notes.append(f"Its tempo changes; {bpm:g} BPM holds longest.")
    if len({value for _, value in reading.metres}) > 1:
        notes.append(f"Its metre changes; {signature[0]}/{signature[1]} holds longest.")
    key = _key(reading)
    spans = _marked(reading, beat, bars * bar) or _heard(reading, beat, bars * bar, bar)
    return Sheet(
        chords=lane_of(spans, bar, key) or None,
        tempo=bpm,
        metre=metre,
        key=key.name if key else "any",
        sections=_sections(reading, beat * bar, bars),
        bars=bars,
        notes=tuple(notes),
    )


def _metre(name: str, numerator: int, denominator: int) -> tuple[str, float]:
    """The metre of a request, and crotchets a beat. Bars of 12/8 are two of 6/8, bars of 8/8 two of 4/4."""
    compound = numerator in (6, 9, 12) and denominator >= 8
    count = numerator // 3 if compound else numerator
    crotchets = (3 if compound else 1) * 4 / denominator
    if compound and count in (2, 4):
        return "6/8", crotchets
    if str(count) in BEATS or count == 8:
        return str(min(count, 4)), crotchets
    raise BadInput(f"{name} is in {numerator}/{denominator}; music here is in {', '.join(BEATS)} beats.")


def _within(bpm: float, crotchets: float) -> tuple[float, float]:
    """A tempo that a request may have: half or double as many beats where it is too fast or too slow."""
    while bpm > FASTEST:
        bpm, crotchets = bpm / 2, crotchets * 2
    while bpm < SLOWEST:
        bpm, crotchets = bpm * 2, crotchets / 2
    return round(bpm, 2), crotchets


def _key(reading: Reading) -> Key | None:
    """What the file says, if its notes keep to it; drums alone keep to any."""
    if not reading.keys:
        return None
    name = reading.keys[0]
    key = parse_key(f"{name[:-1]} minor" if name.endswith("m") else f"{name} major")
    total = sum(stop - start for _, start, stop in reading.notes)
    inside = sum(stop - start for pitch, start, stop in reading.notes if pitch % 12 in key.scale)
    return key if inside >= IN_KEY * total else None


def _marked(reading: Reading, beat: float, beats: float) -> list[Span]:
    """The chords that its markers name, each until the next; nothing where they name none."""
    read = ((at / beat, _chord(text)) for at, text in reading.markers)
    named = [(start, chord) for start, chord in read if chord is not None and start < beats]
    stops = [*(start for start, _ in named[1:]), beats][: len(named)]
    spans = (Span(chord, start, stop) for (start, chord), stop in zip(named, stops, strict=True))
    return [span for span in spans if span.stop - span.start > 1e-3]


def _chord(text: str) -> Chord | None:
    if not (text[:1] in "ABCDEFG" or text in NONE) or text == "-" or not text:
        return None
    try:
        return parse_chord(text)
    except BadInput:
        return None


def _heard(reading: Reading, beat: float, beats: int, bar: int) -> list[Span]:
    if not reading.notes:
        return []
    return chords_of((Note(pitch, start / beat, stop / beat) for pitch, start, stop in reading.notes), beats, bar)


def _sections(reading: Reading, bar: float, bars: int) -> str:
    """What its markers call its parts, perhaps none; what is before the first is its intro."""
    named = [(round(at / bar), name) for at, text in reading.markers if (name := section_named(text))]
    if not named:
        return ""
    starts = [*([(0, "intro")] if named[0][0] else []), *named]
    ends = [*(at for at, _ in starts[1:]), bars]
    return in_sections((name, max(0, end - at)) for (at, name), end in zip(starts, ends, strict=True))


def _spoken(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
