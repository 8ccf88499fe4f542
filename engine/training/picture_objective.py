"""What Show-o learns: to draw, by the hidden tokens of pictures, and to read them, by the next word about them.

Xie et al. 2024, https://arxiv.org/abs/2408.12528. At time t the share sin(π t / 2) of a picture's tokens is hidden,
which for uniform times is MaskGIT's cosine (Chang et al. 2022). The loss of a picture is the cross-entropy summed over
its hidden tokens, over as many as are hidden on average; those on which nothing is drawn count less, since most of them
are given away by their neighbours. A share of the captions is left out, which teaches the side that guidance leaves.

Shapes: B rows, P tokens of a picture, W words, M hidden tokens of the batch, D width, V vocabulary.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils import parametrize

from engine.networks.showo import ShowO
from engine.networks.showo_layout import ShowOIds, causal, picture_rows, prompt_row
from engine.training.picture_rows import Drawn, PictureRows

HIDDEN = 2 / torch.pi  # the share of tokens that is hidden on average


@dataclass(frozen=True)
class Lessons:
    """How much of what a step teaches."""

    dropped: float = 0.1
    """Captions that are left out."""
    ground: float = 0.4
    """What a token counts on which nothing is drawn, against 1."""
    read: float = 0.125
    """Pictures that are read besides, as a share of those that are drawn."""
    reading: float = 0.15
    """What reading counts, against 1 for drawing."""


class ShowObjective:
    """The loss of each row: drawing, and an even share of the reading."""

    def __init__(self, rows: PictureRows, ids: ShowOIds, lessons: Lessons) -> None:
        self.rows, self.ids, self.lessons = rows, ids, lessons
        counts = np.where(rows.places, 1.0, lessons.ground)
        self.scale = 1 / (float(counts.mean()) * HIDDEN * counts.shape[1])

    def __call__(self, network: ShowO, t: Tensor, generator: torch.Generator) -> Tensor:  # (B,) -> (B,)
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        with parametrize.cached():
            losses = self.draw(network, self.rows.draw(len(t), rng), t, rng)
            count = round(self.lessons.read * len(t))
            if count and self.lessons.reading:
                losses = losses + self.lessons.reading * self.read(network, self.rows.draw(count, rng))
        return losses

    def draw(self, network: ShowO, drawn: Drawn, t: Tensor, rng: np.random.Generator) -> Tensor:  # -> (B,)
        texts = [[] if rng.random() < self.lessons.dropped else text for text in drawn.texts]
        prompts = torch.tensor([prompt_row(text, self.ids) for text in texts], device=t.device)
        codes = torch.from_numpy(drawn.codes).to(t.device)
        hidden = hidden_places(t, torch.from_numpy(rng.random(codes.shape)).to(t.device))
        seen = network.picture(codes.masked_fill(hidden, self.ids.codes), network.keep(prompts))[hidden]
        losses = F.cross_entropy(network.project(seen).float(), codes[hidden], reduction="none")
        counts = torch.where(torch.from_numpy(drawn.places).to(t.device)[hidden], 1.0, self.lessons.ground)
        return torch.zeros_like(t).index_add(0, hidden.nonzero()[:, 0], losses * counts * self.scale)

    def read(self, network: ShowO, drawn: Drawn) -> Tensor:
        """The mean cross-entropy of the next word, over the whole vocabulary."""
        device = network.lm_head.bias.device
        codes = torch.from_numpy(drawn.codes).to(device)
        first = codes.new_full((len(codes), 1), self.ids.special("mmu"))
        shown = torch.cat([first, picture_rows(codes, self.ids)], 1)
        kept = network.run(network.embed(shown), None)[1]
        said = torch.from_numpy(self.said(drawn.texts)).to(device)
        before = causal(said.shape[1] - 1, device)
        visible = torch.cat([before.new_ones(len(before), shown.shape[1]), before], 1)
        hidden, _ = network.run(network.embed(said[:, :-1]), visible[None, None], kept)
        known = said[:, 1:] != self.ids.pad
        return F.cross_entropy(network.lm_head(hidden[known]).float(), said[:, 1:][known])

    def said(self, texts: list[list[int]]) -> np.ndarray:  # -> (B, W) int64
        """[end] text [end], with padding behind."""
        rows = np.full((len(texts), max(map(len, texts)) + 2), self.ids.pad, np.int64)
        for row, text in zip(rows, texts, strict=True):
            row[: len(text) + 2] = [self.ids.end, *text, self.ids.end]
        return rows


def hidden_places(t: Tensor, luck: Tensor) -> Tensor:  # (B,), (B, P) -> (B, P) bool
    """The share sin(π t / 2) of each row, at least one."""
    count = (torch.sin(0.5 * torch.pi * t) * luck.shape[1]).round().long().clamp(min=1)
    return luck.argsort(1).argsort(1) < count[:, None]
