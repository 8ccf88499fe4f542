"""How pocket-vocoder is made: Vocos, small, trained on synthetic speech and on music-like sounds.

It turns the 100-band mel spectrograms that pocket networks speak and play in into 24 kHz sound.
"""

import dataclasses
import logging
from pathlib import Path
from typing import Any

import msgspec
import torch

from engine.api.cards import CardFile, ModelCard, Source
from engine.api.errors import BadInput
from engine.codecs.mel import VOCOS, filters
from engine.networks.vocos import Vocos, VocosConfig
from engine.training.card import write_card
from engine.training.command_line import add_flags, configured, paced, parser_for, run
from engine.training.export import export
from engine.training.loop import LoopConfig
from engine.training.sounds import MUSIC_MINUTES, gather
from engine.training.speech import hours, taught
from engine.training.speech_corpus import Corpus
from engine.training.vocoder_run import VocoderRun, VocoderWeights

log = logging.getLogger(__name__)

NETWORK = VocosConfig(width=256, middle=768, depth=8, anchored=True, refinements=32)
LOOP = LoopConfig(
    minutes=45.0,
    batch=10,
    learning_rate=2e-3,
    matrix_rate=1e-2,
    warmup=50,
    matrices=r"backbone\.convnext\.",
)
WEIGHTS = VocoderWeights()
CARD: dict[str, Any] = {
    "id": "pocket-vocoder",
    "title": "Pocket Vocoder",
    "modality": "vocoder",
    "architecture": "vocos",
    "codec": "mel",
    "path": "none",
    "prediction": "waveform",
    "licence": "Apache-2.0",
    "description": (
        "A small Vocos, trained from nothing by this project. It makes 24 kHz mono sound of the mel spectrograms that "
        "the pocket checkpoints speak and play in. It heard synthetic voices and sums of sines and noise: recordings "
        "of rooms, crowds and real instruments come out less cleanly."
    ),
}


def credited(music: Path | None) -> tuple[Source, ...]:
    """Where the sound files in a folder come from: its sources.json, a list of {name, licence, note}."""
    if music is None:
        return ()
    try:
        return msgspec.json.decode((music / "sources.json").read_bytes(), type=tuple[Source, ...])
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(
            f"Say where the sounds in {music} come from: its sources.json cannot be read ({error})."
        ) from error


def vocoder_card(net: Vocos, folder: Path, corpus: Corpus, run: VocoderRun, more: tuple[Source, ...] = ()) -> ModelCard:
    """The card of the checkpoint in `folder`, without its judge's figures."""
    music = Source(
        name="music-like pieces",
        licence="Apache-2.0 (made for this project)",
        note=f"{MUSIC_MINUTES:g} minutes of sums of sines and noise",
    )
    training = {
        "steps": run.progress.step,
        "steps_with_discriminators": run.judged_steps,
        "processor_minutes": round(run.progress.seconds / 60, 1),
        "hours_of_speech": round(hours(corpus), 1),
    }
    return ModelCard(
        **CARD,
        network=dataclasses.asdict(net.config),
        files={"network": CardFile(name="network.safetensors")},
        parameters=sum(weight.numel() for weight in net.parameters()),
        sources=(*taught(corpus), music, *more),
        figures={"training": training},
        folder=str(folder),
    )


def train(
    folder: Path,
    corpus: Path,
    network: VocosConfig = NETWORK,
    loop: LoopConfig = LOOP,
    weights: VocoderWeights = WEIGHTS,
    music: Path | None = None,
) -> None:
    """From a speech corpus to `folder`/{network.safetensors, card.toml}; what is there already is gone on from."""
    speech, sources = Corpus.load(corpus), credited(music)
    torch.manual_seed(loop.seed)
    net = Vocos(network)
    net.head.set_anchor(filters(VOCOS))
    log.info(
        "%.1f million weights; %.1f hours of speech", sum(w.numel() for w in net.parameters()) / 1e6, hours(speech)
    )
    run = VocoderRun(net, gather(speech, folder, loop.seed, music), loop, weights, folder)
    export(run.train(), folder)
    write_card(vocoder_card(net, folder, speech, run, sources))


NETWORK_FLAGS = ("width", "middle", "depth")
WEIGHT_FLAGS = ("frames", "refinements", "alone")
PACE_FLAGS = ("batch", "warmup", "seed", "learning_rate", "matrix_rate")


def main(args: list[str]) -> int:
    """`python -m engine train vocoder`: 0 when the checkpoint is made. Minutes are those of a processor's work."""
    corpus = "folder that engine.training.speech_corpus made"
    parser = parser_for("vocoder", "Train the pocket vocoder.", LOOP, corpus, pace=PACE_FLAGS)
    parser.add_argument(
        "--music", type=Path, help="folder of sound files to hear as well, and sources.json for the card"
    )
    add_flags(parser, NETWORK, NETWORK_FLAGS)
    add_flags(parser, WEIGHTS, WEIGHT_FLAGS)
    options = parser.parse_args(args)
    network, weights = configured(NETWORK, options, NETWORK_FLAGS), configured(WEIGHTS, options, WEIGHT_FLAGS)
    loop = paced(LOOP, options, PACE_FLAGS)
    return run(options, lambda: train(options.folder, options.corpus, network, loop, weights, options.music))
