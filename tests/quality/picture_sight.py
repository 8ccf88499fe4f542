"""What the home-made judges of pictures have in common: what they see, how they learn, where they are kept.

Both look at 64 x 64 pixels. While they learn, pictures are moved a little, blurred and made noisy, never recoloured:
they must know a picture again that has been through a tokenizer and its edges, and must not look away from colours.

Shapes: B batch, C channels; pictures are (B, 128, 128, 3) uint8 sRGB, what is seen of them (B, 3, 64, 64) in [0, 1].
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.api.files import writing

SIDE = 64
CELLS = 8  # a side, of what the trunk makes
NUMBERS = 10  # of the judge's part of the corpus, one number in so many is not trained on
BATCH = 96
RATE = 2e-3
SAVED = 100  # steps from one saved state to the next
SHIFT, SCALE = 0.06, 0.08  # of the side
BLUR = (20, 60)  # pixels a side that are left of SIDE
NOISE = 0.05

Pixels = NDArray[np.uint8]
Draw = Callable[[np.random.Generator], Tensor]
"""The loss of a batch that is drawn from these random numbers."""


def seen(pictures: Pixels) -> Tensor:  # (B, S, S, 3) -> (B, 3, 64, 64)
    """Pictures of any side, as they are looked at."""
    pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    return F.interpolate(pixels, (SIDE, SIDE), mode="area")


class Trunk(nn.Sequential):
    """Strided convolutions: (B, 3, 64, 64) -> (B, C, 8, 8)."""

    def __init__(self, widths: tuple[int, ...] = (32, 64, 128, 128), strides: tuple[int, ...] = (2, 2, 2, 1)) -> None:
        befores = (3, *widths)
        super().__init__(
            *(
                nn.Sequential(
                    nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False),
                    nn.BatchNorm2d(after),
                    nn.ReLU(inplace=True),
                )
                for before, after, stride, kernel in zip(befores, widths, strides, (5, 3, 3, 3), strict=False)
            )
        )
        self.width = widths[-1]


def pooled(cells: Tensor) -> Tensor:  # (B, C, h, w) -> (B, 2 C)
    """The mean and the maximum."""
    return torch.cat([cells.mean((2, 3)), cells.amax((2, 3))], 1)


def disturbed(pictures: Tensor, rng: np.random.Generator) -> Tensor:  # (B, 3, 64, 64) -> the same
    """Moved and scaled a little, each by itself; a few at a time blurred, with noise coarse and fine."""
    moved = F.grid_sample(pictures, moves(len(pictures), rng), padding_mode="border", align_corners=False)
    parts = [blurred(part, int(rng.integers(*BLUR))) if rng.random() < 0.8 else part for part in moved.chunk(6)]
    generator = torch.Generator().manual_seed(int(rng.integers(2**31)))
    coarse, fine = (torch.randn(len(moved), 3, side, side, generator=generator) for side in (SIDE // 4, SIDE))
    strength = NOISE * torch.rand(len(moved), 1, 1, 1, generator=generator)
    noise = F.interpolate(coarse, (SIDE, SIDE), mode="bilinear") + 0.5 * fine
    return (torch.cat(parts) + strength * noise).clamp(0, 1)


def moves(count: int, rng: np.random.Generator) -> Tensor:  # -> (B, 64, 64, 2)
    """Where each pixel comes from."""
    scale, shift = 1 + rng.uniform(-SCALE, SCALE, count), rng.uniform(-2 * SHIFT, 2 * SHIFT, (count, 2))
    matrix = np.zeros((count, 2, 3), np.float32)
    matrix[:, 0, 0] = matrix[:, 1, 1] = scale
    matrix[:, :, 2] = shift
    return F.affine_grid(torch.from_numpy(matrix), [count, 3, SIDE, SIDE], align_corners=False)


def blurred(pictures: Tensor, side: int) -> Tensor:
    """As if they had that many pixels a side."""
    small = F.interpolate(pictures, (side, side), mode="area")
    return F.interpolate(small, (SIDE, SIDE), mode="bilinear", align_corners=False)


def trained(network: nn.Module, loss: Draw, steps: int, state: Path | None = None, seed: int = 0) -> None:
    """By AdamW, its rate rising for a twentieth of the steps, then falling; goes on from `state` if it is there.

    Step by step random numbers of their own: stopped and gone on with, it comes to the same weights.
    """
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.02, fused=True)
    first = resumed(network, optimiser, state)
    network.train()
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, 20 * (step + 1) / steps) * (1 - step / steps)
        with torch.autocast("cpu", torch.bfloat16):
            found = loss(np.random.default_rng([seed, step]))
        optimiser.zero_grad()
        found.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if state and (step + 1) % SAVED == 0:
            print(f"step {step + 1} of {steps}, loss {found.item():.3f}", flush=True)
            with writing(state) as file:
                torch.save(
                    {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}, file
                )
    network.eval()


def resumed(network: nn.Module, optimiser: torch.optim.Optimizer, state: Path | None) -> int:
    """The step to go on with."""
    if not state or not state.exists():
        return 0
    kept = torch.load(state, weights_only=True)
    network.load_state_dict(kept["network"])
    optimiser.load_state_dict(kept["optimiser"])
    return int(kept["step"])


def folder() -> Path:
    """Where the judges are."""
    return Path(os.environ["QUARTET_JUDGES"])


def keep(network: nn.Module, name: str, state: Path) -> None:
    save_file({key: value.contiguous() for key, value in network.state_dict().items()}, folder() / name)
    state.unlink(missing_ok=True)


def restored(network: nn.Module, name: str) -> nn.Module:
    """With its weights, in evaluation mode."""
    network.load_state_dict(load_file(folder() / name))
    return network.eval()
