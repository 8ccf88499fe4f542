"""A deeper network begun from a trained one: its blocks, and between them new ones that change nothing yet.

A new block of these networks writes zeros to the residual stream, so the deeper network answers exactly as the trained
one until it learns. Chen et al. 2016, Net2Net, https://arxiv.org/abs/1511.05641; Gong et al. 2019, stacking.
"""

import re
from pathlib import Path

from safetensors.torch import load_file
from torch import nn

BLOCK = re.compile(r"(blocks|layers)\.(\d+)\.(.+)")


def grow(network: nn.Module, path: Path) -> None:
    """Fill `network`, just initialised, from the weights of a shallower one of the same width in a safetensors file."""
    trained = load_file(path)
    found = [match for match in map(BLOCK.match, trained) if match]
    depth, count = len(getattr(network, found[0][1])), max(int(match[2]) for match in found) + 1
    own = network.state_dict()
    for name, weight in trained.items():
        match = BLOCK.match(name)
        place = f"{match[1]}.{int(match[2]) * depth // count}.{match[3]}" if match else name
        own[place].copy_(weight)
