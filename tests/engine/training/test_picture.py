"""The pocket pictures: from a corpus and its tokens to a checkpoint that loads, whichever kind."""

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.api.cards import CardFile, ModelCard, read_card
from engine.api.errors import BadInput
from engine.networks.magvit import Magvit, MagvitConfig
from engine.networks.showo import ShowO, ShowOConfig
from engine.networks.tiny_decoder import TinyDecoder, TinyDecoderConfig
from engine.runtime import weights
from engine.runtime.shelf import build
from engine.training import loop, picture, picture_latent, picture_preview
from engine.training.card import write_card
from engine.training.export import export
from engine.training.loop import LoopConfig, Run
from engine.training.picture import LESSONS, Plan
from engine.training.picture_captions import Item, Scene
from engine.training.picture_corpus import TRAIN, Entry, pack

TINY = ShowOConfig(width=32, depth=2, heads=2, middle=48, turned=1.0, text_vocab=300, end=1, text_length=12, across=16)
PLAN = Plan(network=TINY)
LOOP = LoopConfig(minutes=None, steps=3, batch=4, warmup=1)
CODER = MagvitConfig(
    ch=8,
    encoder_mult=(1, 1),
    encoder_blocks=(1, 1),
    decoder_mult=(1, 1),
    decoder_blocks=(1, 1),
    norm_num_groups=4,
    fold=4,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Twelve pictures, of which three are the judge's; their tokens; a tokenizer that has learned nothing."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = np.random.default_rng(0)
    entries, packed = [], b""
    for number in range(12):
        data = pack(np.full((128, 128, 3), 20 * number, np.uint8))
        item = Item(name="disc", key="disc", source="set", drawing="1", boxes=((10, 10, 60, 60),))
        entry = Entry(
            number=number,
            split="judge" if number % 4 == 3 else TRAIN,
            scene=Scene(look="flat", ground="plain", items=(item,)),
            captions=(("english", f"{number} discs"), ("hindi", "एक चक्र")),
            first=len(packed),
            length=len(data),
        )
        packed += data
        entries.append(msgspec.json.encode(entry) + b"\n")
    (folder / "pictures.bin").write_bytes(packed)
    (folder / "pictures.jsonl").write_bytes(b"".join(entries))
    (folder / "corpus.json").write_bytes(b'{"size": 128}')
    (folder / "sources.json").write_bytes(b'[{"name": "set", "licence": "CC0-1.0", "pictures": 1200}]')
    np.save(folder / "codes.npy", rng.integers(8192, size=(12, 256)).astype(np.uint16))
    return folder, folder / "codes.npy", coder(folder / "coder")


def coder(folder: Path) -> Path:
    folder.mkdir()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        export(Magvit(CODER), folder)
    card = ModelCard(
        id="coder",
        title="Coder",
        modality="image-tokenizer",
        architecture="magvit",
        network=dataclasses.asdict(CODER),
        files={"network": CardFile(name="network.safetensors")},
        licence="CC0-1.0",
        parameters=100,
        figures={"psnr": 24.5},
        folder=str(folder),
    )
    write_card(card)
    return folder


def test_it_learns_and_ships_with_its_tokenizer_its_words_and_its_card(
    made: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    picture.train(tmp_path, *made, LOOP, PLAN)
    card = read_card(tmp_path / "card.toml")
    assert "preview" not in card.parts
    assert (card.id, card.modality, card.architecture, card.path) == ("pocket-pictures", "image", "showo", "showo")
    network = weights.load(build(card), card.file("network"), torch.device("cpu"), torch.float32)
    assert isinstance(network, ShowO) and network.config.across == 16
    part = card.part("tokenizer")
    tokenizer = weights.load(build(part), card.file("tokenizer"), torch.device("cpu"), torch.float32)
    assert tokenizer.config == CODER
    assert card.figures["training"]["steps"] == 3 and card.figures["training"]["pictures"] == 9
    assert card.figures["tokenizer"] == {"psnr": 24.5}
    assert [(each.name, each.note) for each in card.sources] == [("set", "in 1,200 pictures")]
    assert card.file("codec").exists() and "question" in card.lacks


def test_what_shows_its_steps_ships_with_it(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    shows = made[2].with_name("shows")
    card = picture_preview.CARD_FIELDS | dict(network={"width": 8}, parameters=7, folder=str(shows))
    export(TinyDecoder(TinyDecoderConfig(width=8)), shows)
    write_card(ModelCard(**card, files={"network": CardFile(name="network.safetensors")}, figures={"psnr": 20.0}))
    picture.train(tmp_path, *made, LOOP, dataclasses.replace(PLAN, preview=shows))
    shipped = read_card(tmp_path / "card.toml")
    part = build(shipped.part("preview"))
    assert weights.load(part, shipped.file("preview"), torch.device("cpu"), torch.float32) is part
    assert shipped.figures["preview"] == {"psnr": 20.0} and shipped.parameters > 107


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    made: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "bf16_is_fast", lambda device: False)
    often = dataclasses.replace(LOOP, save_seconds=0.0)
    picture.train(tmp_path / "whole", *made, often, PLAN)
    step = Run.step

    def stopped(self: Run) -> Any:
        if self.progress.step == 2:
            raise KeyboardInterrupt
        return step(self)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Run, "step", stopped)
        picture.train(tmp_path / "parts", *made, often, PLAN)
    picture.train(tmp_path / "parts", *made, often, PLAN)
    whole, parts = (load_file(tmp_path / name / "network.safetensors") for name in ("whole", "parts"))
    for name, weight in whole.items():
        assert torch.equal(parts[name], weight), name


def test_a_deeper_one_begins_as_the_shallower_one_was(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    picture.train(tmp_path / "small", *made, LOOP, PLAN)
    deeper = dataclasses.replace(PLAN, network=dataclasses.replace(TINY, depth=4), smaller=tmp_path / "small")
    nothing = dataclasses.replace(LOOP, steps=1, learning_rate=0.0, matrix_rate=0.0, weight_decay=0.0)
    picture.train(tmp_path / "deep", *made, nothing, deeper)
    drawn = []
    for name in ("small", "deep"):
        card = read_card(tmp_path / name / "card.toml")
        network: Any = weights.load(build(card), card.file("network"), torch.device("cpu"), torch.float32)
        codes = torch.full((1, 256), network.config.codes)
        with torch.no_grad():
            drawn.append(network.project(network.picture(codes, network.keep(torch.tensor([[305, 1, 5, 1]])))))
    small, deep = drawn
    assert torch.allclose(small, deep, atol=1e-4)


@pytest.mark.parametrize(("kind", "architecture"), [("transfusion", "transfusion"), ("dit", "image_dit")])
def test_what_it_is_compared_with_learns_from_the_same(
    kind: str, architecture: str, made: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small: dict[str, Any] = dict(width=32, depth=1, heads=2)
    monkeypatch.setattr(picture, "TRANSFUSION", dataclasses.replace(picture_latent.TRANSFUSION, **small, inner=48))
    monkeypatch.setattr(picture, "DIT", dataclasses.replace(picture_latent.DIT, **small, memory=32))
    plan = dataclasses.replace(PLAN, kind=kind, resampled=False, learned_null=False)
    plan = dataclasses.replace(plan, lessons=dataclasses.replace(LESSONS, read=0.5))
    picture.train(tmp_path, *made, LOOP, plan)
    card = read_card(tmp_path / "card.toml")
    assert (card.architecture, card.path, card.prediction) == (architecture, "cosine", "v")
    network = weights.load(build(card), card.file("network"), torch.device("cpu"), torch.float32)
    assert card.network.get("learned_null", False) is False
    assert all(weight.isfinite().all() for weight in network.parameters())


def test_a_tokenizer_that_is_not_there_is_named(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        picture.train(tmp_path, *made[:2], tmp_path / "nowhere", LOOP, PLAN)
