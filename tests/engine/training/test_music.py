"""Pocket music learns from a corpus, goes on after a kill, and ships with its card; so does its vocoder."""

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from engine.api.cards import read_card
from engine.api.errors import BadInput
from engine.codecs.music_bands import CHANNELS, SAMPLE_RATE, frame_count
from engine.networks.music_unet import MusicUNet
from engine.runtime import weights
from engine.runtime.shelf import build
from engine.training import loop, music, music_vocoder
from engine.training.loop import LoopConfig
from engine.training.music import MusicObjective, given_frames, vocabulary
from engine.training.music_corpus import HELD_OUT, Entry, MusicCorpus, entry
from engine.training.music_writer import written

SIZE: dict[str, Any] = dict(widths=(16, 16, 24), heads=2, told=16, memory=16, text_depth=1)
TINY = dataclasses.replace(music.NETWORK, **SIZE)
LOOP = LoopConfig(
    minutes=None, steps=4, batch=2, learning_rate=2e-3, matrix_rate=1e-2, warmup=1, matrices=music.LOOP.matrices
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pieces, one of them held out; their bands and their sounds are noise."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "sounds").mkdir()
    rng = np.random.default_rng(0)
    entries: list[Entry] = []
    bands: list[np.ndarray] = []
    for number in (0, 1, HELD_OUT - 1):
        piece = written(np.random.default_rng(number))
        sound = 0.1 * rng.standard_normal((round(piece.seconds * SAMPLE_RATE), 2))
        name = f"sounds/{number}.flac"
        soundfile.write(folder / name, sound[: 2 * SAMPLE_RATE], SAMPLE_RATE)
        found = entry(number, False, piece, rng)
        frames, first = frame_count(len(sound)), sum(len(part) for part in bands)
        bands.append(rng.standard_normal((frames, CHANNELS)).astype(np.float16))
        entries.append(msgspec.structs.replace(found, first=first, frames=frames, sound=name))
    (folder / "bands.bin").write_bytes(b"".join(part.tobytes() for part in bands))
    (folder / "pieces.jsonl").write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in entries))
    (folder / "sources.json").write_bytes(b'[{"name": "noise", "licence": "CC0-1.0"}]')
    return folder


def test_it_learns_and_ships_with_its_card(corpus: Path, tmp_path: Path) -> None:
    music.train(tmp_path, corpus, TINY, LOOP, window=32)
    card = read_card(tmp_path / "card.toml")
    assert (card.id, card.modality, card.architecture) == ("pocket-music", "music", "music_unet")
    network = weights.load(build(card), card.file("network"), torch.device("cpu"), torch.float32)
    assert isinstance(network, MusicUNet)
    assert len(network.config.mean) == CHANNELS
    assert card.figures["training"]["steps"] == 4
    assert [source.name for source in card.sources] == ["music written by rules", "noise"]


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "bf16_is_fast", lambda device: False)
    often = dataclasses.replace(LOOP, save_seconds=0.0)
    music.train(tmp_path / "whole", corpus, TINY, often, window=32)
    asked, draw = iter(range(9)), MusicObjective.draw

    def stopped(self: MusicObjective, count: int, rng: np.random.Generator) -> Any:
        if next(asked) == 2:
            raise KeyboardInterrupt
        return draw(self, count, rng)

    monkeypatch.setattr(MusicObjective, "draw", stopped)
    with pytest.raises(KeyboardInterrupt):
        music.train(tmp_path / "parts", corpus, TINY, often, window=32)
    music.train(tmp_path / "parts", corpus, TINY, often, window=32)
    whole, parts = (load_file(tmp_path / name / "network.safetensors") for name in ("whole", "parts"))
    for name, weight in whole.items():
        assert torch.equal(parts[name], weight), name


def test_what_is_drawn_is_of_training_pieces_alone_and_whitened(corpus: Path, tmp_path: Path) -> None:
    found = MusicCorpus.load(corpus)
    words = vocabulary(tmp_path, found, 400)
    config = dataclasses.replace(TINY, mean=(1.0,) * CHANNELS, deviation=(2.0,) * CHANNELS)
    objective = MusicObjective(found, words, config, 64)
    assert {each.number for each in objective.entries} == {0, 1}
    frames, told = objective.draw(3, np.random.default_rng(0))
    assert frames.shape == (3, 64, CHANNELS)
    assert frames.mean() == pytest.approx(-0.5, abs=0.05)  # (0 - 1) / 2
    assert told.lanes.shape == (3, 32, TINY.lanes)


def test_all_that_can_be_told_is_left_out_now_and_then(corpus: Path, tmp_path: Path) -> None:
    found = MusicCorpus.load(corpus)
    config = dataclasses.replace(TINY, mean=(0.0,) * CHANNELS, deviation=(1.0,) * CHANNELS)
    objective = MusicObjective(found, vocabulary(tmp_path, found, 400), config, 64)
    rng = np.random.default_rng(0)
    windows = [objective.cut(objective.entries[0], rng) for _ in range(400)]
    assert {len(window.out) for window in windows} >= {0, 1, len(music.DROPPED)}
    for name in music.DROPPED:
        share = np.mean([name in window.out for window in windows])
        assert 0.5 * music.DROPPED[name] < share < 2 * (music.DROPPED[name] + music.ALL_DROPPED)
    assert all(window.prompt == "" for window in windows if "words" in window.out)


def test_some_windows_are_given_their_beginning_or_all_but_a_span() -> None:
    rng = np.random.default_rng(0)
    kinds = [given_frames(100, rng) for _ in range(500)]
    given = [kind for kind in kinds if kind.any()]
    assert 0.2 < len(given) / len(kinds) < 0.4
    assert all(kind[0] and not kind.all() for kind in given)
    assert any(kind[-1] for kind in given) and not all(kind[-1] for kind in given)


def test_its_vocoder_learns_and_ships_with_its_card(corpus: Path, tmp_path: Path) -> None:
    tiny = dataclasses.replace(music_vocoder.NETWORK, width=16, middle=24, depth=1, refinements=1)
    short = dataclasses.replace(music_vocoder.LOOP, minutes=None, steps=2, batch=2, warmup=1)
    music_vocoder.train(tmp_path, corpus, short, tiny)
    card = read_card(tmp_path / "card.toml")
    assert (card.id, card.mel) == ("pocket-music-vocoder", "music")
    weights.load(build(card), card.file("network"), torch.device("cpu"), torch.float32)


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no music corpus"):
        MusicCorpus.load(tmp_path)
