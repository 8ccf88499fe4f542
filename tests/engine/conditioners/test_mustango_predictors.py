"""What the predictors' answers come to: beats added up, chords read out of words."""

import pytest
import torch

from engine.api.chords import parse_chord
from engine.conditioners.beat_prediction import beats_of
from engine.conditioners.flan_t5 import named_chords, question


def test_intervals_add_up_to_times_and_are_counted_in_bars() -> None:
    bar, beats = beats_of(torch.tensor([0.0, 0.1, 3.0, 1.0]), torch.tensor([0.56, 0.54, 0.5612, 0.58]))
    assert bar == 3
    assert beats == [(0.56, 0), (1.1, 1), (1.66, 2), (2.24, 0)]


def test_beats_past_the_clip_and_past_their_places_are_left_out() -> None:
    scores = torch.tensor([1.0, 0.0, 0.0, 0.0])
    assert beats_of(scores, torch.full((9,), 4.0))[1] == [(4.0, 0), (8.0, 0)]
    assert len(beats_of(scores, torch.full((80,), 0.1))[1]) == 50
    assert beats_of(scores, torch.tensor([11.0, 0.1])) == (1, [])


def test_the_question_writes_its_line_breaks_out() -> None:
    asked = question("Calm piano.", [(0.5, 0), (1.104, 1)], 2)
    assert asked == "Caption: Calm piano. \\n Timestamps: 0.5 , 1.1 \\n Max Beat: 2"


def test_chords_are_read_out_of_the_answer() -> None:
    found = named_chords("Am at 1.11 n E at 4.14 n C#maj7 at 7.18")
    assert found == [(parse_chord("Am"), 1.11), (parse_chord("E"), 4.14), (parse_chord("C#maj7"), 7.18)]
    assert named_chords("N at 0.46 n F/A at 2") == [(parse_chord("N"), 0.46), (parse_chord("F/A"), 2.0)]


@pytest.mark.parametrize(
    "said", ["", "nonsense", "H at 1", "Am", "Am at soon", "Csus4 at 1.0", "Am at 10.5", "at at at"]
)
def test_what_is_no_chord_that_it_knows_is_passed_over(said: str) -> None:
    assert named_chords(said) == []
    assert named_chords(f"{said} n G at 3.5") == [(parse_chord("G"), 3.5)]
