"""How the tokenizer of pocket-pictures is made: MAGVIT-v2's, small and folded, learnt from composed drawings.

    python -m engine train image-tokenizer --folder F --corpus C

A picture of 128 pixels becomes 16 x 16 words of 13 bits. Nothing but the pictures judges it: distances of pixels and of
edges, and the terms that keep all bits in use (engine/training/picture_loss.py). Latents are bounded by a tanh while it
learns, where signs and gradients meet; afterwards signs alone count, which a tanh does not change. `load_tokenizer` and
`encode_corpus` are for the network that learns to write such words.

Shapes: B pictures, N tokens of a picture.
"""

import dataclasses
import logging
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.api.cards import CARD, CardFile, ModelCard, Source, read_card
from engine.api.errors import BadInput
from engine.api.files import writing
from engine.networks.magvit import Magvit, MagvitConfig, quantised
from engine.runtime import weights
from engine.runtime.shelf import build
from engine.training.card import write_card
from engine.training.command_line import paced, parser_for, run
from engine.training.export import export
from engine.training.loop import LoopConfig, Progress, Run, bf16_is_fast
from engine.training.picture_corpus import HELD_OUT, TRAIN, PictureCorpus
from engine.training.picture_loss import differences, distance_to_signs, edges, indecision

log = logging.getLogger(__name__)

NETWORK = MagvitConfig(
    ch=64,
    encoder_mult=(1, 2),
    encoder_blocks=(1, 1),
    decoder_mult=(1, 2),
    decoder_blocks=(2, 1),
    norm_num_groups=16,
    fold=4,
)
LOOP = LoopConfig(
    minutes=45.0,
    batch=8,
    learning_rate=2e-3,
    matrix_rate=2e-2,
    easy_share=1.0,  # there are no times: no pass counts more than another
    matrices=r"(en|de)coder\.(down|mid|up)\.",
)
EDGES = 0.5
BITS = 0.02  # as against the pixels
NEARNESS = 0.05
BATCH = 32  # pictures that are encoded at once
JUDGED = 500  # pictures
CARD_FIELDS: dict[str, Any] = {
    "id": "pocket-picture-tokenizer",
    "title": "Pocket Picture Tokenizer",
    "modality": "image-tokenizer",
    "architecture": "magvit",
    "path": "none",
    "prediction": "none",
    "licence": "Apache-2.0",
    "description": "A small MAGVIT-v2 tokenizer, trained from nothing by this project on composed drawings.",
}


class Objective:
    """A batch of the corpus's training pictures, there and back; half of them mirrored."""

    def __init__(self, corpus: PictureCorpus) -> None:
        self.corpus, self.indices = corpus, corpus.of(TRAIN)
        if not len(self.indices):
            raise BadInput("The corpus has no pictures to learn from; make it anew.")

    def __call__(self, net: Magvit, t: Tensor, generator: torch.Generator) -> Tensor:  # -> (B,)
        """`t` says how many pictures, and nothing else."""
        drawn = torch.randint(len(self.indices), (len(t),), generator=generator).numpy()
        true = pixels_of(self.corpus.pictures(self.indices[drawn])).to(t.device)
        mirrored = torch.rand(len(t), generator=generator).to(t.device) < 0.5
        true = torch.where(mirrored[:, None, None, None], true.flip(-1), true)
        latent = torch.tanh(net.latent(true).float())
        made = net.pixels(quantised(latent)).float()
        shared = BITS * indecision(latent) + NEARNESS * distance_to_signs(latent)
        return differences(made, true) + EDGES * edges(made, true) + shared


def pixels_of(pictures: NDArray[np.uint8]) -> Tensor:  # (B, H, W, 3) -> (B, 3, H, W)
    """Bytes → [−1, 1]."""
    return torch.from_numpy(pictures).movedim(-1, 1).float() / 127.5 - 1


