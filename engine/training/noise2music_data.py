"""What the networks of Noise2Music hear while they learn: stretches of sound files, and what is said of them.

A folder with `pieces.jsonl`, a line each: its sound file, its captions, and, where they are known, the fields of a
request (key, tempo, metre, chords, sections, seconds), as `engine.training.music_corpus` writes it. The low-fidelity
sound that a cascader is given is the sound itself, without what the lower rate cannot hold, blurred and made noisy at
random (Huang et al. 2023, section 4.1, https://arxiv.org/abs/2302.03917), so that it learns to mend what a generator
gets wrong.

Shapes: B clips, C channels, S samples, L lanes, N steps at the bottom of the network.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import soundfile
import soxr
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from engine.api.score import Score, score_of
from engine.codecs.fft_resampling import resampled
from engine.conditioners.music_lanes import LANES, lanes
from engine.networks.byte_text import byte_ids
from engine.networks.noise2music import Noise2MusicConfig
from engine.samplers.paths import Path as NoisePath

PIECES = "pieces.jsonl"
FIELDS = ("key", "tempo", "metre", "chords", "sections")
SHOWN = 0.9  # of the clips; of the others, what is asked for is withheld
KERNEL = 10  # samples of the blur
KEPT = 2 * 2**30  # bytes of sound that are kept in memory
LOUDEST = 32_767


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """A line of pieces.jsonl; what else it says is not looked at. A caption is a text, or (language, text)."""

    sound: str = ""
    captions: tuple[str | tuple[str, str], ...] = ()
    held_out: bool = False
    seconds: float = 0.0
    key: str = "any"
    tempo: float = 0.0
    metre: str = "4"
    chords: str = ""
    sections: str = ""

    @property
    def texts(self) -> list[str]:
        return [each if isinstance(each, str) else each[1] for each in self.captions] or [""]

    def score(self) -> Score | None:
        """Nothing where nobody has said how fast it is."""
        if not self.tempo:
            return None
        known: dict[str, Any] = {name: getattr(self, name) for name in FIELDS}
        return score_of(MusicRequest(**known, seconds=self.seconds))


@dataclass(frozen=True)
class Corruption:
    """What is done to the low-fidelity sound: a blur's range of deviations, in samples, and the latest noise time."""

    blur: tuple[float, float] | None
    noise: float


@dataclass(frozen=True)
class Batch:
    """What one step of a network is given. `low` is there for the later stages, noisy by `low_noise` (B,)."""

    sound: Tensor  # (B, C, S)
    ids: Tensor  # (B, bytes)
    lanes: Tensor  # (B, L, N)
    shown: Tensor  # (B,) bool
    low: Tensor | None = None  # (B, C, S)
    low_noise: Tensor | float = 0.0

    def to(self, device: torch.device) -> "Batch":
        moved = {name: each.to(device) for name, each in vars(self).items() if isinstance(each, Tensor)}
        return Batch(**(vars(self) | moved))


