"""What is said of jobs and works can be read by people, in any script and on any day."""

from dataclasses import replace
from datetime import datetime

import pytest

from engine.api.requests import ImageRequest, TextRequest
from studio.panels.words import exact, moment, progress, title, told
from studio.state.job import Job, JobState

NOW = datetime(2026, 3, 12, 14, 30)


def job(state: JobState = JobState.waiting, **changes: object) -> Job:
    fresh = Job("id", TextRequest(prompt="Once there was a river", steps=16), created=NOW.timestamp())
    return replace(fresh, state=state, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Once there was a river", "Once there was a river"),
        ("  \n ", "Untitled text"),
        ("", "Untitled text"),
        ("one\n\ntwo", "one two"),
        ("एक दिन रवि", "एक दिन रवि"),
    ],
)
def test_a_job_is_called_by_the_first_words_of_its_prompt(prompt: str, expected: str) -> None:
    assert title(Job("id", TextRequest(prompt=prompt))) == expected


def test_a_picture_that_is_changed_without_a_prompt_is_called_by_its_name() -> None:
    assert title(Job("id", ImageRequest(picture="/home/me/boat.png"))) == "boat.png"
    assert title(Job("id", ImageRequest(draft=(1, -1)))) == "Untitled image"


def test_a_long_prompt_ends_in_an_ellipsis() -> None:
    said = title(Job("id", TextRequest(prompt="river " * 100)))
    assert said.endswith("river…") and len(said) < 70


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (datetime(2026, 3, 11, 23, 59), "Yesterday "),
        (datetime(2026, 3, 9, 9, 0), "Monday"),
        (datetime(2026, 3, 6, 9, 0), "Friday"),
        (datetime(2026, 3, 5, 9, 0), "5 March"),
        (datetime(2026, 1, 2, 9, 0), "2 January"),
        (datetime(2025, 12, 31, 9, 0), "31 December 2025"),
        (datetime(2026, 4, 1, 9, 0), "1 April"),  # the clock was set back
    ],
)
def test_a_day_is_said_as_people_say_it(when: datetime, expected: str) -> None:
    assert moment(when.timestamp(), NOW).startswith(expected)


def test_today_is_the_time_alone() -> None:
    assert moment(NOW.timestamp(), NOW) == moment(datetime(2026, 3, 12, 14, 30, 59).timestamp(), NOW)
    assert "30" in moment(NOW.timestamp(), NOW) and "March" not in moment(NOW.timestamp(), NOW)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.04, "0.0 s"), (2.14, "2.1 s"), (12.6, "13 s"), (59.9, "1 min 0 s"), (200, "3 min 20 s")],
)
def test_times_that_passed_are_exact(seconds: float, expected: str) -> None:
    assert exact(seconds) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Starting…"),
        ({"loading": 0.456}, "Loading the checkpoint · 46 %"),
        ({"step": 1, "steps": 16}, "Step 1 of 16"),
        ({"step": 7, "steps": 16, "eta": 12.2}, "Step 7 of 16 · 12 s left"),
        ({"step": 7, "steps": 16, "eta": 12.2, "stopping": True}, "Stopping…"),
    ],
)
def test_a_running_job_says_how_far_it_is(changes: dict[str, object], expected: str) -> None:
    assert progress(job(JobState.running, **changes)) == expected


def test_an_ended_job_says_how_it_ended() -> None:
    done = job(JobState.finished, step=16, steps=16, elapsed=2.14, ended=NOW.timestamp())
    assert told(done, NOW).startswith("16 steps in 2.1 s · ")
    assert told(job(JobState.cancelled, step=7, steps=16)) == "Cancelled at step 7 of 16"
    assert told(job(JobState.cancelled)) == "Cancelled before it began"
    assert told(job(JobState.failed, sentence="The disk is full.")) == "The disk is full."
    assert told(job()) == "Waiting · 16 steps"
    assert told(replace(done, steps=1), NOW).startswith("1 step in 2.1 s · ")
