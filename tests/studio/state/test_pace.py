"""How long works take is learnt from those that were made."""

from pathlib import Path

import pytest

from engine.api.messages import Finished, SoundWork
from engine.api.recipe import recipe_for
from engine.api.requests import SpeechRequest, TextRequest
from studio.state.jobs import Jobs
from studio.state.pace import Pace
from studio.state.session import Session
from tests.studio.fake_engine import FakeEngineClient, finished
from tests.studio.playback.sounds import tone, write_floats


def say(jobs: Jobs, client: FakeEngineClient, folder: Path, seconds: float, elapsed: float, steps: int = 16) -> None:
    """A sound was made."""
    request = SpeechRequest(text="hello", steps=steps)
    job = jobs.add(request)
    path = write_floats(folder / f"{job.id}.wav", tone(200))
    work = SoundWork(path=str(path), sample_rate=8000, channels=1, seconds=seconds, peaks=b"")
    client.say(
        Finished(job=job.id, work=work, recipe=recipe_for(request), elapsed=elapsed, network_time=1, preview_time=0)
    )


def test_nothing_is_expected_before_the_first_one(jobs: Jobs, fake_engine: FakeEngineClient, session: Session) -> None:
    assert Pace(fake_engine, jobs, session).expected("pocket-speech", 10, 16) is None


def test_longer_sounds_and_more_steps_take_longer(
    jobs: Jobs, fake_engine: FakeEngineClient, session: Session, tmp_path: Path
) -> None:
    pace = Pace(fake_engine, jobs, session)
    say(jobs, fake_engine, tmp_path, seconds=5, elapsed=2.0)
    assert pace.expected("pocket-speech", 10, 16) == pytest.approx(4)
    assert pace.expected("pocket-speech", 10, 32) == pytest.approx(8)
    assert pace.expected("other", 10, 16) is None


def test_the_newest_run_weighs_half_and_is_known_after_a_restart(
    jobs: Jobs, fake_engine: FakeEngineClient, session: Session, tmp_path: Path
) -> None:
    pace = Pace(fake_engine, jobs, session)
    say(jobs, fake_engine, tmp_path, seconds=5, elapsed=2.0)
    say(jobs, fake_engine, tmp_path, seconds=5, elapsed=4.0)
    assert pace.expected("pocket-speech", 5, 16) == pytest.approx(3)
    session.flush()
    assert Pace(fake_engine, jobs, session).expected("pocket-speech", 5, 16) == pytest.approx(3)


def test_texts_teach_it_nothing(jobs: Jobs, fake_engine: FakeEngineClient, session: Session) -> None:
    pace = Pace(fake_engine, jobs, session)
    job = jobs.add(TextRequest(prompt="a"))
    fake_engine.say(finished(job.id))
    assert pace.expected("pocket-text", 10, 16) is None
