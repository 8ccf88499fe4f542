"""Sentences that were spoken before are kept, and are then the same to the bit."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray

from engine.api.messages import SoundWork
from engine.api.requests import SpeechRequest
from engine.pipelines.contract import Live, Part, Progress
from engine.pipelines.speech import speech
from engine.pipelines.speech_kept import Kept, Sentence, kept_by
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from tests.tiny_speech import tiny_speech, tiny_speech_template

__all__ = ["tiny_speech", "tiny_speech_template"]

REQUEST = SpeechRequest(
    text="The river is wide today. Nobody wants to cross it now. The boat is gone.", voice="anna", steps=4, seed=1
)


@pytest.fixture
def shelf(tiny_speech: Path) -> Iterator[Shelf]:
    yield fresh()


def fresh() -> Shelf:
    """An engine that has spoken nothing yet."""
    return Shelf(choose("cpu"))


def say(shelf: Shelf, turn_at: int = 0, **changes: Any) -> tuple[list[Progress], list[Part], NDArray[np.float32]]:
    """What a request comes to, its guidance turned for one step where it is said."""
    request = SpeechRequest(**{name: getattr(REQUEST, name) for name in REQUEST.__struct_fields__} | changes)
    live = Live(guidance=request.guidance, gamma=request.gamma)
    making: Generator[Progress | Part, None, SoundWork] = speech(request, shelf, live)
    steps: list[Progress] = []
    parts: list[Part] = []
    while True:
        try:
            told = next(making)
        except StopIteration as end:
            return steps, parts, soundfile.read(end.value.path, dtype="float32")[0]
        if isinstance(told, Part):
            parts.append(told)
            continue
        steps.append(told)
        live.guidance = request.guidance + (len(steps) == turn_at)


def test_a_sentence_made_anew_costs_its_own_steps_alone(shelf: Shelf) -> None:
    assert len(say(shelf)[0]) == 12
    steps, parts, _ = say(shelf, takes=(0, 3, 0))
    assert [(step.step, step.steps) for step in steps] == [(count, 6) for count in range(1, 7)]
    assert len(parts) == 3


def test_it_is_the_same_to_the_bit_as_without_what_was_kept(shelf: Shelf) -> None:
    say(shelf)
    again = say(shelf, takes=(0, 3, 0))[2]
    alone = say(fresh(), takes=(0, 3, 0))[2]
    assert np.array_equal(again, alone)
    assert np.array_equal(say(shelf)[2], say(fresh())[2]) and not np.array_equal(again, say(shelf)[2])


def test_what_was_kept_is_previewed_as_it_became(shelf: Shelf) -> None:
    made = say(shelf)[0]
    kept = say(shelf)[0]
    assert [step.preview() for step in kept] == [made[last].preview() for last in (3, 7, 11)]


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"steps": 5},
        {"guidance": 1.5},
        {"gamma": 0.5},
        {"sway": 0.0},
        {"spacing": "front-heavy"},
        {"sampler": "heun"},
        {"guidance_low": 0.2},
        {"speed": 1.2},
    ],
)
def test_whatever_decides_a_sentence_has_it_made_anew(shelf: Shelf, change: dict[str, Any]) -> None:
    say(shelf)
    steps, _, samples = say(shelf, **change)
    assert len(steps) == 3 * change.get("steps", 4)
    assert np.array_equal(samples, say(fresh(), **change)[2])


def test_the_place_in_the_text_decides_too(shelf: Shelf) -> None:
    say(shelf)
    assert len(say(shelf, text="Nobody wants to cross it now. The river is wide today.")[0]) == 8


def test_a_sentence_in_which_something_was_turned_is_not_kept(shelf: Shelf) -> None:
    say(shelf, turn_at=2)
    steps, _, samples = say(shelf)
    assert len(steps) == 4 + 1 + 1
    assert np.array_equal(samples, say(fresh())[2])


def test_what_is_kept_goes_with_the_network(shelf: Shelf) -> None:
    say(shelf)
    shelf.unload()
    assert len(say(shelf)[0]) == 12


def sentence(bytes: int) -> Sentence:
    return Sentence(torch.zeros(0, 100), np.zeros(bytes // 4, np.float32))


def test_the_oldest_make_room() -> None:
    kept = Kept(room=1000)
    kept.add("a", sentence(400))
    kept.add("b", sentence(400))
    assert kept.get("a") is not None
    kept.add("c", sentence(400))
    assert kept.get("b") is None and kept.get("a") and kept.get("c")
    kept.add("a", sentence(800))
    assert kept.get("c") is None and kept.get("a")


def test_what_is_larger_than_the_room_is_not_kept() -> None:
    kept = Kept(room=1000)
    kept.add("a", sentence(4000))
    kept.add("b", sentence(1000))
    assert kept.get("a") is None and kept.get("b")


def test_each_network_keeps_its_own() -> None:
    one, other = torch.nn.Identity(), torch.nn.Identity()
    kept_by(one).add("a", sentence(8))
    assert kept_by(one).get("a") and kept_by(other).get("a") is None
