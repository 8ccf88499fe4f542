"""What jobs have shown on their way is kept as long as there is room, and parts as long as somebody may hear them."""

from pathlib import Path

import msgspec
import pytest

from engine.api import paths
from engine.api.messages import Cancelled, Rendered
from engine.api.requests import SpeechRequest
from engine.api.sounds import new_sound
from studio.state import makings as module
from studio.state.job import Job
from studio.state.jobs import Jobs
from studio.state.makings import Makings
from tests.sounds import sound_work
from tests.studio.fake_engine import FakeEngineClient, spectrogram, spoken, stepped


def part(job: str, number: int, parts: int = 3) -> Rendered:
    return Rendered(job=job, part=number, parts=parts, work=sound_work(new_sound(), 0.1))


def files() -> set[str]:
    return {str(path) for path in paths.sounds().glob("*")}


def path(rendered: Rendered) -> str:
    return rendered.work.path


def test_the_oldest_job_s_spectrograms_go_when_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROOM", 250_000)
    makings = Makings()
    for job in ("a", "b", "c"):
        makings.add_step(msgspec.structs.replace(stepped(job, 1, 1), preview=spectrogram(1000)))
    assert [len(makings.steps(job)) for job in ("a", "b", "c")] == [0, 1, 1]
    makings.add_step(msgspec.structs.replace(stepped("d", 1, 1), preview=spectrogram(9000)))
    assert [len(makings.steps(job)) for job in ("b", "c", "d")] == [0, 0, 1]


def test_parts_come_in_their_order_and_a_second_attempt_replaces_the_first() -> None:
    makings = Makings()
    two, one, one_again = part("a", 2), part("a", 1), part("a", 1)
    for each in (two, one, one_again):
        makings.add_part(each)
    assert makings.parts("a") == [one_again, two]
    assert files() == {path(two), path(one_again)}


def test_what_is_forgotten_leaves_no_file() -> None:
    makings = Makings()
    for job in ("a", "b"):
        makings.add_part(part(job, 1))
    makings.forget("a")
    assert makings.parts("a") == [] and len(files()) == 1
    makings.clear()
    assert files() == set()


@pytest.fixture
def job(jobs: Jobs) -> Job:
    return jobs.add(SpeechRequest(text="One. Two. Three."))


def test_a_part_is_told_while_the_rest_is_made(jobs: Jobs, job: Job, fake_engine: FakeEngineClient) -> None:
    told: list[tuple[str, object]] = []
    jobs.rendered.connect(lambda id, event: told.append((id, event)))
    events = [part(job.id, number) for number in (1, 2)]
    for event in events:
        fake_engine.say(event)
    fake_engine.say(part("another", 1))
    assert told == [(job.id, event) for event in events] and jobs.parts(job.id) == events


def test_parts_of_a_job_that_was_stopped_can_be_heard_until_it_is_taken_off_the_list(
    jobs: Jobs, job: Job, fake_engine: FakeEngineClient
) -> None:
    event = part(job.id, 1)
    fake_engine.say(event)
    fake_engine.say(Cancelled(job=job.id))
    assert jobs.parts(job.id) == [event] and Path(path(event)).exists()
    jobs.remove(job.id)
    assert jobs.parts(job.id) == [] and not Path(path(event)).exists()


def test_parts_of_a_finished_job_stay_for_who_looks_at_its_steps_until_quartet_is_closed(
    jobs: Jobs, job: Job, fake_engine: FakeEngineClient
) -> None:
    event = part(job.id, 1)
    fake_engine.say(event)
    fake_engine.say(spoken(job.id, sound_work(new_sound())))
    assert Path(path(event)).exists() and len(files()) == 2
    jobs.discard_parts()
    finished = jobs.job(job.id)
    assert finished and files() == {str(paths.sounds() / f"{finished.work_id}.wav")}
