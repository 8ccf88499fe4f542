"""Chord names against music theory, and lanes that are written and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.chords import (
    FLATS,
    KEYS,
    QUALITIES,
    SHARPS,
    Chord,
    Span,
    lane_length,
    lane_text,
    misread,
    parse_chord,
    parse_key,
    parse_lane,
    spelled,
    transposed,
)
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


def test_the_tonic_of_a_key_is_written_as_the_key_is_named() -> None:
    named = {name: parse_key(name) for name in KEYS}
    assert all((FLATS if key.flats else SHARPS)[key.tonic] == name.split()[0] for name, key in named.items())


@pytest.mark.parametrize(
    ("chord", "key", "written"),
    [
        ("A#", "C major", "Bb"),
        ("D#7", "any", "Eb7"),
        ("C#", "any", "Db"),
        ("Dbm", "any", "C#m"),
        ("Gbdim", "C major", "F#dim"),
        ("A7/Db", "F major", "A7/C#"),
        ("Bb7/G#", "Eb major", "Bb7/Ab"),
        ("D#m", "Eb minor", "Ebm"),
        ("Abdim7", "A minor", "G#dim7"),
        ("F#/A#", "F# major", "F#/A#"),
        ("D/C", "G major", "D/C"),
        ("Caug/Ab", "C major", "Caug/Ab"),
        ("N", "C major", "N"),
    ],
)
def test_a_chord_is_spelled_as_musicians_write_it(chord: str, key: str, written: str) -> None:
    assert spelled(parse_chord(chord), None if key == "any" else parse_key(key)) == written


@given(CHORDS, st.integers(0, 11), st.sampled_from((None, *KEYS)))
def test_however_a_chord_is_spelled_it_is_the_same_chord(chord: Chord, bass: int, key: str | None) -> None:
    under = parse_chord(f"{chord.name()}/{SHARPS[bass]}")
    assert parse_chord(spelled(under, parse_key(key) if key else None)) == under


def test_words_that_cannot_be_read_are_found_in_their_places() -> None:
    text = "| Am Hm | % C:x |"
    assert [text[first:last] for first, last in misread(text)] == ["Hm", "C:x"]
    assert misread("% Am7/C@3:1.5 N") == ()


@pytest.mark.parametrize(
    ("lane", "bar", "beats"), [("", 4, 0), ("Am", 4, 4), ("Am:1", 4, 4), ("Am F:1", 4, 8), ("C@9:1", 3, 12)]
)
def test_a_lane_lasts_whole_bars(lane: str, bar: int, beats: int) -> None:
    assert lane_length(parse_lane(lane, bar), bar) == beats


@given(st.integers(1, 40), st.sampled_from([3, 5, 6, 7]))
def test_shares_of_a_bar_that_are_no_whole_beats_add_up_to_it(bars: int, shares: int) -> None:
    lane = " | ".join([" ".join(["C"] * shares)] * bars) + " |"
    assert lane_length(parse_lane(lane, 4), 4) == 4 * bars
