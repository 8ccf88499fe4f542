"""A recording whose words are to be changed, as either kind of network is told of it.

Frames are the mel's; what is cut and what is made are whole tokens of the network. Shapes: T frames, M mel bins.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Protocol

import torch
from torch import Tensor

from engine.api.messages import SpokenWord
from engine.api.words import Written, written
from engine.codecs.mel import BIGVGAN, HOP, SAMPLE_RATE, VOCOS, mel
from engine.codecs.phonemes import FILLER, Spoken, encode
from engine.codecs.sound import Samples
from engine.conditioners.alignment import aligned, laid_out

FRAMES_A_SECOND = SAMPLE_RATE / HOP
HIGHEST_PACE = 0.7  # a voice slower or faster than e^±this is taken for a mistake
EDGE = 3  # frames kept before the first word and after the last

KINDS = {"vocos": VOCOS, "bigvgan": BIGVGAN}
"""Whose spectrogram → how it is worked out."""

Spans = tuple[tuple[float, float], ...]
"""When each word is heard: from, to, in seconds."""


class Recording(Protocol):
    """A recording whose words can be changed. Frames are whole tokens of the network."""

    mel: Tensor
    words: Spans

    def cut(self, word: int) -> int:
        """The frame between this word and the one before it."""
        ...

    def frames(self, words: Sequence[str]) -> float:
        """How long its speaker takes for these words."""
        ...

    def rounded(self, frames: float) -> int:
        """The nearest number of frames that the network can make or leave."""
        ...

    def ids(self, before: int, start: int, words: Sequence[str], frames: int, stop: int, behind: int) -> Tensor:
        """What tells the network that `words` stand in `frames` between [before, start) and [stop, behind)."""
        ...


def between(words: Spans, word: int, frames: int) -> float:
    """The frame in the middle of the silence before a word; the ends are a little away from the first and the last."""
    if not 0 < word < len(words):
        return (
            min(frames, words[-1][1] * FRAMES_A_SECOND + EDGE) if word else max(0, words[0][0] * FRAMES_A_SECOND - EDGE)
        )
    return (words[word - 1][1] + words[word][0]) / 2 * FRAMES_A_SECOND


class LetterRecording:
    """For the published networks, which find by themselves where the words are."""

    def __init__(self, codec: Any, mel: Tensor, transcript: str, words: Spans) -> None:
        self.codec, self.mel, self.words = codec, mel, words
        self.texts = [word.text for word in written(transcript)]

    def cut(self, word: int) -> int:
        return self.rounded(between(self.words, word, len(self.mel)))

    def frames(self, words: Sequence[str]) -> float:
        told, heard = len(" ".join(words).encode()), len(" ".join(self.texts).encode())
        return len(self.mel) * told / heard

    def rounded(self, frames: float) -> int:
        return round(frames)

    def ids(self, before: int, start: int, words: Sequence[str], frames: int, stop: int, behind: int) -> Tensor:
        text = " ".join([*self._said(before, start), *words, *self._said(stop, behind)])
        return torch.tensor(self.codec.encode(text))

    def _said(self, start: int, stop: int) -> list[str]:
        middles = ((a + b) / 2 * FRAMES_A_SECOND for a, b in self.words)
        return [text for text, middle in zip(self.texts, middles, strict=True) if start <= middle < stop]


class PhonemeRecording:
    """For the pocket network: every phoneme of the transcript at its place."""

    def __init__(self, reader: Any, mel: Tensor, transcript: str, words: Spans) -> None:
        self.reader, self.mel = reader, mel[: len(mel) // reader.per_token * reader.per_token]
        spoken = reader.spoken(transcript)
        ids = encode(FILLER + spoken.symbols + FILLER)
        heard = aligned(reader.prosody.recognise(self.mel[None])[0], ids)
        lengths = [float(reader.per_token * count) for count in heard]
        groups = symbols_of(spoken, written(transcript))
        self.words = words or times_of(groups, lengths)
        if words:
            ids, lengths = moved_to(words, groups, ids, lengths, len(self.mel))
        self.pace = reader.prosody.pace(torch.tensor(ids), torch.tensor(lengths)).clamp(-HIGHEST_PACE, HIGHEST_PACE)
        self.tokens = laid_out(ids, lengths, len(self.mel) // reader.per_token)

    def cut(self, word: int) -> int:
        return self.rounded(between(self.words, word, len(self.mel)))

    def rounded(self, frames: float) -> int:
        return round(frames / self.reader.per_token) * self.reader.per_token

    def frames(self, words: Sequence[str]) -> float:
        return sum(self._lengths(words)[1])

    def ids(self, before: int, start: int, words: Sequence[str], frames: int, stop: int, behind: int) -> Tensor:
        per_token = self.reader.per_token
        new = laid_out(*self._lengths(words), frames // per_token)
        left, right = self.tokens[before // per_token : start // per_token], self.tokens[stop // per_token :]
        return torch.tensor([*left, *new, *right[: (behind - stop) // per_token]])

    def _lengths(self, words: Sequence[str]) -> tuple[list[int], list[float]]:
        ids = encode(self.reader.spoken(" ".join(words)).symbols) or [0]
        return ids, self.reader.prosody(torch.tensor(ids)[None], self.pace[None])[0].float().exp().tolist()


def spans(words: Sequence[SpokenWord]) -> Spans:
    return tuple((word.start, word.stop) for word in words)


def symbols_of(spoken: Spoken, words: Sequence[Written]) -> list[tuple[int, int]]:
    """The symbols [first, last) of each word as it is written: with the silence before them, counted from 1."""
    found: list[tuple[int, int]] = []
    for word in words:
        within = [each for each in spoken.words if each.start < word.last and each.stop > word.first]
        last = found[-1][1] if found else 1
        found.append((within[0].first + 1, within[-1].last + 1) if within else (last, last))
    return found


def times_of(groups: Sequence[tuple[int, int]], lengths: Sequence[float]) -> Spans:
    """When the symbols [first, last) of each group are heard."""
    ends = [0.0, *accumulate(length / FRAMES_A_SECOND for length in lengths)]
    return tuple((ends[first], ends[last]) for first, last in groups)


def moved_to(
    words: Spans, groups: Sequence[tuple[int, int]], ids: Sequence[int], lengths: Sequence[float], frames: int
) -> tuple[list[int], list[float]]:
    """Symbols and lengths with every word where the user wants it, and silence between them."""
    placed, stretches, at = [], [], 0.0
    for (start, stop), (first, last) in zip(words, groups, strict=True):
        begin, end = max(at, start * FRAMES_A_SECOND), min(frames, stop * FRAMES_A_SECOND)
        total = sum(lengths[first:last])
        placed += [0, *ids[first:last]]
        stretches += [
            begin - at,
            *(length * max(0.0, end - begin) / max(total, 1e-6) for length in lengths[first:last]),
        ]
        at = max(begin, end) if last > first else begin
    return [*placed, 0], [*stretches, max(0.0, frames - at)]


def heard(samples: Samples, kind: str = "vocos") -> Tensor:
    """The spectrogram (T, M) of a sound (S,), a frame for each whole hop, of the kind that a card names."""
    return mel(torch.from_numpy(samples)[None], KINDS[kind])[0, : len(samples) // HOP]
