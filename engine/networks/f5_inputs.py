"""What F5-TTS and E2-TTS hear and read: text as features a frame, and the mix of noisy sound, condition and text.

Text is a row of ids, −1 where it has ended, padded to the length of the sound; the network finds by itself which letter
belongs where. The papers' variants: the filler masked or not (v1 and v0 of F5), features spread evenly over the frames
(`average_upsampling`). Ours: `aligned` text has one id a token already, so nothing is padded and no place is added.

Shapes: B batch, K tokens, L letters, D width, M mel bins of a token, E width of the text.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.f5_blocks import ROTARY_BASE, ConvNeXtBlock, only
from engine.networks.linear import Linear, linear

TEXT_EXPANSION = 2
POSITION_KERNEL, POSITION_GROUPS = 31, 16
POSITION_BLOCKS = 2


class TextEmbedding(nn.Module):
    def __init__(
        self,
        symbols: int,
        width: int,
        blocks: int,
        *,
        mask_padding: bool,
        average_upsampling: bool = False,
        aligned: bool = False,
        learned_null: bool = False,
    ) -> None:
        super().__init__()
        self.mask_padding, self.average_upsampling, self.aligned = mask_padding, average_upsampling, aligned
        self.text_embed = nn.Embedding(symbols + 1, width)  # row 0 is the filler
        self.null_text = nn.Parameter(torch.zeros(width)) if learned_null else None
        if blocks:
            self.text_blocks = nn.ModuleList(ConvNeXtBlock(width, width * TEXT_EXPANSION) for _ in range(blocks))

    def forward(self, text: Tensor, count: int, lengths: Tensor | None, drop: Tensor) -> Tensor:
        """(B, L) ids, K, (B,) tokens of each item or None for K, (B,) whether to leave it out -> (B, K, E)."""
        ids = F.pad(text + 1, (0, max(count - text.shape[1], 0)))[:, :count]
        inside = None if lengths is None else within(lengths, count)
        features = self.read_aligned(ids, inside) if self.aligned else self.read(ids, inside, drop)
        if self.null_text is None:
            return features.masked_fill(drop[:, None, None], 0) if self.aligned else features
        return torch.where(drop[:, None, None], self.null_text.to(features.dtype), features)

    def read_aligned(self, ids: Tensor, inside: Tensor | None) -> Tensor:  # (B, K) -> (B, K, E)
        x = only(self.text_embed(ids), inside)
        for block in getattr(self, "text_blocks", ()):
            x = block(x, inside)
        return x

    def read(self, ids: Tensor, inside: Tensor | None, drop: Tensor) -> Tensor:  # (B, K) -> (B, K, E)
        """As published: text that is left out is filler, but is masked as the text itself would be."""
        ids = ids if inside is None else ids.masked_fill(~inside, 0)
        written = ids != 0
        x = only(self.text_embed(ids.masked_fill(drop[:, None], 0)), inside)
        if blocks := getattr(self, "text_blocks", ()):
            x = x + only(places(x.shape[1], x.shape[2], x.device).to(x.dtype)[None], inside)
            x = only(x, written) if self.mask_padding else x
            for block in blocks:
                x = only(block(x), written) if self.mask_padding else block(x)
        return spread(x, written, inside) if self.average_upsampling else x


def within(lengths: Tensor, count: int) -> Tensor:  # (B,) -> (B, K)
    return torch.arange(count, device=lengths.device) < lengths[:, None]


def places(count: int, width: int, device: torch.device) -> Tensor:  # -> (K, E)
    """Cosines, then sines, of each place at rates from 1 down to 1/10000."""
    rates = ROTARY_BASE ** -(torch.arange(0, width, 2, device=device).float() / width)
    angles = torch.arange(count, device=device)[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def spread(x: Tensor, written: Tensor, inside: Tensor | None) -> Tensor:  # (B, K, E) -> (B, K, E)
    """The n features of what is written, each repeated ⌊K/n⌋ times, the last ones once more."""
    count = x.shape[1]
    frame = torch.arange(count, device=x.device)[None]
    total = torch.full_like(frame[:, :1], count) if inside is None else inside.sum(1, keepdim=True)
    letters = written.sum(1, keepdim=True)
    times = total // letters.clamp(min=1)
    early = letters - total % letters.clamp(min=1)  # so many letters are repeated no more than that
    letter = torch.where(
        frame < early * times, frame // times.clamp(min=1), early + (frame - early * times) // (times + 1)
    )
    order = torch.argsort(~written, dim=1, stable=True)  # places of what is written, in their order
    chosen = order.gather(1, letter.clamp(0, count - 1).expand(len(x), -1))
    return only(x.gather(1, chosen[..., None].expand(-1, -1, x.shape[2])), (frame < total) & (letters > 0))


class GroupedPosition(nn.Module):
    """Two convolutions over 31 tokens: where a token is among its neighbours. As published."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1d = nn.Sequential(
            nn.Conv1d(width, width, POSITION_KERNEL, groups=POSITION_GROUPS, padding=POSITION_KERNEL // 2),
            nn.Mish(),
            nn.Conv1d(width, width, POSITION_KERNEL, groups=POSITION_GROUPS, padding=POSITION_KERNEL // 2),
            nn.Mish(),
        )

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:  # (B, K, D) -> (B, K, D)
        mixed = only(x, mask).transpose(1, 2)
        for conv in (self.conv1d[0], self.conv1d[2]):
            mixed = conv(mixed)
            mixed = F.mish(mixed if mask is None else mixed.masked_fill(~mask[:, None], 0))
        return x + mixed.transpose(1, 2)


class ConvNeXtPosition(nn.Module):
    """Two ConvNeXt blocks do the same work; a CPU is slow at grouped convolutions with long kernels."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(ConvNeXtBlock(width, width * TEXT_EXPANSION) for _ in range(POSITION_BLOCKS))

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:  # (B, K, D) -> (B, K, D)
        for block in self.blocks:
            x = block(x, mask)
        return x


POSITIONS: dict[str, type[GroupedPosition] | type[ConvNeXtPosition]] = {
    "grouped_conv": GroupedPosition,
    "convnext": ConvNeXtPosition,
}


class InputEmbedding(nn.Module):
    """One linear map of noisy sound, condition and text side by side, and the neighbours of what comes out.

    The map is linear, so what condition and text add is worked out once a job (`given`) and only the noisy sound goes
    through it at every step (`forward`).
    """

    def __init__(self, mel: int, text: int, width: int, position: str, learned_null: bool = False) -> None:
        super().__init__()
        self.mel = mel
        self.proj = Linear(2 * mel + text, width)
        self.conv_pos_embed = POSITIONS[position](width)
        self.null_cond = nn.Parameter(torch.zeros(mel)) if learned_null else None

    def given(self, cond: Tensor, text: Tensor, drop: Tensor) -> Tensor:  # (B, K, M), (B, K, E), (B,) -> (B, K, D)
        null = torch.zeros_like(cond[0, 0]) if self.null_cond is None else self.null_cond.to(cond.dtype)
        cond = torch.where(drop[:, None, None], null, cond)
        added = linear(torch.cat([cond, text], dim=-1), self.proj.weight[:, self.mel :], self.proj.bias)
        return added.to(self.proj.weight.dtype)  # what runs through all blocks stays precise under autocast

    def forward(self, x: Tensor, given: Tensor, mask: Tensor | None) -> Tensor:  # (B, K, M), (B, K, D) -> (B, K, D)
        x = linear(x, self.proj.weight[:, : self.mel]).to(given.dtype) + given
        return self.conv_pos_embed(x, mask)
