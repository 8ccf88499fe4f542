"""Stable Audio: a diffusion transformer over the latents of stereo music, told a prompt and how long the music lasts.

Evans et al. 2024, https://arxiv.org/abs/2404.10301 and, as Stable Audio Open, https://arxiv.org/abs/2407.14358. The
network predicts the velocity v; it is told the noise as an angle, 0 at data and 1 at pure noise. Timing and noise
level are one token in front of the latents; prompt and timing are attended to in every block.

A job calls `prepare` once, with everything that its steps share, and the network at every step:

    conditions = dit.prepare(tokens, mask, timing, frames, dropped=(False, True))  # both guesses of guidance
    velocity = dit(x, time, conditions)

Without prompt and timing all that is attended to is 0 and, no layer on the way having a bias, so is the answer:
dropped items skip these layers. Their first token still knows the timing, as in the authors' sampling.

Shapes: B batch, L latent channels, N frames, K = N + 1 tokens, D width, M tokens of what is told, E their width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.networks.linear import Linear
from engine.networks.stable_audio_blocks import Block, Told, Turn, turn

TIME_FREQUENCIES = 128


@dataclass(frozen=True)
class StableAudioConfig:
    """As of Stable Audio Open 1.0; most names are those of the authors' `model_config.json`."""

    io_channels: int = 64
    embed_dim: int = 1536
    depth: int = 24
    num_heads: int = 24
    shared_heads: int = 12  # heads of keys and values of what is told
    cond_token_dim: int = 768
    global_cond_dim: int = 1536
    window: int = 1024  # frames it was trained on, and makes

    def __post_init__(self) -> None:
        if (
            self.embed_dim % self.num_heads
            or self.num_heads % self.shared_heads
            or self.embed_dim // self.num_heads % 4
        ):
            raise ValueError("embed_dim, num_heads and shared_heads do not divide")


@dataclass(frozen=True)
class Conditions:
    """What the steps of a job share."""

    timing: Tensor  # (B, D)
    told: tuple[Told | None, ...]  # of each block, for the items that are told something
    turn: Turn


class StableAudio(nn.Module):
    time_rates: Tensor

    def __init__(self, config: StableAudioConfig) -> None:
        super().__init__()
        self.config = config
        width, channels, told = config.embed_dim, config.io_channels, config.cond_token_dim
        self.register_buffer("time_rates", torch.randn(TIME_FREQUENCIES))  # learned, and kept in float32
        self.to_timestep_embed = two_layers(2 * TIME_FREQUENCIES, width, bias=True)
        self.to_cond_embed = two_layers(told, told, bias=False)
        self.to_global_embed = two_layers(config.global_cond_dim, width, bias=False)
        self.preprocess_conv = nn.Conv1d(channels, channels, 1, bias=False)
        self.project_in = Linear(channels, width, bias=False)
        self.layers = nn.ModuleList(
            Block(width, config.num_heads, config.shared_heads, told) for _ in range(config.depth)
        )
        self.project_out = Linear(width, channels, bias=False)
        self.postprocess_conv = nn.Conv1d(channels, channels, 1, bias=False)

    def prepare(
        self, tokens: Tensor, mask: Tensor, timing: Tensor, frames: int, dropped: Sequence[bool] = (False,)
    ) -> Conditions:
        """For a batch of one guess each, the `dropped` ones told nothing and standing last.

        tokens (1, M, E): the prompt's, 0 where `mask` (1, M) has none, and those of start and length; timing (1, 2 E).
        The published network attends to the zeros too, so that the mask is not asked.
        """
        assert list(dropped) == sorted(dropped)
        count = list(dropped).count(False)
        kind = self.project_in.weight.dtype
        told = self.to_cond_embed(tokens.to(kind)).expand(count, -1, -1)
        blocks = [layer for layer in self.layers if isinstance(layer, Block)]
        return Conditions(
            self.to_global_embed(timing.to(kind)).expand(len(dropped), -1),
            tuple(block.cross_attn.told(told) if count else None for block in blocks),
            turn(frames + 1, self.config.embed_dim // self.config.num_heads, tokens.device),
        )

    def forward(self, x: Tensor, time: float, conditions: Conditions) -> Tensor:  # (B, L, N) -> (B, L, N)
        """The velocity at a time in [0, 1], 0 being data, in the type of x."""
        inner = x.to(self.project_in.weight.dtype)
        latents = self.project_in((inner + self.preprocess_conv(inner)).mT)
        first = conditions.timing + self.time(time)
        tokens = torch.cat([first[:, None], latents], dim=1)
        for layer, told in zip(self.layers, conditions.told, strict=True):
            tokens = layer(tokens, conditions.turn, told)
        velocity = self.project_out(tokens[:, 1:]).mT
        return (velocity + self.postprocess_conv(velocity)).to(x.dtype)

    def time(self, time: float) -> Tensor:  # -> (1, D)
        """Cosines and sines of learned frequencies, taken in float32, through two layers."""
        angles = 2 * math.pi * time * self.time_rates
        features = torch.cat([angles.cos(), angles.sin()])[None]
        return self.to_timestep_embed(features.to(self.project_in.weight.dtype))


def two_layers(width: int, out: int, bias: bool) -> nn.Sequential:
    return nn.Sequential(Linear(width, out, bias=bias), nn.SiLU(), Linear(out, out, bias=bias))
