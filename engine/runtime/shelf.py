"""Where loaded checkpoints stand: networks and codecs, under a memory budget; the least recently used leave first.

What the running job uses is never taken away: a turn begins with each job, and only what no job took since may leave.
"""

import importlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

import msgspec
import torch
from torch import nn

from engine.api.cards import ModelCard, find_cards, pick
from engine.api.errors import BadInput, Failure
from engine.runtime import weights
from engine.runtime.device import Device, free_memory, give_back, memory_in_use
from engine.runtime.verification import bytes_to_read, size_of, verify

log = logging.getLogger(__name__)

ARCHITECTURES = {
    "audioldm_vae": ("engine.networks.audioldm_vae", "AudioLDMVAEConfig", "AudioLDMVAE"),
    "beat_predictor": ("engine.conditioners.beat_prediction", "BeatPredictorConfig", "BeatPredictor"),
    "bigvgan": ("engine.networks.bigvgan", "BigVGANConfig", "BigVGAN"),
    "chord_predictor": ("engine.conditioners.flan_t5", "FlanT5Config", "ChordPredictor"),
    "clap_text": ("engine.conditioners.clap_text", "ClapTextConfig", "ClapText"),
    "e2": ("engine.networks.e2", "E2Config", "UNetT"),
    "f5": ("engine.networks.f5", "F5Config", "DiT"),
    "hifigan": ("engine.networks.hifigan", "HiFiGANConfig", "HiFiGAN"),
    "image_dit": ("engine.networks.image_dit", "DiTConfig", "ImageDiT"),
    "magvit": ("engine.networks.magvit", "MagvitConfig", "Magvit"),
    "masked_lm": ("engine.networks.masked_lm", "MaskedLMConfig", "MaskedLM"),
    "music_unet": ("engine.networks.music_unet", "MusicUNetConfig", "MusicUNet"),
    "mustango": ("engine.pipelines.mustango_network", "MustangoConfig", "Mustango"),
    "noise2music": ("engine.networks.noise2music", "Noise2MusicConfig", "Noise2Music"),
    "oobleck": ("engine.networks.oobleck", "OobleckConfig", "Oobleck"),
    "prosody": ("engine.networks.prosody", "ProsodyConfig", "Prosody"),
    "sd_vae": ("engine.networks.sd_vae", "SDVAEConfig", "SDVAE"),
    "showo": ("engine.networks.showo", "ShowOConfig", "ShowO"),
    "stable_audio": ("engine.networks.stable_audio", "StableAudioConfig", "StableAudio"),
    "stable_audio_unet": ("engine.networks.stable_audio_unet", "StableAudioUNetConfig", "StableAudioUNet"),
    "t5": ("engine.conditioners.t5", "T5Config", "T5"),
    "timing": ("engine.conditioners.timing", "TimingConfig", "Timing"),
    "tiny_decoder": ("engine.networks.tiny_decoder", "TinyDecoderConfig", "TinyDecoder"),
    "transfusion": ("engine.networks.transfusion", "TransfusionConfig", "Transfusion"),
    "unet1d": ("engine.networks.unet1d", "UNet1dConfig", "ConditionalUnet1D"),
    "vocos": ("engine.networks.vocos", "VocosConfig", "Vocos"),
}
"""Architecture → where it is, its configuration, its network."""

CODECS = {
    "byte_pairs": ("engine.codecs.byte_pairs", "BytePairs", "load"),
    "class_names": ("engine.codecs.class_names", "ClassNames", "load"),
    "letters": ("engine.codecs.letters", "Letters", "load"),
    "pieces": ("engine.codecs.pieces", "Pieces", "load"),
    "prompt_words": ("engine.codecs.prompt_words", "PromptWords", "load"),
    "text_tokens": ("engine.codecs.text_tokens", "TextTokens", "load"),
}
"""Codec → where it is, its class, what makes one of a file."""

SHARE = 0.6
"""Of the memory that is free or ours, what loaded checkpoints may take together unless a budget is given."""

T = TypeVar("T")
Tell = Callable[[float], None]
"""Hears which fraction is loaded, from 0 to 1; may raise to stop."""


def untold(fraction: float) -> None:
    """For callers who do not care how far it is."""


@dataclass
class Place:
    """Something loaded, its size in bytes, and the turn in which it was last asked for."""

    thing: Any
    size: int
    turn: int


