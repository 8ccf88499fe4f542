"""Beats and chords as Mustango is told them: each event a vector of what it is and when it comes.

Melechovsky et al. 2023, https://arxiv.org/abs/2311.08355; the Fundamental Music Embedding: Guo et al. 2022,
https://arxiv.org/abs/2212.00973. A beat is its number in the bar, one-hot, beside its time; a chord its root's
embedding, its kind and whether it is inverted, one-hot, beside its time; one linear map each. Places without an event
are masked and repeat the last time. Parameters are named as in the published checkpoints.

Shapes: B batch, L places, D width. Times in seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.api.chords import Chord
from engine.api.mustango import BAR, BEATS, CHORDS, QUALITIES

TIME_BASE = 10_001.0
ROOT_BASE = 1.0  # of the published network: every rate is 1, so that a root is its sine and its cosine, repeated

NOTHING, NONE = 0, 1  # in every table: an empty place, and no chord or no beat
FIRST = 2  # what the tables hold begins here
A = 9  # the pitch class that roots are counted from
INVERTED, UPRIGHT = 2, 3

BEAT_TYPES = FIRST + BAR
CHORD_TYPES = FIRST + len(QUALITIES)
INVERSIONS = 4


@dataclass(frozen=True)
class Places:
    """Events in a fixed number of places: `tokens` (B, L) by what they say, `times` (B, L) and `mask` (B, L), true
    where there is an event."""

    tokens: dict[str, Tensor]
    times: Tensor
    mask: Tensor

    def to(self, device: torch.device) -> "Places":
        tokens = {name: each.to(device) for name, each in self.tokens.items()}
        return Places(tokens, self.times.to(device), self.mask.to(device))

    def before(self, other: "Places") -> "Places":
        """Both in one batch."""
        tokens = {name: torch.cat([each, other.tokens[name]]) for name, each in self.tokens.items()}
        return Places(tokens, torch.cat([self.times, other.times]), torch.cat([self.mask, other.mask]))


def beat_places(beats: Sequence[tuple[float, int]], places: int = BEATS) -> Places:
    """Of (seconds, number in the bar from 0). Without beats every place is masked, as the network was trained to see
    it. Raises ValueError where there are too many, or one is counted too high."""
    if any(not 0 <= number < BAR for _, number in beats):
        raise ValueError(f"a bar of more than {BAR} beats")
    return placed([seconds for seconds, _ in beats], {"type": [number + FIRST for _, number in beats]}, places)


def chord_places(chords: Sequence[tuple[Chord, float]], places: int = CHORDS) -> Places:
    """Of chords and the seconds at which they begin. Without chords there is one, which is none. Raises ValueError
    where there are too many, or one is of a kind that has no number."""
    chords = chords or [(Chord(None), 0.0)]
    numbers = [chord_numbers(chord) for chord, _ in chords]
    tokens = {name: [each[i] for each in numbers] for i, name in enumerate(("root", "type", "inversion"))}
    return placed([seconds for _, seconds in chords], tokens, places)


def chord_numbers(chord: Chord) -> tuple[int, int, int]:
    """Root, kind, inversion."""
    if chord.root is None:
        return NONE, NONE, NONE
    if chord.quality not in QUALITIES:
        raise ValueError(f"no number for the chord {chord.name()}")
    kind = list(QUALITIES).index(chord.quality)
    return (chord.root - A) % 12 + FIRST, kind + FIRST, UPRIGHT if chord.bass is None else INVERTED


def placed(times: Sequence[float], tokens: dict[str, list[int]], places: int) -> Places:
    """One item of a batch, (1, L)."""
    empty = places - len(times)
    if empty < 0:
        raise ValueError(f"{len(times)} events and {places} places")
    last = times[-1] if times else 0.0
    return Places(
        {name: torch.tensor([numbers + [NOTHING] * empty]) for name, numbers in tokens.items()},
        torch.tensor([[*times, *[last] * empty]]),
        torch.arange(places)[None] < len(times),
    )


def fundamental(values: Tensor, width: int, base: float) -> Tensor:  # (B, L) -> (B, L, width)
    """Sines in the even channels and cosines in the odd ones, at rates that fall from 1 to nearly 1/base."""
    pair = torch.arange(width, device=values.device) // 2
    angles = values.float()[..., None] * base ** (-2.0 * pair / width)
    return torch.where(torch.arange(width, device=values.device) % 2 == 0, angles.sin(), angles.cos())


class Fundamental(nn.Module):
    """The embedding of a pitch, moved by a learned bias."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.translation_bias = nn.Parameter(torch.zeros(1, width))

    def forward(self, values: Tensor) -> Tensor:  # (B, L) -> (B, L, D)
        return fundamental(values, self.translation_bias.shape[1], ROOT_BASE) + self.translation_bias.float()


class BeatEncoder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.beat_ffn = nn.Linear(BEAT_TYPES + width, width)

    def forward(self, beats: Places) -> Tensor:  # -> (B, L, D)
        time = fundamental(beats.times, self.beat_ffn.out_features, TIME_BASE)
        return mapped(self.beat_ffn, one_hot(beats.tokens["type"], BEAT_TYPES), time)


class ChordEncoder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.FME = Fundamental(width)
        self.chord_ffn = nn.Linear(width + CHORD_TYPES + INVERSIONS + width, width)

    def forward(self, chords: Places) -> Tensor:  # -> (B, L, D)
        root = self.FME(chords.tokens["root"])
        kind = one_hot(chords.tokens["type"], CHORD_TYPES)
        inversion = one_hot(chords.tokens["inversion"], INVERSIONS)
        time = fundamental(chords.times, self.chord_ffn.out_features, TIME_BASE)
        return mapped(self.chord_ffn, root, kind, inversion, time)


def one_hot(numbers: Tensor, count: int) -> Tensor:  # (B, L) -> (B, L, count)
    return F.one_hot(numbers.long(), count).float()


def mapped(layer: nn.Linear, *parts: Tensor) -> Tensor:
    """Side by side and through the layer, in its type: angles are worked out in single precision."""
    vectors: Tensor = layer(torch.cat(parts, -1).to(layer.weight.dtype))
    return vectors
