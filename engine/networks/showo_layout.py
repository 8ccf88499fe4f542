"""How Show-o writes a prompt and a picture as one row of tokens, and which token sees which: the omni-attention mask.

Xie et al. 2024, https://arxiv.org/abs/2408.12528, section 3. The vocabulary is that of the text, then ten special
tokens, then the codes of the picture's tokenizer, then the mask:

    drawing:   [pad]… [t2i] [bos] text [eos] │ [soi] codes [eoi]          left of the bar always text_length + 1 tokens
    reading:   [mmu] [soi] codes [eoi] [bos] text…

Text sees what is before it, a picture sees everything, in both directions; nothing but padding sees padding. When a
picture is read rather than drawn, everything sees it.

Shapes: B rows of a batch, N tokens of a row, P tokens of a picture. Masks are true where a row may look at a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

SPECIALS = ("pad", "soi", "eoi", "sov", "eov", "t2i", "mmu", "t2v", "v2v", "lvg")
"""Special tokens in the order of their ids. Those of video belong to the vocabulary and to no picture."""


@dataclass(frozen=True)
class ShowOIds:
    """Which id means what. The defaults are those of Phi-1.5's tokenizer, whose one mark begins and ends a text."""

    text_vocab: int = 50295
    codes: int = 8192
    end: int = 50256
    text_length: int = 128
    """The longest text, its two marks included."""

    @property
    def pad(self) -> int:
        return self.text_vocab

    @property
    def soi(self) -> int:
        return self.special("soi")

    @property
    def eoi(self) -> int:
        return self.special("eoi")

    @property
    def first_code(self) -> int:
        return self.text_vocab + len(SPECIALS)

    @property
    def mask(self) -> int:
        return self.first_code + self.codes

    @property
    def vocab_size(self) -> int:
        return self.mask + 1

    def special(self, name: str) -> int:
        return self.text_vocab + SPECIALS.index(name)


def prompt_row(text: Sequence[int], ids: ShowOIds) -> list[int]:
    """What comes before a picture that is to be drawn: text_length + 1 tokens, padded on the left.

    text: ids without marks; of one that is too long the end is left out. No text at all is the unconditional prompt.
    """
    length = ids.text_length + 1
    row = [ids.special("t2i"), ids.end, *text, ids.end]
    row = row if len(row) <= length else [*row[: length - 1], ids.end]
    return [ids.pad] * (length - len(row)) + row


def picture_rows(codes: Tensor, ids: ShowOIds) -> Tensor:  # (B, P) -> (B, P + 2)
    """[soi] codes [eoi]. Codes count from 0; the code `ids.codes`, one more than there are, is a hidden one."""
    start, end = (codes.new_full((len(codes), 1), each) for each in (ids.soi, ids.eoi))
    return torch.cat([start, codes + ids.first_code, end], 1)


def question_rows(codes: Tensor, text: Sequence[int], ids: ShowOIds) -> Tensor:  # (B, P) -> (B, N)
    """A picture to be read, and the beginning of what is said of it; `text` is without marks."""
    first = codes.new_full((len(codes), 1), ids.special("mmu"))
    said = codes.new_tensor([ids.end, *text]).expand(len(codes), -1)
    return torch.cat([first, picture_rows(codes, ids), said], 1)


def omni_mask(tokens: Tensor, ids: ShowOIds) -> Tensor:  # (B, N) int64 -> (B, 1, N, N) bool
    """Of rows in which a picture is drawn. Padding, which is on the left, sees the padding before it."""
    padding = (tokens == ids.pad)[:, None, :]
    picture = within_picture(tokens, ids)[:, :, None]
    text = causal(tokens.shape[1], tokens.device) & (~padding | padding.mT)
    return torch.where(picture, ~padding, text)[:, None]


def reading_mask(tokens: Tensor, ids: ShowOIds) -> Tensor:  # (B, N) int64 -> (B, 1, N, N) bool
    """Of rows in which a picture is read: all see everything up to its end, and of the text what is before them."""
    ends = (tokens == ids.eoi).int()
    seen = ((ends.cumsum(1) == 0) | (ends == 1))[:, None, :]
    return (causal(tokens.shape[1], tokens.device) | seen)[:, None]


def looking_mask(count: int, first: int, features: int, device: torch.device) -> Tensor:  # -> (1, 1, N, N) bool
    """Of rows in which a picture is there as `features` vectors from the place `first` on: all see these, and what is
    before them."""
    place = torch.arange(count, device=device)
    seen = (place >= first) & (place < first + features)
    return (causal(count, device) | seen)[None, None]


def within_picture(tokens: Tensor, ids: ShowOIds) -> Tensor:  # (B, N) -> (B, N) bool
    """From soi to eoi, both included."""
    starts, ends = tokens == ids.soi, tokens == ids.eoi
    return (starts.cumsum(1) > ends.cumsum(1)) | ends


def causal(count: int, device: torch.device) -> Tensor:  # -> (N, N) bool
    return torch.ones(count, count, dtype=torch.bool, device=device).tril()
