"""Harmony: degrees, what follows what, keys that are guessed, presets in every key; against textbook examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.chords import KEYS, QUALITIES, Chord, Span, parse_chord, parse_key, parse_lane
from engine.api.score import BEATS
from studio.editors.harmony import (
    OWN,
    PRESETS,
    Preset,
    chord_of,
    expected,
    in_key,
    likely_key,
    next_chords,
    notes,
    numeral,
    placed,
    written,
)

CHORDS = st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)))


@pytest.mark.parametrize(
    ("key", "chords", "degrees"),
    [
        ("C major", "C Dm Em F G Am Bdim", "I ii iii IV V vi vii°"),
        ("A minor", "Am Bdim C Dm Em F G E", "i ii° III iv v VI VII V"),
        ("Eb major", "Fm7 Bb7 Ebmaj7", "ii7 V7 Imaj7"),
        ("C major", "Bb Db Ab F#dim D7 Caug", "♭VII ♭II ♭VI ♯iv° II7 I+"),
        ("C minor", "Dm7b5 G7 CmM7 Bdim7", "iiø7 V7 imaj7 ♯vii°7"),
        ("G major", "C/E N", "IV "),
    ],
)
def test_chords_have_the_degrees_of_the_textbook(key: str, chords: str, degrees: str) -> None:
    assert [numeral(parse_chord(name), parse_key(key)) for name in chords.split()] == degrees.split(" ")


@given(st.sampled_from(KEYS), st.sampled_from(["I", "ii", "♭VII", "iv", "vii°", "V"]))
def test_a_degree_names_the_chord_that_has_it(name: str, degree: str) -> None:
    key = parse_key(name)
    if degree == "♭VII" and key.mode == "minor":
        degree = "VII"  # of its scale
    if degree == "vii°" and key.mode == "minor":
        degree = "♯vii°"
    assert numeral(chord_of(degree, key), key) == degree


def test_every_chord_of_the_key_is_suggested_and_the_dominant_leads_home_first() -> None:
    key = parse_key("D major")
    suggested = next_chords(key, parse_chord("A7"))
    assert suggested[0] == parse_chord("D")
    assert {chord_of(degree, key) for degree in OWN["major"].split()} - set(suggested) == {parse_chord("A")}


@given(CHORDS, st.sampled_from(KEYS))
def test_nothing_is_suggested_twice_nor_the_same_again(before: Chord, name: str) -> None:
    suggested = next_chords(parse_key(name), before)
    assert len(set(suggested)) == len(suggested) >= 7 and before not in suggested


def test_a_secondary_dominant_goes_where_it_wants_to() -> None:
    assert expected(parse_lane("C E7", 4), 8, parse_key("C major"))[0] == parse_chord("Am")


@pytest.mark.parametrize(
    ("lane", "key"),
    [
        ("Am F C G", "A minor"),
        ("C G Am F", "C major"),
        ("Dm7 G7 Cmaj7 %", "C major"),
        ("C7 C7 C7 C7 F7 F7 C7 C7 G7 F7 C7 G7", "C major"),
        ("Am G F E Am", "A minor"),
        ("Bm7b5 E7 Am7 Am7", "A minor"),
        ("Eb Cm Ab Bb", "Eb major"),
    ],
)
def test_the_key_of_a_lane_is_heard(lane: str, key: str) -> None:
    assert likely_key(parse_lane(lane, 4)) == parse_key(key)


def test_a_lane_without_chords_has_no_key() -> None:
    assert likely_key(()) is None and likely_key(parse_lane("N N", 4)) is None


def root(span: Span) -> int:
    assert span.chord.root is not None
    return span.chord.root


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_is_the_same_music_in_every_key_and_metre(preset: Preset) -> None:
    for name in KEYS:
        key = parse_key(name)
        for bar in set(BEATS.values()):
            spans, home = placed(preset, key, bar), placed(preset, None, bar)
            ways = {(root(span) - root(at_home)) % 12 for span, at_home in zip(spans, home, strict=True)}
            assert len(ways) == 1 and spans[-1].stop % bar == 0
            again = parse_lane(written(spans, bar, key), bar)
            assert [span.chord for span in again] == [span.chord for span in spans]


def test_presets_stand_on_the_tonic_of_their_mode() -> None:
    axis = next(preset for preset in PRESETS if preset.title.startswith("Axis (I"))
    assert written(placed(axis, parse_key("Eb major"), 4), 4, parse_key("Eb major")) == "Eb Bb Cm Ab"
    assert written(placed(axis, parse_key("A minor"), 4), 4, parse_key("A minor")) == "C G Am F"
    folia = next(preset for preset in PRESETS if preset.title == "La Folia")
    assert placed(folia, parse_key("D minor"), 3)[0].chord == parse_chord("Dm")


def test_the_notes_of_a_chord_begin_with_its_bass() -> None:
    assert notes(parse_chord("Bb7/D"), parse_key("F major")) == ["D", "Bb", "F", "Ab"]


def test_a_chord_with_a_foreign_note_is_beside_the_key() -> None:
    key = parse_key("C major")
    assert in_key(parse_chord("Dm7"), key) and not in_key(parse_chord("D7"), key)
