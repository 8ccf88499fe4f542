"""Show-o's published folders: recognised, checked, loaded part by part; and what is said where one is missing."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from engine.api.cards import find_cards
from engine.api.errors import BadInput, Failure
from engine.codecs.byte_pairs import BytePairs
from engine.networks.magvit import Magvit
from engine.networks.showo import ShowO
from engine.networks.showo_layout import prompt_row
from engine.runtime.device import choose
from engine.runtime.published import add, described
from engine.runtime.shelf import Shelf
from tests.tiny_showo import MAGVIT, SHOWO, make, showo_folder, tokenizer

__all__ = ["showo_folder"]


@pytest.fixture(autouse=True)
def home(no_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("ending", ["bin", "safetensors"])
def test_the_folders_become_one_checkpoint(tmp_path: Path, ending: str) -> None:
    added = add(make(tmp_path / "published", ending=ending))
    cards, complaints = find_cards()
    card = cards[added.id]
    assert complaints == [] and (card.title, card.modality, card.path) == ("Show-o", "image", "showo")
    assert card.defaults == {"steps": 18, "guidance": 2.75, "temperature": 1.0}
    shelf = Shelf(choose("cpu"))
    network, pictures, words = shelf.network(card), shelf.network(card, role="tokenizer"), shelf.codec(card)
    assert isinstance(network, ShowO) and isinstance(pictures, Magvit) and isinstance(words, BytePairs)
    assert (network.config, pictures.config) == (SHOWO, MAGVIT)
    assert card.parameters == sum(each.numel() for part in (network, pictures) for each in part.parameters())


def test_its_tensors_are_those_of_the_files(showo_folder: Path) -> None:
    card = add(showo_folder)
    shelf = Shelf(choose("cpu"))
    network, pictures = shelf.network(card), shelf.network(card, role="tokenizer")
    file = torch.load(showo_folder / "pytorch_model.bin", weights_only=True)
    other = torch.load(showo_folder.parent / "magvitv2" / "pytorch_model.bin", weights_only=True)
    named = network.state_dict()
    assert torch.equal(
        named["layers.1.self_attn.k_layernorm.bias"], file["showo.model.layers.1.self_attn.k_layernorm.bias"]
    )
    assert torch.equal(named["lm_head.bias"], file["showo.lm_head.bias"]) and len(named) == len(file)
    assert torch.equal(pictures.state_dict()["quant_conv.weight"], other["encoder.quant_conv.weight"])
    assert len(pictures.state_dict()) == len(other) - 2  # the table of codes and the powers of two are worked out


def test_a_prompt_becomes_a_picture(showo_folder: Path) -> None:
    card = add(showo_folder)
    shelf = Shelf(choose("cpu"))
    network, pictures, words = shelf.network(card), shelf.network(card, role="tokenizer"), shelf.codec(card)
    assert isinstance(network, ShowO) and isinstance(pictures, Magvit)
    prompts = torch.tensor([prompt_row(words.encode("a red cat!"), network.ids)])
    hidden = torch.full((1, SHOWO.picture), SHOWO.codes)
    tokens = network.project(network.picture(hidden, network.keep(prompts))).argmax(-1)
    assert pictures.decode(tokens).shape == (1, 3, 16, 16)


def test_the_variant_with_clip_has_its_projector(tmp_path: Path) -> None:
    card = add(make(tmp_path / "published", features=12))
    network = Shelf(choose("cpu")).network(card)
    assert isinstance(network, ShowO) and network.config.features == 12
    assert network.look(torch.zeros(1, 2).long(), torch.randn(1, 5, 12), torch.zeros(1, 1).long()).shape == (1, 8, 64)
    assert "CLIP" in card.description


def test_without_settings_the_folder_says_how_large_pictures_are(showo_folder: Path) -> None:
    config = showo_folder / "config.json"
    told = json.loads(config.read_text())
    config.write_text(json.dumps({"codebook_size": told["codebook_size"]}))
    larger = showo_folder.rename(showo_folder.with_name("show-o-512x512"))
    card = described(larger)
    assert card.network["picture"] == 1024 and card.network["text_vocab"] == SHOWO.text_vocab
    assert (card.defaults["steps"], card.defaults["guidance"]) == (50, 6.0)


def test_words_are_read_back_whole(showo_folder: Path) -> None:
    words = BytePairs.load(showo_folder.parent / "phi-1_5" / "tokenizer.json")
    assert words.size <= SHOWO.text_vocab and words.end == SHOWO.end
    assert words.decode(words.encode('a red cat!"')) == 'a red cat!"'
    assert words.decode([*words.encode("the sky"), SHOWO.ids.soi, SHOWO.ids.mask]) == "the sky"
    (showo_folder / "none.json").write_text("{")
    with pytest.raises(Failure, match="is not a usable tokenizer"):
        BytePairs.load(showo_folder / "none.json")


def test_what_is_missing_is_named_in_one_sentence(showo_folder: Path) -> None:
    def refused(kind: type[Exception], said: str, place: Path = showo_folder) -> None:
        with pytest.raises(kind, match=said) as caught:
            add(place)
        assert "\n" not in str(caught.value)

    path, beside = showo_folder / "pytorch_model.bin", showo_folder.parent
    file = torch.load(path, weights_only=True)
    torch.save({name: each for name, each in file.items() if "layers.1.mlp" not in name}, path)
    refused(Failure, r"does not fit its card: 4 parameters missing \(layers.1.mlp")
    torch.save({name: each for name, each in file.items() if "q_layernorm" not in name}, path)
    refused(Failure, "cut short or of another kind")
    torch.save(file | {"showo.model.extra": torch.zeros(2)}, path)
    refused(Failure, r"1 parameter unknown \(extra\)")
    torch.save(file, path)
    told = json.loads((showo_folder / "config.json").read_text())
    (showo_folder / "config.json").write_text(json.dumps(told | {"llm_vocab_size": 50295}))
    refused(Failure, "speaks of 58,498 tokens and the network has 8,243")
    (showo_folder / "config.json").write_text(json.dumps(told | {"codebook_size": 4096, "llm_vocab_size": 4136}))
    refused(Failure, "which has not 4,096 codes")
    (showo_folder / "config.json").write_text(json.dumps(told))
    refused(BadInput, "is the tokenizer of Show-o's pictures", beside / "magvitv2")
    shutil.copy(beside / "phi-1_5" / "tokenizer.json", beside / "words.json")
    with_more = json.loads((beside / "words.json").read_text())
    with_more["added_tokens"] += [with_more["added_tokens"][0] | {"id": 99, "content": "<|more|>"}]
    with_more["model"]["vocab"] |= {f"<{i}>": 100 + i for i in range(9)}
    (beside / "phi-1_5" / "tokenizer.json").write_text(json.dumps(with_more))
    refused(Failure, "is the tokenizer of another network")
    shutil.copy(beside / "words.json", beside / "phi-1_5" / "tokenizer.json")
    shutil.move(beside / "phi-1_5", beside / "elsewhere")
    refused(BadInput, "lacks its tokenizer of text")
    shutil.move(beside / "elsewhere", showo_folder / "phi-1_5")
    few = {name: each for name, each in tokenizer().items() if "decoder.up.1" not in name}
    torch.save(few, beside / "magvitv2" / "pytorch_model.bin")
    refused(Failure, "magvitv2/pytorch_model.bin is cut short")
    shutil.rmtree(beside / "magvitv2")
    refused(BadInput, "lacks the tokenizer of its pictures")
    assert find_cards()[0] == {}
