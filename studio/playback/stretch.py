"""Where a stretch of sound goes on best: waveform-similarity overlap-add, which changes speed and leaves the pitch.

Verhelst & Roelands 1993. What was heard last would go on at frame `after`; what is wanted next is near frame `wanted`.
Of the frames near there, the one is taken where the sound is most like what would have followed, so that fading from
the one to the other keeps the waves of a voice in step. The search runs on a coarse copy first, then on the sound.
"""

from collections.abc import Sequence
from math import sqrt
from operator import mul

from studio.playback.clip import Clip

SEARCH = 0.010  # how far around what is wanted, in seconds
COARSE = 6000  # the rate of the coarse copy, in Hz
SILENCE = 1e-9


def best_start(clip: Clip, after: int, wanted: int, frames: int) -> int:
    """The frame near `wanted` from which so many frames follow best on what was heard until `after`."""
    far, step = round(SEARCH * clip.rate), max(1, clip.rate // COARSE)
    follows = _mono(clip, after, after + frames)
    near = _mono(clip, wanted - far, wanted + far + frames)
    rough = step * _most_alike(_coarse(follows, step), _coarse(near, step))
    first = max(0, rough - step)
    return wanted - far + first + _most_alike(follows, near[first : rough + step + frames])


def _most_alike(pattern: Sequence[float], sound: Sequence[float]) -> int:
    """Where in `sound` the pattern is found best, whatever the loudness."""
    length = len(pattern)
    energy = sum(map(mul, sound[:length], sound[:length])) + SILENCE
    best, place = float("-inf"), 0
    for at in range(max(1, len(sound) - length + 1)):
        likeness = sum(map(mul, pattern, sound[at : at + length])) / sqrt(max(energy, SILENCE))
        if likeness > best:
            best, place = likeness, at
        if at + length < len(sound):
            energy += sound[at + length] ** 2 - sound[at] ** 2
    return place


def _mono(clip: Clip, start: int, stop: int) -> list[float]:
    frames = clip.read(start, stop)
    return frames.tolist() if clip.channels == 1 else list(map(sum, zip(*_parted(frames, clip.channels), strict=True)))


def _parted(frames: Sequence[float], channels: int) -> list[Sequence[float]]:
    return [frames[channel::channels] for channel in range(channels)]


def _coarse(sound: Sequence[float], step: int) -> list[float]:
    """The means of so many samples each."""
    return list(map(sum, zip(*(sound[offset::step] for offset in range(step)), strict=False)))
