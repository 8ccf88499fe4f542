"""The blocks of Mustango's U-Net: Stable Diffusion's, with three cross-attention transformers where that has one.

Rombach et al. 2022, https://arxiv.org/abs/2112.10752; Melechovsky et al. 2023, https://arxiv.org/abs/2311.08355.
Each layer of a cross block is a residual block and then a transformer that looks at the text, one that looks at the
beats, and one that looks at the chords. Parameters are named as in the published checkpoints.

What is looked at stays the same through a job, so that its keys and values are worked out once (`Music.keys`). Masks
are added to the scores and not boolean: a row in which all is masked is then an ordinary softmax, which is what the
network was trained to see where there are no beats.

Shapes: B batch, C channels, H and W of the picture, E width of the time embedding, D width of what is looked at,
L how many there are of them, N heads, K width of a head.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.linear import Linear

HIDDEN = -10_000.0  # added to the score of what is masked
RESNET_EPS = 1e-5
TRANSFORMER_EPS = 1e-6


@dataclass(frozen=True)
class Seen:
    """What one transformer looks at: keys and values (B, N, L, K), and what is added to the scores (B, 1, 1, L)."""

    k: Tensor
    v: Tensor
    bias: Tensor

    def rows(self, which: slice) -> "Seen":
        return Seen(self.k[which], self.v[which], self.bias[which])


Layer = tuple[Seen, Seen, Seen]
"""Of one layer of a cross block: text, beats, chords."""


@dataclass(frozen=True)
class Told:
    """What the network is told before it is put into keys and values: (B, L, D), and (B, L), true where there is
    something."""

    features: Tensor
    mask: Tensor

    def bias(self) -> Tensor:  # -> (B, 1, 1, L)
        return ((1 - self.mask.to(self.features.dtype)) * HIDDEN)[:, None, None]


class ResBlock(nn.Module):
    """Two convolutions, each after a group norm and SiLU; the time, where there is one, is added between them."""

    def __init__(self, wide: int, out: int, time: int, groups: int, eps: float = RESNET_EPS) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, wide, eps)
        self.conv1 = nn.Conv2d(wide, out, 3, padding=1)
        self.time_emb_proj = Linear(time, out) if time else None
        self.norm2 = nn.GroupNorm(groups, out, eps)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(wide, out, 1) if wide != out else None

    def forward(self, x: Tensor, time: Tensor | None = None) -> Tensor:  # (B, C, H, W), (B, E) -> (B, C', H, W)
        y = self.conv1(F.silu(self.norm1(x)))
        if self.time_emb_proj is not None and time is not None:
            y = y + self.time_emb_proj(F.silu(time))[:, :, None, None]
        y = self.conv2(F.silu(self.norm2(y)))
        return y + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    """Every place looks at every place, or at what it is given."""

    def __init__(self, width: int, heads: int, told: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = Linear(width, width, bias=False)
        self.to_k = Linear(told or width, width, bias=False)
        self.to_v = Linear(told or width, width, bias=False)
        self.to_out = nn.ModuleList([Linear(width, width)])

    def split(self, x: Tensor) -> Tensor:  # (B, L, C) -> (B, N, L, K)
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def keys(self, told: Told) -> Seen:
        k, v = self.split(self.to_k(told.features)), self.split(self.to_v(told.features))
        return Seen(k, v, told.bias())

    def forward(self, x: Tensor, seen: Seen | None = None) -> Tensor:  # (B, L, C) -> (B, L, C)
        q = self.split(self.to_q(x))
        k, v = (self.split(self.to_k(x)), self.split(self.to_v(x))) if seen is None else (seen.k, seen.v)
        bias = None if seen is None else seen.bias
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.to_out[0](mixed.transpose(1, 2).flatten(2))


class Gated(nn.Module):
    """GEGLU: the second half of a product, through a GELU, times the first. https://arxiv.org/abs/2002.05202"""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.proj = Linear(width, 2 * inner)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        # The middle one is a dropout in the published network, and keeps the numbers of the others.
        self.net = nn.Sequential(Gated(width, 4 * width), nn.Identity(), Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class TransformerBlock(nn.Module):
    """Attention to itself, to what it is told, and a feed-forward, each after a layer norm."""

    def __init__(self, width: int, heads: int, told: int) -> None:
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.attn1 = Attention(width, heads)
        self.attn2 = Attention(width, heads, told)
        self.ff = FeedForward(width)

    def forward(self, x: Tensor, seen: Seen) -> Tensor:  # (B, L, C) -> (B, L, C)
        x = x + self.attn1(self.norm1(x))
        x = x + self.attn2(self.norm2(x), seen)
        return x + self.ff(self.norm3(x))


class Transformer(nn.Module):
    """One block over all places of a picture."""

    def __init__(self, width: int, heads: int, told: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, TRANSFORMER_EPS)
        self.proj_in = Linear(width, width)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(width, heads, told)])
        self.proj_out = Linear(width, width)

    def keys(self, told: Told) -> Seen:
        attention: Attention = self.transformer_blocks.get_submodule("0.attn2")  # type: ignore[assignment]
        return attention.keys(told)

    def forward(self, x: Tensor, seen: Seen) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        places = self.proj_in(self.norm(x).flatten(2).mT)
        places = self.proj_out(self.transformer_blocks[0](places, seen))
        return x + places.mT.unflatten(2, x.shape[2:])


