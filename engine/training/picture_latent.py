"""What Show-o is compared with: Transfusion and DiT, taught by the same pictures, captions and minutes.

Both paint in the latents of the same tokenizer as they are before they become signs, cut at −1 and 1. The path is the
cosine's, and what is predicted is v (Salimans & Ho 2022, https://arxiv.org/abs/2202.00512). Transfusion (Zhou et al.
2024) learns to say what a picture shows as well.

Shapes: B batch, Z channels and h = w sides of the latent, W words.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.image_dit import DiTConfig, ImageDiT
from engine.networks.magvit import Magvit
from engine.networks.transfusion import Transfusion, TransfusionConfig
from engine.training.picture_corpus import PictureCorpus
from engine.training.picture_objective import Lessons
from engine.training.picture_rows import Drawn, PictureRows
from engine.training.picture_tokenizer import pixels_of

MARK = 1  # ends a text, and begins the picture behind it
TIMESTEPS = 1000  # that DiT is told from 0 to 1

TRANSFUSION = TransfusionConfig(channels=13, size=16, patch=1, width=320, depth=7, heads=5, inner=864)
DIT = DiTConfig(
    channels=13, size=16, patch=1, width=256, depth=6, heads=4, classes=0, learns_range=False, guided=0, memory=256
)
Teach = Callable[[Any, Tensor, Tensor, Drawn, Tensor], tuple[Tensor, Tensor | None]]
"""(network, x, t, batch, clean latents of the first ones, to be read) -> its v (B, Z, h, w), the loss of its words."""


class LatentObjective:
    """The mean squared error of v, and an even share of that of the words."""

    def __init__(
        self, corpus: PictureCorpus, rows: PictureRows, tokenizer: Magvit, lessons: Lessons, teach: Teach
    ) -> None:
        self.corpus, self.rows, self.tokenizer = corpus, rows, tokenizer.eval()
        self.lessons, self.teach = lessons, teach
        self.usual = float(np.where(rows.places, 1.0, lessons.ground).mean())  # what a place counts

    def __call__(self, network: Any, t: Tensor, generator: torch.Generator) -> Tensor:  # (B,) -> (B,)
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        drawn = self.rows.draw(len(t), rng)
        x0 = self.latents(drawn).to(t.device)
        noise = torch.randn(x0.shape, generator=generator).to(t.device)
        angle = (0.5 * torch.pi * t)[:, None, None, None]
        x, v = angle.cos() * x0 + angle.sin() * noise, angle.cos() * noise - angle.sin() * x0
        clean = x0[: round(self.lessons.read * len(t))]
        guess, words = self.teach(network, x, t, self.told(drawn, rng, len(clean)), clean)
        counts = torch.from_numpy(np.where(drawn.places, 1.0, self.lessons.ground)).to(t.device, torch.float32)
        losses = ((guess.float() - v).square().mean(1).flatten(1) * counts).mean(1) / self.usual
        return losses if words is None else losses + self.lessons.reading * words

    def latents(self, drawn: Drawn) -> Tensor:  # -> (B, Z, h, w)
        with torch.no_grad():
            return self.tokenizer.latent(pixels_of(self.corpus.pictures(drawn.numbers))).float().clamp(-1, 1)

    def told(self, drawn: Drawn, rng: np.random.Generator, read: int) -> Drawn:
        """With some captions left out, of those pictures that are not to be read."""
        out = rng.random(len(drawn.texts)) < self.lessons.dropped
        return drawn._replace(texts=[[] if out[i] and i >= read else text for i, text in enumerate(drawn.texts)])


def padded(texts: list[list[int]], least: int = 1) -> Tensor:  # -> (B, W)
    """0 beyond the end."""
    width = max(least, *map(len, texts))
    return torch.tensor([text + [0] * (width - len(text)) for text in texts])


def teach_dit(network: ImageDiT, x: Tensor, t: Tensor, drawn: Drawn, clean: Tensor) -> tuple[Tensor, None]:
    words = padded(drawn.texts).to(x.device)
    return network(x, t * (TIMESTEPS - 1), network.prepare(words=words)), None


def teach_transfusion(
    network: Transfusion, x: Tensor, t: Tensor, drawn: Drawn, clean: Tensor
) -> tuple[Tensor, Tensor | None]:
    """Each picture behind its caption; then the clean ones, if there are any, before theirs."""
    _, prompt = network.read(padded([[*text, MARK] for text in drawn.texts]).to(x.device))
    guess, _ = network.show(x, t, prompt)
    if not len(clean):
        return guess, None
    said = padded([[MARK, *text, MARK] for text in drawn.texts[: len(clean)]]).to(x.device)
    _, nothing = network.read(said.new_full((len(clean), 1), MARK))
    _, shown = network.show(clean, 0.0, nothing)
    logits, _ = network.read(said[:, :-1], shown)
    return guess, F.cross_entropy(logits.flatten(0, 1).float(), said[:, 1:].flatten(), ignore_index=0)
