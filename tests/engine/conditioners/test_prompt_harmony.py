"""Chords that prompts name, by names and by degrees; words that are none; progressions that suit."""

from random import Random

import pytest

from engine.api.chords import KEYS, parse_chord, parse_key, parse_lane
from engine.conditioners import prompt_harmony as harmony
from engine.conditioners.prompt_facts import words


@pytest.mark.parametrize(
    ("text", "chords"),
    [
        ("a song on Am F C G", "Am F C G"),
        ("Dm7, G7, Cmaj7", "Dm7 G7 Cmaj7"),
        ("F#m7b5 - B7 - Em/G", "F#m7b5 B7 Em/G"),
        ("Bb → Eb → F", "Bb Eb F"),
        ("The chords are C, G.", "C G"),
        ("C then G then Am", "C G Am"),
        ("The chord sequence is D minor, A minor and G major.", "Dm Am G"),
        ("F sharp minor, B minor, C sharp major", "F#m Bm C#"),
        ("A C piece", ""),
        ("I Am happy", ""),
        ("A Big Day", ""),
        ("in Am", ""),
        ("A minor", ""),
    ],
)
def test_chords_that_are_named(text: str, chords: str) -> None:
    assert harmony.chords_of(text) == tuple(parse_chord(name) for name in chords.split())


@pytest.mark.parametrize(
    ("text", "key", "chords"),
    [
        ("I V vi IV", "C major", "C G Am F"),
        ("ii-V-I", "Bb major", "Cm F Bb"),
        ("ii7 – V7 – Imaj7", "C major", "Dm7 G7 Cmaj7"),
        ("i bVII VI V", "A minor", "Am G F E"),
        ("i VII VI v", "A minor", "Am G F Em"),
        ("I bVII IV", "D major", "D C G"),
        ("vi–ii°–v", "C major", "Am Ddim Gm"),
        ("I V", "C major", ""),
        ("I love it", "C major", ""),
    ],
)
def test_degrees_of_a_key(text: str, key: str, chords: str) -> None:
    found = harmony.on_degrees(harmony.degrees_of(text), parse_key(key))
    assert found == tuple(parse_chord(name) for name in chords.split())


@pytest.mark.parametrize(
    ("chords", "key"),
    [
        ("C G Am F", "C major"),
        ("Am F C G", "A minor"),
        ("Am Dm E Am", "A minor"),
        ("Eb Ab Bb Eb", "Eb major"),
        ("Dm7 G7 Cmaj7", "C major"),
        ("F#m D A E", "F# minor"),
    ],
)
def test_the_key_of_chords(chords: str, key: str) -> None:
    found = harmony.key_of([parse_chord(name) for name in chords.split()])
    assert found is not None and found.name == key


def test_no_chords_have_no_key() -> None:
    assert harmony.key_of(()) is None and harmony.key_of([parse_chord("N")]) is None


@pytest.mark.parametrize("family", words()["families"])
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_progression_is_at_home_in_its_key(family: str, mode: str) -> None:
    for lane in words()["families"][family][mode]:
        spans = parse_lane(lane, 4)
        assert len(spans) in (2, 3, 4, 6, 7, 8, 12) and all(span.stop - span.start == 4 for span in spans)
        scale = parse_key("C major" if mode == "major" else "A minor").scale
        pitches = [pitch for span in spans for pitch in span.chord.pitches]
        assert sum(pitch in scale for pitch in pitches) >= 0.75 * len(pitches)


@pytest.mark.parametrize("key", KEYS)
def test_what_is_made_up_can_be_read_in_every_key(key: str) -> None:
    for family in words()["families"]:
        lane = harmony.made_up(family, parse_key(key), 3, Random(1))
        assert all(span.stop - span.start == 3 for span in parse_lane(lane, 3))


def test_what_is_made_up_moves_with_its_key() -> None:
    in_c, in_d = (harmony.made_up("pop", parse_key(key), 4, Random(5)) for key in ("C major", "D major"))
    moved = [((span.chord.root or 0) + 2) % 12 for span in parse_lane(in_c, 4)]
    assert moved == [span.chord.root for span in parse_lane(in_d, 4)]


def test_a_lane_that_cannot_be_read_has_no_chords() -> None:
    assert harmony.chords_in("Xyz", 4) == () and len(harmony.chords_in("Am F", 4)) == 2
