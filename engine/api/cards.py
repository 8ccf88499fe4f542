"""Cards: what a checkpoint is. One `card.toml` in a folder of its own, shipped or the user's."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.api import paths
from engine.api.errors import BadInput

CARD = "card.toml"
WEIGHTS = (".safetensors", ".pt", ".bin", ".ckpt")
"""Endings of files of weights, ours and the published ones."""


class CardFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file beside the card."""

    name: str
    sha256: str = ""
    size: int = 0


class CardPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further network of a checkpoint, as the card describes the first one."""

    architecture: str
    network: dict[str, Any] = {}
    layout: str = ""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where training data came from."""

    name: str
    licence: str
    note: str = ""


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a checkpoint is: enough to build its network, to load it safely, to describe it and to credit it.

    `network` are the fields of the architecture's config. `codec` names the codec and `path` the noise path.
    `options` narrows choice fields of the request to what this checkpoint knows, `only` does so further where another
    field has some value: only.language.hindi.style = ["story"]. `defaults` are request fields that it works best with.
    """

    id: str
    title: str
    modality: str
    architecture: str
    network: dict[str, Any]
    codec: str = ""
    path: str = ""
    prediction: str = ""
    files: dict[str, CardFile]
    licence: str
    parameters: int
    parts: dict[str, CardPart] = {}
    """Further networks in the same folder, by the role of their file: "cascader"."""
    companions: dict[str, str] = {}
    """Other checkpoints that this one needs, by what they do for it: "prosody"."""
    mel: str = "vocos"
    """Whose mel spectrogram a network of speech makes or a vocoder takes: "vocos" or "bigvgan"."""
    layout: str = ""
    """Whose names the parameters have in the network's file; empty means ours."""
    description: str = ""
    languages: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    """Fields of the request that this checkpoint makes no use of; a form leaves them out."""
    options: dict[str, tuple[str, ...]] = {}
    only: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
    defaults: dict[str, Any] = {}
    guidance: str = ""
    """How the authors' guidance number maps to ours (1 = none)."""
    sources: tuple[Source, ...] = ()
    figures: dict[str, Any] = {}
    samples: tuple[str, ...] = ()
    folder: str = ""
    """Set when read: where the files are."""

    def known(self, values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """By choice field, the words that this checkpoint knows beside the other `values` of a request."""
        narrowed = [words[values[name]] for name, words in self.only.items() if values.get(name) in words]
        return self.options | {name: words for each in narrowed for name, words in each.items()}

    def part(self, role: str) -> "ModelCard":
        """This card as if its network were the one in this role; "network" is the first. Raises BadInput."""
        if role == "network":
            return self
        if role not in self.parts:
            raise BadInput(f"The card of {self.id} describes no network for “{role}”; add it under [parts].")
        part = self.parts[role]
        return msgspec.structs.replace(self, architecture=part.architecture, network=part.network, layout=part.layout)

    def file(self, role: str) -> Path:
        """The path of the file in this role ("network", "codec"); BadInput where the card names none."""
        if role not in self.files:
            raise BadInput(f"The card of {self.id} names no file for “{role}”; add it under [files].")
        return Path(self.folder) / self.files[role].name


def read_card(path: Path) -> ModelCard:
    """The card at `path`; raises BadInput with one sentence where it cannot be used."""
    try:
        card = msgspec.toml.decode(path.read_bytes(), type=ModelCard)
    except OSError as error:
        raise BadInput(f"The card {path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"The card {path} is not usable: {error}; correct it or remove the folder.") from error
    if any(Path(file.name).name != file.name or file.name in ("", "..") for file in card.files.values()):
        raise BadInput(f"The card {path} names a file outside its own folder; move the file beside the card.")
    return msgspec.structs.replace(card, folder=str(path.parent))


def find_cards(*folders: Path) -> tuple[dict[str, ModelCard], list[str]]:
    """All usable cards by id (the user's win over the shipped ones), and a sentence for each that is not usable."""
    cards: dict[str, ModelCard] = {}
    complaints = []
    for path in _card_files(*(folders or paths.models())):
        try:
            card = read_card(path)
            cards[card.id] = card
        except BadInput as error:
            complaints.append(str(error))
    return cards, complaints + [unadded(folder) for folder in _without_card(*(folders or paths.models()))]


def unadded(folder: Path) -> str:
    """What is said of a folder of weights without a card."""
    return f"{folder} holds weights and no card; to use them, run: python -m engine models add {folder}"


def pick(checkpoint: str, cards: dict[str, ModelCard], complaints: Iterable[str] = ()) -> ModelCard:
    """The card of this id among those found. Raises BadInput with what there is, or with why it cannot be used."""
    if checkpoint in cards:
        return cards[checkpoint]
    named = (complaint for complaint in complaints if f"{os.sep}{checkpoint}{os.sep}" in complaint)
    advice = (
        f"choose one of those there are: {', '.join(sorted(cards))}"
        if cards
        else "there is none at all: set Quartet up again"
    )
    raise BadInput(next(named, f"There is no checkpoint “{checkpoint[:80]}” here; {advice}."))


def _without_card(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for each in sorted(folder.glob("*/")):
            if not (each / CARD).exists() and any(path.suffix in WEIGHTS for path in each.iterdir()):
                yield each


def _card_files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.glob(f"*/{CARD}"))
