"""What pocket music's network is told of stretches of scores: their prompts, lanes, lists, numbers and given frames.

Training and the pipeline both come here, so that they tell the same. Shapes: B stretches, T frames, C channels.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.api.score import Score
from engine.codecs.music_bands import FRAMES_A_SECOND
from engine.codecs.prompt_words import NOTHING, PromptWords
from engine.conditioners.music_lanes import (
    FORM,
    HARMONY,
    METRES,
    NO_KEY,
    NO_METRE,
    RHYTHM,
    Lists,
    key_number,
    lanes,
    lists,
    padded,
)
from engine.networks.music_unet import Told

LANGUAGES = ("English", "Hindi")
ALL = frozenset(("words", "harmony", "chords", "rhythm", "beats", "form", "key"))
"""Kinds of what is told, each of which can be left out."""


@dataclass(frozen=True)
class Window:
    """From frame `start` of a score on; `out` names the kinds of what is not told."""

    score: Score
    prompt: str
    start: int
    out: frozenset[str] = frozenset()
    whole: tuple[float, float] | None = None
    """Where it begins and how long all of it is, in seconds, as it is told; None says the truth."""


def told(windows: list[Window], words: PromptWords, music: Tensor, kept: Tensor, together: int) -> Told:
    """`music` (B, T, C), whitened, is given where `kept` (B, T) says so; `together` frames make a token."""
    count = music.shape[1]
    found = [events(window, count) for window in windows]
    numbers = [numbers_of(window) for window in windows]
    return Told(
        words=rows([words.encode(window.prompt) for window in windows]),
        lanes=torch.from_numpy(np.stack([lanes_of(window, count, together) for window in windows])),
        beats=torch.from_numpy(padded([each.beats for each in found], 2)),
        chords=torch.from_numpy(padded([each.chords for each in found], 4)),
        metre=torch.tensor([metre_of(window) for window in windows]),
        key=torch.tensor([NO_KEY if "key" in window.out else key_number(window.score) for window in windows]),
        numbers=torch.tensor(numbers),
        given=music * kept[..., None],
        kept=kept,
    )


def rows(ids: list[list[int]]) -> Tensor:  # -> (B, W) int64
    most = max([1, *(len(each) for each in ids)])
    return torch.tensor([each + [NOTHING] * (most - len(each)) for each in ids])


def lanes_of(window: Window, count: int, together: int) -> np.ndarray:  # -> (N, L)
    middles = (window.start + (np.arange(count // together) + 0.5) * together - 0.5) / FRAMES_A_SECOND
    found = lanes(window.score, middles.astype(np.float32))
    for name, places in (("harmony", HARMONY), ("rhythm", RHYTHM), ("form", FORM)):
        if name in window.out:
            found[:, places] = 0
    return found


def events(window: Window, count: int) -> Lists:
    start, stop = window.start / FRAMES_A_SECOND, (window.start + count) / FRAMES_A_SECOND
    found = lists(window.score, start, stop)
    beats = found.beats[:0] if "beats" in window.out else found.beats
    return Lists(beats, found.chords[:0] if "chords" in window.out else found.chords)


def metre_of(window: Window) -> int:
    return NO_METRE if {"rhythm", "beats"} <= window.out else METRES[window.score.metre]


def numbers_of(window: Window) -> list[float]:
    """Seconds before the stretch, seconds of the whole, tempo (0 where beats are not told)."""
    tempo = 0.0 if {"rhythm", "beats"} <= window.out else window.score.tempo
    begin, whole = window.whole or (window.start / FRAMES_A_SECOND, window.score.seconds)
    return [begin, whole, tempo]
