"""Oobleck's latents to sound and back, in pieces; and a recording of which some stays while the rest is made anew.

Each piece is taken with as much around it as can be heard in it, so that the whole is the same as in one. What stays is
put into the guess at every step: imputation, Song et al. 2021, https://arxiv.org/abs/2011.13456, section 5.

Shapes: L latent channels, N frames, C sound channels, S samples.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.codecs.sound import Samples
from engine.samplers.contract import Denoiser, Level

PIECE = 256  # frames at once, for less memory


@dataclass(frozen=True)
class Kept:
    """Latents (1, L, N), of which those where `there` (N,) is true stay."""

    latents: Tensor
    there: Tensor


def sounded(vae: Any, latents: Tensor, samples: int) -> Samples:  # (1, L, N) -> (S, C)
    """The first so many samples."""
    hop, parts = vae.config.hop, []
    for first, start, stop, last in pieces(-(-samples // hop), latents.shape[-1], vae.reach):
        sound = vae(latents[..., first:last])
        parts.append(sound[0, :, (start - first) * hop : (stop - first) * hop].float().cpu())
    return torch.cat(parts, dim=-1)[:, :samples].T.contiguous().numpy()


def coded(vae: Any, sound: Samples, frames: int, like: Tensor) -> Tensor:  # (S, C) -> (1, L, N)
    """The means of the latents of so many frames, silence behind the sound; of the type and on the device of `like`."""
    hop, parts = vae.config.hop, []
    waveform = torch.zeros(1, vae.config.io_channels, frames * hop)
    waveform[0, :, : len(sound)] = torch.from_numpy(sound[: frames * hop]).T
    for first, start, stop, last in pieces(frames, frames, vae.reach):
        mean, _ = vae.encode(waveform[..., first * hop : last * hop].to(like))
        parts.append(mean[..., start - first : stop - first])
    return torch.cat(parts, dim=-1)


def pieces(frames: int, there: int, reach: int) -> Iterator[tuple[int, int, int, int]]:
    """(first, start, stop, last): frames [start, stop) of the first so many, and those around them that count."""
    for start in range(0, frames, PIECE):
        stop = min(start + PIECE, frames)
        yield max(start - reach, 0), start, stop, min(stop + reach, there)


def kept(vae: Any, recording: Samples, anew: Sequence[tuple[int, int]], frames: int, like: Tensor) -> Kept:
    """Of a recording (S, C), the frames wholly within it that touch no span of `anew`, [start, stop) samples."""
    hop = vae.config.hop
    there = torch.arange(frames, device=like.device) < len(recording) // hop
    for start, stop in anew:
        there[start // hop : -(-stop // hop)] = False
    return Kept(coded(vae, recording, frames, like), there)


def keeping(denoise: Denoiser, what: Kept | None) -> Denoiser:
    """The same guess, with what stays in it."""
    if what is None:
        return denoise

    def denoise_around(x: Tensor, level: Level) -> Tensor:
        return torch.where(what.there, what.latents, denoise(x, level))

    return denoise_around
