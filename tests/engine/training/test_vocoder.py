"""A vocoder learns, is judged after a while, goes on after a kill as if nothing had been, and ships with its card."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from engine.api.cards import read_card
from engine.api.errors import BadInput
from engine.codecs.mel import VOCOS, filters, mel
from engine.networks.vocos import Vocos
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from engine.training import sounds, vocoder, vocoder_run
from engine.training.loop import LoopConfig
from engine.training.sounds import Sounds
from engine.training.speech_corpus import HELD_SENTENCE, TRAIN, Utterance, write_shard
from engine.training.vocoder_run import VocoderRun, VocoderWeights

TINY = dataclasses.replace(vocoder.NETWORK, width=16, middle=24, depth=1, refinements=1)
LOOP = LoopConfig(
    minutes=None, steps=8, batch=2, learning_rate=2e-3, matrix_rate=1e-2, warmup=2, matrices=vocoder.LOOP.matrices
)
WEIGHTS = VocoderWeights(frames=12, refinements=1, alone=0.5, judged=1)


@pytest.fixture(autouse=True)
def one_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a busy machine finds fast may differ from one run to the next."""
    monkeypatch.setattr(vocoder_run, "bf16_is_fast", lambda device: False)
    monkeypatch.setattr(sounds, "MUSIC_MINUTES", 0.15)


def hum(hertz: float, samples: int) -> np.ndarray:
    return (9000 * np.sin(2 * np.pi * hertz * np.arange(samples) / 24_000)).astype(np.int16)


def run(folder: Path, **changes: object) -> VocoderRun:
    torch.manual_seed(0)
    net = Vocos(TINY)
    net.head.set_anchor(filters(VOCOS))
    heard = Sounds([[hum(150, 9000)], [hum(330, 7000)]], [hum(880, 8000)])
    return VocoderRun(net, heard, dataclasses.replace(LOOP, **changes), WEIGHTS, folder)  # type: ignore[arg-type]


def numbers(net: Vocos) -> torch.Tensor:
    return torch.cat([weight.detach().flatten() for weight in net.parameters()])


def test_a_killed_run_gives_the_weights_of_one_that_went_through(tmp_path: Path) -> None:
    through = run(tmp_path / "through").train()
    killed = run(tmp_path / "killed")
    for _ in range(6):
        killed.timed_step()
    killed.save()
    resumed = run(tmp_path / "killed")
    assert torch.equal(numbers(resumed.train()), numbers(through))
    assert resumed.progress.step == 8 and resumed.judged_steps == 4


def test_discriminators_begin_in_time_and_stay(tmp_path: Path) -> None:
    first = run(tmp_path)
    first.train()
    assert first.judged_steps == 4
    longer = run(tmp_path, steps=100)
    longer.load()
    longer.timed_step()
    assert longer.progress.share(longer.config) < 0.1 and longer.judged_steps == 5
    longer.weights = dataclasses.replace(WEIGHTS, alone=1.0)
    longer.timed_step()
    assert longer.judged_steps == 5


def test_a_step_brings_the_copy_nearer_to_the_sound(tmp_path: Path) -> None:
    """Of what it was taught; the discriminators' first steps may not undo it."""
    trained = run(tmp_path, steps=60, log_steps=10)
    trained.train()
    lines = [json.loads(line) for line in (tmp_path / "losses.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30, 40, 50, 60]
    assert lines[2]["mel"] + lines[2]["log"] < lines[0]["mel"] + lines[0]["log"]
    assert "judging" in lines[-1] and "judging" not in lines[0]


def test_minutes_are_those_of_a_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 1000, 15))
    monkeypatch.setattr(vocoder_run.time, "process_time", lambda: next(ticks) * torch.get_num_threads())
    finished = run(tmp_path, steps=None, minutes=1.0)
    finished.train()
    assert finished.progress.step == 4 and finished.progress.seconds == 60


def test_a_run_without_a_budget_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--minutes or --steps"):
        run(tmp_path, steps=None)


def test_a_checkpoint_ships_with_a_card_that_the_engine_loads(tmp_path: Path) -> None:
    def said(voice: str, split: str) -> tuple[Utterance, np.ndarray]:
        utterance = Utterance("Hm.", "english", voice, split, "  ", (8, 8))
        return utterance, hum(200, utterance.samples)

    (tmp_path / "music").mkdir()
    soundfile.write(tmp_path / "music/a.wav", hum(440, 9000), 24_000)
    (tmp_path / "music/sources.json").write_text('[{"name": "a fork", "licence": "CC0"}]')
    (tmp_path / "corpus/shards").mkdir(parents=True)
    readings = [said("af_heart", TRAIN), said("am_michael", TRAIN), said("af_heart", HELD_SENTENCE)]
    write_shard(tmp_path / "corpus/shards/0.json", readings)
    folder = tmp_path / "pocket-vocoder"
    vocoder.train(folder, tmp_path / "corpus", TINY, dataclasses.replace(LOOP, steps=2), WEIGHTS, tmp_path / "music")
    card = read_card(folder / "card.toml")
    assert (card.id, card.modality, card.architecture) == ("pocket-vocoder", "vocoder", "vocos")
    assert card.figures["training"]["steps"] == 2 and card.network["anchored"] is True
    assert "a fork" in {source.name for source in card.sources} and card.files["network"].size > 0
    net = Shelf(choose("cpu")).network(card)
    waveform = net(mel(torch.from_numpy(hum(200, 5120) / 32768).float()[None]))
    assert waveform.shape == (1, 5120) and waveform.isfinite().all()
    assert load_file(folder / "network.safetensors")["head.anchor"].abs().max() > 0


def test_sounds_of_unknown_origin_are_refused(tmp_path: Path) -> None:
    assert vocoder.credited(None) == ()
    with pytest.raises(BadInput, match="sources.json"):
        vocoder.credited(tmp_path)
