"""Errands: what they make, how they end, and that they wait for no job and leave a running one as it is."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile
import torch

from engine.api import paths
from engine.api.messages import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Generate,
    Heard,
    Listen,
    Loading,
    Prepare,
    Prepared,
    TextWork,
)
from engine.api.requests import TextRequest
from engine.codecs.mel import HOP, SAMPLE_RATE
from engine.codecs.spectrogram_previews import mel_of, spectrogram_preview
from engine.pipelines import Live, Progress
from engine.runtime import errands, worker
from engine.runtime.device import choose
from engine.runtime.jobs import Job, Jobs
from engine.runtime.shelf import Shelf
from tests.engine.runtime.scripts import step
from tests.engine.sounds import speech
from tests.tiny_speech import tiny_speech, tiny_speech_template

__all__ = ["tiny_speech", "tiny_speech_template"]

PREVIEW = spectrogram_preview(torch.rand(40, 100) * 8 - 8, HOP / SAMPLE_RATE, 3.0)


@pytest.fixture
def shelf(tiny_speech: Path) -> Shelf:
    return Shelf(choose("cpu"))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "anna.wav"
    soundfile.write(path, speech(1.0, 0.3, 1.0), SAMPLE_RATE)
    return path


def listen(job: str = "l", vocoder: str = "pocket-vocoder", **changes: Any) -> Listen:
    return Listen(job=job, vocoder=vocoder, preview=msgspec.structs.replace(PREVIEW, **changes))


def done(command: Listen | Prepare, shelf: Shelf, cancelled: bool = False) -> list[Event]:
    told: list[Event] = []
    worker.run(Job(command.job, command, cancelled=cancelled), shelf, told.append)
    return told


def made(told: list[Event]) -> tuple[np.ndarray[Any, Any], int]:
    assert isinstance(told[-1], Heard | Prepared), told[-1]
    samples, rate = soundfile.read(told[-1].work.path, dtype="float32")
    return samples, rate


def left() -> list[Path]:
    return list(paths.sounds().glob("*"))


def test_a_preview_is_heard_as_the_vocoder_makes_it(shelf: Shelf) -> None:
    told = done(listen(), shelf)
    samples, rate = made(told)
    assert {type(event) for event in told[:-1]} == {Loading} and rate == SAMPLE_RATE
    assert len(samples) == 40 * HOP
    with torch.inference_mode():
        expected = shelf.network(shelf.card("pocket-vocoder"))(mel_of(PREVIEW)[None])[0]
    assert torch.allclose(torch.from_numpy(samples)[: 35 * HOP], expected[: 35 * HOP], atol=1e-5)


def test_a_preview_that_was_kept_coarsely_lasts_as_long_as_it_was(shelf: Shelf) -> None:
    coarse = msgspec.structs.replace(PREVIEW, hop=4 * PREVIEW.hop)
    samples, _ = made(done(Listen(job="l", vocoder="pocket-vocoder", preview=coarse), shelf))
    assert len(samples) == 4 * 40 * HOP
    assert errands.at_full_rate(mel_of(PREVIEW), PREVIEW.hop).shape == (40, 100)


def test_a_recording_becomes_a_reference_with_its_words(shelf: Shelf, recording: Path) -> None:
    told = done(Prepare(job="p", path=str(recording), transcript="Good morning, good evening."), shelf)
    samples, rate = made(told)
    end = told[-1]
    assert isinstance(end, Prepared) and rate == SAMPLE_RATE and len(samples) == round(end.work.seconds * rate)
    assert [word.text for word in end.work.words] == ["Good", "morning,", "good", "evening."]
    assert end.work.peaks and Path(end.work.path).parent == paths.sounds()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (listen(vocoder="none"), "There is no checkpoint “none” here"),
        (listen(vocoder="pocket-speech"), "pocket-speech makes speech; choose a vocoder."),
        (listen(frames=3), "This step holds no spectrogram that can be heard; choose another step."),
        (listen(frames=50, bins=80), "does not know spectrograms of 80 bands; choose another vocoder."),
        (Prepare(job="l", path="/nowhere/a.wav"), "There is no sound file /nowhere/a.wav; choose another one."),
        (Prepare(job="l", path=""), "There is no sound file"),
        (Prepare(job="l", path="a\0b"), "There is no sound file"),
        (Prepare(job="l", path=__file__), "cannot be read as sound"),
    ],
)
def test_an_errand_that_cannot_be_done_ends_in_one_sentence(shelf: Shelf, command: Listen | Prepare, said: str) -> None:
    (end,) = done(command, shelf)
    assert isinstance(end, Failed) and end.bad_input and said in end.sentence and "\n" not in end.sentence
    assert left() == []


def test_a_cancelled_errand_does_nothing(shelf: Shelf) -> None:
    assert done(listen(), shelf, cancelled=True) == [Cancelled(job="l")]


def test_an_errand_cancelled_at_its_very_end_leaves_no_file(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    command = listen()
    job, told = Job("l", command), list[Event]()

    def slow(*arguments: Any) -> Any:
        job.cancelled = True
        return errands.heard(*arguments)

    monkeypatch.setitem(worker.ERRANDS, Listen, slow)
    monkeypatch.setattr(shelf, "network", lambda card, tell, role: Shelf.network(shelf, card))
    worker.run(job, shelf, told.append)
    assert told == [Cancelled(job="l")] and left() == []


def test_an_errand_that_is_short_of_memory_says_so(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setitem(worker.ERRANDS, Listen, short)
    (end,) = done(listen(), shelf)
    assert isinstance(end, Failed) and end.sentence.startswith("Memory is too short for this; close other programs")


# --- while a job runs ---


class Desk:
    """Jobs as `serve` has them, a scripted pipeline of text, and what is sent."""

    def __init__(self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[Event] = []
        self.jobs = Jobs(self.sent.append)
        self.shelf, self._monkeypatch = shelf, monkeypatch

    def work(self, *during: Any) -> None:
        """Run one job of text, in whose steps these are done in turn."""

        def script(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, TextWork]:
            for number, act in enumerate(during, start=1):
                act()
                yield step(number, len(during))
            return TextWork(text="done")

        self._monkeypatch.setitem(worker.PIPELINES, "text", script)
        self._monkeypatch.setattr(worker, "_card", lambda request, shelf: shelf.card("pocket-text"))
        self._monkeypatch.setattr(self.shelf, "card", self._card)
        self.jobs.add(Generate(job="g", request=TextRequest()))
        worker.run(self.jobs.next(), self.shelf, self.jobs.tell, self.jobs.errand)

    def _card(self, checkpoint: str) -> Any:
        known = Shelf.card(self.shelf, "pocket-speech" if checkpoint == "pocket-text" else checkpoint)
        return msgspec.structs.replace(known, modality="text") if checkpoint == "pocket-text" else known

    def order(self) -> list[str]:
        return [type(event).__name__ for event in self.sent if not isinstance(event, Loading)]


@pytest.fixture
def desk(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(shelf, monkeypatch)


def nothing() -> None:
    pass


def test_a_step_is_heard_while_the_job_runs_on(desk: Desk) -> None:
    desk.work(nothing, lambda: desk.jobs.add(listen()), nothing)
    assert desk.order() == ["Stepped", "Stepped", "Heard", "Stepped", "Finished"]
    assert isinstance(desk.sent[-1], Finished) and desk.sent[-1].work == TextWork(text="done")


def test_all_errands_that_wait_are_done_in_their_order(desk: Desk, recording: Path) -> None:
    def ask() -> None:
        desk.jobs.add(listen("one", frames=3))
        desk.jobs.add(Prepare(job="two", path=str(recording)))
        desk.jobs.add(listen("three"))

    desk.work(ask, nothing)
    assert desk.order() == ["Stepped", "Failed", "Prepared", "Heard", "Stepped", "Finished"]


def test_a_job_that_waits_goes_on_waiting(desk: Desk) -> None:
    def ask() -> None:
        desk.jobs.add(Generate(job="later", request=TextRequest()))
        desk.jobs.add(listen())

    desk.work(ask, nothing)
    assert desk.order() == ["Stepped", "Heard", "Stepped", "Finished"]
    assert desk.jobs.next().id == "later"


def test_an_errand_that_was_cancelled_while_it_waited_ends_at_once(desk: Desk) -> None:
    def ask() -> None:
        desk.jobs.add(listen())
        desk.jobs.cancel("l")

    desk.work(ask, nothing)
    assert desk.order() == ["Cancelled", "Stepped", "Stepped", "Finished"]


def test_a_cancelled_job_does_not_take_the_errand_with_it(desk: Desk) -> None:
    def ask() -> None:
        desk.jobs.add(listen())

    desk.work(ask, lambda: desk.jobs.cancel("g"), nothing)
    assert desk.order() == ["Stepped", "Heard", "Stepped", "Cancelled"]


def test_a_job_whose_networks_are_watched_is_not_disturbed_by_an_errand_on_the_same_one(desk: Desk) -> None:
    """The running job has its clock on the vocoder too: neither its time nor its cancel is the errand's."""
    mel = mel_of(PREVIEW)[None]

    def script(request: TextRequest, view: Any, live: Live) -> Generator[Progress, None, TextWork]:
        network = view.network(view.card("pocket-vocoder"))
        network(mel)
        spent = view.network_time
        desk.jobs.add(listen())
        yield step(1, 2)
        assert view.network_time == spent
        yield step(2, 2)
        return TextWork(text="done")

    desk.work()
    desk.sent.clear()
    desk._monkeypatch.setitem(worker.PIPELINES, "text", script)
    desk.jobs.add(Generate(job="g", request=TextRequest()))
    worker.run(desk.jobs.next(), desk.shelf, desk.jobs.tell, desk.jobs.errand)
    assert desk.order() == ["Stepped", "Heard", "Stepped", "Finished"]
    network = desk.shelf.network(Shelf.card(desk.shelf, "pocket-vocoder"))
    assert not network._forward_hooks and not network._forward_pre_hooks


def test_what_the_running_job_uses_stays_while_an_errand_loads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.shelf, "_allowed", lambda: 0.0)
    taken: list[str] = []

    def script(request: TextRequest, view: Any, live: Live) -> Generator[Progress, None, TextWork]:
        view.network(view.card("pocket-prosody"))
        desk.jobs.add(listen())
        yield step(1, 2)
        taken.extend(desk.shelf.loaded())
        yield step(2, 2)
        return TextWork(text="done")

    desk.work()
    desk._monkeypatch.setitem(worker.PIPELINES, "text", script)
    desk.jobs.add(Generate(job="g", request=TextRequest()))
    worker.run(desk.jobs.next(), desk.shelf, desk.jobs.tell, desk.jobs.errand)
    assert taken == ["pocket-prosody", "pocket-vocoder"]
