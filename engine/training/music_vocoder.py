"""How pocket-music-vocoder is made: Vocos, small, for the bands of music at 44.1 kHz.

As pocket-vocoder (engine/training/vocoder.py), with a longer window and without discriminators. It hears the corpus of
pocket-music and makes the mean of both sides; where each band stands between them is put back afterwards.

Shapes: B clips, S samples, T frames, M bands.
"""

import dataclasses
import logging
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.api.cards import CardFile, ModelCard, Source
from engine.api.errors import BadInput
from engine.codecs.music_bands import BANDS, HOP, WINDOW, bands_of, filters, powers
from engine.networks.vocos import Vocos, VocosConfig
from engine.training.card import write_card
from engine.training.command_line import paced, parser_for, run
from engine.training.export import export
from engine.training.loop import LoopConfig
from engine.training.music_corpus import MusicCorpus
from engine.training.sounds import at_volume, excerpt
from engine.training.speech_corpus import LOUDEST
from engine.training.vocoder_run import VocoderRun, VocoderWeights

log = logging.getLogger(__name__)

NETWORK = VocosConfig(
    bands=BANDS, width=256, middle=640, depth=6, window=WINDOW, hop=HOP, anchored=True, refinements=24
)
LOOP = LoopConfig(
    minutes=30.0, batch=6, learning_rate=2e-3, matrix_rate=1e-2, warmup=50, matrices=r"backbone\.convnext\."
)
WEIGHTS = VocoderWeights(frames=64, alone=1.0, mel=3.0)
CARD: dict[str, Any] = {
    "id": "pocket-music-vocoder",
    "title": "Pocket Music Vocoder",
    "modality": "music-vocoder",
    "architecture": "vocos",
    "codec": "mel",
    "path": "none",
    "prediction": "waveform",
    "mel": "music",
    "licence": "Apache-2.0",
    "description": (
        "A small Vocos, trained from nothing by this project. It makes 44.1 kHz sound of the spectrograms that Pocket "
        "Music plays in, and has heard what a soundfont plays only."
    ),
}


class MusicSounds:
    """Clips of the corpus's training pieces, both sides in the middle, at many volumes."""

    def __init__(self, corpus: MusicCorpus) -> None:
        kept = [each for each in corpus.of(held_out=False) if each.sound]
        if not kept:
            raise BadInput(f"The corpus in {corpus.folder} keeps no sounds to learn from; make it anew.")
        self.sounds = [mono(corpus.folder / each.sound) for each in kept]

    def draw(self, count: int, samples: int, rng: np.random.Generator) -> Tensor:  # -> (B, S)
        clips = [at_volume(excerpt(self.sounds, samples, rng), rng) for _ in range(count)]
        return torch.from_numpy(np.stack(clips))


def mono(path: Path) -> NDArray[np.int16]:
    sound, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.round(sound.mean(1).clip(-1, 1) * LOUDEST).astype(np.int16)


def analysed(waveforms: Tensor) -> Tensor:  # (B, S) -> (B, T, M)
    return bands_of(powers(waveforms))


def vocoder_card(net: Vocos, folder: Path, corpus: MusicCorpus, run: VocoderRun) -> ModelCard:
    """The card of the checkpoint in `folder`, without its judge's figures."""
    sources = msgspec.json.decode((corpus.folder / "sources.json").read_bytes(), type=tuple[Source, ...])
    written = Source(name="music written by rules", licence="Apache-2.0 (made for this project)")
    minutes = round(run.progress.seconds / 60, 1)
    return ModelCard(
        **CARD,
        network=dataclasses.asdict(net.config),
        files={"network": CardFile(name="network.safetensors")},
        parameters=sum(weight.numel() for weight in net.parameters()),
        sources=(written, *sources),
        figures={"training": {"steps": run.progress.step, "processor_minutes": minutes}},
        folder=str(folder),
    )


def train(folder: Path, corpus: Path, loop: LoopConfig = LOOP, network: VocosConfig = NETWORK) -> None:
    """From a music corpus to `folder`/{network.safetensors, card.toml}; what is there already is gone on from."""
    music = MusicCorpus.load(corpus)
    torch.manual_seed(loop.seed)
    net = Vocos(network)
    net.head.set_anchor(filters())
    log.info("%.1f million weights", sum(weight.numel() for weight in net.parameters()) / 1e6)
    run = VocoderRun(net, MusicSounds(music), loop, WEIGHTS, folder, analysed)
    export(run.train(), folder)
    write_card(vocoder_card(net, folder, music, run))


def main(args: list[str]) -> int:
    """`python -m engine train music-vocoder`: 0 when it is made. Minutes are those of a processor's work."""
    corpus = "folder that engine.training.music_corpus made"
    parser = parser_for("music-vocoder", "Train the vocoder of pocket music.", LOOP, corpus)
    options = parser.parse_args(args)
    return run(options, lambda: train(options.folder, options.corpus, paced(LOOP, options)))
