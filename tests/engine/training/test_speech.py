"""The pocket voice learns from windows that fit: one voice, the right symbol at every token, the right part hidden."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.cards import read_card
from engine.api.errors import BadInput
from engine.codecs.phonemes import IDS
from engine.networks.prosody import Prosody
from engine.training import loop, prosody, speech, voices
from engine.training.loop import LoopConfig
from engine.training.speech import InfillingObjective, hide
from engine.training.speech_corpus import TRAIN, Corpus, Stream, build
from engine.training.speech_readings import MEL_DEVIATION, MEL_MEAN, Readings, read, symbols_of_tokens
from engine.training.teachers import FRAME, Spoken

WORDS = ("bird", "house", "river", "table", "stone", "bridge")
TEXTS = {"english": [f"The {one} stands beside the old {two}." for one in WORDS for two in WORDS]}
STREAMS = (Stream("tones", "tone", ("a_low", "a_high"), "english", TRAIN, minutes=1, shard=8),)
TINY = dataclasses.replace(speech.NETWORK, dim=32, depth=1, heads=1, dim_head=32, text_dim=16, conv_layers=1)
STEPS = LoopConfig(minutes=None, steps=30, batch=4, warmup=3, easy_share=0.0, matrices=speech.LOOP.matrices)


class Tone:
    """A voice hums at its own pitch, louder for vowels; three frames a symbol."""

    def __call__(self, symbols: str, voice: str) -> Spoken:
        frames = np.full(len(symbols) + 2, 3, np.int16)
        loud = [0.05, *(0.5 if symbol in "aeiouɪəɹ" else 0.2 for symbol in symbols), 0.05]
        time = np.arange(3 * FRAME * len(frames)) / 24_000
        pitch = 150 if voice == "a_low" else 400
        return Spoken((np.repeat(loud, 3 * FRAME) * np.sin(2 * np.pi * pitch * time)).astype(np.float32), frames)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("corpus")
    build(made, TEXTS, lambda name: Tone(), STREAMS)
    return made


@pytest.fixture(scope="module")
def readings(folder: Path) -> Readings:
    return read(Corpus.load(folder), folder / "cache")


def test_each_token_has_the_symbol_that_sounds_in_its_middle(folder: Path) -> None:
    utterance = Corpus.load(folder).utterances[0]
    ids = symbols_of_tokens(utterance, utterance.samples // 512)
    assert ids[0] == ids[-1] == 0
    for token in (5, 20, 40):
        assert ids[token] == IDS[utterance.symbols[int((token + 0.5) * 512 // (3 * FRAME))]]


def test_a_window_is_full_and_of_one_voice(readings: Readings) -> None:
    rng = np.random.default_rng(0)
    for voice in ("a_low", "a_high"):
        mel, ids = readings.window(voice, 700, rng)
        assert mel.shape == (700, 200) and ids.shape == (700,)
        strongest = mel.unflatten(1, (2, 100)).mean((0, 1)).argmax()
        assert (strongest < 10) == (voice == "a_low")


def test_windows_are_whitened_and_voices_come_equally_often(readings: Readings) -> None:
    mel, ids = readings.draw(64, 64, np.random.default_rng(0))
    assert mel.shape == (64, 128, 100) and ids.shape == (64, 64)
    assert mel.min() > (np.log(1e-5) - MEL_MEAN) / MEL_DEVIATION - 0.1
    low = (mel.mean(1).argmax(-1) < 10).float().mean()
    assert 0.3 < low < 0.7


def test_one_span_is_hidden_and_often_all() -> None:
    hidden = hide(400, 50, np.random.default_rng(0))
    turns = (hidden[:, 1:] != hidden[:, :-1]).sum(1)
    assert (turns <= 2).all() and (hidden.float().mean(1) >= 0.48).all()
    assert 0.1 < hidden.all(1).float().mean() < 0.3


def test_what_is_not_hidden_does_not_count(readings: Readings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that answers with nonsense where the window is known loses nothing by it."""
    objective = InfillingObjective(readings, window=40)
    known: list[torch.Tensor] = []
    inner = speech.hide

    def noted(*given: object) -> torch.Tensor:
        known.append(~inner(*given))  # type: ignore[arg-type]
        return ~known[-1]

    monkeypatch.setattr(speech, "hide", noted)

    class Wild(speech.DiT):
        def forward(self, x: torch.Tensor, *rest: object) -> torch.Tensor:
            return known[-1].repeat_interleave(2, dim=1)[..., None] * 1e6 + torch.zeros_like(x)

    losses = objective(Wild(TINY), torch.full((4,), 0.5), torch.Generator().manual_seed(0))
    assert (losses < 100).all()


def test_a_short_run_learns_and_makes_a_checkpoint_with_its_card(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "bf16_is_fast", lambda device: False)
    monkeypatch.setattr(speech, "WINDOW", 64)
    speech.train(tmp_path, folder, TINY, STEPS)
    card = read_card(tmp_path / "card.toml")
    assert card.companions == {"prosody": "pocket-prosody"} and card.figures["training"]["steps"] == 30
    assert any("a_high" in source.note for source in card.sources)


def test_lengths_and_ears_are_learned_together(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "bf16_is_fast", lambda device: False)
    steps = dataclasses.replace(STEPS, matrices=prosody.LOOP.matrices)
    prosody.train(tmp_path, folder, tmp_path, steps)
    assert read_card(tmp_path / "card.toml").architecture == "prosody"


def test_usual_lengths_and_the_pace_of_a_voice(folder: Path, readings: Readings) -> None:
    objective = prosody.ProsodyObjective(Corpus.load(folder), readings)
    network = Prosody(prosody.NETWORK)
    network.usual.copy_(objective.usual(prosody.NETWORK.symbols))
    ids, frames = next(iter(objective.voices["a_low"]))
    assert network.pace(torch.from_numpy(ids), torch.from_numpy(frames)) == pytest.approx(0, abs=1e-5)
    slower = network.pace(torch.from_numpy(ids), torch.from_numpy(frames * 1.5))
    assert float(slower) == pytest.approx(np.log(1.5), abs=1e-5)


def test_a_voice_ships_with_its_words_and_the_lengths_of_its_sounds(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.api.voices import find_voices

    corpus = Corpus.load(folder)
    reading = next(each.text for each in corpus.utterances if each.voice == "a_low")
    monkeypatch.setattr(voices, "READINGS", {"a_low": reading, "a_high": "Nobody says this."})
    voices.write(corpus, voices.chosen(corpus, "a_low"), tmp_path)
    with pytest.raises(BadInput, match="Nobody says this"):
        voices.chosen(corpus, "a_high")
    found, complaints = find_voices(tmp_path)
    assert not complaints and found["low"].language == "english"
    assert len(found["low"].symbols) == len(found["low"].durations)
    assert found["low"].path().stat().st_size == found["low"].sound.size
