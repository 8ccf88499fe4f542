"""How pocket-speech is made: F5's network, small, fed with text that is aligned already.

Flow matching (Lipman et al. 2022, https://arxiv.org/abs/2210.02747): x = (1 − t)·noise + t·mel, and the network says
mel − noise. As in F5-TTS (Chen et al. 2024) a span of each window is hidden and made from the rest of the window and
the text; the loss counts there alone. The sound around it is left out of some windows and everything of others, which
gives guidance its unconditional branch.

Each phoneme stands as long as it sounds, two mel frames a token: a network that has to find the alignment by itself
needs a hundred times the arithmetic. Shapes: B windows, K tokens, M mel bins.
"""

import dataclasses
import logging
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.api.cards import CardFile, ModelCard, Source
from engine.codecs.phonemes import SYMBOLS
from engine.networks.f5 import DiT, F5Config
from engine.training.card import write_card
from engine.training.command_line import add_flags, configured, paced, parser_for, run
from engine.training.export import export
from engine.training.loop import LoopConfig, Run
from engine.training.speech_corpus import RATE, TRAIN, Corpus
from engine.training.speech_readings import MEL_DEVIATION, MEL_MEAN, PER_TOKEN, Readings, read

log = logging.getLogger(__name__)

NETWORK = F5Config(
    dim=320,
    depth=6,
    heads=5,
    text_dim=160,
    text_num_embeds=len(SYMBOLS),
    conv_layers=3,
    qk_norm="rms_norm",
    frames_per_token=PER_TOKEN,
    position="convnext",
    aligned=True,
    learned_null=True,
    mel_mean=MEL_MEAN,
    mel_deviation=MEL_DEVIATION,
)
LOOP = LoopConfig(
    minutes=80.0,
    batch=6,
    learning_rate=1.5e-3,
    matrix_rate=1e-2,
    warmup=200,
    easy_share=0.0,
    matrices=r"transformer_blocks\.\d+\.(attn|ff)\.",
)
CARD: dict[str, Any] = {
    "id": "pocket-speech",
    "title": "Pocket Speech",
    "modality": "speech",
    "architecture": "f5",
    "codec": "phonemes",
    "path": "flow",
    "prediction": "flow",
    "licence": "Apache-2.0",
    "description": (
        "A small F5 network, trained from nothing by this project on synthetic speech. It speaks English, Hindi and "
        "Hinglish in the voices that ship with it. It was taught by other synthesisers, knows no real person's voice, "
        "and cannot sing, whisper or laugh; a voice of your own comes out only roughly like itself."
    ),
    "guidance": "w, 1 is none; the unconditional side has no text and no sound (F5-TTS's cfg_strength s is w = 1 + s)",
    "languages": ("English", "Hindi", "Hinglish"),
    "options": {"language": ("english", "hindi", "hinglish")},
    "companions": {"prosody": "pocket-prosody"},
    "defaults": {"guidance": 1.5},  # by the judge of sound: 2.98, at 2 2.87, at 3 2.64
}
TEACHERS = {
    "hibari": Source(name="hibari-tts 0.2.1", licence="Apache-2.0", note="distilled from Kokoro's af_heart"),
    "kokoro": Source(
        name="Kokoro-82M", licence="Apache-2.0", note="trained by its authors largely on synthetic speech itself"
    ),
}
WINDOW = 512  # tokens, 10.9 s
SHORTEST, LONGEST = 0.5, 1.0  # of the window, hidden
ALL_HIDDEN = 0.15  # windows in which nothing is known
SOUND_DROPPED = 0.2  # windows without the sound around, but with text
BOTH_DROPPED = 0.15


