"""Stable Audio makes stereo music as long as was asked for, to the sample, and works out once what its steps share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.api.messages import Event, Failed, Finished, SoundWork, SpectrogramPreview, Stepped
from engine.api.requests import MusicRequest
from engine.conditioners.t5 import T5
from engine.networks.oobleck import Oobleck, OobleckConfig
from engine.networks.stable_audio import StableAudio
from engine.networks.stable_audio_blocks import CrossAttention
from engine.pipelines import music_latents
from engine.pipelines.contract import Live, Progress
from engine.pipelines.music import music
from engine.pipelines.music_latents import coded, sounded
from engine.runtime import worker
from engine.runtime.device import choose
from engine.runtime.jobs import Job
from engine.runtime.published import add
from engine.runtime.shelf import Shelf
from tests.tiny_music_stable_audio import WINDOW, drawn, make_first, stable_audio_folders, stable_audio_template

__all__ = ["stable_audio_folders", "stable_audio_template"]

ID = "tiny-stable-audio"
FAST: dict[str, Any] = dict(
    prompt="a calm piano", checkpoint=ID, seconds=1.2, steps=4, sampler="dpmpp_3m_sde", gamma=1.0, guidance=7.0, seed=1
)


class Played:
    """What a request came to."""

    def __init__(self, request: MusicRequest, shelf: Shelf, live: Live) -> None:
        self.progress: list[Progress] = []
        making = music(request, shelf, live)
        while True:
            try:
                told = next(making)
            except StopIteration as end:
                self.work: SoundWork = end.value
                break
            assert isinstance(told, Progress)
            self.progress.append(told)

    @property
    def samples(self) -> NDArray[np.float32]:
        samples: NDArray[np.float32] = soundfile.read(self.work.path, dtype="float32")[0]
        return samples


Play = Callable[..., Played]


@pytest.fixture
def shelf(no_assets: Path, stable_audio_folders: Path) -> Shelf:
    add(stable_audio_folders / ID)
    return Shelf(choose("cpu"))


@pytest.fixture
def play(shelf: Shelf) -> Play:
    def played(batched: bool = True, **fields: Any) -> Played:
        request = MusicRequest(**FAST | fields)
        return Played(request, shelf, Live(request.guidance, request.gamma, batched))

    return played


def test_it_lasts_as_long_as_asked_to_the_sample_in_stereo(play: Play) -> None:
    done = play(seconds=1.2345)
    assert done.samples.shape == (round(1.2345 * 44_100), 2)
    assert (done.work.channels, done.work.sample_rate) == (2, 44_100)
    assert np.abs(done.samples[:, 0] - done.samples[:, 1]).max() > 1e-3
    assert play(bars=2, tempo=240, metre="3").samples.shape == (round(1.5 * 44_100), 2)


def test_every_step_is_told_and_shown(play: Play) -> None:
    done = play()
    assert [told.step for told in done.progress] == [1, 2, 3, 4] and {told.steps for told in done.progress} == {4}
    assert [told.level for told in done.progress] == sorted((told.level for told in done.progress), reverse=True)
    assert done.progress[-1].level == 0
    preview = done.progress[-1].preview()
    assert isinstance(preview, SpectrogramPreview)
    assert preview.frames * preview.hop == pytest.approx(1.2, abs=0.02)
    assert len(set(preview.mel)) > 20


def test_a_worker_plays_it_from_a_published_folder(shelf: Shelf) -> None:
    told: list[Event] = []
    worker.run(Job("a", MusicRequest(**FAST)), shelf, told.append)
    assert [each for each in told if isinstance(each, Failed)] == []
    assert sum(isinstance(each, Stepped) for each in told) >= 1
    done = next(each for each in told if isinstance(each, Finished))
    assert isinstance(done.work, SoundWork) and done.work.seconds == 1.2


def test_the_same_request_is_the_same_sound_and_each_control_changes_it(play: Play) -> None:
    once = play().samples
    assert np.array_equal(once, play().samples)
    changes: list[dict[str, Any]] = [
        {"seed": 2},
        {"prompt": "a calm piano with strings"},
        {"tempo": 120},
        {"key": "C minor"},
        {"seconds": 1.3},
        {"guidance": 1.0},
        {"gamma": 0.0},
        {"sampler": "dpmpp_2m"},
        {"steps": 5},
    ]
    for change in changes:
        other = play(**change).samples[: len(once)]
        assert np.abs(other - once).max() > 1e-4, change


def test_two_passes_are_the_same_as_one_batch(play: Play) -> None:
    assert np.allclose(play().samples, play(batched=False).samples, atol=1e-3)


def test_what_steps_share_is_worked_out_once(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {"text": 0, "told": 0, "network": 0}

    def counted(kind: type[Any], name: str, what: str) -> None:
        plain = getattr(kind, name)

        def call(self: Any, *args: Any, **named: Any) -> Any:
            counts[what] += 1
            return plain(self, *args, **named)

        monkeypatch.setattr(kind, name, call)

    counted(T5, "forward", "text")
    counted(CrossAttention, "told", "told")
    counted(StableAudio, "forward", "network")
    play(steps=6)
    assert counts == {"text": 1, "told": 2, "network": 6}  # two blocks; both guesses in one batch


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seconds": 60.0}, "Stable Audio makes 47.5 s at most, not 60; ask for fewer seconds or bars."),
        ({"seconds": 2.0}, f"{ID} makes 1.5 s at most, not 2; ask for fewer seconds or bars."),
        ({"prompt": "शांत पियानो"}, "Stable Audio reads English; write the prompt in English"),
        ({"chords": "Am F"}, "but no chords; empty them"),
        ({"sections": "verse:2"}, "makes one piece without sections; leave them empty"),
        ({"loop": "on"}, "turn the loop off"),
        ({"prompt": "piano " * 200}, "The prompt is too long for tiny-stable-audio, which reads 128 word pieces"),
    ],
)
def test_what_it_cannot_do_is_said_in_a_sentence(play: Play, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        play(**change)
    assert sentence in str(refused.value)


def hum(path: Path, seconds: float) -> NDArray[np.float32]:
    time = np.arange(round(seconds * 44_100)) / 44_100
    both = 0.4 * np.stack([np.sin(2 * np.pi * 220 * time), np.sin(2 * np.pi * 330 * time)], -1)
    soundfile.write(path, both.astype(np.float32), 44_100, subtype="FLOAT")
    return both.astype(np.float32)


def test_what_stays_of_a_recording_stays_sample_for_sample(play: Play, tmp_path: Path) -> None:
    recording = hum(tmp_path / "hum.wav", 1.2)
    made = play(recording=str(tmp_path / "hum.wav"), anew=(400, 800)).samples
    first, last = round(0.4 * 44_100), round(0.8 * 44_100)
    assert np.array_equal(made[:first], recording[:first]) and np.array_equal(made[last:], recording[last:])
    assert np.abs(made[first:last] - recording[first:last]).max() > 0.05
    longer = play(recording=str(tmp_path / "hum.wav"), seconds=1.5).samples
    assert np.array_equal(longer[: len(recording)], recording) and len(longer) == round(1.5 * 44_100)
    assert np.abs(longer[len(recording) :]).max() > 1e-3


def test_what_stays_is_heard_by_what_is_made(play: Play, tmp_path: Path) -> None:
    """The same noise beside another recording becomes something else."""
    hum(tmp_path / "hum.wav", 1.2)
    soundfile.write(tmp_path / "other.wav", hum(tmp_path / "other.wav", 1.2)[::-1] * 0.3, 44_100, subtype="FLOAT")
    spans = {"anew": (400, 800)}
    one, other = (play(recording=str(tmp_path / name), **spans).samples for name in ("hum.wav", "other.wav"))
    middle = slice(round(0.5 * 44_100), round(0.7 * 44_100))
    assert np.abs(one[middle] - other[middle]).max() > 1e-3


@torch.no_grad()
def test_pieces_sound_and_are_coded_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    config = OobleckConfig(channels=4, c_mults=(1, 2, 2), strides=(2, 4, 4), latent_dim=4)
    vae = Oobleck(config).eval()
    vae.load_state_dict(drawn(vae, 0.2))
    latents, whole = torch.randn(1, 4, 100), music_latents.PIECE
    sound = vae(latents)[0].T.numpy()
    mean, _ = vae.encode(torch.from_numpy(sound.T)[None])
    assert whole >= 100
    monkeypatch.setattr(music_latents, "PIECE", 7)
    assert np.allclose(sounded(vae, latents, 3_190), sound[:3_190], atol=1e-4)
    assert torch.allclose(coded(vae, sound, 100, latents), mean, atol=1e-4)
    assert np.abs(sound).max() > 0.1 and mean.abs().max() > 0.1


def test_the_first_papers_network_plays_too(play: Play, tmp_path: Path) -> None:
    """A U-Net, told by CLAP and by the table of whole seconds."""
    make_first(tmp_path / "first")
    card = add(tmp_path / "first")
    assert (card.architecture, card.parts["text"].architecture) == ("stable_audio_unet", "clap_text")
    assert card.parts["timing"].network["discrete"] is True
    shelf, once = Shelf(choose("cpu")), FAST | {"checkpoint": card.id}
    first, again, other = (
        Played(MusicRequest(**once | change), shelf, Live(6.0, 1.0)).samples
        for change in ({}, {}, {"prompt": "strings"})
    )
    assert first.shape == (round(1.2 * 44_100), 2) and np.array_equal(first, again)
    assert np.abs(first - other).max() > 1e-4


def test_the_window_is_always_whole(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was trained: what lies behind the music is made too, and cut away."""
    lengths: list[int] = []
    plain = StableAudio.forward

    def call(self: StableAudio, x: torch.Tensor, *args: Any) -> torch.Tensor:
        lengths.append(x.shape[-1])
        return plain(self, x, *args)

    monkeypatch.setattr(StableAudio, "forward", call)
    play(seconds=1.0)
    assert set(lengths) == {WINDOW}
