"""A text checkpoint whose parts do not belong together is refused in one sentence, with the real pipeline."""

import json
import re
from pathlib import Path

import pytest

from engine.api.files import sha256
from engine.api.messages import Event, Failed, Finished
from engine.api.requests import TextRequest
from engine.runtime import worker
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf


def end_of(shelf: Shelf) -> Event:
    told: list[Event] = []
    worker.run(Job("a", TextRequest(length=8, steps=2)), shelf, told.append)
    return told[-1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'path = "masked"',
            'path = "garden"',
            "names the path “garden”, which this Quartet does not know; correct it.",
        ),
        (r"window = \d+", "", "lacks window under [network]; add it."),
    ],
)
def test_a_card_that_says_too_little_or_too_much(
    shelf: Shelf, tiny_checkpoint: Path, old: str, new: str, said: str
) -> None:
    card = tiny_checkpoint / "card.toml"
    card.write_text(re.sub(old, new, card.read_text(encoding="utf-8")), encoding="utf-8")
    end = end_of(shelf)
    assert end == Failed(job="a", sentence=f"The card of pocket-text {said}", bad_input=True)


def retokenize(folder: Path, extra: int) -> None:
    """Put a tokenizer with so many tokens more into the checkpoint, and its hash into the card."""
    path, card = folder / "tokenizer.json", folder / "card.toml"
    raw, before = json.loads(path.read_text(encoding="utf-8")), sha256(path)
    vocabulary = raw["model"]["vocab"]
    first = len(vocabulary)
    vocabulary |= {"!" * (20 + more): first + more for more in range(extra)}
    path.write_text(json.dumps(raw), encoding="utf-8")
    card.write_text(card.read_text(encoding="utf-8").replace(before, sha256(path)), encoding="utf-8")


def test_a_tokenizer_of_a_larger_network(shelf: Shelf, tiny_checkpoint: Path) -> None:
    retokenize(tiny_checkpoint, 5)
    assert end_of(shelf) == Failed(
        job="a", sentence="Tiny text has the tokenizer of another network; download it again.", bad_input=True
    )


def test_a_network_with_room_for_more_tokens_than_there_are(shelf: Shelf, tiny_checkpoint: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    path, card = tiny_checkpoint / "network.safetensors", tiny_checkpoint / "card.toml"
    before, size = sha256(path), path.stat().st_size
    state = load_file(path)
    rows, width = state["token.weight"].shape
    state["token.weight"] = torch.cat([state["token.weight"].clone(), torch.full((50, width), 100.0)])
    state["bias"] = torch.cat([state["bias"].clone(), torch.full((50,), 100.0)])
    save_file({name: tensor.clone() for name, tensor in state.items()}, path)
    text = card.read_text(encoding="utf-8").replace(f"vocab_size = {rows}", f"vocab_size = {rows + 50}")
    text = text.replace(before, sha256(path)).replace(f"size = {size}", f"size = {path.stat().st_size}")
    card.write_text(text, encoding="utf-8")
    end = end_of(shelf)
    assert isinstance(end, Finished), end
