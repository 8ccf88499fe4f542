"""Which instrument leads: a small network of our own, trained on renders, since no package holds one.

    QUARTET_JUDGES=FOLDER python -m tests.quality.instruments --corpus FOLDER [--steps 1200]

trains it on a music corpus into the folder of the judges and prints how often it is right on the corpus's held-out
pieces and on one number in ten that it is not trained on. It tells families of instruments apart and listens below
8 kHz only, at any loudness and through any smooth filter, so that it judges what plays rather than how cleanly.

Shapes: B batch, T frames (one in four of the corpus's), M bands, K families.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soxr
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.codecs.music_bands import BANDS, FLOOR, FRAMES_A_SECOND, LOW_BANDS, SAMPLE_RATE, encoded
from engine.training.music_corpus import Entry, MusicCorpus

FILE = "instruments.safetensors"
FAMILIES: dict[str, tuple[str, ...]] = {
    "piano": ("piano", "electric_piano"),
    "bells": ("music_box", "marimba"),
    "organ": ("organ", "accordion"),
    "plucked": ("guitar", "steel_guitar", "harp", "sitar"),
    "electric guitar": ("electric_guitar",),
    "strings": ("violin", "strings"),
    "brass": ("trumpet", "brass"),
    "saxophone": ("saxophone",),
    "flute": ("flute",),
    "synth": ("synth", "pad"),
    "choir": ("choir",),
}
NAMES = tuple(FAMILIES)
FAMILY = {instrument: family for family, members in FAMILIES.items() for instrument in members}

STRIDE = 4  # frames of the corpus to one of ours
WINDOW = round(5 * FRAMES_A_SECOND / STRIDE)  # frames heard at once
USED_BANDS = LOW_BANDS + 50  # up to 8 kHz
TESTED = 10  # of the corpus's numbers, one in so many is not trained on
BATCH = 32

Sound = NDArray[np.float32]


class Listener(nn.Module):
    """Four strided convolutions over time and frequency, then the mean and the maximum over time."""

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64, 96)) -> None:
        super().__init__()
        pairs = zip((1, *widths), widths, strict=False)
        self.layers = nn.Sequential(
            *(
                nn.Sequential(nn.Conv2d(before, after, 5 if before == 1 else 3, 2, 1), nn.BatchNorm2d(after), nn.GELU())
                for before, after in pairs
            )
        )
        self.drop = nn.Dropout(0.4)
        self.out = nn.Linear(2 * widths[-1] * rows(USED_BANDS, len(widths)), len(NAMES))

    def forward(self, bands: Tensor) -> Tensor:  # (B, T, M) -> (B, K)
        hidden = self.layers(normal(bands)[:, None])
        return self.out(self.drop(torch.cat([hidden.mean(2), hidden.amax(2)], -1).flatten(1)))


def rows(bands: int, layers: int) -> int:
    """What is left of the bands after so many convolutions."""
    for number in range(layers):
        bands = (bands + 2 - (5 if number == 0 else 3)) // 2 + 1
    return bands


def normal(bands: Tensor) -> Tensor:  # (B, T, M) -> (B, T, M)
    """Without loudness: the mean is none, what is silent stays low."""
    return ((bands - bands.mean((1, 2), keepdim=True)) / 2).clamp(-3, 5)


@dataclass(frozen=True)
class Example:
    bands: Tensor  # (T, M)
    family: int


def example(corpus: MusicCorpus, entry: Entry) -> Example:
    frames = corpus.frames(entry)[::STRIDE, :USED_BANDS]
    return Example(torch.from_numpy(np.asarray(frames, np.float32)), NAMES.index(FAMILY[entry.lead]))


def batch(examples: list[Example], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Windows of examples, as many of rare families as of others, each through a filter of its own."""
    counts = np.bincount([each.family for each in examples], minlength=len(NAMES))
    chance = np.array([1 / counts[each.family] ** 0.5 for each in examples])
    chosen = [examples[index] for index in rng.choice(len(examples), BATCH, p=chance / chance.sum())]
    windows = []
    for each in chosen:
        start = int(rng.integers(0, max(1, len(each.bands) - WINDOW)))
        window = each.bands[start : start + WINDOW]
        windows.append(F.pad(window, (0, 0, 0, WINDOW - len(window)), value=float(np.log(FLOOR))) + filtering(rng))
    return torch.stack(windows), torch.tensor([each.family for each in chosen])


def filtering(rng: np.random.Generator) -> Tensor:  # -> (M,)
    """A smooth curve over the bands, up to some 6 dB."""
    corners = torch.tensor(rng.normal(0, 0.35, 6), dtype=torch.float32)
    return F.interpolate(corners[None, None], USED_BANDS, mode="linear", align_corners=True)[0, 0]


def trained(examples: list[Example], steps: int, seed: int = 0) -> Listener:
    """By AdamW, its rate falling to nothing."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    network = Listener().train()
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=0.05)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (1 - step / steps)
        bands, families = batch(examples, rng)
        loss = F.cross_entropy(network(bands), families, label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network.eval()


@torch.inference_mode()
def scores(network: Listener, bands: Tensor) -> Tensor:  # (T, M) -> (K,)
    """The mean over windows that overlap by half."""
    starts = range(0, max(1, len(bands) - WINDOW // 2), WINDOW // 2)
    windows = [bands[start : start + WINDOW] for start in starts]
    padded = [F.pad(each, (0, 0, 0, WINDOW - len(each)), value=float(np.log(FLOOR))) for each in windows]
    return network(torch.stack(padded)).log_softmax(-1).mean(0)


def accuracy(network: Listener, examples: list[Example]) -> float:
    right = [int(scores(network, each.bands).argmax()) == each.family for each in examples]
    return sum(right) / max(1, len(right))


def folder() -> Path:
    return Path(os.environ["QUARTET_JUDGES"])


@cache
def loaded(path: Path) -> Listener:
    network = Listener().eval()
    network.load_state_dict(load_file(path))
    return network


def heard(sound: Sound, rate: int) -> str:  # (S, C)
    """The family that leads in a sound."""
    stereo = np.repeat(sound, 2, 1) if sound.shape[1] == 1 else sound[:, :2]
    resampled = soxr.resample(stereo, rate, SAMPLE_RATE).astype(np.float32)
    bands = encoded(torch.from_numpy(resampled.T.copy()))[::STRIDE, :USED_BANDS]
    assert bands.shape[1] == USED_BANDS <= BANDS
    return NAMES[int(scores(loaded(folder() / FILE), bands).argmax())]


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Train the network that hears which instrument leads.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1200)
    options = parser.parse_args(args)
    torch.set_num_threads(1)
    corpus = MusicCorpus.load(options.corpus)
    tested = [each for each in corpus.entries if each.held_out or each.number % TESTED == 0]
    kept = [each for each in corpus.entries if each not in tested]
    network = trained([example(corpus, each) for each in kept], options.steps)
    save_file(network.state_dict(), folder() / FILE)
    print(f"right in {accuracy(network, [example(corpus, each) for each in tested]):.3f} of {len(tested)} pieces")
    return 0


if __name__ == "__main__":
    sys.exit(main())