class Music(nn.Module):
    """Residual blocks, and behind each of the `layers` a transformer for the text, one for the beats, one for the
    chords; none of them where `heads` is 0."""

    def __init__(self, shapes: Sequence[tuple[int, int]], layers: int, time: int, heads: int, told: int, groups: int):
        """`shapes` are the channels into and out of each residual block."""
        super().__init__()
        self.resnets = nn.ModuleList(ResBlock(wide, out, time, groups) for wide, out in shapes)
        if heads:
            widths = [out for _, out in shapes][-layers:]
            for name in ("attentions", "attentions2", "attentions3"):
                setattr(self, name, nn.ModuleList(Transformer(width, heads, told, groups) for width in widths))

    def lookers(self) -> Iterable[tuple[Transformer, ...]]:
        """Layer by layer, the transformers that look at text, beats and chords; none in a block without them."""
        if not hasattr(self, "attentions"):
            return ()
        return zip(self.attentions, self.attentions2, self.attentions3, strict=True)  # type: ignore[arg-type]

    def keys(self, told: Sequence[Told]) -> list[Layer]:
        """Of text, beats and chords, what each transformer sees of them."""
        return [
            (text.keys(told[0]), beats.keys(told[1]), chords.keys(told[2])) for text, beats, chords in self.lookers()
        ]


def looked(x: Tensor, lookers: Sequence[Transformer], layer: Layer) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
    """Text, then beats, then chords."""
    for looker, seen in zip(lookers, layer, strict=True):
        x = looker(x, seen)
    return x


class Convolution(nn.Module):
    """What changes the size of a picture, under the name that it is published with."""

    def __init__(self, width: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride, padding=1)


class DownBlock(Music):
    def __init__(
        self, wide: int, out: int, layers: int, last: bool, time: int, heads: int, told: int, groups: int
    ) -> None:
        shapes = [(wide if i == 0 else out, out) for i in range(layers)]
        super().__init__(shapes, layers, time, heads, told, groups)
        self.downsamplers = None if last else nn.ModuleList([Convolution(out, 2)])

    def forward(self, x: Tensor, time: Tensor, seen: Sequence[Layer]) -> tuple[Tensor, list[Tensor]]:
        """(B, C, H, W) -> (B, C', H/2, W/2), and all that the way up will want of the way down."""
        kept, lookers = [], list(self.lookers())
        for i, resnet in enumerate(self.resnets):
            x = resnet(x, time)
            x = looked(x, lookers[i], seen[i]) if lookers else x
            kept.append(x)
        if self.downsamplers is not None:
            x = self.downsamplers.get_submodule("0.conv")(x)
            kept.append(x)
        return x, kept


class MidBlock(Music):
    def __init__(self, width: int, time: int, heads: int, told: int, groups: int) -> None:
        super().__init__([(width, width)] * 2, 1, time, heads, told, groups)

    def forward(self, x: Tensor, time: Tensor, seen: Sequence[Layer]) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        x = self.resnets[0](x, time)
        (lookers,) = self.lookers()
        return self.resnets[1](looked(x, lookers, seen[0]), time)


class UpBlock(Music):
    def __init__(
        self, wide: int, skips: Sequence[int], out: int, last: bool, time: int, heads: int, told: int, groups: int
    ) -> None:
        """`skips` are the channels of what comes from the way down, in the order of their use."""
        shapes = [((wide if i == 0 else out) + skip, out) for i, skip in enumerate(skips)]
        super().__init__(shapes, len(skips), time, heads, told, groups)
        self.upsamplers = None if last else nn.ModuleList([Convolution(out, 1)])

    def forward(self, x: Tensor, time: Tensor, kept: list[Tensor], seen: Sequence[Layer]) -> Tensor:
        """(B, C, H, W) -> (B, C', 2 H, 2 W). Takes the last ones of what was kept."""
        lookers = list(self.lookers())
        for i, resnet in enumerate(self.resnets):
            x = resnet(torch.cat([x, kept.pop()], 1), time)
            x = looked(x, lookers[i], seen[i]) if lookers else x
        if self.upsamplers is not None:
            x = self.upsamplers.get_submodule("0.conv")(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return x
