"""A job's noise depends on (seed, item, chunk) alone: it is drawn on the CPU, whatever the device and the batch."""

import hashlib
from collections.abc import Callable

import torch
from torch import Tensor


def uniform(seed: int, item: int = 0, chunk: int = 0) -> Callable[[Tensor], Tensor]:
    """Draws from (0, 1), shaped like what it is given and on its device."""
    generator = _generator(seed, item, chunk)
    return lambda like: torch.rand(like.shape, generator=generator).clamp_(1e-7, 1 - 1e-7).to(like.device)


def _generator(seed: int, item: int, chunk: int) -> torch.Generator:
    digest = hashlib.blake2b(f"{seed}/{item}/{chunk}".encode(), digest_size=8).digest()
    return torch.Generator("cpu").manual_seed(int.from_bytes(digest, "little", signed=True))


def normal(seed: int, item: int = 0, chunk: int = 0) -> Callable[[Tensor], Tensor]:
    """Standard normal draws, shaped like what it is given, of its type and on its device."""
    generator = _generator(seed, item, chunk)
    return lambda like: torch.randn(like.shape, generator=generator).to(like.device, like.dtype)
