"""How the lengths of phonemes and the ears of the pocket voice are made, both from the teachers' own lengths.

Shapes: B utterances, L symbols of the longest, K tokens.
"""

import argparse
import dataclasses
import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.api.cards import CardFile, ModelCard
from engine.codecs.mel import HOP
from engine.codecs.phonemes import SYMBOLS, encode
from engine.networks.prosody import Prosody, ProsodyConfig
from engine.training.card import write_card
from engine.training.export import export
from engine.training.loop import LoopConfig, Run
from engine.training.speech import taught
from engine.training.speech_corpus import FRAME, TRAIN, Corpus
from engine.training.speech_readings import MEL_DEVIATION, MEL_MEAN, Readings, read

NETWORK = ProsodyConfig(symbols=len(SYMBOLS), mel_mean=MEL_MEAN, mel_deviation=MEL_DEVIATION)
LOOP = LoopConfig(
    minutes=None, steps=2500, batch=16, learning_rate=2e-3, easy_share=0.0, matrices=r"(speaking|hearing)\."
)
CARD: dict[str, Any] = {
    "id": "pocket-prosody",
    "title": "Pocket Prosody",
    "modality": "prosody",
    "architecture": "prosody",
    "codec": "phonemes",
    "path": "",
    "prediction": "durations",
    "licence": "Apache-2.0",
    "description": "How long each phoneme lasts, and where each is heard in a recording; Pocket Speech needs it.",
    "languages": ("English", "Hindi", "Hinglish"),
}
WINDOW = 192  # tokens that are listened to
HEARD_NOISE = 0.3  # of the whitened spectrogram: recordings are not as clean as teachers

Lengths = tuple[NDArray[np.int64], NDArray[np.float32]]  # ids, mel frames


class ProsodyObjective:
    """The error of the logarithm of each length, and the cross-entropy of what is heard in each token."""

    def __init__(self, corpus: Corpus, readings: Readings) -> None:
        self.readings = readings
        self.voices: dict[str, list[Lengths]] = {}
        for index in corpus.of(TRAIN):
            utterance = corpus.utterances[index]
            frames = np.array(utterance.frames, dtype=np.float32) * (FRAME / HOP)
            self.voices.setdefault(utterance.voice, []).append((np.array(encode(utterance.symbols)), frames))

    def usual(self, symbols: int) -> Tensor:  # -> (V,)
        """The mean logarithm of each symbol's length; 0 for those that never stand there."""
        ids, frames = (np.concatenate(part) for part in zip(*sum(self.voices.values(), []), strict=True))
        counts = np.bincount(ids, minlength=symbols)
        return torch.from_numpy(np.bincount(ids, np.log(frames.clip(1)), symbols) / counts.clip(1)).float()

    def __call__(self, network: Prosody, t: Tensor, generator: torch.Generator) -> Tensor:  # (B,) -> (B,)
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        return self.length_errors(network, len(t), rng) + self.hearing_errors(network, len(t), rng)

    def length_errors(self, network: Prosody, count: int, rng: np.random.Generator) -> Tensor:  # -> (B,)
        """Each utterance's pace is heard in another one of the same voice."""
        names = sorted(self.voices)
        chosen = [self.voices[names[i]] for i in rng.integers(len(names), size=count)]
        spoken = [voice[rng.integers(len(voice))] for voice in chosen]
        heard = [voice[rng.integers(len(voice))] for voice in chosen]
        ids, frames = (
            nn.utils.rnn.pad_sequence(list(map(torch.from_numpy, part)), True) for part in zip(*spoken, strict=True)
        )
        mask = frames > 0
        pace = torch.stack([network.pace(*map(torch.from_numpy, each)) for each in heard])
        errors = F.smooth_l1_loss(
            network(ids, pace, mask).float(), frames.clamp(min=1).log(), reduction="none", beta=0.3
        )
        return (errors * mask).sum(1) / mask.sum(1)

    def hearing_errors(self, network: Prosody, count: int, rng: np.random.Generator) -> Tensor:  # -> (B,)
        mel, ids = self.readings.draw(count, WINDOW, rng)
        noise = torch.from_numpy(rng.standard_normal(mel.shape, dtype=np.float32)) * HEARD_NOISE * rng.random()
        heard = network.recognise((mel + noise) * MEL_DEVIATION + MEL_MEAN)
        return F.nll_loss(heard.float().transpose(1, 2), ids, reduction="none").mean(1)


def train(folder: Path, corpus: Path, readings: Path, loop: LoopConfig = LOOP) -> None:
    """From a speech corpus to `folder`/network.safetensors."""
    speech = Corpus.load(corpus)
    objective = ProsodyObjective(speech, read(speech, readings))
    torch.manual_seed(loop.seed)
    network = Prosody(NETWORK)
    network.usual.copy_(objective.usual(NETWORK.symbols))
    export(Run(network, objective, loop, folder).train(), folder)
    write_card(
        ModelCard(
            **CARD,
            network=dataclasses.asdict(NETWORK),
            files={"network": CardFile(name="network.safetensors")},
            parameters=sum(weight.numel() for weight in network.parameters()),
            sources=taught(speech),
            folder=str(folder),
        )
    )


def main(args: list[str]) -> int:
    """`python -m engine train prosody`: 0 when the checkpoint is made."""
    parser = argparse.ArgumentParser(prog="python -m engine train prosody", description="Train what a voice needs.")
    parser.add_argument("--folder", type=Path, required=True, help="where everything goes; a started run there goes on")
    parser.add_argument("--corpus", type=Path, required=True, help="folder that engine.training.speech_corpus made")
    parser.add_argument("--readings", type=Path, help="where spectrograms are kept (default: FOLDER)")
    parser.add_argument("--steps", type=int, default=LOOP.steps)
    options = parser.parse_args(args)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    loop = LoopConfig(**{**vars(LOOP), "steps": options.steps})
    train(options.folder, options.corpus, options.readings or options.folder, loop)
    return 0
