"""The tokenizer of pictures, small: it learns, is written down and read back, and gives a corpus its words; and the
decoder that shows what is made of them."""

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.api.cards import CARD, read_card
from engine.api.errors import BadInput
from engine.networks.magvit import Magvit, MagvitConfig
from engine.networks.tiny_decoder import TinyDecoder, TinyDecoderConfig
from engine.runtime import weights
from engine.runtime.shelf import build
from engine.training import loop, picture_preview
from engine.training.picture_captions import Item, Scene
from engine.training.picture_corpus import HELD_OUT, TRAIN, Entry, PictureCorpus, pack
from engine.training.picture_tokenizer import (
    LOOP,
    Objective,
    encode_corpus,
    load_tokenizer,
    main,
    pixels_of,
    signal_to_noise,
    train,
)

SIZE = 32
TINY = MagvitConfig(
    ch=16,
    encoder_mult=(1, 2),
    encoder_blocks=(1, 1),
    decoder_mult=(1, 2),
    decoder_blocks=(1, 1),
    norm_num_groups=4,
    fold=4,
)
SHORT = dataclasses.replace(LOOP, minutes=None, steps=60, warmup=5, average=0.8)
SCENE = Scene(look="flat", ground="plain", items=(Item(name="disc", key="disc", source="here", drawing="0"),))


@pytest.fixture(autouse=True)
def one_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "bf16_is_fast", lambda device: False)
    monkeypatch.setattr("engine.training.picture_tokenizer.bf16_is_fast", lambda device: False)


def disc(number: int) -> NDArray[np.uint8]:
    """A disc of one colour on a ground of another."""
    rng = np.random.default_rng(number)
    down, across = np.mgrid[:SIZE, :SIZE]
    inside = (down - rng.integers(8, 24)) ** 2 + (across - rng.integers(8, 24)) ** 2 < 49
    ground, color = rng.integers(0, 256, (2, 3), dtype=np.uint8)
    picture: NDArray[np.uint8] = np.where(inside[..., None], color, ground)
    return picture


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    packed = [pack(disc(number)) for number in range(40)]
    firsts = np.cumsum([0, *map(len, packed)]).tolist()
    entries = [
        Entry(
            number=number,
            split=HELD_OUT if number % 10 == 0 else TRAIN,
            scene=SCENE,
            captions=(("english", "a disc"),),
            first=first,
            length=len(data),
        )
        for number, (first, data) in enumerate(zip(firsts, packed, strict=False))
    ]
    (folder / "pictures.bin").write_bytes(b"".join(packed))
    (folder / "pictures.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, entries)))
    (folder / "corpus.json").write_bytes(b'{"size": 32, "seed": 0, "pairs": 40}')
    (folder / "sources.json").write_bytes(b'[{"name": "discs", "licence": "CC0-1.0", "drawings": 1, "pictures": 40}]')
    return folder


def test_what_is_trained_is_read_back_and_reconstructs_better_than_before(corpus: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(run, corpus, SHORT, TINY)
    card, pictures = read_card(run / CARD), PictureCorpus.load(corpus)
    assert card.architecture == "magvit" and msgspec.convert(card.network, MagvitConfig) == TINY
    assert card.sources[0].licence == "CC0-1.0" and card.figures["training"]["steps"] == 60
    torch.manual_seed(0)
    untaught = signal_to_noise(Magvit(TINY).eval(), pictures, pictures.of(HELD_OUT)).mean()
    taught = signal_to_noise(load_tokenizer(run), pictures, pictures.of(HELD_OUT)).mean()
    assert taught > untaught + 1
    assert card.figures["judge"]["psnr"] == pytest.approx(taught, abs=0.01)


def test_the_words_of_a_corpus_are_those_of_its_pictures_in_their_order(corpus: Path, tmp_path: Path) -> None:
    pictures = PictureCorpus.load(corpus)
    torch.manual_seed(0)
    net = Magvit(TINY).eval()
    encode_corpus(net, pictures, tmp_path / "codes.npy")
    codes = np.load(tmp_path / "codes.npy", allow_pickle=False)
    assert codes.shape == (40, 16) and codes.dtype == np.uint16
    assert codes[[3, 39]].tolist() == net.encode(pixels_of(pictures.pictures([3, 39]))).tolist()


def test_signal_to_noise_is_that_of_the_pixels(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off by a tenth of the range everywhere: 20 dB."""
    net, pictures = Magvit(TINY), PictureCorpus.load(corpus)
    true = pixels_of(pictures.pictures([0]))
    monkeypatch.setattr(net, "decode", lambda tokens: true + 0.2)
    assert signal_to_noise(net, pictures, np.array([0])).tolist() == pytest.approx([20], abs=1e-3)


def test_pictures_of_the_training_part_alone_are_learnt_from(corpus: Path) -> None:
    pictures = PictureCorpus.load(corpus)
    objective = Objective(pictures)
    assert {pictures.entries[index].split for index in objective.indices} == {TRAIN}
    losses = objective(Magvit(TINY), torch.zeros(6), torch.Generator().manual_seed(1))
    assert losses.shape == (6,) and losses.requires_grad and len(set(losses.tolist())) > 1


def test_a_corpus_without_pictures_to_learn_from_is_refused(corpus: Path) -> None:
    pictures = PictureCorpus.load(corpus)
    held_out = [each for each in pictures.entries if each.split == HELD_OUT]
    with pytest.raises(BadInput, match="no pictures to learn from"):
        Objective(dataclasses.replace(pictures, entries=held_out))


def test_the_decoder_of_previews_learns_from_the_words(corpus: Path, tmp_path: Path) -> None:
    """Words that tell the mean colour of each square."""
    pictures = PictureCorpus.load(corpus).pictures(range(40))
    colors = pictures.reshape(40, 4, 8, 4, 8, 3).mean((2, 4)).astype(np.uint16) >> 4
    np.save(tmp_path / "codes.npy", (colors @ np.array([1, 16, 256], np.uint16)).reshape(40, 16))
    pace = dataclasses.replace(picture_preview.LOOP, minutes=None, warmup=5, average=0.8)
    heard = []
    for steps in (1, 80):
        run = tmp_path / str(steps)
        picture_preview.train(
            run, corpus, tmp_path / "codes.npy", dataclasses.replace(pace, steps=steps), TinyDecoderConfig(width=16)
        )
        heard.append(read_card(run / CARD))
    card = heard[1]
    assert card.figures["judge"]["psnr"] > heard[0].figures["judge"]["psnr"] + 2
    small = weights.load(build(card), card.file("network"), torch.device("cpu"), torch.float32)
    assert isinstance(small, TinyDecoder)
    seen = small.decode(torch.arange(2 * 16).reshape(2, 16))
    assert seen.shape == (2, 3, SIZE, SIZE) and seen.abs().max() <= 1


def test_no_corpus_is_bad_input(tmp_path: Path) -> None:
    assert main(["--folder", str(tmp_path / "run"), "--corpus", str(tmp_path / "nowhere"), "--steps", "1"]) == 2