@torch.no_grad()
def signal_to_noise(net: Magvit, corpus: PictureCorpus, indices: NDArray[np.int64]) -> NDArray[np.float64]:  # -> (B,)
    """Of each picture there and back, in dB: how far its brightest is above what went wrong (PSNR)."""
    found = []
    for part in np.array_split(indices, max(1, len(indices) // BATCH)):
        true = pixels_of(corpus.pictures(part))
        off = (net.decode(net.encode(true)) - true).square().mean((1, 2, 3))
        found.append(10 * (4 / off.clamp_min(1e-10)).log10().double().numpy())
    return np.concatenate(found)


@torch.no_grad()
def encode_corpus(net: Magvit, corpus: PictureCorpus, path: Path) -> None:
    """Write the words of all pictures, in their order: (pictures, N) uint16 as a .npy file, whole or not at all.

    Where bf16 is fast, one bit in two thousand, hardly decided, comes out as the other one: the pictures stay as good.
    """
    fast = bf16_is_fast(torch.device("cpu"))
    found: list[NDArray[np.uint16]] = []
    for first in range(0, len(corpus.entries), BATCH):
        batch = range(first, min(first + BATCH, len(corpus.entries)))
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            found.append(net.encode(pixels_of(corpus.pictures(batch))).numpy().astype(np.uint16))
    with writing(path) as file:
        np.save(file, np.concatenate(found))


def load_tokenizer(folder: Path) -> Magvit:
    """The tokenizer that was trained into `folder`, in fp32. Raises BadInput or Failure."""
    card = read_card(folder / CARD)
    net = weights.load(build(card), card.file("network"), torch.device("cpu"), torch.float32)
    assert isinstance(net, Magvit)
    return net


def ship(net: Magvit, folder: Path, corpus: PictureCorpus, sources: tuple[Source, ...], progress: Progress) -> None:
    """The weights and their card, with what a judge of pixels says of pictures of names that were never seen."""
    export(net, folder)
    card = ModelCard(
        **CARD_FIELDS,
        network=dataclasses.asdict(net.config),
        files={"network": CardFile(name="network.safetensors")},
        parameters=sum(weight.numel() for weight in net.parameters()),
        sources=sources,
        figures={"training": progress.told()},
        folder=str(folder),
    )
    write_card(card)
    noise = signal_to_noise(load_tokenizer(folder), corpus, corpus.of(HELD_OUT)[:JUDGED])
    judged = {"psnr": round(float(noise.mean()), 2), "psnr_worst_twentieth": round(float(np.quantile(noise, 0.05)), 2)}
    write_card(msgspec.structs.replace(card, figures=card.figures | {"judge": judged}))


def train(folder: Path, corpus: Path, loop: LoopConfig = LOOP, network: MagvitConfig = NETWORK) -> None:
    """From a picture corpus to `folder`/{network.safetensors, card.toml}; what is there already is gone on from."""
    pictures = PictureCorpus.load(corpus)
    torch.manual_seed(loop.seed)
    net = Magvit(network)
    log.info("%.1f million weights", sum(weight.numel() for weight in net.parameters()) / 1e6)
    running = Run(net, Objective(pictures), loop, folder)
    running.train()
    ship(net.cpu().eval(), folder, pictures, sources_of(corpus), running.progress)


def sources_of(corpus: Path) -> tuple[Source, ...]:
    """Who drew what the pictures are composed of."""
    credits = msgspec.json.decode((corpus / "sources.json").read_bytes(), type=list[dict[str, Any]])
    return tuple(msgspec.convert({name: each[name] for name in ("name", "licence")}, Source) for each in credits)


def main(args: list[str]) -> int:
    """`python -m engine train image-tokenizer`: 0 when it is made."""
    corpus = "folder that engine.training.picture_corpus made"
    parser = parser_for("image-tokenizer", "Train the tokenizer of pocket pictures.", LOOP, corpus)
    options = parser.parse_args(args)
    return run(options, lambda: train(options.folder, options.corpus, paced(LOOP, options)))
