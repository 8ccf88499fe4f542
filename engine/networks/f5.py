"""F5-TTS: a diffusion transformer that fills in a mel spectrogram from its surroundings and a text.

Chen et al. 2024, https://arxiv.org/abs/2410.06885. Flow matching: x = (1 − t)·noise + t·mel, and the network says the
velocity mel − noise; t runs from 0 (noise) to 1 (data). The condition is the mel where it is known and 0 elsewhere.

A job calls `prepare` once, with everything that its steps share, and the network at every step:

    conditions = dit.prepare(cond, text, drop=torch.tensor([False, True]), times=times)  # both guesses of guidance
    velocity = dit(x, time, conditions)

Ours beside the published options, for small networks: `frames_per_token` frames side by side are one token, `position`
by ConvNeXt blocks, `aligned` text (one id a token), and a `learned_null` for what is left out.

Shapes: B batch, N frames, K tokens (N over the frames of one, rounded up), M mel bins, L letters, D width, S times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.f5_blocks import Attention, FeedForward, Modulation, Rotary, TimeEmbedding, gated, modulated
from engine.networks.f5_inputs import InputEmbedding, TextEmbedding, within
from engine.networks.linear import Linear

VOCABULARY = 2545  # lines of the published vocab.txt


@dataclass(frozen=True)
class F5Config:
    """Names as in the published configurations; the last seven are ours."""

    dim: int = 1024
    depth: int = 22
    heads: int = 16
    dim_head: int = 64
    ff_mult: float = 2
    mel_dim: int = 100
    text_num_embeds: int = VOCABULARY
    text_dim: int | None = 512  # None: as wide as the mel
    conv_layers: int = 4
    text_mask_padding: bool = True
    text_embedding_average_upsampling: bool = False
    pe_attn_head: int | None = None  # how many heads are turned by place; None is all
    qk_norm: Literal["rms_norm"] | None = None
    attn_mask_enabled: bool = False  # False: in a batch of different lengths padding is attended to, as published
    long_skip_connection: bool = False
    frames_per_token: int = 1
    position: Literal["grouped_conv", "convnext"] = "grouped_conv"
    aligned: bool = False
    learned_null: bool = False
    mel_mean: float = 0.0  # the network sees (mel − mel_mean) / mel_deviation
    mel_deviation: float = 1.0

    def __post_init__(self) -> None:
        if self.text_embedding_average_upsampling and not self.text_mask_padding:
            raise ValueError("text_embedding_average_upsampling needs text_mask_padding")
        if self.position not in ("grouped_conv", "convnext") or self.qk_norm not in (None, "rms_norm"):
            raise ValueError(f"there is no position “{self.position}” or no qk_norm “{self.qk_norm}”")


V1_BASE = F5Config()
V0_BASE = F5Config(text_mask_padding=False, pe_attn_head=1)
V1_SMALL = F5Config(dim=768, depth=18, heads=12)
V0_SMALL = F5Config(dim=768, depth=18, heads=12, text_mask_padding=False, pe_attn_head=1)
V1_BASE_UPSAMPLED = F5Config(text_embedding_average_upsampling=True)

Modulations = tuple[Tensor, ...]
"""For each block six of (D,) or (B, 1, D), stacked first; the last is the output's two."""


@dataclass(frozen=True)
class Conditions:
    """What the steps of a job share."""

    given: Tensor  # (B, K, D): what condition and text add to the input
    turn: Tensor  # (K, 1 or H, C/2) complex: the rotary table
    mask: Tensor | None  # (B, K): where there is a token at all
    times: Mapping[float, Modulations] = field(default_factory=dict)  # worked out ahead of the steps

    def __getitem__(self, items: slice) -> "Conditions":
        """Of these items of the batch alone: `conditions[:1]` is the first."""
        return replace(self, given=self.given[items], mask=None if self.mask is None else self.mask[items])


class Block(nn.Module):
    """Attention, then an MLP, each scaled, shifted and gated by the time (adaLN-Zero)."""

    def __init__(self, config: F5Config) -> None:
        super().__init__()
        self.attn_norm = Modulation(config.dim, parts=6)
        self.attn = Attention(config.dim, config.heads, config.dim_head, config.qk_norm, config.attn_mask_enabled)
        self.ff = FeedForward(config.dim, config.ff_mult)

    def forward(self, x: Tensor, modulation: Tensor, turn: Tensor, mask: Tensor | None) -> Tensor:
        """(B, K, D), (6, D) or (6, B, 1, D) -> (B, K, D)"""
        shift1, scale1, gate1, shift2, scale2, gate2 = modulation
        x = gated(x, gate1, self.attn(modulated(x, shift1, scale1), turn, mask))
        return gated(x, gate2, self.ff(modulated(x, shift2, scale2)))


