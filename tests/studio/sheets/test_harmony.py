"""Chords are recognised from notes."""

import random

from engine.api.chords import Chord, Key, Span, parse_lane
from studio.sheets.harmony import Note, chords_of
from studio.sheets.midi_out import voiced

QUALITIES = ("", "m", "7", "m7", "maj7", "sus4")


def played(spans: list[Span], chance: random.Random | None = None) -> list[Note]:
    """The notes of these chords, and with chance a melody over them."""
    notes = [Note(pitch, span.start, span.stop - 0.05) for span in spans for pitch in voiced(span.chord)]
    if chance:
        last = int(spans[-1].stop)
        notes += [Note(72 + chance.choice((0, 2, 4, 5, 7, 9, 11)), beat, beat + 0.5) for beat in range(last)]
    return notes


def drawn(chance: random.Random, key: Key, lengths: tuple[int, ...]) -> list[Span]:
    """Chords of a key, no two alike side by side."""
    known = [Chord(root, quality) for root in key.scale for quality in QUALITIES]
    own = [chord for chord in known if set(chord.pitches) <= set(key.scale)]
    spans: list[Span] = []
    while not spans or spans[-1].stop < 32:
        chord = chance.choice([each for each in own if not spans or each != spans[-1].chord])
        start = spans[-1].stop if spans else 0.0
        spans.append(Span(chord, start, start + chance.choice(lengths)))
    return spans


def agreement(asked: list[Span], heard: list[Span]) -> float:
    """The share of beats with the right root and quality."""
    beats = [number + 0.5 for number in range(int(asked[-1].stop))]
    alike = [at(asked, beat) == at(heard, beat) for beat in beats]
    return sum(alike) / len(beats)


def at(spans: list[Span], beat: float) -> tuple[int | None, str]:
    chord = next(span.chord for span in spans if span.start <= beat < span.stop)
    return chord.root, chord.quality


def test_held_chords_are_told_apart() -> None:
    chance = random.Random(0)
    for tonic in range(12):
        asked = drawn(chance, Key(tonic, "major"), (2, 4))
        assert agreement(asked, chords_of(played(asked), int(asked[-1].stop), 4)) > 0.95


def test_a_melody_over_them_disturbs_little() -> None:
    chance, shares = random.Random(1), []
    for _ in range(8):
        asked = drawn(chance, Key(0, "major"), (4,))
        shares.append(agreement(asked, chords_of(played(asked, chance), int(asked[-1].stop), 4)))
    assert sum(shares) / len(shares) > 0.8


def test_broken_chords_are_one_chord() -> None:
    notes = [Note(pitch, beat / 2, beat / 2 + 0.5) for beat, pitch in enumerate((57, 60, 64, 60) * 2)]
    assert chords_of([*notes, Note(45, 0, 4)], 4, 4) == [Span(Chord(9, "m"), 0, 4)]


def test_a_bar_of_silence_is_no_chord_and_a_beat_of_it_is() -> None:
    notes = played(list(parse_lane("C:3 C@8", 4)))
    assert [(span.chord.name(), span.stop) for span in chords_of(notes, 12, 4)] == [("C", 4), ("N", 8), ("C", 12)]


def test_of_no_notes_there_is_no_chord() -> None:
    assert chords_of([], 4, 4) == [Span(Chord(None), 0, 4)]
    assert chords_of([], 0, 4) == []
