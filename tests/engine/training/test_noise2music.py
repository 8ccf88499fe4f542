"""The three networks of Noise2Music learn from a folder of sound files, stage by stage, into one checkpoint."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile
import torch
from torch import Tensor

from engine.api import paths
from engine.api.cards import CARD, read_card
from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from engine.conditioners.music_lanes import CHORD_KNOWN, LANES
from engine.networks.noise2music import Noise2Music, Noise2MusicConfig
from engine.pipelines.contract import Live, Progress
from engine.pipelines.music import music
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from engine.samplers.paths import PATHS
from engine.training import loop as loop_module
from engine.training.loop import LoopConfig
from engine.training.noise2music import LOOP, PATH, STAGES, Recipe, changed, errors, main, train
from engine.training.noise2music_data import Batch, Clips, Corruption, blurred, on_path, with_low

SMALL: dict[str, Any] = dict(
    widths=(8, 8, 16), strides=(4, 4), blocks=(1, 1), cross_attention=(False, True), text_width=16, text_depth=1
)
ALONE = (False, False)
TINY = {
    "generator": Noise2MusicConfig(rate=800, aligned=LANES, longest=2.0, self_attention=(False, True), **SMALL),
    "cascader": Noise2MusicConfig(rate=1_600, low_rate=800, self_attention=ALONE, **SMALL),
    "upsampler": Noise2MusicConfig(rate=2_400, low_rate=1_600, self_attention=ALONE, **SMALL | {"text_width": 0}),
}
QUICK = replace(LOOP, minutes=None, steps=3, batch=2, warmup=1, learning_rate=3e-3, average=0.9)


@pytest.fixture(autouse=True)
def one_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a busy machine finds fast may differ from one run to the next."""
    monkeypatch.setattr(loop_module, "bf16_is_fast", lambda device: False)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two hums, one of which has a score, and one that is held out."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    lines = [
        dict(
            sound="a.flac",
            captions=[["english", "A hum."], ["hindi", "गुनगुन।"]],
            tempo=120.0,
            chords="Am F",
            seconds=2.5,
        ),
        dict(sound="b.wav", captions=["Another hum."], style="unheard of"),
        dict(sound="gone.flac", captions=["Held out."], held_out=True),
        dict(captions=["A line without a sound."]),
    ]
    for name, hertz, seconds in (("a.flac", 110, 2.5), ("b.wav", 55, 3.0)):
        wave = 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * 4_800)) / 4_800)
        soundfile.write(folder / name, np.stack([wave, 0.5 * wave], -1), 4_800)
    (folder / "pieces.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "sources.json").write_text('[{"name": "hums", "licence": "CC0-1.0"}]', encoding="utf-8")
    return folder


def recipe(stage: str) -> Recipe:
    return replace(STAGES[stage], network=TINY[stage], seconds=(1.0, 1.5))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_clips_are_drawn_with_their_captions_and_their_lanes(corpus: Path) -> None:
    clips = Clips.load(corpus, TINY["generator"])
    assert [clip.sound for clip in clips.clips] == ["a.flac", "b.wav"]
    batch = clips.draw(16, (1.0, 1.5), generator())
    samples = batch.sound.shape[-1]
    assert batch.sound.shape == (16, 2, samples) and samples + 16 >= 800 and samples <= 1_200 and samples % 16 == 0
    assert (batch.sound[:, 0] - 2 * batch.sound[:, 1]).abs().max() < 0.01
    assert 1.1 < batch.sound.abs().max() < 1.3  # 0.3, times the gain
    known = batch.lanes[:, CHORD_KNOWN].mean(-1)
    assert set(known.tolist()) == {0.0, 1.0}
    texts = {bytes(number for number in row.tolist() if number < 256).decode() for row in batch.ids}
    assert texts == {"A hum.", "गुनगुन।", "Another hum."}


def test_no_stretch_is_longer_than_the_shortest_clip(corpus: Path) -> None:
    clips = Clips.load(corpus, TINY["generator"])
    lengths = {clips.draw(2, (9.0, 9.0), generator(seed)).sound.shape[-1] for seed in range(8)}
    assert max(lengths) <= 3.0 * 800 and 2.5 * 800 in lengths


def test_the_prompt_is_withheld_from_one_clip_in_ten(corpus: Path) -> None:
    shown = Clips.load(corpus, TINY["generator"]).draw(2_000, (0.1, 0.1), generator()).shown
    assert 0.88 < shown.float().mean() < 0.92


def test_the_low_fidelity_sound_is_what_the_lower_rate_holds(corpus: Path) -> None:
    config = TINY["cascader"]
    times = torch.arange(1_601) / 1_600
    low, high = torch.cos(2 * np.pi * 100 * times), torch.cos(2 * np.pi * 600 * times)
    batch = Batch((low + high)[None, None].repeat(3, 2, 1), *(torch.zeros(3),) * 3)
    plain = with_low(batch, config, Corruption(None, 0.0), PATHS[PATH], generator())
    assert plain.low is not None and (plain.low - low).abs().max() < 1e-3
    noisy = with_low(batch, config, Corruption(None, 1.0), PATHS[PATH], generator())
    assert noisy.low is not None and isinstance(noisy.low_noise, Tensor)
    for item, time in enumerate(noisy.low_noise.tolist()):
        level = PATHS[PATH](time)
        assert (noisy.low[item] - level.alpha * low).std() == pytest.approx(level.sigma, abs=0.05)


def test_a_blur_is_a_gaussian_of_its_own_deviation() -> None:
    impulse = torch.zeros(3, 2, 41)
    impulse[..., 20] = 1
    found = blurred(impulse, torch.tensor([0.1, 2.0, 5.0]))
    assert torch.allclose(found[0], impulse)
    places = np.arange(-5, 5)  # ten taps
    for item, deviation in ((1, 2.0), (2, 5.0)):
        expected = np.exp(-0.5 * (places / deviation) ** 2)
        heard = found[item, 1, 20 - places].numpy()
        assert np.allclose(heard, expected / expected.sum(), atol=1e-6)
    assert torch.allclose(blurred(torch.ones(3, 2, 41), torch.tensor([0.1, 2.0, 5.0])), torch.ones(3, 2, 41))


class Answers(torch.nn.Module):
    """A network that says a fixed thing."""

    def __init__(self, answer: Tensor) -> None:
        super().__init__()
        self.answer = answer

    def ask(self, ids: Tensor, lanes: Tensor) -> None: ...

    def forward(self, *given: Any) -> Tensor:
        return self.answer


@pytest.mark.parametrize("prediction", ["eps", "v"])
def test_the_error_of_the_prediction_is_weighed_by_the_noise(prediction: str) -> None:
    sound, noise, t = torch.randn(3, 2, 8), torch.randn(3, 2, 8), torch.tensor([0.1, 0.5, 0.9])
    alpha, sigma = on_path(PATHS[PATH], t)
    right = noise if prediction == "eps" else alpha * noise - sigma * sound
    batch = Batch(sound, *(torch.zeros(3),) * 3)
    found = errors(Answers(right + 2), batch, t, noise, prediction, weighted=True)
    assert torch.allclose(found, 4 * sigma[:, 0, 0] ** 2, atol=1e-5)
    assert torch.allclose(errors(Answers(right + 2), batch, t, noise, prediction, False), torch.full((3,), 4.0))


def test_a_network_learns_a_hum(corpus: Path, tmp_path: Path) -> None:
    longer = replace(QUICK, steps=25, batch=4, log_steps=5, learning_rate=1e-2)
    train(tmp_path / "out", corpus, "generator", longer, replace(recipe("generator"), weighted=False))
    lines = [json.loads(line) for line in (tmp_path / "out/generator/losses.jsonl").read_text().splitlines()]
    assert min(line["loss"] for line in lines[-3:]) < 0.75 * lines[0]["loss"]


def test_stages_in_one_folder_become_a_checkpoint_that_plays(
    corpus: Path, quartet_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paths.models()[1] / "our-cascade"
    train(folder, corpus, "upsampler", QUICK, recipe("upsampler"))
    assert not (folder / CARD).exists()
    train(folder, corpus, "generator", QUICK, recipe("generator"))
    card = read_card(folder / CARD)
    assert set(card.files) == {"network", "upsampler"} and set(card.parts) == {"upsampler"}
    assert "cascader_steps" in card.lacks and "upsampler_steps" not in card.lacks
    train(folder, corpus, "cascader", QUICK, recipe("cascader"))
    card = read_card(folder / CARD)
    assert (card.id, card.modality, card.prediction) == ("our-cascade", "music", "eps")
    assert card.parameters == sum(sum(w.numel() for w in Noise2Music(each).parameters()) for each in TINY.values())
    assert [source.name for source in card.sources] == ["hums"]
    assert set(card.figures["training"]) == {"generator", "cascader", "upsampler"}
    assert card.defaults["cascader_spacing"] == "back-heavy"
    assert set(card.lacks) == {"lane_guidance", "loop", "recording", "anew"}
    request = MusicRequest(checkpoint="our-cascade", steps=2, cascader_steps=2, upsampler_steps=2, seconds=1.0)
    with torch.inference_mode():
        events = list(music(request, Shelf(choose("cpu")), Live()))
    assert len(events) == 6 and all(isinstance(event, Progress) for event in events)


def test_a_run_goes_on_and_keeps_its_prediction(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    train(folder, corpus, "generator", QUICK, recipe("generator"))
    train(folder, corpus, "generator", replace(QUICK, steps=5), recipe("generator"))
    assert read_card(folder / CARD).figures["training"]["generator"]["steps"] == 5
    with pytest.raises(BadInput, match="The generator in .* predicts eps; train with that"):
        train(folder, corpus, "cascader", QUICK, recipe("cascader"), prediction="v")


def test_the_command_changes_the_recipe() -> None:
    options = dict(width=16, channels=1, seconds=8.0, weighting="constant")
    found = changed(STAGES["generator"], options)
    assert found.network.widths == (16, 32, 64, 128, 256) and found.network.channels == 1
    assert found.network.longest == 8.0 == found.seconds[1] and not found.weighted
    assert changed(STAGES["cascader"], options | {"width": None}).seconds == (3.0, 4.0)
    with pytest.raises(BadInput, match="multiple of 8, not 12"):
        changed(STAGES["generator"], options | {"width": 12})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (None, "There is no pieces.jsonl in"),
        ("{", "is not usable"),
        ('{"sound": "a.flac", "held_out": true}\n', "names no sound files to learn from"),
        ('{"sound": "b.flac"}\n', "b.flac cannot be read as sound"),
    ],
)
def test_a_corpus_that_cannot_be_used_is_said(
    tmp_path: Path, lines: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sources.json").write_bytes(msgspec.json.encode([]))
    if lines is not None:
        (tmp_path / "pieces.jsonl").write_text(lines)
    arguments = ["--folder", str(tmp_path / "out"), "--corpus", str(tmp_path), "--steps", "1", "--width", "8"]
    assert main([*arguments, "--stage", "cascader"]) == 2
    assert said in capsys.readouterr().err


def test_the_published_figures_are_the_defaults() -> None:
    """Section 4.1 of the paper: rates, windows, corruption, what is attended to."""
    cascader, upsampler = STAGES["cascader"], STAGES["upsampler"]
    assert [each.network.rate for each in STAGES.values()] == [3_200, 16_000, 24_000]
    assert [each.network.low_rate for each in STAGES.values()] == [0, 3_200, 16_000]
    assert STAGES["generator"].seconds[1] == 30.0 and cascader.seconds == upsampler.seconds == (3.0, 4.0)
    assert cascader.corruption == Corruption((0.1, 5.0), 0.5) and upsampler.corruption == Corruption(None, 1.0)
    assert upsampler.network.text_width == 0 and cascader.network.has_windows and upsampler.network.has_windows
    assert not STAGES["generator"].network.has_windows
    assert LOOP.average == 0.9999 and isinstance(LOOP, LoopConfig)
