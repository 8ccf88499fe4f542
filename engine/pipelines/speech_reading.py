"""How a text becomes what an F5 network is conditioned on, and how long it lasts, in two ways.

Published networks read letters and find the alignment by themselves; how long a text lasts follows from how fast the
reference is spoken (F5-TTS, https://arxiv.org/abs/2410.06885). The pocket network reads phonemes, each as often as it
sounds, and a small network foretells how long that is.

Shapes: T mel frames, M mel bins, K tokens, L letters or symbols.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Protocol

import torch
from torch import Tensor

from engine.api.errors import BadInput
from engine.api.messages import SpokenWord
from engine.api.script import WINDOW
from engine.api.voices import Voice
from engine.api.words import written
from engine.codecs.phonemes import FILLER, Spoken, encode, phonemes
from engine.codecs.sound import Samples
from engine.conditioners.alignment import aligned, laid_out
from engine.conditioners.energy import Align, by_energy
from engine.pipelines.speech_recordings import (
    FRAMES_A_SECOND,
    HIGHEST_PACE,
    LetterRecording,
    PhonemeRecording,
    Recording,
    Spans,
    heard,
    spans,
)

CHINESE = "chinese"
LONGEST_PUBLISHED = 22.0  # seconds of reference and text, as the authors have it
HURRIED = 10  # bytes: shorter texts are spoken slowly, since the network swallows them
HURRIED_SPEED = 0.3
UNSPOKEN = "This has no sound in {language} and was left out: {letters}."


@dataclass(frozen=True)
class Reference:
    """Who speaks, as the network hears it: mel (T, M), what is said in it, and by how much it was made louder."""

    mel: Tensor
    text: str
    gain: float
    ids: tuple[int, ...] = ()  # of each symbol, and its length in mel frames; nothing where letters are read
    lengths: tuple[float, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.mel) / FRAMES_A_SECOND


@dataclass(frozen=True)
class Said:
    """What a piece of text comes to: how many mel frames it lasts, and what tells the network so."""

    frames: int
    ids: Tensor  # (L,) or (K,), of reference and text together
    words: tuple[SpokenWord, ...]  # seconds from its beginning, letters from its first
    notes: tuple[str, ...] = ()


class Reader(Protocol):
    """What tells a network of a text."""

    def reference(self, voice: Voice, mel: Tensor, gain: float) -> Reference:
        """The reference of a voice whose sound is `mel` (T, M)."""
        ...

    def seconds(self, text: str, reference: Reference) -> float:
        """How long the text lasts in this voice."""
        ...

    def said(self, text: str, reference: Reference, frames: int) -> Said:
        """The text, stretched to so many frames."""
        ...

    def recording(self, samples: Samples, mel: Tensor, transcript: str, words: Spans) -> Recording:
        """A recording to be changed: (S,), its mel (T, M), what it says and, if that is known, when."""
        ...

    longest: float
    """Seconds of reference and text that the network makes in one piece."""


class Letters:
    """For the published networks. `codec` turns text into ids."""

    longest = LONGEST_PUBLISHED

    def __init__(self, codec: Any, language: str) -> None:
        self.codec, self.language = codec, language

    def reference(self, voice: Voice, mel: Tensor, gain: float) -> Reference:
        text = voice.transcript.strip()
        ending = "" if text.endswith("。") else " " if text.endswith(".") else ". "
        return Reference(mel, text + ending, gain)

    def seconds(self, text: str, reference: Reference) -> float:
        heard, told = len(reference.text.encode()), len(text.encode())
        slow = HURRIED_SPEED if told < HURRIED else 1.0
        return reference.seconds * told / heard / slow

    def recording(self, samples: Samples, mel: Tensor, transcript: str, words: Spans) -> Recording:
        return LetterRecording(self.codec, mel, transcript, words or spans(by_energy(samples, transcript)))

    def said(self, text: str, reference: Reference, frames: int) -> Said:
        ids = torch.tensor(self.codec.encode(reference.text + text))
        unknown = self.codec.unknown(text)
        notes = (UNSPOKEN.format(language=self.language, letters=" ".join(unknown)),) if unknown else ()
        return Said(frames, ids, evenly(text, frames / FRAMES_A_SECOND), notes)


class Phonemes:
    """For the pocket network. `prosody` foretells lengths, and hears where they are where a voice does not say."""

    longest = WINDOW

    def __init__(self, prosody: Any, language: str, per_token: int) -> None:
        self.prosody, self.language, self.per_token = prosody, language, per_token

    def reference(self, voice: Voice, mel: Tensor, gain: float) -> Reference:
        mel = mel[: len(mel) // self.per_token * self.per_token]
        if voice.symbols:
            return Reference(
                mel, voice.transcript, gain, tuple(encode(voice.symbols)), stretched(voice.durations, len(mel))
            )
        ids = encode(FILLER + phonemes(voice.transcript, voice.language).symbols + FILLER)
        tokens = aligned(self.prosody.recognise(mel[None])[0], ids)
        return Reference(mel, voice.transcript, gain, tuple(ids), tuple(self.per_token * count for count in tokens))

    def recording(self, samples: Samples, mel: Tensor, transcript: str, words: Spans) -> Recording:
        return PhonemeRecording(self, mel, transcript, words)

    def spoken(self, text: str) -> Spoken:
        if self.language == CHINESE:
            raise BadInput("This checkpoint does not speak Chinese; choose another language or checkpoint.")
        return phonemes(text, self.language)

    def lengths(self, spoken: Spoken, reference: Reference) -> list[float]:
        """Mel frames of each symbol, with the silence before and after."""
        ids = torch.tensor(encode(FILLER + spoken.symbols + FILLER))
        pace = self.prosody.pace(torch.tensor(reference.ids), torch.tensor(reference.lengths))
        logs = self.prosody(ids[None], pace.clamp(-HIGHEST_PACE, HIGHEST_PACE)[None])[0]
        return logs.float().exp().tolist()

    def seconds(self, text: str, reference: Reference) -> float:
        return sum(self.lengths(self.spoken(text), reference)) / FRAMES_A_SECOND

    def said(self, text: str, reference: Reference, frames: int) -> Said:
        spoken = self.spoken(text)
        lengths = stretched(self.lengths(spoken, reference), frames)
        ids = laid_out(reference.ids, reference.lengths, len(reference.mel) // self.per_token)
        ids += laid_out(encode(FILLER + spoken.symbols + FILLER), lengths, -(-frames // self.per_token))
        notes = (UNSPOKEN.format(language=self.language.capitalize(), letters=" ".join(spoken.unknown)),)
        return Said(frames, torch.tensor(ids), timed(spoken, lengths), notes if spoken.unknown else ())


def by_hearing(prosody: Any) -> Align:
    """Words found by what is heard; by energy alone where the language has no phonemes here."""

    def align(samples: Samples, transcript: str, language: str) -> tuple[SpokenWord, ...]:
        if language == CHINESE:
            return by_energy(samples, transcript)
        reader = Phonemes(prosody, language, prosody.config.frames_per_token)
        found = reader.recording(samples, heard(samples), transcript, ()).words
        return tuple(
            SpokenWord(text=word.text, start=start, stop=stop, first=word.first, last=word.last)
            for word, (start, stop) in zip(written(transcript), found, strict=True)
        )

    return align


def stretched(lengths: Sequence[float], total: float) -> tuple[float, ...]:
    """The same lengths in proportion, with this sum."""
    scale = total / sum(lengths)
    return tuple(length * scale for length in lengths)


def timed(spoken: Spoken, lengths: Sequence[float]) -> tuple[SpokenWord, ...]:
    """When each word is heard: `lengths` are the frames of its symbols, one more before and after."""
    ends = [0.0, *accumulate(length / FRAMES_A_SECOND for length in lengths)]
    return tuple(
        SpokenWord(
            text=word.text, start=ends[word.first + 1], stop=ends[word.last + 1], first=word.start, last=word.stop
        )
        for word in spoken.words
    )


def evenly(text: str, seconds: float) -> tuple[SpokenWord, ...]:
    """When each word is heard, as far as its letters tell."""
    rate = seconds / max(len(text), 1)
    return tuple(
        SpokenWord(text=word.text, start=word.first * rate, stop=word.last * rate, first=word.first, last=word.last)
        for word in written(text)
    )
