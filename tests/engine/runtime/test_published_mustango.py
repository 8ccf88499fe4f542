"""Mustango's published folders: recognised, checked, loaded part by part; and what is said where one is missing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.api.cards import find_cards
from engine.api.errors import BadInput, Failure
from engine.codecs.pieces import Pieces
from engine.conditioners.flan_t5 import ChordPredictor
from engine.networks.audioldm_vae import AudioLDMVAE
from engine.pipelines.mustango_network import Mustango
from engine.runtime.device import choose
from engine.runtime.published import add, described
from engine.runtime.shelf import Shelf
from tests.tiny_music_mustango import WORDS, mustango_folder, mustango_template

__all__ = ["mustango_folder", "mustango_template"]


@pytest.fixture(autouse=True)
def home(no_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))


def saved(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = torch.load(path, weights_only=True)
    return found


def test_the_folders_become_one_checkpoint(mustango_folder: Path) -> None:
    added = add(mustango_folder)
    cards, complaints = find_cards()
    card = cards[added.id]
    assert complaints == [] and (card.title, card.modality, card.architecture) == ("Mustango", "music", "mustango")
    assert card.defaults["steps"] == 200 and card.defaults["guidance"] == 3.0 and card.defaults["gamma"] == 1.0
    assert "fewer" in card.description and "not their setting" in card.description
    assert set(card.parts) == {"vae", "vocoder", "beats", "chords"}
    shelf = Shelf(choose("cpu"))
    networks = {role: shelf.network(card, role=role) for role in ("network", *card.parts)}
    assert card.parameters == sum(each.numel() for network in networks.values() for each in network.parameters())
    assert all(Path(card.folder, file.name).is_file() for file in card.files.values())


def test_its_tensors_are_those_of_the_files(mustango_folder: Path) -> None:
    card = add(mustango_folder)
    shelf = Shelf(choose("cpu"))
    network, vae = shelf.network(card), shelf.network(card, role="vae")
    assert isinstance(network, Mustango) and isinstance(vae, AudioLDMVAE)
    file = saved(mustango_folder / "ldm" / "pytorch_model_ldm.bin")
    assert torch.equal(network.unet.conv_in.weight, file["unet.conv_in.weight"])
    assert torch.equal(network.text_encoder.get_parameter("embed_tokens.weight"), file["text_encoder.shared.weight"])
    bias = network.chord_embedding_layer.FME.translation_bias
    assert torch.equal(bias, file["chord_embedding_layer.FME.translation_bias"])
    assert (vae.config.scale_factor, vae.config.ch) == (0.5, 32)
    assert network.config.unet.heads == (1, 2, 4, 4) and network.config.text.num_heads == 3


def test_the_output_layer_of_the_chord_predictor_is_not_its_table_of_words(mustango_folder: Path) -> None:
    card = add(mustango_folder)
    network = Shelf(choose("cpu")).network(card, role="chords")
    assert isinstance(network, ChordPredictor)
    file = saved(mustango_folder / "chords" / "flan-t5-large.bin")
    assert torch.equal(network.t5.shared.weight, file["shared.weight"])
    assert torch.equal(network.t5.lm_head.weight, file["lm_head.weight"])
    assert not torch.equal(network.t5.shared.weight, network.t5.lm_head.weight)
    assert network.t5.encoder.embed_tokens.weight is network.t5.shared.weight


def test_both_kinds_of_tokenizer_are_read(mustango_folder: Path) -> None:
    card = add(mustango_folder)
    words, pieces = Pieces.load(card.file("codec")), Pieces.load(card.file("beats-codec"))
    text = "calm piano with strings"
    assert words.encode(text) == [3 + WORDS.index(word) for word in text.split()]
    assert words.decode(words.encode(text)) == pieces.decode(pieces.encode(text)) == text


def test_the_weights_are_not_held_twice(mustango_folder: Path) -> None:
    card = add(mustango_folder)
    assert card.file("vae").samefile(mustango_folder / "vae" / "pytorch_model_vae.bin")
    assert card.file("vocoder") == card.file("vae")


@pytest.mark.parametrize("role", ["beats", "chords"])
def test_without_a_predictor_it_is_added_without(mustango_folder: Path, role: str) -> None:
    shutil.rmtree(mustango_folder / role)
    assert role not in described(mustango_folder).parts


def test_what_is_missing_is_named_in_one_sentence(mustango_folder: Path) -> None:
    def refused(kind: type[Exception], said: str) -> None:
        with pytest.raises(kind, match=said) as caught:
            add(mustango_folder)
        assert "\n" not in str(caught.value)

    ldm, config = mustango_folder / "ldm" / "pytorch_model_ldm.bin", mustango_folder / "configs" / "vae_config.json"
    file, told = saved(ldm), config.read_text()
    torch.save({name: each for name, each in file.items() if "mid_block.attentions3" not in name}, ldm)
    refused(Failure, r"does not fit its card: \d+ parameters missing \(unet.mid_block.attentions3")
    torch.save({name: each for name, each in file.items() if not name.startswith("text_encoder")}, ldm)
    refused(Failure, "cut short or of another kind")
    torch.save(file, ldm)
    config.write_text("{")
    refused(Failure, "vae_config.json cannot be read")
    config.write_text(json.dumps(json.loads(told) | {"embed_dim": 4}))
    refused(Failure, "does not fit its card")
    config.write_text(told)
    (mustango_folder / "deberta-v3-large" / "spm.model").unlink()
    refused(BadInput, "deberta-v3-large lacks the tokenizer; put tokenizer.json or spm.model")
    (mustango_folder / "vae" / "pytorch_model_vae.bin").unlink()
    refused(BadInput, "vae holds no weights")
    assert find_cards()[0] == {}


def test_without_the_library_one_sentence_says_what_to_install(
    mustango_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    with pytest.raises(Failure, match="pip install transformers"):
        add(mustango_folder)


def test_a_damaged_tokenizer_is_one_sentence(tmp_path: Path) -> None:
    for name in ("tokenizer.json", "spm.model"):
        (tmp_path / name).write_bytes(b"\x00nothing")
        with pytest.raises(Failure, match="is not a usable tokenizer"):
            Pieces.load(tmp_path / name)


def test_text_encoders_hold_nothing_that_no_file_has(mustango_folder: Path) -> None:
    card = add(mustango_folder)
    shelf = Shelf(choose("cpu"))
    networks: list[nn.Module] = [shelf.network(card, role=role) for role in ("network", "beats", "chords")]
    assert not [name for network in networks for name, _ in network.named_buffers()]
