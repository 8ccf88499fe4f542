"""The speech corpus as a network reads it: whitened mel frames in pairs, and the symbol that sounds in each pair.

Training draws windows of equal length from one voice's utterances laid end to end in any order, so that nothing is
padded, and what comes before in a window is a reference for what comes after, as it will be when the voice is used.

Shapes: B windows, K tokens of a window (two mel frames each), M mel bins.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.codecs.mel import BANDS, HOP, mel
from engine.codecs.phonemes import encode
from engine.training.speech_corpus import FRAME, TRAIN, Corpus, Utterance

PER_TOKEN = 2  # mel frames
MEL_MEAN, MEL_DEVIATION = -1.8, 2.6  # of speech, about; round, so that a longer corpus does not change them
EVENNESS = 0.5  # a voice's share goes with its length to this power

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Readings:
    """All utterances of a split, end to end."""

    mel: Tensor  # (total, 2·M) float16, whitened
    ids: Tensor  # (total,) uint8
    spans: dict[str, NDArray[np.int64]]  # voice -> (utterances, 2): first token and the one after the last

    def window(self, voice: str, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:  # (K, 2·M), (K,)
        """So many tokens of one voice, from somewhere in one utterance on into others."""
        spans = self.spans[voice]
        first, stop = spans[rng.integers(len(spans))]
        start = first if rng.random() < 0.5 else rng.integers(first, stop)
        pieces, left = [slice(start, min(stop, start + size))], size - (stop - start)
        while left > 0:
            first, stop = spans[rng.integers(len(spans))]
            pieces.append(slice(first, min(stop, first + left)))
            left -= stop - first
        return torch.cat([self.mel[piece].float() for piece in pieces]), torch.cat(
            [self.ids[piece] for piece in pieces]
        )

    def draw(self, count: int, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """-> mel (B, 2·K, M) float32, ids (B, K) int64; voices with little speech come more often than their share."""
        names = sorted(self.spans)
        lengths = np.array([np.diff(self.spans[name]).sum() for name in names], dtype=np.float64) ** EVENNESS
        voices = rng.choice(len(names), size=count, p=lengths / lengths.sum())
        mels, ids = zip(*(self.window(names[voice], size, rng) for voice in voices), strict=True)
        return torch.stack(mels).unflatten(-1, (PER_TOKEN, BANDS)).flatten(1, 2), torch.stack(ids).long()


def symbols_of_tokens(utterance: Utterance, tokens: int) -> list[int]:
    """The symbol that sounds in the middle of each token."""
    ends = np.cumsum(utterance.frames) * FRAME
    middles = (np.arange(tokens) + 0.5) * PER_TOKEN * HOP
    places = np.searchsorted(ends, middles, side="right").clip(max=len(ends) - 1)
    ids = encode(utterance.symbols)
    return [ids[place] for place in places]


def analysed(corpus: Corpus, index: int) -> Tensor:  # -> (K, 2·M)
    frames = mel(torch.from_numpy(corpus.sound(index))[None])[0]
    return frames[: len(frames) // PER_TOKEN * PER_TOKEN].unflatten(0, (-1, PER_TOKEN)).flatten(1)


def read(corpus: Corpus, cache: Path) -> Readings:
    """The training split, from `cache` where it was worked out from just this corpus before."""
    chosen = corpus.of(TRAIN)
    path = cache / f"readings-{len(chosen)}.safetensors"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        save_file(_work_out(corpus, chosen), path)
    kept = load_file(path)
    voices = [corpus.utterances[index].voice for index in chosen]
    spans = kept["spans"].numpy()
    return Readings(
        kept["mel"],
        kept["ids"],
        {voice: spans[[each == voice for each in voices]] for voice in sorted(set(voices))},
    )


def _work_out(corpus: Corpus, chosen: list[int]) -> dict[str, Tensor]:
    log.info("working out the spectrograms of %d utterances", len(chosen))
    mels, ids, spans, at = [], [], [], 0
    for index in chosen:
        frames = analysed(corpus, index)
        mels.append(((frames - MEL_MEAN) / MEL_DEVIATION).half())
        ids += symbols_of_tokens(corpus.utterances[index], len(frames))
        spans.append((at, at + len(frames)))
        at += len(frames)
    return {"mel": torch.cat(mels), "ids": torch.tensor(ids, dtype=torch.uint8), "spans": torch.tensor(spans)}
