"""Chord names against music theory, and lanes that are written and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.chords import KEYS, QUALITIES, Chord, Span, lane_text, parse_chord, parse_key, parse_lane, transposed
from engine.api.errors import BadInput

CHORDS = st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)))


@pytest.mark.parametrize(
    ("name", "pitches"),
    [
        ("C", (0, 4, 7)),
        ("Am", (9, 0, 4)),
        ("F#dim", (6, 9, 0)),
        ("Bb", (10, 2, 5)),
        ("G/B", (11, 7, 2)),
        ("Am7/C", (0, 9, 4, 7)),
        ("Dø", (2, 5, 8, 0)),
        ("E♭Δ", (3, 7, 10, 2)),
        ("N", ()),
    ],
)
def test_a_chord_has_the_notes_that_its_name_says(name: str, pitches: tuple[int, ...]) -> None:
    assert parse_chord(name).pitches == pitches


def test_the_bass_says_the_inversion() -> None:
    assert [parse_chord(name).inversion for name in ("C", "C/E", "C/G", "C7/Bb", "C/F")] == [0, 1, 2, 3, 0]


@given(CHORDS, st.booleans())
def test_a_chord_is_read_as_it_is_written(chord: Chord, flats: bool) -> None:
    assert parse_chord(chord.name(flats)) == chord


@given(CHORDS, st.integers(-12, 12))
def test_a_transposed_chord_has_transposed_notes(chord: Chord, steps: int) -> None:
    assert transposed(chord, steps).pitches == tuple((pitch + steps) % 12 for pitch in chord.pitches)


def test_every_key_has_the_scale_of_its_relative() -> None:
    relatives = [("C major", "A minor"), ("Eb major", "C minor"), ("F# major", "Eb minor")]
    for major, minor in relatives:
        assert set(parse_key(major).scale) == set(parse_key(minor).scale)
    assert len({parse_key(name) for name in KEYS}) == 24


@given(st.lists(st.tuples(CHORDS, st.integers(1, 16), st.integers(0, 3)), max_size=20), st.sampled_from([2, 3, 4]))
def test_a_lane_is_read_as_it_is_written(steps: list[tuple[Chord, int, int]], bar: int) -> None:
    spans, now = [], 0.0
    for chord, halves, rest in steps:
        spans.append(Span(chord, now + rest, now + rest + halves / 2))
        now = spans[-1].stop
    assert parse_lane(lane_text(spans, bar), bar) == tuple(spans)


def test_chords_between_bar_lines_share_the_bar() -> None:
    spans = parse_lane("| Am F | C | % G7:1 |", 4)
    assert [(span.chord.name(), span.start, span.stop) for span in spans] == [
        ("Am", 0, 2),
        ("F", 2, 4),
        ("C", 4, 8),
        ("C", 8, 10),
        ("G7", 10, 11),
    ]


@pytest.mark.parametrize(
    ("lane", "says"),
    [
        ("Am Q", "“Q” is no chord"),
        ("C@0:4 G@2:4", "C and G overlap at beat 2"),
        ("% C", "begins with %"),
        ("| C | | F |", "empty bar"),
        ("C:0", "lasts no time"),
        ("C@x", "cannot be read"),
        ("C:9999", "may last"),
    ],
)
def test_a_lane_that_cannot_be_used_is_refused_by_one_sentence(lane: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse_lane(lane, 4)
