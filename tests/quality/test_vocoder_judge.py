"""The judge is itself judged, on copies whose distance is known."""

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.api.cards import CardFile, ModelCard, read_card
from engine.codecs.mel import VOCOS, filters
from engine.networks.vocos import Vocos, VocosConfig
from engine.training import vocoder
from engine.training.card import write_card
from engine.training.export import export
from tests.quality import vocoder_judge
from tests.quality.vocoder_judge import judge, load_vocoder, music, note, stft_distance, whole_hops

RNG = np.random.default_rng(4)
NOISE: vocoder_judge.Waveform = (0.1 * RNG.standard_normal(24_000)).astype(np.float32)


def silence(sound: vocoder_judge.Waveform) -> vocoder_judge.Waveform:
    return np.zeros_like(sound)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An untrained checkpoint, which is the phases of partials that go on and eight refinements."""
    net = Vocos(VocosConfig(width=16, middle=16, depth=1, anchored=True, refinements=8))
    net.head.set_anchor(filters(VOCOS))
    export(net, tmp_path)
    files = {"network": CardFile(name="network.safetensors")}
    card = ModelCard(**vocoder.CARD, network=vars(net.config), files=files, parameters=1, folder=str(tmp_path))
    write_card(card)
    return tmp_path


def test_a_perfect_copy_has_no_distance_and_half_the_volume_a_known_one() -> None:
    assert stft_distance(NOISE, NOISE) == 0
    assert stft_distance(NOISE, NOISE * np.float32(0.5)) == pytest.approx(0.5 + math.log(2), rel=1e-3)
    assert stft_distance(NOISE, NOISE[::-1].copy()) > 1


def test_clips_are_whole_hops_and_not_too_long() -> None:
    assert len(whole_hops(NOISE)) == 23_808
    assert len(whole_hops(np.zeros(500_000, np.float32))) <= vocoder_judge.LONGEST


def test_music_comes_from_a_folder_or_is_made(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.stack([NOISE, NOISE], 1), 48_000)
    (heard,) = music(tmp_path, 3)
    assert abs(len(heard) - 12_000) < 256
    assert len(music(None, 2)) == 2


def test_a_checkpoint_is_loaded_and_its_figures_are_noted(folder: Path) -> None:
    vocoders = {"ours": load_vocoder(folder), "silence": silence}
    figures = judge(vocoders, {"music": music(None, 1)}, folder / "works")
    kinds = figures["music"]
    assert kinds["true"]["stft"] == 0
    assert kinds["ours"]["stft"] < 1.5 < kinds["silence"]["stft"]
    assert {path.name for path in (folder / "works").iterdir()} >= {"music-00-ours.flac", "music-00-true.flac"}
    note(figures, folder)
    assert read_card(folder / "card.toml").figures["copy_synthesis"]["music"]["ours"]["sounds"] == 1


def test_the_untrained_network_is_no_worse_than_silence_of_phase(folder: Path) -> None:
    """Its phases bring the copy nearer than phases of zero would."""
    sound = music(None, 1)[0]
    made = stft_distance(sound, load_vocoder(folder)(sound))
    spectrum = torch.stft(torch.from_numpy(sound), 1024, 256, window=torch.hann_window(1024), return_complex=True).abs()
    flat = torch.istft(spectrum + 0j, 1024, 256, window=torch.hann_window(1024), length=len(sound)).numpy()
    assert made < stft_distance(sound, flat)
