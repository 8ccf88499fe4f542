"""A recording made into the reference of a voice, as F5-TTS prepares it, and kept in step with its transcript.

Cut at pauses to 12 s at most, with 50 ms of silence behind it; a quiet one is made louder for the network, and what is
spoken with it is made quieter again by as much. F5-TTS: https://arxiv.org/abs/2410.06885, section 4 and its published
preparation. Our own: levels are judged after quiet recordings are made louder, and where there is no pause the cut is
made where it is quietest, not at the twelfth second.

Shapes: S samples, float32 in [-1, 1] at 24 kHz; F frames of 10 ms. Levels in dB of the full scale.
"""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.api.voices import LONGEST

Samples = NDArray[np.float32]
Span = tuple[int, int]

RATE = 24_000
FRAME = 240  # samples
LOUDNESS = 0.1  # root mean square; no reference is quieter in the network's ears
QUIET = 2.0  # gain from which the user is told
EDGE = -42.0  # dB: what is quieter at the beginning and the end is cut off
LONG_PAUSE, SHORT_PAUSE = (-50.0, 100), (-40.0, 10)  # dB, frames at least
KEPT_PAUSE = 100  # frames on either side of what is taken out of a longer pause
ENOUGH = 6.0  # seconds after which a pause may end the reference
ONSET = 2  # frames kept before the first sound: a soft consonant
TAIL = 1_200  # samples of silence behind: 50 ms
FADE = 120  # samples, where a cut may be heard
SLOWEST, FASTEST = 1.5, 30.0  # letters a second
HEAVY = 3  # letters that a digit or a Chinese character counts for

SHORTENED = "Pauses of more than 2 s were shortened."
AT_A_PAUSE = (
    "It was longer than {longest:g} s; the first {kept:.1f} s up to a pause are used: write down just what you hear."
)
ANYWHERE = (
    "It was longer than {longest:g} s and has no pause there; the first {kept:.1f} s are used, which may end inside a "
    "word: write down just what you hear, or use a recording with pauses."
)
SOFT = "It is quiet, and what is spoken with it will be as quiet; record nearer to the microphone for more."


def louder(samples: Samples) -> tuple[Samples, float]:
    """(S,) as the network shall hear it, and by what it was multiplied: what is spoken is to be divided by that."""
    level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    gain = max(1.0, LOUDNESS / max(level, 1e-8))
    return (samples * np.float32(gain)).astype(np.float32), gain


def trimmed(samples: Samples, longest: float = LONGEST) -> tuple[Samples, tuple[str, ...]]:
    """The part of (S,) that makes the reference, and a sentence for each thing that was done to it.

    Raises BadInput where nobody speaks in it.
    """
    loud, gain = louder(samples)
    start, stop = _speech(levels(loud))
    kept, notes = _shortened(samples[start:stop], loud[start:stop])
    if len(kept) + TAIL > longest * RATE:
        end, note = _end(levels(louder(kept)[0]), round(longest * 100) - TAIL // FRAME)
        kept = kept[: end * FRAME].copy()
        kept[-FADE:] *= np.linspace(1, 0, FADE, dtype=np.float32)
        notes.append(note.format(longest=longest, kept=len(kept) / RATE))
    if gain >= QUIET:
        notes.append(SOFT)
    return np.concatenate([kept, np.zeros(TAIL, np.float32)]), tuple(notes)


def levels(samples: Samples) -> NDArray[np.float64]:
    """(S,) -> (F,): how loud each whole frame is."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.mean(np.square(frames, dtype=np.float64), -1)
    level: NDArray[np.float64] = 10 * np.log10(power + 1e-10)
    return level


def pauses(level: NDArray[np.float64], below: float, least: int) -> list[Span]:
    """Spans of frames [start, stop) quieter than `below`, of `least` frames or more."""
    quiet = np.concatenate([[False], level < below, [False]])
    turns = np.flatnonzero(quiet[1:] != quiet[:-1])
    return [(int(a), int(b)) for a, b in zip(turns[::2], turns[1::2], strict=True) if b - a >= least]


def check_transcript(text: str, seconds: float) -> None:
    """Raises BadInput where so many letters cannot be what is heard in so many seconds."""
    letters = weight(text)
    if letters == 0:
        raise BadInput("The transcript holds no word; write down what is heard in the recording.")
    if letters > FASTEST * seconds:
        raise BadInput(
            f"The transcript is too long for the {seconds:.1f} s that are heard; write down those words only."
        )
    if letters < SLOWEST * seconds:
        raise BadInput(f"The transcript is too short for {seconds:.1f} s; write down every word that is heard.")


def weight(text: str) -> int:
    """How many letters are spoken: those of an alphabet count once, digits and Chinese characters thrice."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return sum(HEAVY if kind == "Nd" or "\u3400" <= letter <= "\u9fff" else kind[0] in "LM" for letter, kind in kinds)


def _speech(level: NDArray[np.float64]) -> Span:
    """From the first frame that is loud enough to the last, in samples."""
    heard = np.flatnonzero(level > EDGE)
    if not len(heard):
        raise BadInput("Nobody is heard in the recording; choose one in which somebody speaks.")
    return max(0, int(heard[0]) - ONSET) * FRAME, (int(heard[-1]) + 1) * FRAME


def _shortened(samples: Samples, loud: Samples) -> tuple[Samples, list[str]]:
    """Without the middle of long pauses."""
    below, _ = LONG_PAUSE
    gone = [(a + KEPT_PAUSE, b - KEPT_PAUSE) for a, b in pauses(levels(loud), below, 2 * KEPT_PAUSE + 1)]
    starts, stops = [0, *(b * FRAME for _, b in gone)], [*(a * FRAME for a, _ in gone), len(samples)]
    parts = [samples[a:b] for a, b in zip(starts, stops, strict=True)]
    return np.concatenate(parts), [SHORTENED] if gone else []


def _end(level: NDArray[np.float64], last: int) -> tuple[int, str]:
    """The frame at which to cut, and what to say of it."""
    first = round(ENOUGH * 100)
    for kind in (LONG_PAUSE, SHORT_PAUSE):
        starts = [start for start, _ in pauses(level, *kind) if first < start <= last]
        if starts:
            return starts[-1], AT_A_PAUSE
    around = np.convolve(10 ** (level / 10), np.ones(5), mode="same")  # over 50 ms
    return first + int(np.argmin(around[first:last])), ANYWHERE
