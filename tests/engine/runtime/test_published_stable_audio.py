"""Stable Audio in either of its published forms is recognised, checked against its tensors, and says the same."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.api.cards import ModelCard, find_cards
from engine.api.errors import BadInput, Failure
from engine.networks.oobleck import Oobleck, OobleckConfig
from engine.networks.stable_audio import StableAudio, StableAudioConfig
from engine.runtime.device import choose
from engine.runtime.published import add
from engine.runtime.shelf import Shelf
from tests.tiny_music_stable_audio import AUTOENCODER, TRANSFORMER, stable_audio_folders, stable_audio_template

__all__ = ["stable_audio_folders", "stable_audio_template"]

ROLES = ("network", "vae", "timing", "text")


@pytest.fixture(autouse=True)
def home(no_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))


def loaded(card: ModelCard) -> dict[str, Any]:
    shelf = Shelf(choose("cpu"))
    return {role: shelf.network(card, role=role) for role in ROLES}


@torch.no_grad()
def test_both_forms_are_in_the_catalog_and_are_the_same(stable_audio_folders: Path) -> None:
    one, other = (add(stable_audio_folders / name) for name in ("tiny-stable-audio", "tiny-stable-audio-folders"))
    cards, complaints = find_cards()
    assert complaints == [] and set(cards) == {one.id, other.id} == {"tiny-stable-audio", "tiny-stable-audio-folders"}
    assert (
        one.parameters
        == other.parameters
        == sum(parameter.numel() for network in loaded(cards[one.id]).values() for parameter in network.parameters())
    )
    first, second = loaded(cards[one.id]), loaded(cards[other.id])
    assert isinstance(first["network"], StableAudio) and first["network"].config == StableAudioConfig(**TRANSFORMER)
    assert isinstance(first["vae"], Oobleck) and first["vae"].config == OobleckConfig(**AUTOENCODER)
    assert (cards[one.id].defaults["sampler"], cards[one.id].path) == ("dpmpp_3m_sde", "polyexponential")
    for role in ROLES:
        assert first[role].config == second[role].config
        states = first[role].state_dict(), second[role].state_dict()
        assert states[0].keys() == states[1].keys()
        assert all(torch.allclose(states[0][name], states[1][name], atol=1e-6) for name in states[0])


def test_one_file_is_held_once_for_all_its_networks(stable_audio_folders: Path) -> None:
    card = add(stable_audio_folders / "tiny-stable-audio")
    assert {card.files[role].name for role in ("network", "vae", "timing")} == {"model.safetensors"}
    assert card.file("vae").samefile(stable_audio_folders / "tiny-stable-audio" / "model.safetensors")
    assert card.files["codec"].name == "tokenizer.json"


def test_folders_with_files_of_one_name_are_told_apart(stable_audio_folders: Path) -> None:
    card = add(stable_audio_folders / "tiny-stable-audio-folders")
    names = {role: file.name for role, file in card.files.items()}
    assert names["network"] == "transformer.safetensors" and names["vae"] == "vae.safetensors"


def test_a_torch_file_is_read_too(stable_audio_folders: Path) -> None:
    folder = stable_audio_folders / "tiny-stable-audio"
    state = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save({"state_dict": state, "pytorch-lightning_version": "2"}, folder / "model.ckpt")
    assert loaded(add(folder))["network"].config == StableAudioConfig(**TRANSFORMER)


def test_without_what_reads_the_prompt_the_missing_folder_is_named(stable_audio_folders: Path) -> None:
    folder = stable_audio_folders / "tiny-stable-audio"
    (folder / "tokenizer" / "tokenizer.json").unlink()
    with pytest.raises(BadInput, match="tokenizer.json is missing; put the folder “tokenizer” there"):
        add(folder)
    (folder / "text_encoder" / "model.safetensors").unlink()
    with pytest.raises(BadInput, match="holds no weights; put the folder “text_encoder” there"):
        add(folder)


def test_a_missing_tensor_is_named(stable_audio_folders: Path) -> None:
    file = stable_audio_folders / "tiny-stable-audio" / "model.safetensors"
    state = load_file(file)
    del state["pretransform.model.decoder.layers.2.layers.1.weight_v"]
    save_file(state, file)
    with pytest.raises(Failure, match="does not fit its card: 1 parameter missing"):
        add(file.parent)


def test_a_later_kind_is_refused(stable_audio_folders: Path) -> None:
    folder = stable_audio_folders / "tiny-stable-audio"
    config = json.loads((folder / "model_config.json").read_text())
    config["model"]["diffusion"]["diffusion_objective"] = "rf_denoiser"
    (folder / "model_config.json").write_text(json.dumps(config))
    with pytest.raises(BadInput, match=r"of another kind \(rf_denoiser\); Open 1.0 can be added"):
        add(folder)
