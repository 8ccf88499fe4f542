"""Who speaks: the network of a checkpoint with its reader and vocoder, and the references of the voices."""

from functools import cached_property
from typing import Any

import msgspec
import torch
from torch import Tensor

from engine.api.errors import BadInput
from engine.api.params import validate
from engine.api.requests import SpeechRequest
from engine.api.script import LEAST_ROOM
from engine.api.voices import Voice, find_voices, pick_voice
from engine.codecs.mel import SAMPLE_RATE
from engine.codecs.sound import Samples, read_sound
from engine.conditioners.voice import check_transcript, louder
from engine.pipelines.contract import Shelf
from engine.pipelines.speech_reading import Letters, Phonemes, Reader, Reference
from engine.pipelines.speech_recordings import KINDS, heard


class Speaker:
    """The parts of a checkpoint that speak, and the references it has made ready. Loads what it is asked for."""

    def __init__(self, request: SpeechRequest, shelf: Shelf) -> None:
        self.request, self._shelf = request, shelf
        self.card = shelf.card(request.checkpoint)
        validate(request, self.card.known(msgspec.structs.asdict(request)))
        self._voices, self._complaints = find_voices()
        self._references: dict[str, Reference] = {}

    @cached_property
    def network(self) -> Any:
        return self._shelf.network(self.card)

    @cached_property
    def reader(self) -> Reader:
        if self.card.codec == "letters":
            return Letters(self._shelf.codec(self.card), self.request.language)
        prosody = self._shelf.network(self._shelf.card(self.card.companions["prosody"]))
        return Phonemes(prosody, self.request.language, self.card.network["frames_per_token"])

    @cached_property
    def vocoder(self) -> Any:
        card = self._shelf.card(self.request.vocoder)
        if card.modality != "vocoder":
            raise BadInput(f"{card.title} makes {card.modality}; choose a vocoder.")
        if card.mel != self.card.mel:
            raise BadInput(
                f"{card.title} cannot sound what {self.card.title} makes; choose a vocoder of {self.card.mel}."
            )
        return self._shelf.network(card)

    @property
    def device(self) -> torch.device:
        return next(iter(self.network.parameters())).device

    def voice(self, name: str) -> Voice:
        """The voice of this name; without one the request's, or the first there is."""
        wanted = name or self.request.voice or next(iter(self._voices), "")
        return pick_voice(wanted, self._voices, self._complaints)

    def heard(self, samples: Samples) -> Tensor:
        """The spectrogram (T, M) of a sound (S,), as this checkpoint knows it."""
        if self.card.mel not in KINDS:
            raise BadInput(f"The card of {self.card.id} names the spectrogram “{self.card.mel}”; correct it.")
        return heard(samples, self.card.mel)

    def reference(self, voice: Voice) -> Reference:
        if voice.id not in self._references:
            samples, gain = louder(read_sound(voice.path()).samples)
            check_transcript(voice.transcript, len(samples) / SAMPLE_RATE)
            self._references[voice.id] = self.reader.reference(voice, self.heard(samples), gain)
        return self._references[voice.id]

    def fits(self, text: str, voice: Voice) -> bool:
        """Whether the network makes so much text in one piece."""
        reference = self.reference(voice)
        room = max(self.reader.longest - reference.seconds, LEAST_ROOM)
        return self.reader.seconds(text, reference) <= room
