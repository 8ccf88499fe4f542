"""The worker: what a job tells, when it stops, and how it ends when the pipeline goes wrong."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from engine.api import errors
from engine.api.cards import ModelCard
from engine.api.messages import Event, Failed, Finished, Loading, Stepped, TextWork
from engine.api.params import validate
from engine.api.recipe import parse_recipe
from engine.api.requests import TextRequest
from engine.pipelines import Live, Progress
from engine.runtime import worker
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf
from tests.engine.runtime.scripts import Play, raising, step, three_steps


def test_a_job_tells_its_steps_and_its_work(play: Play) -> None:
    told = play(three_steps)
    steps, end = [event for event in told if isinstance(event, Stepped)], told[-1]
    assert len(told) == 4
    assert [(event.job, event.step, event.steps) for event in steps] == [("a", 1, 3), ("a", 2, 3), ("a", 3, 3)]
    assert isinstance(end, Finished) and end.work == TextWork(text="done")
    assert 0 <= end.preview_time <= end.elapsed and end.network_time == 0
    elapsed = [event.elapsed for event in steps]
    assert elapsed == sorted(elapsed) and elapsed[-1] <= end.elapsed


def test_the_recipe_says_what_made_the_work(play: Play, shelf: Shelf) -> None:
    request = TextRequest(prompt="Once", seed=9)
    end = play(three_steps, Job("a", request))[-1]
    assert isinstance(end, Finished)
    recipe = parse_recipe(end.recipe)
    assert recipe.request == request
    assert recipe.files == {file.name: file.sha256 for file in shelf.card("pocket-text").files.values()}
    assert recipe.made_with["torch"] == torch.__version__ and recipe.made_with["device"] == "cpu"
    assert "turned" not in recipe.made_with


def test_time_in_the_network_is_measured_and_the_clock_is_taken_off(play: Play, shelf: Shelf) -> None:
    def script(request: TextRequest, view: Any, live: Live) -> Generator[Progress, None, TextWork]:
        card = view.card(request.checkpoint)
        for _ in range(3):  # asked for again, it is still timed once
            view.network(card)(torch.zeros(8, 60, dtype=torch.long), torch.ones(8))
        yield step(1, 1)
        return TextWork(text="")

    end = play(script)[-1]
    assert isinstance(end, Finished) and 0 < end.network_time < end.elapsed
    network = shelf.network(shelf.card("pocket-text"))
    assert not network._forward_hooks and not network._forward_pre_hooks


def test_loading_is_told_in_few_words(play: Play) -> None:
    def script(request: TextRequest, view: Any, live: Live) -> Generator[Progress, None, TextWork]:
        view.codec(view.card(request.checkpoint))
        view.network(view.card(request.checkpoint))
        yield step(1, 1)
        return TextWork(text="")

    fractions = [event.fraction for event in play(script) if isinstance(event, Loading)]
    assert fractions == sorted(fractions) and fractions[-1] == 1 and len(fractions) <= 52


OUT = RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory"), OUT])
def test_out_of_memory_frees_the_other_checkpoints_and_tries_in_two_passes(
    play: Play, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    kept: list[ModelCard] = []
    monkeypatch.setattr(shelf, "keep_only", kept.append)

    def script(request: TextRequest, view: Any, live: Live) -> Generator[Progress, None, TextWork]:
        yield step(1, 2)
        if live.batched:
            raise error
        yield step(2, 2)
        return TextWork(text="after all")

    told = play(script)
    assert [event.step for event in told if isinstance(event, Stepped)] == [1, 1, 2]
    assert isinstance(told[-1], Finished) and told[-1].work == TextWork(text="after all")
    assert kept == [shelf.card("pocket-text")]


def test_out_of_memory_twice_is_said_in_one_sentence(play: Play) -> None:
    told = play(raising(MemoryError()))
    end = told[-1]
    assert isinstance(end, Failed) and end.sentence.startswith("Tiny text ran out of memory on this work;")
    assert not end.bad_input and sum(isinstance(event, Failed) for event in told) == 1


def test_what_the_user_can_change_is_bad_input(play: Play) -> None:
    end = play(raising(errors.BadInput("Prompt is odd; change it.")))[-1]
    assert end == Failed(job="a", sentence="Prompt is odd; change it.", bad_input=True)


def test_another_failure_says_its_sentence_and_keeps_its_cause(play: Play) -> None:
    try:
        raise errors.Failure("The disk is full; free some space.") from OSError("no space")
    except errors.Failure as error:
        failure = error
    end = play(raising(failure))[-1]
    assert isinstance(end, Failed) and not end.bad_input
    assert end.sentence == "The disk is full; free some space." and "OSError: no space" in end.details


def test_a_mistake_of_ours_is_owned_and_the_next_job_runs(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.worker.log.disabled", True)  # half a character cannot go into a report of tests
    end = play(raising(ZeroDivisionError("one\ntwo \ud800" + "x" * 500)))[-1]
    assert isinstance(end, Failed)
    assert end.sentence.startswith(
        "Quartet made a mistake and could not finish this work (ZeroDivisionError: one two ?"
    )
    assert len(end.sentence) < 300 and "Traceback" in end.details and "ZeroDivisionError" in end.details
    assert msgspec.msgpack.encode(end)
    assert isinstance(play(three_steps)[-1], Finished)


def test_ctrl_c_passes_through_and_closes_the_pipeline(play: Play) -> None:
    with pytest.raises(KeyboardInterrupt):
        play(raising(KeyboardInterrupt()))


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (TextRequest(steps=0), "Steps must be from 1 to 200, not 0."),
        (TextRequest(prompt="a" * 100_000), "Prompt may hold 10,000 characters, not 100,000; shorten it."),
        (TextRequest(prompt="\x1b[31m"), "Prompt holds a control character (U+001B); paste it as plain text."),
        (
            TextRequest(checkpoint="none"),
            "There is no checkpoint “none” here; choose one of those there are: pocket-text.",
        ),
        (TextRequest(style="guide"), "Style must be one of story, verse with this checkpoint, not “guide”."),
    ],
)
def test_a_request_that_does_not_fit_is_refused_before_the_pipeline(
    play: Play, request_: TextRequest, said: str
) -> None:
    told = play(raising(AssertionError("the pipeline ran")), Job("a", request_))
    assert told == [Failed(job="a", sentence=said, bad_input=True)]


def test_a_checkpoint_of_another_modality_is_refused(play: Play, tiny_checkpoint: Path) -> None:
    card = tiny_checkpoint / "card.toml"
    card.write_text(
        card.read_text(encoding="utf-8").replace('modality = "text"', 'modality = "speech"'), encoding="utf-8"
    )
    end = play(three_steps)[-1]
    assert isinstance(end, Failed) and end.bad_input
    assert end.sentence == "Tiny text makes speech, not text; choose another checkpoint."


@pytest.fixture
def told(shelf: Shelf) -> Iterator[list[Event]]:
    """A real job, on the tiny checkpoint."""
    events: list[Event] = []
    worker.run(Job("a", validate(TextRequest(prompt="She", length=16, steps=4, seed=1))), shelf, events.append)
    yield events


def test_the_real_pipeline_writes_a_text(told: list[Event]) -> None:
    end = told[-1]
    assert isinstance(end, Finished), end
    assert end.work.text.startswith("She") and 0 < end.network_time < end.elapsed
    assert [event.step for event in told if isinstance(event, Stepped)] == [1, 2, 3, 4]


def test_the_same_request_gives_the_same_text(told: list[Event], shelf: Shelf) -> None:
    end = told[-1]
    assert isinstance(end, Finished)
    again: list[Event] = []
    worker.run(Job("b", parse_recipe(end.recipe).request), shelf, again.append)
    assert isinstance(again[-1], Finished) and again[-1].work == end.work
