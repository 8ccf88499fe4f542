"""Pocket music's network: a U-Net along time that hears of text, beats and chords, in this order.

The trunk is Diffusion Policy's (engine/networks/unet1d.py): residual blocks with FiLM over halved and doubled rates. As
in Mustango's MuNet (Melechovsky et al. 2024, https://arxiv.org/abs/2311.08355), every coarse level attends to the words
of the prompt, then to a list of beats, then to a list of chords; as in Stable Audio (Evans et al. 2024,
https://arxiv.org/abs/2402.04825), numbers say where in the whole a stretch begins and how long the whole is. Beside the
lists, lanes say frame by frame what is known: the chord's notes, its bass, the phase of beat and bar, the section. What
is given of the music itself comes in beside the noise, so that the rest can be made to fit it. Who plays is asked of
the prompt outright (`Facts`) and told to every block, for a mean of its words hardly says who leads.

Times are in seconds from the beginning of the stretch. t runs from 0 (data) to 1 (noise); it predicts v.

Shapes: B batch, T frames, C channels of a frame, R frames a token, N = T/R tokens, L lanes, W words, K events,
D width of a level, E width of what is attended to, G width of the conditioning vector.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.attention import FREQUENCIES, Attention, FeedForward, Memory, hidden, waves
from engine.networks.unet1d import Downsample, ResidualBlock, Upsample

PITCHES = 13  # twelve pitch classes and none
QUALITIES = 24  # kinds of chord, with room for more
METRES = 5  # four and none
KEYS = 25  # 24 and none
LEAST_NOISE = 0.25
NUMBERS = 3  # begin and length of the whole in seconds, tempo


@dataclass(frozen=True)
class MusicUNetConfig:
    channels: int = 160
    together: int = 2  # frames a token
    lanes: int = 41
    words: int = 2048  # in the vocabulary
    widths: tuple[int, ...] = (208, 240, 256)
    heads: int = 4
    kernel: int = 3
    told: int = 224  # G
    memory: int = 160  # E
    text_depth: int = 2
    facts: tuple[int, ...] = ()  # kinds of each fact that is read in a prompt: of lead, backing, style, drums
    mean: tuple[float, ...] = ()  # of each channel; empty is 0
    deviation: tuple[float, ...] = ()


class Told(NamedTuple):
    """What the network is told besides the noise; what is left out is empty, 0, or the last of its numbers.

    words (B, W) int64, 0 beyond the end; lanes (B, N, L); beats (B, K, 2): seconds, number in the bar; chords
    (B, K, 4): seconds, root, quality, bass, pitch 12 for none; both −1 in seconds beyond the end; metre, key (B,)
    int64; numbers (B, 3); given (B, T, C), whitened, and kept (B, T) bool where it holds.
    """

    words: Tensor
    lanes: Tensor
    beats: Tensor
    chords: Tensor
    metre: Tensor
    key: Tensor
    numbers: Tensor
    given: Tensor
    kept: Tensor


class Prepared(NamedTuple):
    """All that does not change between steps."""

    beside: Tensor  # (B, channels beside the noise, N)
    vector: Tensor  # (B, G)
    memories: list[list[Memory]]


class Hearing(nn.Module):
    """To itself, to the words and the timing, to the beats, to the chords; then channel by channel."""

    def __init__(self, width: int, config: MusicUNetConfig) -> None:
        super().__init__()
        self.self_attention = Attention(width, config.heads)
        self.told = nn.ModuleList(Attention(width, config.heads, config.memory) for _ in range(3))
        self.mix = FeedForward(width)

    def forward(self, x: Tensor, memories: Sequence[Memory]) -> Tensor:  # (B, D, N) -> (B, D, N)
        x = x.mT
        x = self.self_attention.alone(x)
        for attention, memory in zip(self.told, memories, strict=True):
            x = attention(x, memory)
        return self.mix(x).mT


class Level(nn.Module):
    """One rate of the U-Net: a residual block, a hearing, a residual block."""

    def __init__(self, wide: int, width: int, out: int, config: MusicUNetConfig) -> None:
        super().__init__()
        self.before = ResidualBlock(wide, width, config.told, config.kernel)
        self.hearing = Hearing(width, config)
        self.after = ResidualBlock(width, out, config.told, config.kernel)

    def forward(self, x: Tensor, cond: Tensor, memories: Sequence[Memory]) -> Tensor:  # (B, C, N) -> (B, C', N)
        out: Tensor = self.after(self.hearing(self.before(x, cond), memories), cond)
        return out


class Words(nn.Module):
    """The prompt read by a small transformer."""

    def __init__(self, config: MusicUNetConfig) -> None:
        super().__init__()
        self.embed = nn.Embedding(config.words, config.memory)
        nn.init.normal_(self.embed.weight, std=0.3)
        self.attention = nn.ModuleList(Attention(config.memory, config.heads) for _ in range(config.text_depth))
        self.mix = nn.ModuleList(FeedForward(config.memory) for _ in range(config.text_depth))

    def forward(self, words: Tensor) -> Tensor:  # (B, W) -> (B, W, E)
        x = self.embed(words)
        mask = hidden(words.ne(0), x.dtype)
        for attention, mix in zip(self.attention, self.mix, strict=True):
            x = mix(attention.alone(x, mask))  # type: ignore[operator]
        return x


class Facts(nn.Module):
    """What a prompt says of a few things, each of which is one of some kinds; each looks for the words that tell it."""

    def __init__(self, config: MusicUNetConfig) -> None:
        super().__init__()
        self.looks = nn.Parameter(torch.randn(len(config.facts), config.memory) * 0.1)
        self.kinds = nn.ModuleList(nn.Linear(config.memory, count) for count in config.facts)
        self.told = nn.Linear(sum(config.facts), config.told, bias=False)
        nn.init.normal_(self.told.weight, std=0.02)

    def logits(self, read: Tensor, known: Tensor) -> list[Tensor]:  # (B, W, E), (B, W) -> each (B, kinds)
        weights = (read @ self.looks.mT).masked_fill(~known[..., None], -1e4).softmax(1)
        found = (weights.mT @ read).unbind(1)
        return [kind(each) for kind, each in zip(self.kinds, found, strict=True)]

    def forward(self, read: Tensor, known: Tensor) -> Tensor:  # (B, W, E), (B, W) -> (B, G)
        """Nothing where there is no prompt. What it is told does not teach it to read."""
        shares = torch.cat([each.softmax(-1) for each in self.logits(read, known)], -1).detach()
        out: Tensor = self.told(shares * known.any(1, keepdim=True))
        return out


class MusicUNet(nn.Module):
    def __init__(self, config: MusicUNetConfig) -> None:
        super().__init__()
        self.config = config
        fine, *coarse = config.widths
        frame = config.channels * config.together
        self.words = Words(config)
        self.facts = Facts(config) if config.facts else None
        self.timing = nn.Linear(NUMBERS * 2 * FREQUENCIES, config.memory)
        self.beat = nn.Linear(2 * FREQUENCIES, config.memory)
        self.beat_number = nn.Embedding(8, config.memory)
        self.chord = nn.Linear(2 * FREQUENCIES, config.memory)
        self.root, self.bass = nn.Embedding(PITCHES, config.memory), nn.Embedding(PITCHES, config.memory)
        self.quality = nn.Embedding(QUALITIES, config.memory)
        self.nulls = nn.Parameter(torch.randn(3, config.memory) * 0.3)
        self.metre, self.key = nn.Embedding(METRES, config.told), nn.Embedding(KEYS, config.told)
        self.vector = nn.Sequential(
            nn.Linear(config.memory + NUMBERS * 2 * FREQUENCIES, config.told),
            nn.SiLU(),
            nn.Linear(config.told, config.told),
        )
        self.time = nn.Sequential(
            nn.Linear(2 * FREQUENCIES, config.told), nn.SiLU(), nn.Linear(config.told, config.told)
        )

        self.enter = nn.Conv1d(2 * frame + config.together + config.lanes, fine, 1)
        pairs = list(zip(config.widths, coarse, strict=False))
        self.first = nn.ModuleList(ResidualBlock(fine, fine, config.told, config.kernel) for _ in range(2))
        self.down = nn.ModuleList(Downsample(width) for width, _ in pairs)
        self.down_levels = nn.ModuleList(Level(width, wide, wide, config) for width, wide in pairs)
        self.middle = Level(coarse[-1], coarse[-1], coarse[-1], config)
        self.up_levels = nn.ModuleList(Level(2 * wide, wide, width, config) for width, wide in reversed(pairs))
        self.up = nn.ModuleList(Upsample(width) for width, _ in reversed(pairs))
        self.last = nn.ModuleList(ResidualBlock(each, fine, config.told, config.kernel) for each in (2 * fine, fine))
        self.leave = nn.Conv1d(fine, frame, 1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type]
        self.carry = nn.Linear(config.told, frame)
        nn.init.zeros_(self.carry.weight)
        nn.init.zeros_(self.carry.bias)
        for block in (module for module in self.modules() if isinstance(module, ResidualBlock)):
            leave_alone(block)

    @property
    def stride(self) -> int:
        """Frames in the coarsest level's step: a stretch is padded to a multiple of it."""
        return self.config.together * 2 ** (len(self.config.widths) - 1)

    def prepare(self, told: Told) -> Prepared:
        known, read = told.words.ne(0), self.words(told.words)
        numbers = waves(told.numbers, 0.5, 600.0).flatten(1)
        heard = (
            self.remembered_words(read, known, numbers),
            self.remembered_beats(told.beats),
            self.remembered_chords(told.chords),
        )
        memories = [
            [attention.memory(*memory) for attention, memory in zip(hearing.told, heard, strict=True)]  # type: ignore[operator]
            for hearing in (module for module in self.modules() if isinstance(module, Hearing))
        ]
        pooled = (read * known[..., None]).sum(1) / known.sum(1, keepdim=True).clamp(min=1)
        vector = self.vector(torch.cat([pooled, numbers], -1)) + self.metre(told.metre) + self.key(told.key)
        if self.facts is not None:
            vector = vector + self.facts(read, known)
        given = torch.cat([told.given * told.kept[..., None], told.kept[..., None].to(told.given.dtype)], -1)
        beside = torch.cat([folded(given, self.config.together), told.lanes], -1).mT
        return Prepared(beside, vector, memories)

    def read_facts(self, words: Tensor) -> list[Tensor]:  # (B, W) int64 -> each (B, kinds)
        """Logits of what the prompts say."""
        assert self.facts is not None, "this network reads no facts"
        return self.facts.logits(self.words(words), words.ne(0))

    def remembered_words(self, read: Tensor, known: Tensor, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """The words after a null and the timing."""
        timing = self.timing(numbers)[:, None]
        return torch.cat([self.null(0, timing), timing, read], 1), F.pad(known, (2, 0), value=True)

    def remembered_beats(self, beats: Tensor) -> tuple[Tensor, Tensor]:
        read = self.beat(waves(beats[..., 0], 0.1, 120.0)) + self.beat_number(beats[..., 1].long().clamp(0, 7))
        return torch.cat([self.null(1, read), read], 1), F.pad(beats[..., 0] >= 0, (1, 0), value=True)

    def remembered_chords(self, chords: Tensor) -> tuple[Tensor, Tensor]:
        root, quality, bass = (chords[..., place].long() for place in (1, 2, 3))
        read = self.chord(waves(chords[..., 0], 0.1, 120.0)) + self.root(root) + self.quality(quality) + self.bass(bass)
        return torch.cat([self.null(2, read), read], 1), F.pad(chords[..., 0] >= 0, (1, 0), value=True)

    def null(self, which: int, like: Tensor) -> Tensor:  # -> (B, 1, E)
        return self.nulls[which].expand(len(like), 1, -1).to(like.dtype)

    def forward(self, x: Tensor, t: Tensor | float, prepared: Prepared) -> Tensor:  # (B, T, C) -> (B, T, C)
        """The velocity v of the cosine path. T is a multiple of `stride`.

        A frame has more channels than the trunk is wide, so the noise, a part of v, would not get through. Hence the
        trunk guesses the data, to which each channel of the input adds its share, and v follows: (α·x − x̂0)/σ, but for
        the last of the noise, where the error of the guess would be made too much of.
        """
        times = torch.as_tensor(t, device=x.device, dtype=torch.float32).expand(len(x))
        cond = self.time(waves(times, 0.002, 4.0)) + prepared.vector
        guess = self.guess(folded(x, self.config.together).mT, cond, prepared)
        angle = (0.5 * math.pi * times)[:, None, None]
        return (angle.cos() * x - unfolded(guess.mT, self.config.together)) / angle.sin().clamp(min=LEAST_NOISE)

    def guess(self, noisy: Tensor, cond: Tensor, prepared: Prepared) -> Tensor:  # (B, R * C, N) -> (B, R * C, N)
        x = self.enter(torch.cat([noisy, prepared.beside], 1))
        for block in self.first:
            x = block(x, cond)
        skips, memories = [x], iter(prepared.memories)
        for down, level in zip(self.down, self.down_levels, strict=True):
            x = level(down(x), cond, next(memories))
            skips.append(x)
        x = self.middle(x, cond, next(memories))
        for up, level in zip(self.up, self.up_levels, strict=True):
            x = up(level(torch.cat([x, skips.pop()], 1), cond, next(memories)))
        x = torch.cat([x, skips.pop()], 1)
        for block in self.last:
            x = block(x, cond)
        out: Tensor = self.leave(x) + self.carry(cond)[..., None] * noisy
        return out


def folded(x: Tensor, together: int) -> Tensor:  # (B, T, C) -> (B, N, R * C)
    return x.unflatten(1, (-1, together)).flatten(2)


def unfolded(x: Tensor, together: int) -> Tensor:  # (B, N, R * C) -> (B, T, C)
    return x.unflatten(2, (together, -1)).flatten(1, 2)


def leave_alone(block: ResidualBlock) -> None:
    """Let the block's FiLM begin with scales of one: from scales near zero a network learns half as fast."""
    film = block.cond_encoder[1]
    assert isinstance(film, nn.Linear)
    nn.init.normal_(film.weight, std=0.02)
    film.bias.data.copy_(torch.cat([torch.ones(len(film.bias) // 2), torch.zeros(len(film.bias) // 2)]))
