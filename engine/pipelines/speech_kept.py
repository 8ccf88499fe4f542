"""Sentences that were spoken lately: who has one of many made anew does not wait for the others again.

A sentence is the same where all that decides it is the same: networks, reference, symbols and their lengths, noise, and
how it is sampled. What is kept belongs to the network that spoke it and goes when that leaves the memory.
"""

import weakref
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor, nn

from engine.api.requests import SpeechRequest
from engine.codecs.sound import Samples
from engine.pipelines.contract import Live
from engine.pipelines.speech_reading import Reference, Said

ROOM = 64 * 2**20  # bytes for each network: about a hundred sentences


@dataclass(frozen=True)
class Sentence:
    """Its spectrogram (N, M) and its sound (S,)."""

    spectrogram: Tensor
    sound: Samples

    @property
    def size(self) -> int:
        return self.spectrogram.nbytes + self.sound.nbytes


class Kept:
    """The sentences that were asked for last, as many as there is room for."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._used = room, 0
        self._sentences: OrderedDict[Hashable, Sentence] = OrderedDict()

    def get(self, key: Hashable) -> Sentence | None:
        """The sentence of this key, which is the latest again."""
        if key in self._sentences:
            self._sentences.move_to_end(key)
        return self._sentences.get(key)

    def add(self, key: Hashable, sentence: Sentence) -> None:
        """Keep it; the oldest make room."""
        sentence.sound.flags.writeable = False
        before = self._sentences.pop(key, None)
        self._sentences[key] = sentence
        self._used += sentence.size - (before.size if before else 0)
        while self._used > self._room:
            self._used -= self._sentences.popitem(last=False)[1].size


_kept: weakref.WeakKeyDictionary[nn.Module, Kept] = weakref.WeakKeyDictionary()


def kept_by(network: nn.Module) -> Kept:
    """What this network has spoken lately."""
    return _kept.setdefault(network, Kept())


def key_of(
    request: SpeechRequest, live: Live, vocoder: Any, reference: Reference, said: Said, take: int, number: int
) -> Hashable:
    """All that decides sentence `number`, besides the network."""
    sampled = request.steps, request.spacing, request.sway, request.sampler, request.guidance_low, request.guidance_high
    turned = live.guidance, live.gamma, live.batched
    heard = _hash(reference.mel), reference.gain, _hash(said.ids), said.frames
    return weakref.ref(vocoder), sampled, turned, heard, (request.seed, take, number)


def _hash(tensor: Tensor) -> bytes:
    told = f"{tensor.dtype} {tuple(tensor.shape)}".encode()
    return blake2b(told + tensor.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes()).digest()