class Clips:
    """The clips of a folder at one rate, in so many channels; each is decoded once, while there is room."""

    def __init__(self, folder: Path, clips: list[Clip], config: Noise2MusicConfig) -> None:
        self.folder, self.clips, self.config = folder, clips, config
        self.kept: dict[str, NDArray[np.int16]] = {}
        self.bytes = 0

    @classmethod
    def load(cls, folder: Path, config: Noise2MusicConfig) -> "Clips":
        """Raises BadInput where there is nothing to hear."""
        try:
            lines = (folder / PIECES).read_bytes().splitlines()
            found = [msgspec.json.decode(line, type=Clip) for line in lines]
        except OSError as error:
            raise BadInput(f"There is no {PIECES} in {folder}; give a folder with one, and sound files.") from error
        except msgspec.DecodeError as error:
            raise BadInput(f"{folder / PIECES} is not usable: {error}; correct it.") from error
        found = [each for each in found if each.sound and not each.held_out]
        if not found:
            raise BadInput(f"{folder / PIECES} names no sound files to learn from; add some.")
        return cls(folder, found, config)

    def sound(self, clip: Clip) -> NDArray[np.int16]:  # -> (S, C)
        if clip.sound in self.kept:
            return self.kept[clip.sound]
        samples = self.decoded(self.folder / clip.sound)
        if self.bytes + samples.nbytes <= KEPT:
            self.kept[clip.sound], self.bytes = samples, self.bytes + samples.nbytes
        return samples

    def decoded(self, path: Path) -> NDArray[np.int16]:
        try:
            samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        except (OSError, soundfile.LibsndfileError) as error:
            raise BadInput(f"{path} cannot be read as sound; take it out of {PIECES}, or get it again.") from error
        wanted = self.config.channels
        samples = samples.mean(1, keepdims=True) if wanted == 1 else samples[:, [0, -1]]
        samples = soxr.resample(samples, rate, self.config.rate)
        return (samples.clip(-1, 1) * LOUDEST).astype(np.int16)

    def draw(self, count: int, seconds: tuple[float, float], generator: torch.Generator) -> Batch:
        """So many clips of one length, drawn from that range but no longer than the shortest of them; without `low`."""
        places = torch.randint(len(self.clips), (count,), generator=generator).tolist()
        chosen = [self.clips[place] for place in places]
        sounds = [self.sound(each) for each in chosen]
        low, high = seconds
        wanted = low + (high - low) * float(torch.rand((), generator=generator))
        steps = min(round(wanted * self.config.rate), *(len(each) for each in sounds)) // self.config.hop
        steps = max(steps, 1)
        starts = [self.start(len(each), steps, generator) for each in sounds]
        return Batch(
            torch.stack([self.cut(each, start, steps) for each, start in zip(sounds, starts, strict=True)]),
            byte_ids([drawn(each.texts, generator) for each in chosen]),
            torch.stack([self.lanes(each, start, steps) for each, start in zip(chosen, starts, strict=True)]),
            torch.rand(count, generator=generator) < SHOWN,
        )

    def start(self, samples: int, steps: int, generator: torch.Generator) -> int:
        """A random first sample from which on there is enough."""
        return int(torch.randint(max(samples - steps * self.config.hop, 0) + 1, (), generator=generator))

    def cut(self, sound: NDArray[np.int16], start: int, steps: int) -> Tensor:  # -> (C, S)
        piece = torch.from_numpy(sound[start : start + steps * self.config.hop].astype(np.float32) / LOUDEST).T
        return F.pad(piece, (0, steps * self.config.hop - piece.shape[1])) * self.config.gain

    def lanes(self, clip: Clip, start: int, steps: int) -> Tensor:  # -> (L, N)
        score = clip.score()
        if score is None or not self.config.aligned:
            return torch.zeros(LANES, steps)
        times = (start + (np.arange(steps) + 0.5) * self.config.hop) / self.config.rate
        return torch.from_numpy(lanes(score, times.astype(np.float32))).T


def drawn(texts: list[str], generator: torch.Generator) -> str:
    return texts[int(torch.randint(len(texts), (), generator=generator))]


def with_low(
    batch: Batch, config: Noise2MusicConfig, corruption: Corruption, path: NoisePath, generator: torch.Generator
) -> Batch:
    """The same batch and the low-fidelity sound that leads to it."""
    samples = batch.sound.shape[-1]
    coarse = resampled(batch.sound, config.rate, config.low_rate, -(-samples * config.low_rate // config.rate))
    low = resampled(coarse, config.low_rate, config.rate, samples)
    if corruption.blur is not None:
        least, most = corruption.blur
        low = blurred(low, least + (most - least) * torch.rand(len(low), generator=generator))
    times = corruption.noise * torch.rand(len(low), generator=generator)
    low = noisy(low, times, path, torch.randn(low.shape, generator=generator))
    return Batch(**(vars(batch) | {"low": low, "low_noise": times}))


def blurred(sound: Tensor, deviations: Tensor) -> Tensor:  # (B, C, S), (B,) -> (B, C, S)
    """Each item under a Gaussian of its own deviation, in samples; 10 taps, the sixth of them the sample itself."""
    places = torch.arange(KERNEL) - KERNEL // 2
    kernels = torch.exp(-0.5 * (places / deviations[:, None]).square())
    kernels = (kernels / kernels.sum(1, keepdim=True)).repeat_interleave(sound.shape[1], 0)[:, None]
    padded = F.pad(sound, (KERNEL // 2, KERNEL - 1 - KERNEL // 2), mode="replicate")
    return F.conv1d(padded.flatten(0, 1)[None], kernels, groups=len(kernels))[0].unflatten(0, sound.shape[:2])


def noisy(sound: Tensor, times: Tensor, path: NoisePath, noise: Tensor) -> Tensor:
    """(B, C, S) brought to its own time on the noise path, each item, (B,)."""
    alpha, sigma = on_path(path, times)
    return alpha * sound + sigma * noise


def on_path(path: NoisePath, times: Tensor) -> tuple[Tensor, Tensor]:  # (B,) -> 2 x (B, 1, 1)
    there = [path(time) for time in times.tolist()]
    alpha, sigma = ([getattr(level, name) for level in there] for name in ("alpha", "sigma"))
    return times.new_tensor(alpha)[:, None, None], times.new_tensor(sigma)[:, None, None]
