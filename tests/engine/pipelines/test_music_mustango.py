"""Mustango from a request to its sound: through the worker, as long as asked, told what was set and no more."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray
from torch import nn

from engine.api.cards import ModelCard
from engine.api.chords import parse_chord
from engine.api.errors import BadInput
from engine.api.messages import Event, Failed, Finished, Heard, Listen, SoundWork, SpectrogramPreview, Stepped
from engine.api.requests import MusicRequest
from engine.api.score import score_of
from engine.networks.munet_blocks import Attention
from engine.pipelines.contract import Live
from engine.pipelines.music_mustango import conditions, mustango
from engine.pipelines.mustango_events import events, words
from engine.pipelines.mustango_network import Mustango
from engine.runtime import worker
from engine.runtime.device import choose
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf, Tell, untold
from tests.tiny_music_mustango import added, mustango_folder, mustango_template

__all__ = ["mustango_folder", "mustango_template"]

Ask = Callable[..., MusicRequest]


class Watched(Shelf):
    """Notes which networks are asked for."""

    asked: list[str]

    def network(self, card: ModelCard, tell: Tell = untold, role: str = "network") -> nn.Module:
        self.asked.append(role)
        return super().network(card, tell, role)


@pytest.fixture
def shelf(no_assets: Path) -> Iterator[Watched]:
    shelf = Watched(choose("cpu"))
    shelf.asked = []
    yield shelf


@pytest.fixture
def ask(mustango_folder: Path, shelf: Shelf) -> Ask:
    checkpoint = added(mustango_folder)

    def request(**fields: object) -> MusicRequest:
        given = {"prompt": "calm piano", "chords": "Am F", "seconds": 1.0, "steps": 3, "gamma": 1.0, **fields}
        return MusicRequest(checkpoint=checkpoint, **given)  # type: ignore[arg-type]

    return request


def played(request: MusicRequest, shelf: Shelf) -> tuple[SoundWork, NDArray[np.float32]]:
    """Straight from the system."""
    making = mustango(request, score_of(request), shelf, Live(guidance=request.guidance, gamma=request.gamma))
    with torch.inference_mode():
        while True:
            try:
                next(making)
            except StopIteration as end:
                return end.value, soundfile.read(end.value.path, dtype="float32")[0]


def test_a_job_runs_to_its_end_in_the_worker(ask: Ask, shelf: Shelf) -> None:
    told: list[Event] = []
    worker.run(Job("a", ask(seconds=1.1)), shelf, told.append)
    steps, end = [event for event in told if isinstance(event, Stepped)], told[-1]
    assert isinstance(end, Finished), end
    assert [(event.step, event.steps) for event in steps][-1] == (3, 3) and steps[-1].level == 0
    assert isinstance(steps[-1].preview, SpectrogramPreview)
    assert (steps[-1].preview.frames, steps[-1].preview.bins, steps[-1].preview.hop) == (110, 64, 0.01)
    work = end.work
    assert isinstance(work, SoundWork) and (work.sample_rate, work.channels) == (16_000, 1)
    sound, rate = soundfile.read(work.path, dtype="float32")
    assert (len(sound), rate) == (17_600, 16_000) and 1e-4 < np.abs(sound).max() <= 1
    assert end.network_time > 0


def test_a_step_is_heard_through_the_vocoder_among_its_parts(ask: Ask, shelf: Shelf) -> None:
    told: list[Event] = []
    request = ask()
    worker.run(Job("a", request), shelf, told.append)
    preview = [event.preview for event in told if isinstance(event, Stepped)][-1]
    assert isinstance(preview, SpectrogramPreview)
    worker.run(Job("b", Listen(job="b", vocoder=request.checkpoint, preview=preview)), shelf, told.append)
    heard, finished = told[-1], next(event for event in told if isinstance(event, Finished))
    assert isinstance(heard, Heard) and (heard.work.sample_rate, heard.work.seconds) == (16_000, 1.0)
    sounds = [soundfile.read(event.work.path)[0] for event in (heard, finished)]
    assert np.corrcoef(*sounds)[0, 1] > 0.9  # but for the quieter end of what a preview shows


def test_the_same_request_is_the_same_work_and_another_seed_another(ask: Ask, shelf: Shelf) -> None:
    first, again = (played(ask(seed=5), shelf)[1] for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.allclose(first, played(ask(seed=6), shelf)[1], atol=1e-4)


@pytest.mark.parametrize(
    "changed",
    [
        {"chords": "Am/C F"},
        {"chords": "Bm F"},
        {"tempo": 140.0},
        {"metre": "3", "tempo": 240.0},
        {"prompt": "fast drums"},
    ],
    ids=str,
)
def test_what_is_set_is_heard(ask: Ask, shelf: Shelf, changed: dict[str, object]) -> None:
    usual = {"tempo": 240.0}
    assert not np.array_equal(played(ask(**usual), shelf)[1], played(ask(**usual | changed), shelf)[1])


def test_guidance_in_two_passes_is_that_in_one(ask: Ask, shelf: Shelf) -> None:
    request = ask(guidance=3.0)
    whole = played(request, shelf)[1]
    making = mustango(request, score_of(request), shelf, Live(guidance=3.0, gamma=1.0, batched=False))
    with torch.inference_mode():
        while True:
            try:
                next(making)
            except StopIteration as end:
                parts = soundfile.read(end.value.path, dtype="float32")[0]
                break
    assert np.allclose(whole, parts, atol=1e-4)


def test_a_prediction_only_fills_what_was_left_empty(ask: Ask, shelf: Watched) -> None:
    work, _ = played(ask(), shelf)
    assert "beats" not in shelf.asked and "chords" not in shelf.asked and work.notes == ()
    work, _ = played(ask(chords=""), shelf)
    assert "beats" not in shelf.asked and "chords" in shelf.asked
    assert len(work.notes) == 1 and work.notes[0].startswith("From the prompt: ")
    shelf.asked.clear()
    work, _ = played(ask(beats="from the prompt"), shelf)
    assert "beats" in shelf.asked and "chords" not in shelf.asked
    assert "a bar, about" in work.notes[0]


def test_predicted_beats_take_the_place_of_those_set_and_chords_stay(ask: Ask, shelf: Shelf) -> None:
    request = ask(beats="from the prompt", tempo=240.0)
    score = score_of(request)
    with torch.inference_mode():
        told = events(request, score, shelf, shelf.card(request.checkpoint))
    assert [chord for chord, _ in told.chords] == [parse_chord("Am")]
    assert tuple(told.beats) != score.beats and told.beats[0][0] == pytest.approx(0.5, abs=0.2)
    assert [number for _, number in told.beats[: told.bar]] == list(range(told.bar))


def test_without_a_predictor_it_says_what_to_set(mustango_folder: Path, ask: Ask, shelf: Shelf) -> None:
    card = shelf.card(ask().checkpoint)
    bare = msgspec.structs.replace(card, parts={})
    for fields, said in (
        ({"chords": ""}, "write some in the lane"),
        ({"beats": "from the prompt"}, "choose beats as set"),
    ):
        request = ask(**fields)
        with pytest.raises(BadInput, match=said):
            events(request, score_of(request), shelf, bare)


def test_what_does_not_change_is_worked_out_once(ask: Ask, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[str] = []
    keys, prepare = Attention.keys, Mustango.prepare

    def noted_keys(self: Attention, told: object) -> object:
        prepared.append("keys")
        return keys(self, told)  # type: ignore[arg-type]

    def noted_prepare(self: Mustango, *given: object) -> object:
        prepared.append("prepare")
        return prepare(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Attention, "keys", noted_keys)
    monkeypatch.setattr(Mustango, "prepare", noted_prepare)
    played(ask(steps=4, guidance=3.0), shelf)
    layers = 3 * 1 + 1 + 3 * 2  # of one residual block each down, the middle, and one more up
    assert prepared.count("prepare") == 1 and prepared.count("keys") == 3 * layers


@torch.inference_mode()
def test_in_half_precision_it_says_about_the_same(ask: Ask, shelf: Shelf) -> None:
    request = ask()
    network, score = shelf.network(shelf.card(request.checkpoint)), score_of(request)
    assert isinstance(network, Mustango)
    told = events(request, score, shelf, shelf.card(request.checkpoint))
    x = torch.randn(2, 8, *network.config.latent, generator=torch.Generator().manual_seed(1))
    whole = network(x, 500, conditions(network, [3, 4], told))
    half = network.to(torch.bfloat16)(x, 500, conditions(network, [3, 4], told))
    assert half.dtype == torch.float32
    assert (half - whole).std() < 0.05 * whole.std()


def test_the_key_is_said_as_the_training_had_it() -> None:
    assert words(MusicRequest(prompt=" Calm piano. ")) == "Calm piano."
    assert words(MusicRequest(prompt="Calm piano.", key="A minor")) == "Calm piano. The key of this song is A minor."


def test_what_it_cannot_do_ends_the_job_in_one_sentence(ask: Ask, shelf: Watched) -> None:
    told: list[Event] = []
    worker.run(Job("a", ask(seconds=12.0)), shelf, told.append)
    assert isinstance(told[-1], Failed) and told[-1].bad_input
    assert told[-1].sentence.startswith("Mustango makes 10.24 s at most and 12 s are asked for")
    assert shelf.asked == []
    with pytest.raises(BadInput, match=r"Mustango makes 1.28 s at most"):
        played(ask(seconds=2.0), shelf)
    with pytest.raises(BadInput, match="The prompt is too long for Mustango, which reads 512 word pieces"):
        played(ask(prompt="calm " * 400 + "piano " * 120), shelf)
