"""Checkpoints as their authors lay them out, tiny and of random weights: recognised, checked, and loaded.

The tensors have the published names and the files the published nests.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.api import paths
from engine.api.cards import find_cards
from engine.api.errors import BadInput, Failure
from engine.networks import e2, f5
from engine.networks.bigvgan import BigVGAN, BigVGANConfig
from engine.networks.vocos import Vocos, VocosConfig
from engine.runtime import published
from engine.runtime.device import choose
from engine.runtime.published import add, described
from engine.runtime.shelf import Shelf
from tests.engine.commands import Run

LETTERS = [" ", "a", "b", "c", "e", "ni3", "hao3", ","]
TINY: dict[str, Any] = dict(dim=32, depth=2, heads=4, dim_head=8, ff_mult=3, text_num_embeds=8, text_dim=16)
F5 = f5.F5Config(**TINY, conv_layers=1)
V0 = {"text_mask_padding": False, "pe_attn_head": 1}
VOCOS = VocosConfig(width=16, middle=24, depth=2, window=64, hop=16)
VOCOS_SETTINGS = """
feature_extractor:
  class_path: vocos.feature_extractors.MelSpectrogramFeatures
  init_args: {sample_rate: 24000, n_fft: 64, hop_length: 16, n_mels: 100, padding: center}
backbone:
  class_path: vocos.models.VocosBackbone
  init_args: {input_channels: 100, dim: 16, intermediate_dim: 24, num_layers: 2}
head:
  class_path: vocos.heads.ISTFTHead
  init_args: {dim: 16, n_fft: 64, hop_length: 16, padding: center}
"""
CONFIG = """
model:
  backbone: DiT
  arch: {{dim: 32, text_mask_padding: {padding}, pe_attn_head: null}}
  mel_spec: {{mel_spec_type: {mel}}}
"""

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def home(no_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))


def drawn(network: nn.Module) -> dict[str, Tensor]:
    """The weights of a network of its own draw, all of them away from zero."""
    torch.manual_seed(4)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.1)
    return network.state_dict()


def averaged(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """As the authors' training saves it."""
    extra = {
        "initted": torch.tensor(True),
        "step": torch.tensor(9),
        "ema_model.mel_spec.mel_stft.window": torch.ones(4),
    }
    return extra | {f"ema_model.transformer.{name}": tensor for name, tensor in state.items()}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a folder as the authors name theirs; the network is F5's unless it is given."""

    def made(folder: str, file: str = "model_1250000.safetensors", network: nn.Module | None = None) -> Path:
        place = tmp_path / "downloads" / folder
        place.mkdir(parents=True)
        state = averaged(drawn(network or f5.DiT(F5)))
        if file.endswith(".safetensors"):
            save_file(state, place / file)
        else:
            torch.save(
                {"ema_model_state_dict": state, "optimizer_state_dict": {"state": {}}, "update": 7}, place / file
            )
        (place / "vocab.txt").write_text("\n".join(LETTERS) + "\n", encoding="utf-8")
        return place

    return made


@pytest.mark.parametrize(
    ("folder", "file", "flags"),
    [
        ("F5TTS_v1_Base", "model_1250000.safetensors", {}),
        ("F5TTS_v1_Base_no_zero_init", "model_1250000.safetensors", {}),
        ("F5TTS_v1_Small", "model_500000.pt", {}),
        ("F5TTS_Base", "model_1200000.safetensors", V0),
        ("F5TTS_Base_bigvgan", "model_1250000.pt", V0),
        ("hindi-v1-finetune", "model_last.pt", {}),
    ],
)
@torch.no_grad()
def test_f5_folders_are_in_the_catalog_and_speak(make: Make, folder: str, file: str, flags: dict[str, Any]) -> None:
    source = make(folder, file)
    added = add(source)
    cards, complaints = find_cards()
    card = cards[added.id]
    assert complaints == []
    assert (card.modality, card.codec, card.languages) == ("speech", "letters", ("english", "chinese"))
    assert card.mel == ("bigvgan" if "bigvgan" in folder else "vocos")
    shelf = Shelf(choose("cpu"))
    network = shelf.network(card)
    assert isinstance(network, f5.DiT)
    assert asdict(network.config) == asdict(replace(F5, **flags))
    assert card.parameters == sum(each.numel() for each in f5.DiT(F5).parameters())
    expected = f5.DiT(replace(F5, **flags)).eval()
    expected.load_state_dict(drawn(f5.DiT(F5)))
    x, ids = torch.randn(1, 9, 100), torch.tensor([shelf.codec(card).encode("abc, e")])
    assert ids.tolist() == [[1, 2, 3, 7, 0, 4]]
    assert torch.allclose(
        network(x, 0.3, network.prepare(x, ids)), expected(x, 0.3, expected.prepare(x, ids)), atol=1e-5
    )