class Shelf:
    """`engine.pipelines.contract.Shelf`, for one thread; only `unload` may come from another. `budget` in bytes."""

    def __init__(self, device: Device, budget: int | None = None) -> None:
        self.device = device
        self._budget = budget
        self._turn = 0
        self._places: dict[tuple[str, str], Place] = {}  # (card's id, role), the least recently used first
        self._cards: dict[str, ModelCard] = {}
        self._lock = threading.Lock()

    def begin_turn(self) -> None:
        """A new job: from now on everything that stands here may leave until it is asked for again."""
        self._turn += 1

    def card(self, checkpoint: str) -> ModelCard:
        """The card of this id, found anew if it was not there before. Raises BadInput."""
        if checkpoint not in self._cards:
            self._cards, complaints = find_cards()
            return pick(checkpoint, self._cards, complaints)
        return self._cards[checkpoint]

    def network(self, card: ModelCard, tell: Tell = untold, role: str = "network") -> nn.Module:
        """The card's network with its weights, in evaluation mode on the device. Raises BadInput or Failure."""
        network = self._take(card, role)
        if network is None:
            network = self._load_network(card, tell, role)
        assert isinstance(network, nn.Module)
        return network

    def codec(self, card: ModelCard, tell: Tell = untold) -> Any:
        """The card's codec. Raises BadInput or Failure."""
        codec = self._take(card, "codec")
        return self._load_codec(card, tell) if codec is None else codec

    def unload(self, checkpoint: str | None = None) -> None:
        """Forget this checkpoint, or all; what a running job holds is freed when that job ends."""
        self._drop([key for key in list(self._places) if checkpoint in (None, key[0])])
        give_back(self.device)

    def keep_only(self, card: ModelCard) -> None:
        """Forget every checkpoint but this one."""
        self._drop([key for key in list(self._places) if key[0] != card.id])
        give_back(self.device)

    def memory_in_use(self) -> int:
        """Of the device, by this process."""
        return memory_in_use(self.device)

    def loaded(self) -> list[str]:
        """The ids of the checkpoints that stand here, the least recently used first."""
        return list(dict.fromkeys(checkpoint for checkpoint, _ in list(self._places)))

    def _load_network(self, card: ModelCard, tell: Tell, role: str) -> nn.Module:
        part = card.part(role)
        network = build(part)
        parameters = sum(parameter.numel() for parameter in network.parameters())
        dtype = torch.float32 if getattr(network, "precise", False) else self.device.dtype(parameters)
        size = parameters * dtype.itemsize
        layout = _known(weights.LAYOUTS, part.layout, "layout", card)
        progress = Progress(tell, bytes_to_read(card, role) + size_of(card, role))
        path = verify(card, role, progress.advance)
        self._make_room(card, size)
        network = weights.load(network, path, self.device.handle, dtype, layout, progress.advance)
        self._put(card, role, network, size)
        tell(1.0)
        return network

    def _load_codec(self, card: ModelCard, tell: Tell) -> Any:
        module, kind, maker = _known(CODECS, card.codec, "codec", card)
        path = verify(card, "codec", Progress(tell, bytes_to_read(card, "codec")).advance)
        codec = getattr(getattr(importlib.import_module(module), kind), maker)(path)
        self._put(card, "codec", codec, size_of(card, "codec"))
        tell(1.0)
        return codec

    def _make_room(self, card: ModelCard, size: int) -> None:
        """Let the least recently used leave until `size` bytes more are within the budget."""
        with self._lock:
            leaving = [key for key, place in self._places.items() if place.turn < self._turn]
        while leaving and self._held() + size > self._allowed():
            self._drop([leaving.pop(0)])
            give_back(self.device)
        free = free_memory(self.device)
        if 0 < free < size:
            raise Failure(
                f"{card.title} needs {size / 2**30:.1f} GB of memory and {free / 2**30:.1f} GB is free; "
                "close other programs or choose a smaller checkpoint."
            )

    def _allowed(self) -> float:
        if self._budget is not None:
            return self._budget
        return SHARE * (free_memory(self.device) + self._held())

    def _held(self) -> int:
        with self._lock:
            return sum(place.size for place in self._places.values())

    def _take(self, card: ModelCard, role: str) -> Any:
        """What stands there, as the most recently used; None if nothing does."""
        with self._lock:
            place = self._places.pop((card.id, role), None)
            if place is None:
                return None
            place.turn = self._turn
            self._places[card.id, role] = place
            return place.thing

    def _put(self, card: ModelCard, role: str, thing: Any, size: int) -> None:
        with self._lock:
            self._places[card.id, role] = Place(thing, size, self._turn)

    def _drop(self, keys: list[tuple[str, str]]) -> None:
        with self._lock:
            for key in keys:
                if self._places.pop(key, None) is not None:
                    log.info("%s of %s leaves the shelf", key[1], key[0])


class Progress:
    """Bytes done, told as a fraction of `total`."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total, self._done = tell, max(total, 1), 0

    def advance(self, count: int) -> None:
        self._done += count
        self._tell(min(self._done / self._total, 0.99))


def build(card: ModelCard) -> nn.Module:
    """The card's network without storage. Raises BadInput where the architecture or its configuration is not known."""
    module, config_name, network_name = _known(ARCHITECTURES, card.architecture, "architecture", card)
    room = importlib.import_module(module)
    config_type = getattr(room, config_name)
    assert is_dataclass(config_type)
    unknown = sorted(card.network.keys() - {field.name for field in fields(config_type)})
    if unknown:
        raise BadInput(
            f"The card of {card.id} sets {', '.join(unknown)}, which {card.architecture} does not have; correct it."
        )
    try:
        with torch.device("meta"), weights.NothingDrawn():
            network = getattr(room, network_name)(msgspec.convert(card.network, config_type))
    except (msgspec.ValidationError, ValueError, ArithmeticError, RuntimeError, AssertionError, TypeError) as error:
        raise BadInput(
            f"The card of {card.id} describes a network that cannot be built: {error}; correct it."
        ) from error
    assert isinstance(network, nn.Module)
    return network


def _known(table: dict[str, T], name: str, kind: str, card: ModelCard) -> T:
    if name not in table:
        raise BadInput(f"{card.title} needs the {kind} “{name}”, which this Quartet lacks; update Quartet to use it.")
    return table[name]