class InfillingObjective:
    """The mean squared error of the velocity over what was hidden of each window."""

    def __init__(self, readings: Readings, window: int = WINDOW) -> None:
        self.readings, self.window = readings, window

    def __call__(self, network: DiT, t: Tensor, generator: torch.Generator) -> Tensor:  # (B,) -> (B,)
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        mel, ids = (part.to(t.device) for part in self.readings.draw(len(t), self.window, rng))
        hidden = hide(len(t), self.window, rng).to(t.device).repeat_interleave(PER_TOKEN, dim=1)[..., None]
        luck = torch.from_numpy(rng.random(len(t))).to(t.device)
        silent = luck < SOUND_DROPPED + BOTH_DROPPED
        noise = torch.randn(mel.shape, generator=generator).to(t.device)
        known = mel.masked_fill(hidden, 0)
        conditions = network.prepare(known, ids, drop_audio=silent, drop_text=luck < BOTH_DROPPED)
        velocity = network(noise.lerp(mel, t[:, None, None]), t, conditions)
        error = (velocity.float() - (mel - noise)).square().mean(-1, keepdim=True) * hidden
        return error.sum((1, 2)) / hidden.sum((1, 2))


def hide(count: int, size: int, rng: np.random.Generator) -> Tensor:  # -> (B, K) bool
    """What is to be made: one span of each window, half of them to its end, as when a reference is gone on from."""
    lengths = (rng.uniform(SHORTEST, LONGEST, count) * size).astype(int)
    lengths[rng.random(count) < ALL_HIDDEN] = size
    starts = (rng.random(count) * (size - lengths + 1)).astype(int)
    at_end = rng.random(count) < 0.5
    starts[at_end] = (size - lengths)[at_end]
    places = np.arange(size)
    return torch.from_numpy((places >= starts[:, None]) & (places < (starts + lengths)[:, None]))


def taught(corpus: Corpus) -> tuple[Source, ...]:
    """Who the teachers were, and how much of each voice there was."""
    minutes: dict[str, float] = defaultdict(float)
    for index in corpus.of(TRAIN):
        minutes[corpus.utterances[index].voice] += corpus.utterances[index].samples / RATE / 60
    heard = ", ".join(f"{voice} {count:.0f} min" for voice, count in sorted(minutes.items()))
    return (*TEACHERS.values(), Source(name="synthesised readings", licence="Apache-2.0", note=heard))


def speech_card(network: DiT, folder: Path, corpus: Corpus, steps: int) -> ModelCard:
    """The card of the checkpoint in `folder`, without its judges' figures."""
    return ModelCard(
        **CARD,
        network=dataclasses.asdict(network.config),
        files={"network": CardFile(name="network.safetensors")},
        parameters=sum(weight.numel() for weight in network.parameters()),
        sources=taught(corpus),
        figures={"training": {"steps": steps, "hours": round(hours(corpus), 1)}},
        folder=str(folder),
    )


def hours(corpus: Corpus) -> float:
    return sum(corpus.utterances[index].samples for index in corpus.of(TRAIN)) / RATE / 3600


def train(folder: Path, corpus: Path, network: F5Config = NETWORK, loop: LoopConfig = LOOP) -> None:
    """From a speech corpus to `folder`/{network.safetensors, card.toml}; what is there already is gone on from."""
    speech = Corpus.load(corpus)
    readings = read(speech, folder)
    torch.manual_seed(loop.seed)
    net = DiT(network)
    log.info(
        "%.1f million weights; %.1f hours of %d voices",
        sum(weight.numel() for weight in net.parameters()) / 1e6,
        hours(speech),
        len(readings.spans),
    )
    run = Run(net, InfillingObjective(readings), loop, folder)
    export(run.train(), folder)
    write_card(speech_card(net, folder, speech, run.progress.step))


NETWORK_FLAGS = ("dim", "depth", "heads")


def main(args: list[str]) -> int:
    """`python -m engine train speech`: 0 when the checkpoint is made."""
    corpus = "folder that engine.training.speech_corpus made"
    parser = parser_for("speech", "Train the pocket voice.", LOOP, corpus)
    add_flags(parser, NETWORK, NETWORK_FLAGS)
    options = parser.parse_args(args)
    network = configured(NETWORK, options, NETWORK_FLAGS)
    return run(options, lambda: train(options.folder, options.corpus, network, paced(LOOP, options)))
