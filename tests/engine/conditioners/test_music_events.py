"""Beats and chords as numbers: the tables of the published network, and embeddings against their formula."""

from math import cos, sin

import pytest
import torch

from engine.api.chords import Chord, parse_chord
from engine.conditioners.music_events import (
    BEAT_TYPES,
    CHORD_TYPES,
    BeatEncoder,
    ChordEncoder,
    beat_places,
    chord_numbers,
    chord_places,
    fundamental,
)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("N", (1, 1, 1)),
        ("A", (2, 2, 3)),
        ("Bb", (3, 2, 3)),
        ("C", (5, 2, 3)),
        ("C#maj7", (6, 3, 3)),
        ("Dm", (7, 4, 3)),
        ("Ebm6", (8, 5, 3)),
        ("Em7", (9, 6, 3)),
        ("F#m7b5", (11, 7, 3)),
        ("G6", (12, 8, 3)),
        ("Ab7", (13, 9, 3)),
        ("Baug", (4, 10, 3)),
        ("Gdim/Bb", (12, 11, 2)),
    ],
)
def test_chords_have_the_numbers_of_the_published_tables(name: str, numbers: tuple[int, int, int]) -> None:
    assert chord_numbers(parse_chord(name)) == numbers


def test_of_beats_there_are_seven_classes_and_a_sixth_beat_has_none() -> None:
    places = beat_places([(0.0, 0), (0.5, 4)])
    assert places.tokens["type"][0, :3].tolist() == [2, 6, 0] and BEAT_TYPES == 7 and CHORD_TYPES == 12
    with pytest.raises(ValueError, match="more than 5"):
        beat_places([(0.0, 5)])


def test_empty_places_are_masked_and_repeat_the_last_time() -> None:
    beats = beat_places([(0.5, 0), (1.25, 1)])
    assert beats.times.shape == (1, 50) and beats.times[0, 1:].unique().tolist() == [1.25]
    assert beats.mask[0].tolist() == [True, True, *[False] * 48]
    chords = chord_places([(parse_chord("Am"), 0.0), (parse_chord("F"), 2.0)])
    assert chords.times.shape == (1, 20) and chords.times[0, 2:].unique().tolist() == [2.0]
    assert all(tokens[0, 2:].unique().tolist() == [0] for tokens in chords.tokens.values())


def test_nothing_is_no_beat_at_all_and_one_chord_that_is_none() -> None:
    beats, chords = beat_places([]), chord_places([])
    assert not beats.mask.any() and beats.times.unique().tolist() == [0.0]
    assert chords.mask[0].tolist() == [True, *[False] * 19]
    assert [tokens[0, 0].item() for tokens in chords.tokens.values()] == [1, 1, 1]


def test_more_events_than_places_are_refused() -> None:
    with pytest.raises(ValueError, match="51 events and 50 places"):
        beat_places([(i / 10, 0) for i in range(51)])
    with pytest.raises(ValueError, match="21 events and 20 places"):
        chord_places([(Chord(i % 12), i / 2) for i in range(21)])
    with pytest.raises(ValueError, match="Csus4"):
        chord_places([(parse_chord("Csus4"), 0.0)])


def test_the_fundamental_music_embedding_is_its_formula() -> None:
    width, base = 8, 10_001.0
    found = fundamental(torch.tensor([[0.0, 1.5, 9.87]]), width, base)
    for place, time in enumerate((0.0, 1.5, 9.87)):
        for i in range(width):
            angle = time / base ** (2 * (i // 2) / width)
            assert found[0, place, i].item() == pytest.approx(sin(angle) if i % 2 == 0 else cos(angle), abs=1e-6)


def test_of_base_1_it_is_one_sine_and_one_cosine_repeated() -> None:
    found = fundamental(torch.tensor([[5]]), 6, 1.0)[0, 0].tolist()
    assert found == pytest.approx([sin(5), cos(5)] * 3, abs=1e-6)


@torch.no_grad()
def test_beats_and_chords_are_put_together_in_the_published_order() -> None:
    width = 4
    beat, chord = BeatEncoder(width), ChordEncoder(width)
    chord.FME.translation_bias.copy_(torch.tensor([[0.1, 0.2, 0.3, 0.4]]))
    places = beat_places([(0.0, 2)])
    for column, expected in (
        (4, 1.0),
        (3, 0.0),
        (7, sin(0.0)),
        (8, cos(0.0)),
    ):  # class 4 is the third beat, then the time
        beat.beat_ffn.weight.zero_()
        beat.beat_ffn.bias.zero_()
        beat.beat_ffn.weight[0, column] = 1
        assert beat(places)[0, 0, 0].item() == pytest.approx(expected)
    harmony = chord_places([(parse_chord("Dm7/C"), 0.5)])
    columns = {0: sin(7) + 0.1, 1: cos(7) + 0.2, 2: sin(7) + 0.3, 4 + 6: 1.0, 4 + 12 + 2: 1.0, 4 + 12 + 4: sin(0.5)}
    for column, expected in columns.items():
        chord.chord_ffn.weight.zero_()
        chord.chord_ffn.bias.zero_()
        chord.chord_ffn.weight[0, column] = 1
        assert chord(harmony)[0, 0, 0].item() == pytest.approx(expected, abs=1e-6)
