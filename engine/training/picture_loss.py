"""What a tokenizer of pictures is to get right: every pixel, every edge, and that no bit is left unused.

Bits: lookup-free quantisation's three terms (Yu et al. 2023, https://arxiv.org/abs/2310.05737, equations 4 and 5). A
latent u says its bit with probability σ(2 SHARP u); a place is to be sure of its bits (small entropy of each), all
places together are to use all words alike (large entropy of the mean), and a latent is to lie near its sign.
The probability of a word is the product of its bits', so that the mean over all 2^Z words is a product of two matrices.

Shapes: B pictures, H and W of a picture, Z bits, h and w of the grid, N = B·h·w places. Entropies are in bits.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

SHARP = 2.0
NEVER = 1e-8  # keeps logarithms finite


def differences(made: Tensor, true: Tensor) -> Tensor:  # 2 x (B, 3, H, W) -> (B,)
    """Mean distance of the pixels, absolute and squared."""
    off = made - true
    return off.abs().mean((1, 2, 3)) + 2 * off.square().mean((1, 2, 3))


def edges(made: Tensor, true: Tensor) -> Tensor:  # 2 x (B, 3, H, W) -> (B,)
    """How far off the steps between neighbours are, across and down."""
    off = made - true
    return sum(torch.diff(off, dim=side).abs().mean((1, 2, 3)) for side in (2, 3))  # type: ignore[return-value]


def word_shares(chances: Tensor) -> Tensor:  # (N, Z) -> (2^Z,)
    """The mean probability of every word, from each place's probability of each bit."""
    half = chances.shape[1] // 2
    return (_products(chances[:, :half]).mT @ _products(chances[:, half:]) / len(chances)).flatten()


def _products(chances: Tensor) -> Tensor:  # (N, Z) -> (N, 2^Z)
    words = torch.ones_like(chances[:, :1])
    for chance in chances.split(1, 1):
        words = torch.cat([words * (1 - chance), words * chance], 1)
    return words


def bit_entropies(chances: Tensor) -> Tensor:  # any shape -> the same
    """Of each bit alone."""
    return -(_surprise(chances) + _surprise(1 - chances))


def word_entropy(chances: Tensor) -> Tensor:  # (N, Z) -> ()
    return -_surprise(word_shares(chances)).sum()


def _surprise(chances: Tensor) -> Tensor:
    return chances * (chances + NEVER).log2()


def indecision(latent: Tensor) -> Tensor:  # (B, Z, h, w) -> ()
    """Entropy of a place less that of all places, a bit: −1 where all words are used alike and nothing is unsure."""
    chances = torch.sigmoid(2 * SHARP * latent.float()).movedim(1, -1).flatten(0, -2)
    return (bit_entropies(chances).sum(1).mean() - word_entropy(chances)) / chances.shape[1]


def distance_to_signs(latent: Tensor) -> Tensor:  # (B, Z, h, w) -> ()
    latent = latent.float()
    return F.mse_loss(latent, torch.where(latent > 0, 1.0, -1.0))
