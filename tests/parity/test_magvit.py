"""MAGVIT-v2's tokenizer against Show-o's code.

The authors' code is on no package index. It was run once (commit 45a5a2d of their repository), small, with the weights
and pictures that are made here from sines; the names and shapes of its tensors and what it answered stand in
magvit.json.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.networks.magvit import Magvit, MagvitConfig, signs
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange

pytestmark = pytest.mark.parity

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "magvit.json").read_text("utf-8"))
TINY = MagvitConfig(
    ch=32, encoder_mult=(1, 2, 1), encoder_blocks=(2, 1, 1), decoder_mult=(1, 1, 2), decoder_blocks=(1, 2, 1)
)


def wave(shape: tuple[int, ...], salt: int) -> Tensor:
    """Numbers that every machine makes alike."""
    count = int(torch.Size(shape).numel())
    return torch.sin(torch.arange(1, count + 1, dtype=torch.float64) * (1 + salt % 97 / 89)).reshape(shape).float()


@pytest.fixture(scope="module")
def network() -> Magvit:
    """With the authors' tensors, under the authors' names."""
    published = {
        name: wave(tuple(shape), sum(name.encode())) * (0.02 if name.endswith("bias") else 0.3)
        for name, shape in GOLDEN["parameters"].items()
    }
    found = Magvit(TINY)
    found.load_state_dict(arrange(published, LAYOUTS["magvit"]), strict=True)
    return found.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def pictures() -> Tensor:
    return torch.stack([wave((3, 16, 8), 1), wave((3, 16, 8), 40).cumsum(-1) * 0.3])


def test_pictures_have_the_authors_codes(network: Magvit, pictures: Tensor) -> None:
    latent = network.latent(pictures)
    assert (latent.flatten() - torch.tensor(GOLDEN["latent"])).abs().max() < 5e-6
    assert network.encode(pictures).tolist() == GOLDEN["codes"]


def test_codes_become_the_authors_pictures(network: Magvit) -> None:
    tokens = torch.arange(16).reshape(2, 8) * 521 % 8192
    assert (network.decode(tokens, height=4).flatten() - torch.tensor(GOLDEN["pixels"])).abs().max() < 5e-6


def test_the_authors_table_of_codes_is_what_the_bits_say(network: Magvit) -> None:
    """Their file has it as a buffer, (8192, 13)."""
    every = torch.arange(8192)
    table = ((every[:, None] // 2 ** torch.arange(12, -1, -1)) % 2) * 2 - 1
    assert torch.equal(signs(every[None, :, None], 13)[0, :, :, 0].mT, table.float())


def test_as_large_as_published() -> None:
    with torch.device("meta"), NothingDrawn():
        network = Magvit(MagvitConfig())
    coders = {name: sum(each.numel() for each in part.parameters()) for name, part in network.named_children()}
    assert coders["encoder"] + coders["quant_conv"] == 55_439_171
    assert coders["decoder"] + coders["post_quant_conv"] == 39_947_833
    assert sum(coders.values()) == 95_387_004