def test_the_weights_are_not_held_twice(make: Make) -> None:
    source = make("F5TTS_v1_Base")
    card = add(source)
    assert card.file("network").samefile(source / "model_1250000.safetensors")
    assert add(source).folder == card.folder == str(paths.models()[1] / "f5tts-v1-base")


def test_where_they_cannot_be_linked_they_are_copied(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make("F5TTS_v1_Base")

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("another disk")

    monkeypatch.setattr(published.os, "link", refuse)
    card = add(source)
    assert card.file("network").read_bytes() == (source / "model_1250000.safetensors").read_bytes()
    assert not card.file("network").samefile(source / "model_1250000.safetensors")


def test_of_several_files_the_one_of_most_steps_counts_and_one_may_be_chosen(make: Make) -> None:
    place = make("F5TTS_v1_Base", "model_250000.safetensors")
    (place / "model_1250000.safetensors").write_bytes((place / "model_250000.safetensors").read_bytes())
    assert described(place).file("network").name == "model_1250000.safetensors"
    assert described(place / "model_250000.safetensors").file("network").name == "model_250000.safetensors"


def test_weights_without_averaging_and_bare_ones(make: Make) -> None:
    place = make("F5TTS_v1_Base")
    state = drawn(f5.DiT(F5))
    for layout, prefix in (("f5-plain", "transformer."), ("", "")):
        save_file({prefix + name: tensor for name, tensor in state.items()}, place / "model_1250000.safetensors")
        card = described(place)
        assert card.layout == layout
        Shelf(choose("cpu")).network(card)


def test_which_of_both_f5s_it_is_can_be_said_or_must_be(make: Make) -> None:
    place = make("my own voice")
    with pytest.raises(BadInput, match="--as f5-v0 or --as f5-v1"):
        described(place)
    assert described(place, "f5-v0").network["pe_attn_head"] == 1
    assert described(place, "f5-upsampled").network["text_embedding_average_upsampling"]
    (place / "config.yaml").write_text(CONFIG.format(padding=False, mel="bigvgan"))
    assert (described(place).network["text_mask_padding"], described(place).mel) == (False, "bigvgan")
    (place / "config.yaml").write_text(CONFIG.format(padding=True, mel="vocos"))
    assert "text_mask_padding" not in described(place).network
    assert described(place, "f5-v0").network["pe_attn_head"] == 1


def test_a_card_beside_the_weights_wins(make: Make) -> None:
    place = make("F5TTS_v1_Base")
    card = add(place)
    written = (Path(card.folder) / "card.toml").read_text()
    (place / "card.toml").write_text(written.replace("F5-TTS v1 Base", "My voice").replace("f5tts-v1-base", "mine"))
    assert (add(place).id, find_cards()[0]["mine"].title) == ("mine", "My voice")


@torch.no_grad()
def test_e2_folders(make: Make) -> None:
    config = e2.E2Config(**TINY | {"text_dim": None})
    card = add(make("E2TTS_Base", "model_1200000.safetensors", e2.UNetT(config)))
    network = Shelf(choose("cpu")).network(find_cards()[0][card.id])
    assert isinstance(network, e2.UNetT)
    assert network.config == replace(config, text_dim=100)
    x = torch.randn(1, 9, 100)
    assert network(x, 0.3, network.prepare(x, torch.tensor([[1, 2]]))).isfinite().all()


@torch.no_grad()
def test_vocos_folders(tmp_path: Path) -> None:
    place = tmp_path / "vocos-mel-24khz"
    place.mkdir()
    extra = {"feature_extractor.mel_spec.spectrogram.window": torch.ones(4)}
    torch.save(drawn(Vocos(VOCOS)) | extra, place / "pytorch_model.bin")
    with pytest.raises(BadInput, match="config.yaml cannot be read"):
        add(place)
    (place / "config.yaml").write_text(VOCOS_SETTINGS)
    added = add(place)
    card = find_cards()[0][added.id]
    assert (card.modality, card.mel, card.title, card.licence) == ("vocoder", "vocos", "Vocos", "MIT")
    network = Shelf(choose("cpu")).network(card)
    assert isinstance(network, Vocos) and network.config == VOCOS
    for broken in ("backbone: [", "head: {}", "backbone: 3"):
        (place / "config.yaml").write_text(broken)
        with pytest.raises(BadInput, match="config.yaml is not usable"):
            described(place)


def test_bigvgan_folders(tmp_path: Path) -> None:
    place = tmp_path / "bigvgan_v2_24khz_100band_256x"
    place.mkdir()
    settings = dict(upsample_rates=[4, 2], upsample_kernel_sizes=[8, 4], upsample_initial_channel=16)
    config = BigVGANConfig(upsample_rates=(4, 2), upsample_kernel_sizes=(8, 4), upsample_initial_channel=16)
    torch.save({"generator": drawn(BigVGAN(config))}, place / "bigvgan_generator.pt")
    torch.save({"mpd": {}}, place / "bigvgan_discriminator_optimizer.pt")
    final = dict(use_tanh_at_final=False, use_bias_at_final=False)
    (place / "config.json").write_text(json.dumps(settings | final))
    added = add(place)
    card = find_cards()[0][added.id]
    network = Shelf(choose("cpu")).network(card)
    assert isinstance(network, BigVGAN) and card.mel == "bigvgan"


def test_what_cannot_be_used_is_one_sentence(make: Make, tmp_path: Path) -> None:
    place = make("F5TTS_v1_Base")
    weights, vocabulary = place / "model_1250000.safetensors", place / "vocab.txt"
    whole = weights.read_bytes()

    def refused(kind: type[Exception], said: str, what: Path = place, as_: str = "") -> None:
        with pytest.raises(kind, match=said) as caught:
            add(what, as_)
        assert "\n" not in str(caught.value)

    refused(BadInput, "There is no folder", tmp_path / "nowhere")
    refused(BadInput, "holds no weights", tmp_path / "downloads")
    refused(BadInput, "There is no kind “f6”: choose one of f5-v1", as_="f6")
    refused(BadInput, "is not Vocos but a network of f5", as_="vocos")
    vocabulary.write_text("\n".join(LETTERS[:5]))
    refused(Failure, "has 5 letters and the network knows 8: it is cut short")
    vocabulary.unlink()
    refused(Failure, "vocab.txt cannot be read")
    vocabulary.write_text("\n".join(LETTERS))
    weights.write_bytes(whole[: len(whole) // 2])
    refused(Failure, "is damaged")
    save_file({"something": torch.ones(2)}, weights)
    refused(BadInput, "holds none of the networks that Quartet knows: F5-TTS v1, ")
    state = drawn(f5.DiT(F5))
    save_file(averaged(state | {"transformer_blocks.1.attn.to_q.bias": torch.ones(3)}), weights)
    refused(Failure, "does not fit its card: .*to_q.bias is")
    del state["norm_out.linear.bias"]
    save_file(averaged(state), weights)
    refused(Failure, r"1 parameter missing \(norm_out.linear.bias\)")
    assert find_cards()[0] == {}


def test_weights_without_a_card_in_the_catalog_are_pointed_out(make: Make) -> None:
    place = make("F5TTS_v1_Base")
    there = paths.models()[1] / place.name
    there.parent.mkdir(parents=True)
    place.rename(there)
    said = f"{there} holds weights and no card; to use them, run: python -m engine models add {there}"
    assert find_cards() == ({}, [said])
    card = add(there)
    assert find_cards() == ({card.id: card}, [])


def test_the_command_line_adds(make: Make, run: Run) -> None:
    place = make("a voice")
    assert run("models", "add").code == 2
    assert "--as f5-v0 or --as f5-v1" in run("models", "add", str(place)).err
    assert run("models", "--as", "f5-v0").code == 2
    ran = run("models", "add", str(place), "--as", "f5-v1")
    assert (ran.code, ran.out) == (0, "a voice is there as a-voice (f5, 60,772 parameters)\n")
    assert "a-voice" in run("models").out
