"""The shelf: checkpoints load once, leave when room is needed, and say in one sentence why they cannot be loaded."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.api.errors import BadInput, Cancelled, Failure
from engine.api.files import sha256
from engine.runtime import shelf as shelf_module
from engine.runtime import verification
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from tests.engine.commands import ROOT


@pytest.fixture
def shelf(tiny_checkpoint: Path) -> Shelf:
    return Shelf(choose("cpu"))


@pytest.fixture
def copies(tiny_checkpoint: Path) -> list[str]:
    """Three checkpoints, by id."""
    for id in ("b", "c"):
        folder = shutil.copytree(tiny_checkpoint, tiny_checkpoint.parent / id)
        rewrite(folder, lambda text, id=id: text.replace('"pocket-text"', f'"{id}"'))  # type: ignore[misc]
    return ["pocket-text", "b", "c"]


def rewrite(folder: Path, change: Callable[[str], str]) -> None:
    card = folder / "card.toml"
    card.write_text(change(card.read_text(encoding="utf-8")), encoding="utf-8")


def accept(folder: Path, name: str) -> None:
    """Let the card describe the file as it now is."""
    role = {"network.safetensors": "network", "tokenizer.json": "codec"}[name]
    size, digest = (folder / name).stat().st_size, sha256(folder / name)

    def change(text: str) -> str:
        head, _, rest = text.partition(f"[files.{role}]")
        rest = re.sub(r'sha256 = ".*"', f'sha256 = "{digest}"', rest, count=1)
        return f"{head}[files.{role}]" + re.sub(r"size = \d+", f"size = {size}", rest, count=1)

    rewrite(folder, change)


def test_a_checkpoint_is_loaded_once(shelf: Shelf) -> None:
    card = shelf.card("pocket-text")
    network, codec = shelf.network(card), shelf.codec(card)
    assert shelf.network(card) is network and shelf.codec(card) is codec
    assert not network.training
    assert network(torch.zeros(1, 5, dtype=torch.long), torch.ones(1)).shape == (1, 5, card.network["vocab_size"])
    assert shelf.loaded() == ["pocket-text"]


def test_a_checkpoint_may_hold_several_networks(shelf: Shelf, tiny_checkpoint: Path) -> None:
    first = shelf.card("pocket-text")
    state = load_file(first.file("network"))
    save_file({name: tensor + 1 for name, tensor in state.items()}, tiny_checkpoint / "second.safetensors")
    network = "".join(f"{name} = {value}\n" for name, value in first.network.items())
    more = '[files.second]\nname = "second.safetensors"\n[parts.second]\narchitecture = "masked_lm"\n'
    more += "[parts.second.network]\n"
    rewrite(tiny_checkpoint, lambda text: f"{text}\n{more}{network}")
    card = Shelf(choose("cpu")).card("pocket-text")
    one, other = shelf.network(card), shelf.network(card, role="second")
    assert shelf.network(card, role="second") is other is not one
    assert torch.allclose(other.get_parameter("bias"), one.get_parameter("bias") + 1)
    with pytest.raises(BadInput, match="describes no network for “third”; add it under"):
        shelf.network(card, role="third")


def test_loading_leaves_torchs_compiler_alone(tiny_checkpoint: Path) -> None:
    program = (
        "import sys\nfrom engine.runtime.device import choose\nfrom engine.runtime.shelf import Shelf\n"
        "shelf = Shelf(choose('cpu'))\nshelf.network(shelf.card('pocket-text'))\n"
        "print([name for name in ('sympy', 'torch._dynamo', 'torch._inductor') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr


def test_a_checkpoint_that_came_later_is_found(shelf: Shelf, tiny_checkpoint: Path) -> None:
    with pytest.raises(BadInput, match="There is no checkpoint “late” here"):
        shelf.card("late")
    folder = shutil.copytree(tiny_checkpoint, tiny_checkpoint.parent / "late")
    rewrite(folder, lambda text: text.replace('"pocket-text"', '"late"'))
    assert shelf.card("late").id == "late"


def test_loading_is_told_from_beginning_to_end_once(shelf: Shelf) -> None:
    card = shelf.card("pocket-text")
    told: list[float] = []
    shelf.network(card, told.append)
    assert told == sorted(told) and 0 < told[0] < 1 and told[-1] == 1 and len(told) > 5
    told.clear()
    shelf.network(card, told.append)
    assert told == []


@pytest.mark.parametrize("after", [0, 1, 5])
def test_loading_can_be_stopped_and_leaves_nothing(shelf: Shelf, after: int) -> None:
    card, told = shelf.card("pocket-text"), []

    def tell(fraction: float) -> None:
        told.append(fraction)
        if len(told) > after:
            raise Cancelled

    with pytest.raises(Cancelled):
        shelf.network(card, tell)
    assert len(told) == after + 1
    assert shelf.loaded() == []
    assert shelf.network(card)


def test_the_least_recently_used_leaves_when_the_budget_is_spent(copies: list[str]) -> None:
    first = Shelf(choose("cpu"))
    first.network(first.card("b"))
    shelf = Shelf(choose("cpu"), budget=int(2.5 * first._held()))
    for id in ("pocket-text", "b", "pocket-text", "c"):
        shelf.begin_turn()
        shelf.network(shelf.card(id))
    assert shelf.loaded() == ["pocket-text", "c"]


def test_what_the_running_job_uses_stays_even_over_the_budget(copies: list[str]) -> None:
    shelf = Shelf(choose("cpu"), budget=1)
    shelf.begin_turn()
    for id in copies:
        shelf.network(shelf.card(id))
    assert shelf.loaded() == copies
    shelf.begin_turn()
    shelf.network(shelf.card("b"))
    shelf.unload("b")
    shelf.network(shelf.card("b"))
    assert shelf.loaded() == ["b"]


def test_unload_takes_one_or_all(copies: list[str]) -> None:
    shelf = Shelf(choose("cpu"))
    for id in copies:
        shelf.network(shelf.card(id))
        shelf.codec(shelf.card(id))
    shelf.unload("b")
    assert shelf.loaded() == ["pocket-text", "c"]
    shelf.keep_only(shelf.card("c"))
    assert shelf.loaded() == ["c"]
    shelf.unload()
    assert shelf.loaded() == []
    assert shelf.memory_in_use() > 0


def test_a_checkpoint_larger_than_the_free_memory_is_refused(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "free_memory", lambda device: 1000)
    with pytest.raises(Failure, match=r"Tiny text needs 0.0 GB of memory and 0.0 GB is free; close other programs"):
        shelf.network(shelf.card("pocket-text"))


DAMAGES: list[tuple[str, Callable[[Path], object], str]] = [
    ("network.safetensors", lambda path: path.unlink(), "is missing; download Tiny text again"),
    ("tokenizer.json", lambda path: path.unlink(), "is missing; download Tiny text again"),
    (
        "network.safetensors",
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        "is damaged: it holds .* bytes, not",
    ),
    ("network.safetensors", lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\xff"), r"SHA-256 differs"),
    ("tokenizer.json", lambda path: path.write_bytes(b"{}"), r"SHA-256 differs"),
]


@pytest.mark.parametrize(("name", "damage", "said"), DAMAGES)
def test_a_damaged_checkpoint_is_named_with_what_to_do(
    shelf: Shelf, tiny_checkpoint: Path, name: str, damage: Callable[[Path], object], said: str
) -> None:
    damage(tiny_checkpoint / name)
    card = shelf.card("pocket-text")
    with pytest.raises(Failure, match=said) as failure:
        shelf.network(card)
        shelf.codec(card)
    assert str(tiny_checkpoint / name) in str(failure.value)


def test_a_file_that_is_damaged_after_it_was_read_is_read_again(shelf: Shelf, tiny_checkpoint: Path) -> None:
    card = shelf.card("pocket-text")
    shelf.network(card)
    shelf.unload()
    path = tiny_checkpoint / "network.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(Failure, match="SHA-256 differs"):
        shelf.network(card)


def test_a_file_that_has_not_changed_is_hashed_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    card = shelf.card("pocket-text")
    shelf.network(card)
    shelf.unload()
    monkeypatch.setattr(verification, "sha256", lambda *_: pytest.fail("hashed again"))
    assert verification.bytes_to_read(card, "network") == 0
    shelf.network(card)


def test_weights_that_are_not_numbers_are_refused(shelf: Shelf, tiny_checkpoint: Path) -> None:
    path = tiny_checkpoint / "network.safetensors"
    state = {name: tensor.clone() for name, tensor in load_file(path).items()}
    state["token.weight"][3, 3] = float("nan")
    save_file(state, path)
    accept(tiny_checkpoint, "network.safetensors")
    with pytest.raises(Failure, match="token.weight holds values that are not numbers; download it again"):
        shelf.network(shelf.card("pocket-text"))


def test_a_tokenizer_of_another_kind_is_refused(shelf: Shelf, tiny_checkpoint: Path) -> None:
    (tiny_checkpoint / "tokenizer.json").write_text('{"version": "1.0"}')
    accept(tiny_checkpoint, "tokenizer.json")
    with pytest.raises(Failure, match="tokenizer.json"):
        shelf.codec(shelf.card("pocket-text"))


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        ('"masked_lm"', '"perceiver"', BadInput, "needs the architecture “perceiver”, which this Quartet lacks"),
        ('"text_tokens"', '"pixels"', BadInput, "needs the codec “pixels”, which this Quartet lacks"),
        ('path = "masked"', 'path = "masked"\nlayout = "theirs"', BadInput, "needs the layout “theirs”"),
        ("width = 16", "breadth = 16", BadInput, "sets breadth, which masked_lm does not have; correct it"),
        ("width = 16", 'width = "wide"', BadInput, "describes a network that cannot be built"),
        ("width = 16", "width = -5", BadInput, "describes a network that cannot be built"),
        ("vocab_size = ", "# ", BadInput, "vocab_size"),
        ("width = 16", "width = 24", Failure, "does not fit its card: .* is .* and not"),
        ("depth = 2", "depth = 3", Failure, r"does not fit its card: 8 parameters missing \(blocks.2"),
        ("depth = 2", "depth = 1", Failure, r"does not fit its card: 8 parameters unknown \(blocks.1"),
    ],
)
def test_a_card_that_does_not_fit_is_said(
    shelf: Shelf, tiny_checkpoint: Path, old: str, new: str, kind: type[Exception], said: str
) -> None:
    rewrite(tiny_checkpoint, lambda text: text.replace(old, new))
    card = shelf.card("pocket-text")
    with pytest.raises(kind, match=said) as raised:
        shelf.network(card)
        shelf.codec(card)
    assert "\n" not in str(raised.value)
