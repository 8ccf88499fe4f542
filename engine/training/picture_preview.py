"""How the small decoder of pocket-pictures is made, that shows its steps: from the tokens of pictures to the pictures.

    python -m engine train image-preview --folder F --corpus C --codes CODES

Some tokens of each picture are those of another one, for a guess in the middle of its way is not yet of a piece.

Shapes: B pictures, N tokens of a picture.
"""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.api.cards import CardFile, ModelCard
from engine.networks.tiny_decoder import TinyDecoder, TinyDecoderConfig
from engine.training.card import write_card
from engine.training.command_line import paced, parser_for, run
from engine.training.export import export
from engine.training.loop import LoopConfig, Run
from engine.training.picture_corpus import HELD_OUT, TRAIN, PictureCorpus
from engine.training.picture_loss import differences, edges
from engine.training.picture_rows import read_codes
from engine.training.picture_tokenizer import EDGES, JUDGED, pixels_of, sources_of

NETWORK = TinyDecoderConfig()
LOOP = LoopConfig(
    minutes=10.0, batch=16, learning_rate=3e-3, matrix_rate=2e-2, easy_share=1.0, matrices=r"layers\.", log_steps=200
)
STRANGE = 0.3  # of the tokens, at most
CARD_FIELDS: dict[str, Any] = {
    "id": "pocket-picture-preview",
    "title": "Pocket Picture Preview",
    "modality": "image-preview",
    "architecture": "tiny_decoder",
    "path": "none",
    "prediction": "none",
    "licence": "Apache-2.0",
    "description": "A decoder of a few convolutions, trained by this project to show the steps of its pictures.",
}


class PreviewObjective:
    """Distances of the pixels and the edges of a batch of the training pictures."""

    def __init__(self, corpus: PictureCorpus, codes: np.ndarray) -> None:
        self.corpus, self.codes, self.indices = corpus, codes, corpus.of(TRAIN)

    def __call__(self, net: TinyDecoder, t: Tensor, generator: torch.Generator) -> Tensor:  # -> (B,)
        """`t` says how many pictures, and how much of each is strange."""
        drawn = self.indices[torch.randint(len(self.indices), (len(t),), generator=generator).numpy()]
        codes = torch.from_numpy(self.codes[drawn].astype(np.int64))
        strange = torch.rand(codes.shape, generator=generator) < STRANGE * t.cpu()[:, None] ** 2
        seen = torch.where(strange, codes.roll(1, 0), codes).to(t.device)
        true = pixels_of(self.corpus.pictures(drawn)).to(t.device)
        made = net.pixels(net.latent(seen)).float()
        return differences(made, true) + EDGES * edges(made, true)


def train(
    folder: Path, corpus: Path, codes: Path, loop: LoopConfig = LOOP, network: TinyDecoderConfig = NETWORK
) -> None:
    """From a corpus and its tokens to `folder`/{network.safetensors, card.toml}; what is there is gone on from."""
    pictures = PictureCorpus.load(corpus)
    tokens = read_codes(codes, pictures)
    torch.manual_seed(loop.seed)
    net = TinyDecoder(network)
    running = Run(net, PreviewObjective(pictures, tokens), loop, folder)
    running.train()
    export(net, folder)
    noise = signal_to_noise(net.cpu().eval(), pictures, tokens)
    card = ModelCard(
        **CARD_FIELDS,
        network=dataclasses.asdict(network),
        files={"network": CardFile(name="network.safetensors")},
        parameters=sum(weight.numel() for weight in net.parameters()),
        sources=sources_of(corpus),
        figures={"training": running.progress.told(), "judge": {"psnr": round(noise, 2)}},
        folder=str(folder),
    )
    write_card(card)


@torch.no_grad()
def signal_to_noise(net: TinyDecoder, corpus: PictureCorpus, codes: np.ndarray) -> float:
    """The mean over held-out pictures, in dB."""
    held = corpus.of(HELD_OUT)[:JUDGED]
    off = net.decode(torch.from_numpy(codes[held].astype(np.int64))) - pixels_of(corpus.pictures(held))
    return float((10 * (4 / off.square().mean((1, 2, 3))).log10()).mean())


def main(args: list[str]) -> int:
    """`python -m engine train image-preview`: 0 when it is made."""
    corpus = "folder that engine.training.picture_corpus made"
    parser = parser_for("image-preview", "Train the decoder that shows the steps of pocket pictures.", LOOP, corpus)
    parser.add_argument("--codes", type=Path, required=True, help="the corpus's tokens, as its tokenizer encoded it")
    options = parser.parse_args(args)
    return run(options, lambda: train(options.folder, options.corpus, options.codes, paced(LOOP, options)))
