"""Tempo and beats of a finished piece, by dynamic programming over its onsets, with the asked tempo as a prior.

Ellis 2007, Beat Tracking by Dynamic Programming (Journal of New Music Research 36): how much every band of a mel
spectrogram grows from frame to frame, which period repeats in that, and the chain of beats that meets the onsets best
while it keeps to the period. Times in seconds, tempo in beats a minute.

Shapes: S samples, T frames, L lags. Frame i is centred on i·HOP / RATE seconds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

RATE = 22_050  # Hz
WINDOW, HOP = 1024, 256  # samples: 46 ms, 12 ms
FRAMES = RATE / HOP  # a second
BANDS, LOWEST, HIGHEST = 40, 30.0, 8_000.0  # Hz
SMALLEST, LARGEST = 35.0, 300.0  # beats a minute
OCTAVES = 0.3  # how far from the asked tempo another is still likely (a standard deviation)
TIGHTNESS = 120.0  # how dearly a beat off its period is paid for
SILENT = 1e-4  # nothing louder: no onset
FAINT = 1e-4  # of the loudest: what grows below is not heard
BASS, BASS_BANDS = 1.0, 3  # how much the bass counts for itself, and which bands it is: to 200 Hz
SMOOTH = np.hanning(7) / np.hanning(7).sum()

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Beats:
    """`tempo` is 0 and `times` is empty where nothing begins."""

    tempo: float
    times: tuple[float, ...]


def track(waveform: Tensor, prior: float) -> Beats:  # (S,) at RATE
    """The beats of a piece that was asked for at `prior` beats a minute."""
    onsets = onset_strength(waveform)
    if onsets.max(initial=0) <= 0 or len(onsets) < FRAMES / 2:
        return Beats(0.0, ())
    period = period_of(onsets, 60 * FRAMES / prior)
    frames = chained(onsets, period)
    return Beats(_tempo(frames, period), tuple(_placed(onsets, frames) / FRAMES))


def on_changes(beats: Beats, chroma: Tensor, frame: float) -> Beats:  # (T, 12), frames of so many seconds
    """The beats or the moments half-way between them, wherever harmony changes more: chords change on beats.

    Without it, what is struck after every beat (reggae, marches) is taken for the beat.
    """
    if len(beats.times) < 3:
        return beats
    half = 30 / beats.tempo
    between = (*([first] if (first := beats.times[0] - half) > -half / 4 else []), *(t + half for t in beats.times))
    reach = max(2, round(half / frame))
    here, there = (harmonic_change(chroma, [t / frame for t in times], reach) for times in (beats.times, between))
    return Beats(beats.tempo, tuple(max(0.0, t) for t in between)) if there > here else beats


def harmonic_change(chroma: Tensor, places: Sequence[float], reach: int) -> float:  # (T, 12) ->
    """How unlike the chroma of so many frames before and after these places are, in the mean, from 0 to 1."""
    sums = F.pad(chroma.cumsum(0), (0, 0, 1, 0))
    kept = [round(place) for place in places if reach <= round(place) <= len(chroma) - reach]
    if not kept:
        return 0.0
    begin, middle, end = (sums[[place + by for place in kept]] for by in (-reach, 0, reach))
    return float(1 - F.cosine_similarity(middle - begin, end - middle, dim=1).mean())


def onset_strength(waveform: Tensor) -> Floats:  # (S,) -> (T,)
    """How much begins in each frame, in all bands and once more in the bass, which keeps the beat; of unit spread."""
    if float(waveform.abs().max()) < SILENT:
        return np.zeros(0)
    padded = F.pad(waveform, (WINDOW // 2, WINDOW // 2))
    spectrum = torch.stft(padded, WINDOW, HOP, window=torch.hann_window(WINDOW), center=False, return_complex=True)
    bands = spectrum.abs().T @ _bands()
    levels = (bands / bands.max()).clamp(min=FAINT).log()
    growth = (levels[1:] - levels[:-1]).clamp(min=0)
    first = torch.minimum(levels[0] - math.log(FAINT), growth.max(0).values)  # what sounds from the first begins there
    begun = torch.cat([first[None], growth]).double().numpy()
    return _steadied(begun.mean(1)) + BASS * _steadied(begun[:, :BASS_BANDS].mean(1))


def _steadied(onsets: Floats) -> Floats:
    """Smoothed, above its own drift, of unit spread."""
    smooth = np.convolve(onsets, SMOOTH, "same")
    wide = np.ones(round(FRAMES))
    drift = np.convolve(smooth, wide, "same") / np.convolve(np.ones(len(smooth)), wide, "same")
    over = np.maximum(smooth - drift[: len(smooth)], 0)
    return over / over.std() if over.std() > 0 else over


@cache
def _bands() -> Tensor:
    """(F, BANDS): triangles at even steps of the mel scale."""
    frequencies = torch.arange(WINDOW // 2 + 1) * RATE / WINDOW
    low, high = (math.log10(1 + edge / 700) for edge in (LOWEST, HIGHEST))
    corners = 700 * (10 ** torch.linspace(low, high, BANDS + 2) - 1)
    rising = (frequencies[:, None] - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - frequencies[:, None]) / (corners[2:] - corners[1:-1])
    return torch.minimum(rising, falling).clamp(min=0)


def period_of(onsets: Floats, prior: float) -> float:  # (T,) ->
    """The period in frames that repeats most, near `prior` frames rather than far from it."""
    lags = np.arange(1, min(len(onsets) - 1, int(4 * 60 * FRAMES / SMALLEST)))
    alike = _autocorrelation(onsets)[lags]
    candidates = np.geomspace(60 * FRAMES / LARGEST, min(60 * FRAMES / SMALLEST, lags[-1]), 400)
    support = sum(np.interp(candidates * times, lags, alike, right=0) * weight for times, weight in COMB)
    closeness = np.exp(-0.5 * (np.log2(candidates / prior) / OCTAVES) ** 2)
    return float(candidates[np.argmax(np.maximum(support, 1e-9) * closeness)])


COMB = ((1, 1.0), (2, 0.5), (3, 0.25), (4, 0.5))
"""A period is likelier if so many of it repeat too; (how many, weight)."""


def _autocorrelation(onsets: Floats) -> Floats:
    size = 2 ** int(np.ceil(np.log2(2 * len(onsets))))
    power = np.abs(np.fft.rfft(onsets - onsets.mean(), size)) ** 2
    return np.fft.irfft(power)[: len(onsets)] / np.arange(len(onsets), 0, -1).clip(min=FRAMES)


def chained(onsets: Floats, period: float) -> NDArray[np.int64]:  # (T,) -> frames of beats
    """The chain with the most onsets in it whose steps keep to the period (Ellis 2007, equations 1 to 4)."""
    steps = np.arange(max(1, round(period / 2)), round(2 * period) + 1)
    dues = -TIGHTNESS * np.log(steps / period) ** 2
    total, before = onsets.copy(), np.full(len(onsets), -1)
    for frame in range(int(steps[0]), len(onsets)):
        reach = steps[: np.searchsorted(steps, frame, "right")]
        gains = total[frame - reach] + dues[: len(reach)]
        best = int(np.argmax(gains))
        if gains[best] > 0:
            total[frame] += gains[best]
            before[frame] = frame - reach[best]
    return _back(total, before, round(2 * period))


def _back(total: Floats, before: NDArray[np.int64], last: int) -> NDArray[np.int64]:
    """From the best end among the last frames, back to the first beat."""
    first = max(0, len(total) - last)
    chain = [first + int(np.argmax(total[first:]))]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return np.array(chain[::-1])


def _placed(onsets: Floats, frames: NDArray[np.int64]) -> Floats:
    """Beats that meet no onset at the two ends are none."""
    loud = np.flatnonzero(onsets[frames] > 0.25 * np.sqrt((onsets[frames] ** 2).mean()))
    return frames[loud[0] : loud[-1] + 1].astype(float) if len(loud) else np.zeros(0)


def _tempo(frames: NDArray[np.int64], period: float) -> float:
    """By the straight line through the beats, which is finer than any one step of them."""
    if len(frames) < 4:
        return 60 * FRAMES / period
    return float(60 * FRAMES / np.polyfit(np.arange(len(frames)), frames, 1)[0])
