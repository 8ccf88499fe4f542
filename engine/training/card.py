"""The card of a checkpoint that was trained here: its files measured, its data credited, its judges' figures noted."""

from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from engine.api.cards import CARD, CardFile, ModelCard
from engine.api.files import sha256, write_atomically


def write_card(card: ModelCard) -> None:
    """Write `card.toml` into the card's folder, with the size and SHA-256 of each file as it is there now."""
    folder = Path(card.folder)
    files = {role: _measured(folder / file.name) for role, file in card.files.items()}
    written = msgspec.structs.replace(card, files=files, folder="")
    filled = {name: value for name, value in msgspec.to_builtins(written).items() if value not in ("", [], {}, ())}
    write_atomically(folder / CARD, tomli_w.dumps(_plain(filled), multiline_strings=True))


def _measured(path: Path) -> CardFile:
    return CardFile(name=path.name, sha256=sha256(path), size=path.stat().st_size)


def _plain(value: Any) -> Any:
    """Lists for tuples, and nothing for None: the library knows neither."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
