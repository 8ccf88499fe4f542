"""The steps of a job: when they stop, what is turned and what is shown."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.api.messages import Cancelled, Event, Finished, Loading, Rendered, Stepped, TextWork
from engine.api.recipe import parse_recipe
from engine.api.requests import TextRequest
from engine.pipelines import Live, Progress
from engine.pipelines.contract import Part
from engine.runtime import steps
from engine.runtime.jobs import Job
from engine.runtime.previews import PreviewBudget
from engine.runtime.shelf import Shelf
from tests.engine.runtime.scripts import Play, step, three_steps
from tests.sounds import sound_work


def test_a_cancel_holds_from_the_next_step_on(play: Play) -> None:
    def cancel(event: Event, job: Job) -> None:
        job.cancelled = job.cancelled or isinstance(event, Stepped) and event.step == 2

    assert [type(event) for event in play(three_steps, on=cancel)] == [Stepped, Stepped, Cancelled]


def test_a_cancelled_pipeline_is_closed(play: Play) -> None:
    closed = []

    def script(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, TextWork]:
        try:
            yield from three_steps(request, shelf, live)
        finally:
            closed.append(True)
        return TextWork(text="")

    def cancel(event: Event, job: Job) -> None:
        job.cancelled = True

    assert isinstance(play(script, on=cancel)[-1], Cancelled)
    assert closed == [True]


def test_a_job_cancelled_before_it_began_does_nothing(play: Play) -> None:
    job = Job("a", TextRequest(), cancelled=True)
    assert play(three_steps, job) == [Cancelled(job="a")]


def test_a_cancel_while_loading_is_heard_between_tensors(play: Play, shelf: Shelf) -> None:
    def script(request: TextRequest, view: Any, live: Live) -> Generator[Progress, None, TextWork]:
        view.network(view.card(request.checkpoint))
        yield step(1, 1)
        return TextWork(text="")

    def cancel(event: Event, job: Job) -> None:
        job.cancelled = job.cancelled or isinstance(event, Loading) and event.fraction > 0.6

    told = play(script, on=cancel)
    assert {type(event) for event in told[:-1]} == {Loading} and isinstance(told[-1], Cancelled)
    assert isinstance(told[-2], Loading) and told[-2].fraction < 0.8
    assert shelf.loaded() == []


def test_a_cancel_is_heard_between_passes_of_the_network(play: Play) -> None:
    passes: list[int] = []

    def script(request: TextRequest, view: Any, live: Live) -> Generator[Progress, None, TextWork]:
        network = view.network(view.card(request.checkpoint))
        job.cancelled = True
        network(torch.zeros(1, 4, dtype=torch.long), torch.ones(1))
        passes.append(1)
        yield step(1, 1)
        return TextWork(text="")

    job = Job("a", TextRequest())
    assert isinstance(play(script, job)[-1], Cancelled)
    assert passes == []


def test_live_fields_are_turned_between_steps_and_noted(play: Play) -> None:
    seen = []

    def script(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, TextWork]:
        for number in (1, 2, 3):
            seen.append((live.guidance, live.gamma))
            yield step(number, 3)
        return TextWork(text="")

    def turn(event: Event, job: Job) -> None:
        if isinstance(event, Stepped) and event.step == 1:
            job.adjusted.update(guidance=4.0)
        elif isinstance(event, Stepped) and event.step == 2:
            job.adjusted.update(gamma=0.5)

    end = play(script, Job("a", TextRequest(guidance=2.0, gamma=0.25)), turn)[-1]
    assert seen == [(2.0, 0.25), (4.0, 0.25), (4.0, 0.5)]
    assert isinstance(end, Finished)
    assert parse_recipe(end.recipe).made_with["turned"] == "guidance 4 after step 1; gamma 0.5 after step 2"


def acknowledging(event: Event, job: Job) -> None:
    job.acknowledged = True


def shown(told: list[Event]) -> list[int]:
    return [event.step for event in told if isinstance(event, Stepped) and event.preview is not None]


def test_every_acknowledged_preview_lets_the_next_through(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PreviewBudget", lambda spending: PreviewBudget(spending=lambda: 0.0))  # they are free
    assert shown(play(three_steps, on=acknowledging)) == [1, 2, 3]


def test_without_acknowledgement_only_the_first_and_the_last_are_shown(play: Play) -> None:
    assert shown(play(three_steps)) == [1, 3]


def test_only_the_last_preview_is_made_when_none_is_wanted(play: Play) -> None:
    def script(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, TextWork]:
        yield step(1, 2, lambda: pytest.fail("made"))
        yield step(2, 2)
        return TextWork(text="")

    assert shown(play(script, Job("a", TextRequest(), previews=False))) == [2]


def test_previews_that_cost_too_much_are_dropped_but_for_the_last(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(10**9))  # every look at the clock takes a second, so every preview is too dear
    monkeypatch.setattr(steps, "PreviewBudget", lambda spending: PreviewBudget(spending=lambda: float(next(now))))
    assert shown(play(three_steps, on=acknowledging)) == [1, 3]


def test_a_run_that_ends_early_shows_its_last_step_again(play: Play) -> None:
    def script(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, TextWork]:
        yield step(1, 9)
        yield step(2, 9)
        return TextWork(text="")

    steps = [event for event in play(script) if isinstance(event, Stepped)]
    assert [(event.step, event.preview is not None) for event in steps] == [(1, True), (2, False), (2, True)]


def in_parts(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress | Part, None, TextWork]:
    for part in (1, 2):
        for number in (1, 2):
            yield step(2 * part - 2 + number, 4)
        yield Part(part, 2, TextWork(text=f"part {part}"))
    return TextWork(text="whole")


def test_a_part_is_told_when_it_is_ready_after_the_preview_of_its_last_step(play: Play) -> None:
    told = play(in_parts)
    assert shown(told) == [1, 2, 4]
    assert [event.step if isinstance(event, Stepped) else type(event) for event in told] == [
        1, 2, 2, Rendered, 3, 4, Rendered, Finished,
    ]  # fmt: skip
    assert [(event.part, event.parts, event.work) for event in told if isinstance(event, Rendered)] == [
        (1, 2, TextWork(text="part 1")),
        (2, 2, TextWork(text="part 2")),
    ]


def test_a_job_that_is_cancelled_between_its_parts_tells_no_more_of_them(play: Play) -> None:
    def cancel(event: Event, job: Job) -> None:
        job.cancelled = job.cancelled or isinstance(event, Rendered)

    told = play(in_parts, on=cancel)
    assert [type(event) for event in told[-2:]] == [Rendered, Cancelled]


def test_a_sound_that_is_cancelled_at_its_very_end_leaves_no_file(play: Play, tmp_path: Path) -> None:
    job = Job("a", TextRequest())

    def script(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, Any]:
        yield step(1, 1)
        job.cancelled = True
        return sound_work(tmp_path / "a.wav")

    assert isinstance(play(script, job)[-1], Cancelled)
    assert list(tmp_path.iterdir()) == []
