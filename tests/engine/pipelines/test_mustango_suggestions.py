"""A prompt's suggestions become fields of the request, on the beats of its tempo, where nothing was set."""

from pathlib import Path

import pytest
import torch

from engine.api.chords import Chord, parse_chord
from engine.api.requests import MusicRequest
from engine.api.score import score_of
from engine.pipelines.mustango_events import Events
from engine.pipelines.mustango_suggestions import lane, metre, suggested, tempo
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from tests.tiny_music_mustango import added, mustango_folder, mustango_template

__all__ = ["mustango_folder", "mustango_template"]

HALF = tuple((0.56 + 0.5 * i, i % 3) for i in range(8))


def test_tempo_and_metre_are_those_of_the_beats() -> None:
    told = Events("", 3, HALF, ())
    assert (tempo(told, 90.0), metre(told, "4")) == (120.0, "3")


@pytest.mark.parametrize("beats", [(), ((1.0, 0),), ((1.0, 0), (1.0, 1))])
def test_without_beats_they_stay(beats: tuple[tuple[float, int], ...]) -> None:
    told = Events("", 1, beats, ())
    assert (tempo(told, 90.0), metre(told, "4")) == (90.0, "4")


def test_a_lane_says_the_chords_at_their_beats() -> None:
    request = MusicRequest(tempo=120.0, seconds=8.0)
    chords = [(Chord(None), 0.0), (parse_chord("Am"), 0.46), (parse_chord("F/A"), 2.1), (parse_chord("C"), 6.02)]
    written = lane(chords, request)
    assert written == "Am@1:3 F/A:8 C"
    heard = score_of(MusicRequest(tempo=120.0, seconds=8.0, chords=written)).chords
    assert [(each.chord.name(), each.start, each.stop) for each in heard] == [
        ("Am", 0.5, 2.0),
        ("F/A", 2.0, 6.0),
        ("C", 6.0, 8.0),
    ]
    assert lane([], request) == ""


@torch.inference_mode()
def test_only_what_was_left_empty_is_filled(no_assets: Path, mustango_folder: Path) -> None:
    shelf, id = Shelf(choose("cpu")), added(mustango_folder)
    request = MusicRequest(prompt="calm piano with strings", checkpoint=id, chords="Am F", tempo=77.0, seconds=1.0)
    assert suggested(request, shelf) == (request, ())
    open_beats = MusicRequest(
        prompt="calm piano with strings", checkpoint=id, chords="Am F", beats="from the prompt", seconds=1.0
    )
    filled, notes = suggested(open_beats, shelf)
    assert (filled.chords, filled.beats) == ("Am F", "as set") and 90 < filled.tempo < 160 and len(notes) == 1
