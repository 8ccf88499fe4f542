"""Rows of a table of codes as functions of their bits: codes that share bits share what is learned of them.

A lookup-free code is 13 signs (Yu et al. 2023, https://arxiv.org/abs/2310.05737), and pictures whose codes differ by
one of them look alike. Thousands of rows that know nothing of each other learn that from thousands of examples each.
Hence a row is, while it is trained, its own part and a sum over the signs and the products of two of them (the Walsh
functions of the first two orders); afterwards the sum is written out and the table is a plain one again.

Shapes: K codes, F functions, D width, V rows of the whole table.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from engine.networks.magvit import signs

Share = Callable[[nn.Module], None]


def walsh(bits: int) -> Tensor:  # -> (K, F), each row of length 1
    """The signs of each code, then their products by two."""
    each = signs(torch.arange(2**bits)[:, None, None], bits)[..., 0, 0]
    first, second = torch.triu_indices(bits, bits, 1)
    functions = torch.cat([each, each[:, first] * each[:, second]], 1)
    return functions / functions.shape[1] ** 0.5


class SharedByBits(nn.Module):
    """The table (V, D) with what the bits say added to its rows of codes. spread: of that at the beginning."""

    functions: Tensor

    def __init__(self, first: int, bits: int, width: int, spread: float) -> None:
        super().__init__()
        self.first = first
        self.register_buffer("functions", walsh(bits), persistent=False)
        self.shared = nn.Parameter(spread * torch.randn(self.functions.shape[1], width))

    def forward(self, table: Tensor) -> Tensor:
        said = self.functions @ self.shared
        before, rows, after = table.split([self.first, len(said), len(table) - self.first - len(said)])
        return torch.cat([before, rows + said, after])


def share(module: nn.Module, first: int, bits: int, spread: float) -> None:
    """Let the rows of codes in `module.weight`, which begin with row `first`, share what their bits say."""
    weight = module.weight
    assert isinstance(weight, Tensor)
    parametrize.register_parametrization(module, "weight", SharedByBits(first, bits, weight.shape[1], spread))


def write_out(network: nn.Module) -> None:
    """Make plain tables of all that were shared, with the same rows."""
    for module in list(network.modules()):
        if parametrize.is_parametrized(module, "weight"):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)