class DiT(nn.Module):
    def __init__(self, config: F5Config) -> None:
        super().__init__()
        self.config = config
        mel = config.mel_dim * config.frames_per_token
        text = config.text_dim or config.mel_dim
        self.time_embed = TimeEmbedding(config.dim)
        self.text_embed = TextEmbedding(
            config.text_num_embeds,
            text,
            config.conv_layers,
            mask_padding=config.text_mask_padding,
            average_upsampling=config.text_embedding_average_upsampling,
            aligned=config.aligned,
            learned_null=config.learned_null,
        )
        self.input_embed = InputEmbedding(mel, text, config.dim, config.position, config.learned_null)
        self.rotary_embed = Rotary(config.dim_head)
        self.transformer_blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.long_skip_connection = (
            Linear(2 * config.dim, config.dim, bias=False) if config.long_skip_connection else None
        )
        self.norm_out = Modulation(config.dim, parts=2)
        self.proj_out = Linear(config.dim, mel)
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def blocks(self) -> list[Block]:
        return [block for block in self.transformer_blocks if isinstance(block, Block)]

    def fuse(self) -> None:
        """Once loaded, make ready for sampling: every attention's three maps as one. Training wants it unfused."""
        for block in self.blocks():
            block.attn.fuse()

    def prepare(
        self,
        cond: Tensor,
        text: Tensor,
        lengths: Tensor | None = None,
        *,
        drop_audio: Tensor | bool = False,
        drop_text: Tensor | bool = False,
        times: Sequence[float] = (),
    ) -> Conditions:
        """(B, N, M), (B, L) int64 padded with −1, (B,) frames of each item where they differ -> what steps share.

        `drop_audio`, `drop_text`: (B,) or one for all, the condition or the text is left out (guidance's null).
        `times`: those that the network will be asked at, so that all their modulations are worked out in one go.
        """
        batch, device, dtype = len(cond), cond.device, self.proj_out.weight.dtype
        cond = self.fold(cond.to(dtype))
        count, per_token = cond.shape[1], self.config.frames_per_token
        lengths = None if lengths is None else -(-lengths.to(device) // per_token)
        audio, words = (torch.as_tensor(drop, device=device).expand(batch) for drop in (drop_audio, drop_text))
        features = self.text_embed(text, count, lengths, words)
        return Conditions(
            given=self.input_embed.given(cond, features, audio),
            turn=self.rotary_embed(count, self.config.heads, self.config.pe_attn_head),
            mask=None if lengths is None else within(lengths, count),
            times=self.modulations(times, device) if times else {},
        )

    def modulations(self, times: Sequence[float], device: torch.device) -> dict[float, Modulations]:
        """The modulations of all blocks at each of the times."""
        every = self.modulation(torch.tensor(times, device=device))
        return {time: tuple(part[:, s, 0] for part in every) for s, time in enumerate(times)}

    def modulation(self, t: Tensor) -> Modulations:  # (S,) -> depth of (6, S, 1, D) and (2, S, 1, D)
        signal = F.silu(self.time_embed(t))
        return (*(block.attn_norm(signal) for block in self.blocks()), self.norm_out(signal))

    def forward(self, x: Tensor, t: Tensor | float, conditions: Conditions) -> Tensor:
        """(B, N, M), one time or (B,) -> the velocity (B, N, M)."""
        if isinstance(t, Tensor):
            modulation = self.modulation(t.to(x.device).expand(len(x)))
        else:
            modulation = conditions.times.get(t) or self.modulations([t], x.device)[t]
        folded = self.fold(x.to(self.proj_out.weight.dtype))
        h = self.input_embed(folded, conditions.given, conditions.mask)
        h = self.transform(h, modulation, conditions)
        scale, shift = modulation[-1]
        return self.unfold(self.proj_out(modulated(h, shift, scale)), x)

    def transform(self, x: Tensor, modulation: Modulations, conditions: Conditions) -> Tensor:  # (B, K, D)
        before = x
        for block, each in zip(self.transformer_blocks, modulation, strict=False):
            x = block(x, each, conditions.turn, conditions.mask)
        return x if self.long_skip_connection is None else self.long_skip_connection(torch.cat([x, before], dim=-1))

    def fold(self, x: Tensor) -> Tensor:  # (B, N, M) -> (B, K, frames_per_token·M)
        """Neighbouring frames side by side as one token; silence of zeros fills the last."""
        per_token = self.config.frames_per_token
        return F.pad(x, (0, 0, 0, -x.shape[1] % per_token)).unflatten(1, (-1, per_token)).flatten(2)

    def unfold(self, x: Tensor, like: Tensor) -> Tensor:  # (B, K, frames_per_token·M) -> (B, N, M)
        frames = x.unflatten(2, (self.config.frames_per_token, -1)).flatten(1, 2)
        return frames[:, : like.shape[1]].to(like.dtype)
