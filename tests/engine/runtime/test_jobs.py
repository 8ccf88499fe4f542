"""Jobs on their way: each ends once, cancels hit exactly one, and nothing is said of a job that has ended."""

import threading

import pytest

from engine.api import errors
from engine.api.messages import (
    Adjust,
    Audition,
    Cancelled,
    Event,
    Failed,
    Finished,
    Generate,
    Listen,
    Predict,
    Predicted,
    Prepare,
    Ready,
    SpectrogramPreview,
    Stepped,
    TextWork,
)
from engine.api.requests import MusicRequest, TextRequest
from engine.runtime.jobs import Jobs


class Wire(list[Event]):
    """What was sent, and the jobs that sent it."""

    def __init__(self) -> None:
        self.jobs = Jobs(self.append)

    def add(self, *ids: str) -> None:
        for id in ids:
            self.jobs.add(Generate(job=id, request=TextRequest(prompt=id)))


@pytest.fixture
def wire() -> Wire:
    return Wire()


def stepped(job: str) -> Stepped:
    return Stepped(job=job, step=1, steps=2, level=0.5, elapsed=0.1)


def finished(job: str) -> Finished:
    return Finished(job=job, work=TextWork(text=""), recipe="", elapsed=1, network_time=1, preview_time=0)


def test_jobs_come_in_the_order_they_were_sent(wire: Wire) -> None:
    wire.add("a", "b")
    assert [wire.jobs.next().id, wire.jobs.next().id] == ["a", "b"]


def test_a_waiting_job_is_cancelled_at_once_and_never_comes(wire: Wire) -> None:
    wire.add("a", "b", "c")
    wire.jobs.cancel("b")
    assert wire == [Cancelled(job="b")]
    assert [wire.jobs.next().id, wire.jobs.next().id] == ["a", "c"]


def test_a_running_job_hears_of_its_cancel_and_says_itself_when_it_ends(wire: Wire) -> None:
    wire.add("a")
    job = wire.jobs.next()
    job.check()
    wire.jobs.cancel("a")
    assert wire == []
    with pytest.raises(errors.Cancelled):
        job.check()


def test_a_cancel_of_a_job_that_is_not_there_is_ignored(wire: Wire) -> None:
    wire.jobs.cancel("a")
    wire.add("a")
    assert not wire.jobs.next().cancelled
    wire.jobs.tell(finished("a"))
    wire.jobs.cancel("a")
    assert wire == [finished("a")]


@pytest.mark.parametrize("end", [finished("a"), Cancelled(job="a"), Failed(job="a", sentence="No.")])
def test_a_job_ends_once_and_is_not_heard_of_again(wire: Wire, end: Event) -> None:
    wire.add("a")
    wire.jobs.tell(stepped("a"))
    wire.jobs.tell(end)
    for late in (stepped("a"), finished("a"), Cancelled(job="a"), Failed(job="a", sentence="Late.")):
        wire.jobs.tell(late)
    assert wire == [stepped("a"), end]


def test_nothing_is_said_of_a_job_that_never_was(wire: Wire) -> None:
    wire.jobs.tell(finished("a"))
    assert wire == []


def test_what_belongs_to_no_job_is_always_sent(wire: Wire) -> None:
    ready = Ready(device="cpu", name="x", memory=1)
    wire.jobs.tell(ready)
    assert wire == [ready]


def test_a_second_generate_of_an_open_job_is_ignored(wire: Wire) -> None:
    wire.add("a", "a")
    assert wire.jobs.next().id == "a"
    wire.add("a", "b")
    assert wire.jobs.next().id == "b"
    assert wire == []


def test_the_id_of_a_job_that_has_ended_may_be_used_again(wire: Wire) -> None:
    wire.add("a")
    wire.jobs.next()
    wire.jobs.tell(finished("a"))
    wire.add("a")
    assert wire.jobs.next().id == "a"
    wire.jobs.tell(finished("a"))
    assert wire == [finished("a")] * 2


def test_live_fields_are_turned_within_their_bounds(wire: Wire) -> None:
    wire.add("a")
    job = wire.jobs.next()
    wire.jobs.adjust(Adjust(job="a", guidance=3.0, gamma=float("nan")))
    assert (job.adjusted, job.previews) == ({"guidance": 3.0}, True)
    wire.jobs.adjust(Adjust(job="a", guidance=1e9, gamma=0.25, previews=False))
    assert (job.adjusted, job.previews) == ({"guidance": 3.0, "gamma": 0.25}, False)
    wire.jobs.adjust(Adjust(job="nobody", gamma=1.0))


def test_an_acknowledgement_frees_the_next_preview(wire: Wire) -> None:
    wire.add("a")
    job = wire.jobs.next()
    job.acknowledged = False
    wire.jobs.acknowledge("b")
    assert not job.acknowledged
    wire.jobs.acknowledge("a")
    assert job.acknowledged


PREVIEW = SpectrogramPreview(frames=1, bins=1, mel=b"x", low=0, high=1, hop=0.01)


def test_an_errand_goes_before_what_waits_and_no_job_does(wire: Wire) -> None:
    wire.add("a")
    assert wire.jobs.errand() is None
    wire.jobs.add(Listen(job="l", vocoder="v", preview=PREVIEW))
    wire.add("b")
    wire.jobs.add(Prepare(job="p", path="a.wav"))
    errands = [wire.jobs.errand() for _ in range(3)]
    assert [errand.id if errand else None for errand in errands] == ["l", "p", None]
    assert [wire.jobs.next().id, wire.jobs.next().id] == ["a", "b"]


def test_auditions_and_predictions_are_errands_too(wire: Wire) -> None:
    wire.add("a")
    wire.jobs.add(Predict(job="p", request=MusicRequest()))
    wire.jobs.add(Audition(job="l", request=MusicRequest()))
    errands = [wire.jobs.errand() for _ in range(3)]
    assert [errand.id if errand else None for errand in errands] == ["p", "l", None]
    end = Predicted(job="p", tempo=100, metre="4", key="any", chords="", sections="")
    wire.jobs.tell(end)
    wire.jobs.tell(end)
    assert wire == [end]


def test_without_a_running_job_an_errand_comes_in_its_turn(wire: Wire) -> None:
    wire.jobs.add(Prepare(job="p", path="a.wav"))
    assert wire.jobs.next().id == "p" and wire.jobs.errand() is None


def test_nothing_can_be_turned_in_an_errand(wire: Wire) -> None:
    wire.jobs.add(Prepare(job="p", path="a.wav"))
    wire.jobs.adjust(Adjust(job="p", guidance=3.0, previews=False))
    assert wire.jobs.next().adjusted == {}


def test_next_waits_until_there_is_a_job(wire: Wire) -> None:
    got: list[str] = []
    waiting = threading.Thread(target=lambda: got.append(wire.jobs.next().id), daemon=True)
    waiting.start()
    wire.add("a")
    waiting.join(10)
    assert got == ["a"]


def test_many_hands_make_one_end(wire: Wire) -> None:
    ids = [str(i) for i in range(50)]
    wire.add(*ids)

    def tell() -> None:
        for id in ids:
            wire.jobs.tell(Cancelled(job=id))

    def cancel() -> None:
        for id in ids:
            wire.jobs.cancel(id)

    hands = [threading.Thread(target=hand) for hand in (tell, cancel) * 4]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(10)
    assert sorted(event.job for event in wire if isinstance(event, Cancelled)) == sorted(ids)
