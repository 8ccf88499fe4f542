"""A cascade makes music stage after stage, each with knobs of its own, as long as was asked for to the sample."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray

from engine.api.errors import BadInput, Failure
from engine.api.messages import SoundWork, SpectrogramPreview
from engine.api.requests import MusicRequest
from engine.networks.noise2music import Noise2Music
from engine.pipelines import music_cascade
from engine.pipelines.contract import Live, Progress
from engine.pipelines.music import music
from engine.runtime import published
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from engine.samplers.contract import Level
from tests.tiny_music_cascade import ID, configs, make, tiny_cascade, tiny_cascade_template

__all__ = ["tiny_cascade", "tiny_cascade_template"]

FAST: dict[str, Any] = dict(steps=3, cascader_steps=2, upsampler_steps=2, seconds=1.3, checkpoint=ID, seed=1)


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
def shelf(tiny_cascade: Path) -> Shelf:
    return Shelf(choose("cpu"))


@pytest.fixture
def play(shelf: Shelf) -> Play:
    def played(**fields: Any) -> Played:
        request = MusicRequest(**(FAST | fields))
        with torch.inference_mode():
            return Played(request, shelf, Live(guidance=request.guidance, gamma=request.gamma))

    return played


@pytest.mark.parametrize("seconds", [1.0, 1.3, 2.7181, 4.0])
def test_it_lasts_as_long_as_asked_for_to_the_sample(play: Play, seconds: float) -> None:
    done = play(seconds=seconds, prompt="A piano.")
    assert done.samples.shape == (round(seconds * 24_000), 2)
    assert (done.work.sample_rate, done.work.channels) == (24_000, 2)
    assert 0 < np.abs(done.samples).max() <= 1


def test_bars_win_and_sections_are_parts(play: Play) -> None:
    done = play(bars=2, tempo=180, sections="verse:1 outro:1")
    assert len(done.samples) == round(2 * 4 * 60 / 180 * 24_000)
    assert [part.text for part in done.work.parts] == ["verse", "outro"]


def test_every_step_of_every_stage_is_told_and_drawn(play: Play) -> None:
    done = play()
    assert [told.step for told in done.progress] == list(range(1, 8)) and {told.steps for told in done.progress} == {7}
    shares = [told.level for told in done.progress]
    assert shares == sorted(shares, reverse=True) and shares[-1] == 0
    assert shares[2] == pytest.approx(2 / 3) and shares[4] == pytest.approx(1 / 3)
    drawn = [told.preview() for told in done.progress]
    assert all(isinstance(each, SpectrogramPreview) and each.frames == 1.3 * 24_000 // 256 + 1 for each in drawn)
    mels = [each.mel for each in drawn if isinstance(each, SpectrogramPreview)]
    assert len(set(mels)) == len(mels)


def test_the_same_request_is_the_same_music(play: Play) -> None:
    once = play().samples
    assert np.array_equal(once, play().samples)
    assert not np.allclose(once, play(seed=2).samples, atol=1e-3)


CHANGES: list[dict[str, Any]] = [
    {"prompt": "A flute."},
    {"key": "A minor"},
    {"chords": "Am F"},
    {"tempo": 140.0},
    {"beats": "from the prompt"},
    {"guidance": 6.0},
    {"gamma": 1.0},
    {"spacing": "back-heavy"},
    {"cascader_steps": 4},
    {"cascader_guidance": 6.0},
    {"cascader_gamma": 1.0},
    {"cascader_spacing": "back-heavy"},
    {"upsampler_steps": 4},
    {"upsampler_gamma": 1.0},
    {"upsampler_spacing": "front-heavy"},
]


def test_every_knob_is_heard(play: Play) -> None:
    three = {"cascader_steps": 3, "upsampler_steps": 3, "seconds": 1.0}
    plain = play(**three).samples
    assert [change for change in CHANGES if np.abs(play(**(three | change)).samples - plain).max() < 1e-4] == []


def test_a_stage_is_given_the_stage_before_and_keeps_to_its_own_knobs(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int, float, float]] = []
    real = music_cascade.made

    def watched(stage: Any, request: Any, score: Any, card: Any, network: Any, before: torch.Tensor) -> Any:
        seen.append((network.config.rate, before.shape[-1], stage.live.guidance, stage.live.gamma))
        return real(stage, request, score, card, network, before)

    monkeypatch.setattr(music_cascade, "made", watched)
    play(guidance=4.0, gamma=0.5, cascader_guidance=2.0, cascader_gamma=0.1, upsampler_gamma=0.2, seconds=2.0)
    assert seen == [(3_200, 0, 4.0, 0.5), (16_000, 6_400, 2.0, 0.1), (24_000, 32_000, 1.0, 0.2)]


def test_what_is_turned_while_it_runs_turns_the_generator_alone(shelf: Shelf) -> None:
    def made(turned_at: int) -> list[Any]:
        live, steps = Live(guidance=2.0), []
        with torch.inference_mode():
            for told in music(MusicRequest(**(FAST | {"guidance": 2.0})), shelf, live):
                assert isinstance(told, Progress)
                preview = told.preview()
                assert isinstance(preview, SpectrogramPreview)
                steps.append(preview.mel)
                if told.step == turned_at:
                    live.guidance = 9.0
        return steps

    plain, early, late = made(0), made(1), made(4)
    assert early[0] == plain[0] and early[1] != plain[1]
    assert late == plain


def test_the_low_fidelity_sound_leads(tiny_cascade: Path) -> None:
    """A wave of 400 Hz is one at the next rate too, and noise of the level asked for is on it."""
    config = configs()["cascader"]
    wave = torch.sin(2 * np.pi * 400 * torch.arange(3_200) / 3_200)[None].repeat(2, 1)
    plain = music_cascade.conditioned(wave, 16_000, config, Level(0.0, 1.0, 0.0), torch.randn_like)
    expected = torch.sin(2 * np.pi * 400 * torch.arange(16_000) / 16_000) * config.gain
    assert plain.shape == (1, 2, 16_000)
    assert (plain[0, 0, 200:-200] - expected[200:-200]).abs().max() < 0.02 * config.gain
    noisy = music_cascade.conditioned(wave, 16_000, config, Level(0.5, 0.6, 0.8), torch.zeros_like)
    assert torch.allclose(noisy, 0.6 * plain)


@pytest.mark.parametrize(("roles", "rate"), [(("network",), 3_200), (("network", "cascader"), 16_000)])
def test_a_checkpoint_may_have_fewer_stages(tiny_cascade: Path, play: Play, roles: tuple[str, ...], rate: int) -> None:
    make(tiny_cascade, roles, "fewer")
    done = play(checkpoint="fewer")
    assert done.samples.shape == (round(1.3 * rate), 2)
    assert done.progress[-1].steps == 3 + 2 * (len(roles) - 1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seconds": 4.5}, "makes 4 s at most; ask for a shorter piece"),
        ({"bars": 40}, "makes 4 s at most"),
        ({"loop": "on"}, "cannot make loops; turn the loop off"),
        ({"recording": "a.wav"}, "cannot change a recording"),
        ({"chords": "Am Q7"}, "“Q7” is no chord"),
    ],
    ids=["too long", "too many bars", "loop", "recording", "chord"],
)
def test_what_it_cannot_do_is_said_in_one_sentence(play: Play, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        play(**fields)


def test_a_prompt_too_long_to_be_read_is_told(play: Play) -> None:
    assert play(prompt="ढोल " * 200).work.notes == (music_cascade.UNREAD,)
    assert play(prompt="ढोल").work.notes == ()


def test_a_cascade_from_elsewhere_is_added_with_all_its_parts(tmp_path: Path, play: Play) -> None:
    make(tmp_path, id="from-elsewhere")
    card = published.add(tmp_path / "models" / "from-elsewhere")
    assert set(card.parts) == {"cascader", "upsampler"}
    assert card.parameters == sum(
        weight.numel() for each in configs().values() for weight in Noise2Music(each).parameters()
    )
    assert play(checkpoint="from-elsewhere").work.sample_rate == 24_000


def test_a_missing_part_is_said_when_it_is_added_and_when_it_is_wanted(tiny_cascade: Path, play: Play) -> None:
    part = tiny_cascade / "models" / ID / "cascader.safetensors"
    part.unlink()
    for attempt in (lambda: published.described(part.parent), play):
        with pytest.raises(Failure, match=r"cascader.safetensors is missing; download"):
            attempt()
