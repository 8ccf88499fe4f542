"""E2-TTS: a flat U-shaped transformer that fills in a mel spectrogram, as F5-TTS's authors publish it.

Eskimez et al. 2024, https://arxiv.org/abs/2406.18009. The time is one token more in front; the later half of the layers
each takes in what entered its counterpart of the earlier half. Flow matching and conditions are as in F5-TTS
(engine/networks/f5.py), and so is how it is called: `prepare` once a job, the network at every step.

Shapes: B batch, N frames, M mel bins, L letters, D width, S times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.f5 import VOCABULARY, Conditions
from engine.networks.f5_blocks import Attention, FeedForward, Rotary, TimeEmbedding
from engine.networks.f5_inputs import InputEmbedding, TextEmbedding, within
from engine.networks.linear import Linear

TINY = 1e-24  # under the root of the norm: what is all zeros stays so


@dataclass(frozen=True)
class E2Config:
    """Names as in the published configurations."""

    dim: int = 1024
    depth: int = 24
    heads: int = 16
    dim_head: int = 64
    ff_mult: float = 4
    mel_dim: int = 100
    text_num_embeds: int = VOCABULARY
    text_dim: int | None = None  # None: as wide as the mel
    conv_layers: int = 0
    text_mask_padding: bool = False
    pe_attn_head: int | None = 1  # how many heads are turned by place; None is all
    qk_norm: Literal["rms_norm"] | None = None
    attn_mask_enabled: bool = False  # False: in a batch of different lengths padding is attended to, as published
    skip_connect_type: Literal["concat", "add", "none"] = "concat"

    def __post_init__(self) -> None:
        if self.depth % 2:
            raise ValueError("an E2 network needs an even depth")
        if self.skip_connect_type not in ("concat", "add", "none") or self.qk_norm not in (None, "rms_norm"):
            raise ValueError(f"there is no “{self.skip_connect_type}” connection or no qk_norm “{self.qk_norm}”")


BASE = E2Config()
SMALL = E2Config(dim=768, depth=20, heads=12)


class RootMeanSquareNorm(nn.Module):
    """With its weight under the published name."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:  # (B, K, D) -> (B, K, D)
        return F.rms_norm(x, x.shape[-1:], self.g.to(x.dtype), TINY)


class Layer(nn.ModuleDict):
    """Attention, then an MLP. Parts are numbered as published; 0 is the way from the earlier half, if there is one."""

    def __init__(self, config: E2Config, skip: bool) -> None:
        attention = Attention(config.dim, config.heads, config.dim_head, config.qk_norm, config.attn_mask_enabled)
        join = {"0": Linear(2 * config.dim, config.dim, bias=False)} if skip else {}
        norms = RootMeanSquareNorm(config.dim), RootMeanSquareNorm(config.dim)
        parts = {"1": norms[0], "2": attention, "3": norms[1], "4": FeedForward(config.dim, config.ff_mult)}
        super().__init__(join | parts)

    def joined(self, x: Tensor, earlier: Tensor) -> Tensor:  # 2 x (B, K, D) -> (B, K, D)
        return self["0"](torch.cat([x, earlier], dim=-1)) if "0" in self else x + earlier

    def forward(self, x: Tensor, turn: Tensor, mask: Tensor | None) -> Tensor:  # (B, K, D) -> (B, K, D)
        x = x + self["2"](self["1"](x), turn, mask)
        return x + self["4"](self["3"](x))


class UNetT(nn.Module):
    def __init__(self, config: E2Config) -> None:
        super().__init__()
        self.config = config
        text = config.text_dim or config.mel_dim
        self.time_embed = TimeEmbedding(config.dim)
        self.text_embed = TextEmbedding(
            config.text_num_embeds, text, config.conv_layers, mask_padding=config.text_mask_padding
        )
        self.input_embed = InputEmbedding(config.mel_dim, text, config.dim, "grouped_conv")
        self.rotary_embed = Rotary(config.dim_head)
        half, joins = config.depth // 2, config.skip_connect_type == "concat"
        self.layers = nn.ModuleList(Layer(config, skip=joins and index >= half) for index in range(config.depth))
        self.norm_out = RootMeanSquareNorm(config.dim)
        self.proj_out = Linear(config.dim, config.mel_dim)

    def fuse(self) -> None:
        """Once loaded, make ready for sampling: every attention's three maps as one. Training wants it unfused."""
        for module in self.modules():
            if isinstance(module, Attention):
                module.fuse()

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
        """As F5's: (B, N, M), (B, L) int64 padded with −1, (B,) frames of each item where they differ."""
        batch, count = cond.shape[:2]
        audio, words = (torch.as_tensor(drop, device=cond.device).expand(batch) for drop in (drop_audio, drop_text))
        features = self.text_embed(text, count, None, words)
        tokens = self.time_embed(torch.tensor(times, device=cond.device))
        return Conditions(
            given=self.input_embed.given(cond.to(self.proj_out.weight.dtype), features, audio),
            turn=self.rotary_embed(1 + count, self.config.heads, self.config.pe_attn_head),
            mask=None if lengths is None else within(1 + lengths.to(cond.device), 1 + count),
            times={time: (token,) for time, token in zip(times, tokens, strict=True)},
        )

    def forward(self, x: Tensor, t: Tensor | float, conditions: Conditions) -> Tensor:
        """(B, N, M), one time or (B,) -> the velocity (B, N, M)."""
        known = None if isinstance(t, Tensor) else conditions.times.get(t)
        token = known[0] if known else self.time_embed(torch.as_tensor(t, device=x.device).reshape(-1))
        h = self.input_embed(x.to(self.proj_out.weight.dtype), conditions.given, None)
        h = torch.cat([token.expand(len(x), -1)[:, None].to(h.dtype), h], dim=1)
        h = self.transform(h, conditions)
        return self.proj_out(self.norm_out(h)[:, 1:]).to(x.dtype)

    def transform(self, x: Tensor, conditions: Conditions) -> Tensor:  # (B, 1 + N, D) -> (B, 1 + N, D)
        half, entered = self.config.depth // 2, list[Tensor]()
        for index, layer in enumerate(self.layers):
            assert isinstance(layer, Layer)
            if index < half:
                entered.append(x)
            elif self.config.skip_connect_type != "none":
                x = layer.joined(x, entered.pop())
            x = layer(x, conditions.turn, conditions.mask)
        return x
