"""MusiCNN, a network that tags music, as an independent ear: what its last layer but one says of three seconds.

Pons & Serra 2019, https://arxiv.org/abs/1909.06654, trained on MagnaTagATune; the weights are in the package musicnn
(ISC), in files of TensorFlow, which are read here without it: an index, sorted names with protocol buffers (a table of
LevelDB), and the numbers one after the other.

Shapes: B batch, T frames of 16 ms, M = 96 bands, C channels.
"""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from tests.quality import judges

SAMPLE_RATE = 16_000
WINDOW, HOP, BANDS = 512, 256, 96
PATCH = 3 * SAMPLE_RATE // HOP  # frames that it was trained to hear at once
STRIDE = SAMPLE_RATE // HOP  # one patch a second
FOOTER = 48  # bytes
EPSILON = 1e-3  # of TensorFlow's batch normalisation

Sound = NDArray[np.float32]
Weights = dict[str, Tensor]


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def entries(data: bytes, offset: int, size: int) -> Iterator[tuple[str, bytes]]:
    """Keys and values of a block; each key says how much of the one before it it shares."""
    block = data[offset : offset + size]
    at, end, key = 0, size - 4 - 4 * struct.unpack("<I", block[-4:])[0], b""
    while at < end:
        shared, at = varint(block, at)
        own, at = varint(block, at)
        length, at = varint(block, at)
        key = key[:shared] + block[at : at + own]
        yield key.decode("latin-1"), block[at + own : at + own + length]
        at += own + length


def message(data: bytes) -> dict[int, list[Any]]:
    """A protocol buffer: number of a field → its values."""
    at, found = 0, dict[int, list[Any]]()
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
            found.setdefault(tag >> 3, []).append(value)
        else:
            length, at = (4, at) if tag & 7 == 5 else varint(data, at)
            found.setdefault(tag >> 3, []).append(data[at : at + length])
            at += length
    return found


def read_bundle(index: Path, numbers: Path) -> Weights:
    """Every tensor of float32 by its name."""
    data = index.read_bytes()
    at, handle = len(data) - FOOTER, [0] * 4
    for place in range(4):  # where the list of lists lies, and the list of blocks
        handle[place], at = varint(data, at)
    found: Weights = {}
    for _, value in entries(data, handle[2], handle[3]):
        offset, end = varint(value, 0)
        for name, about in entries(data, offset, varint(value, end)[0]):
            if name:
                found[name] = tensor(message(about), numbers)
    return found


def tensor(about: dict[int, list[Any]], numbers: Path) -> Tensor:
    """Fields of a BundleEntryProto: 2 the shape, 4 the offset, 5 the size in bytes."""
    shape = [message(each)[1][0] for each in message(about[2][0]).get(2, [])]
    values = np.fromfile(numbers, np.float32, about[5][0] // 4, offset=about.get(4, [0])[0])
    return torch.from_numpy(values.reshape(shape))


@cache
def weights() -> Weights:
    folder = Path(judges.package("musicnn").__file__).parent / "MTT_musicnn"
    return read_bundle(folder / ".index", folder / ".data-00000-of-00001")


def normalised(x: Tensor, number: int) -> Tensor:
    """Batch normalisation over the second dimension, with the means and variances of training."""
    name = f"batch_normalization{f'_{number}' if number else ''}"
    mean, variance, gain, bias = (
        weights()[f"{name}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")
    )
    return F.batch_norm(x, mean, variance, gain, bias, eps=EPSILON)


def convolved(x: Tensor, number: int, after: int, padding: Any = 0) -> Tensor:
    name = f"conv2d{f'_{number}' if number else ''}"
    kernel = weights()[f"{name}/kernel"].permute(3, 2, 0, 1)
    return normalised(F.relu(F.conv2d(x, kernel, weights()[f"{name}/bias"], padding=padding)), after)


def front(x: Tensor) -> Tensor:  # (B, 1, T, M) -> (B, C, T)
    """Tall filters for timbre, long ones for rhythm, the loudest frequency of each."""
    x = normalised(x, 0)
    padded = F.pad(x, (0, 0, 3, 3))
    found = [convolved(padded, 0, 1), convolved(padded, 1, 2)]
    found += [convolved(x, number, number + 1, "same") for number in (2, 3, 4)]
    return torch.cat([each.amax(-1) for each in found], 1)


def middle(x: Tensor) -> Tensor:  # (B, C, T) -> (B, C', T)
    """Three convolutions along time, each added to the one before it; all of them."""
    first = across(x, 5, 6)
    second = across(first, 6, 7) + first
    return torch.cat([x, first, second, across(second, 7, 8) + second], 1)


def across(x: Tensor, number: int, after: int) -> Tensor:  # (B, C, T) -> (B, C', T)
    return convolved(F.pad(x.mT[:, None], (0, 0, 3, 3)), number, after)[..., 0]


@torch.inference_mode()
def features(patches: Tensor) -> Tensor:  # (B, T, M) -> (B, 200)
    x = middle(front(patches[:, None]))
    pooled = torch.stack([x.amax(-1), x.mean(-1)], -1).flatten(1)
    dense = F.relu(normalised(pooled, 9) @ weights()["dense/kernel"] + weights()["dense/bias"])
    return normalised(dense, 10)


def tags(heard: Tensor) -> Tensor:  # (B, 200) -> (B, 50)
    """The chance of each of MagnaTagATune's tags."""
    return (heard @ weights()["dense_1/kernel"] + weights()["dense_1/bias"]).sigmoid()


def patches(sound: Sound) -> Tensor:  # (S,) at 16 kHz -> (B, T, M)
    """Three seconds every second, as its authors made them; what is shorter is filled with silence."""
    librosa = judges.package("librosa")
    mel = librosa.feature.melspectrogram(y=sound, sr=SAMPLE_RATE, n_fft=WINDOW, hop_length=HOP, n_mels=BANDS).T
    bands = torch.log10(10_000 * torch.from_numpy(mel.astype(np.float32)) + 1)
    padded = F.pad(bands, (0, 0, 0, max(0, PATCH - len(bands))))
    return padded.unfold(0, PATCH, STRIDE).mT.contiguous()


def heard(sound: Sound) -> NDArray[np.float32]:  # (S,) at 16 kHz -> (B, 200)
    return features(patches(sound)).numpy()
