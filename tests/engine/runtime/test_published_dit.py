"""DiT as its authors lay it out, tiny and of random weights: recognised, checked, loaded, and painting."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.api.cards import find_cards
from engine.api.errors import BadInput, Failure
from engine.networks.image_dit import DiTConfig, ImageDiT
from engine.networks.sd_vae import SDVAE, SDVAEConfig
from engine.runtime.device import choose
from engine.runtime.published import add
from engine.runtime.shelf import Shelf

DIT = DiTConfig(size=4, width=64, depth=3, heads=1, classes=6)
VAE = SDVAEConfig(widths=(8, 8, 16, 16), groups=8, scale=0.5)

DIFFUSERS = (
    ("mid.block_1", "mid_block.resnets.0"),
    ("mid.block_2", "mid_block.resnets.1"),
    ("mid.attn_1.norm", "mid_block.attentions.0.group_norm"),
    ("mid.attn_1.q.", "mid_block.attentions.0.query."),
    ("mid.attn_1.k.", "mid_block.attentions.0.key."),
    ("mid.attn_1.v.", "mid_block.attentions.0.value."),
    ("mid.attn_1.proj_out", "mid_block.attentions.0.proj_attn"),
    ("norm_out", "conv_norm_out"),
    ("downsample.", "downsamplers.0."),
    ("upsample.", "upsamplers.0."),
    (".block.", ".resnets."),
    ("encoder.down.", "encoder.down_blocks."),
)


@pytest.fixture(autouse=True)
def home(no_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))
    with torch.no_grad():
        yield


def drawn(network: nn.Module) -> dict[str, Tensor]:
    torch.manual_seed(4)
    for parameter in network.parameters():
        if parameter.requires_grad:
            nn.init.normal_(parameter, std=0.1)
    return network.state_dict()


def diffusers(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The autoencoder as it was published for diffusers, with matrices in its attention."""
    found = {}
    for name, tensor in state.items():
        for ours, theirs in DIFFUSERS:
            name = name.replace(ours, theirs)
        for i in range(4):
            name = name.replace(f"decoder.up.{i}.", f"decoder.up_blocks.{3 - i}.")
        found[name] = tensor[:, :, 0, 0] if ".attentions." in name and tensor.ndim == 4 else tensor
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "downloads" / "DiT"
    (place / "sd-vae-ft-ema").mkdir(parents=True)
    torch.save(drawn(ImageDiT(DIT)), place / "DiT-XL-2-256x256.pt")
    state = {name: tensor.contiguous() for name, tensor in diffusers(drawn(SDVAE(VAE))).items()}
    save_file(state, place / "sd-vae-ft-ema" / "diffusion_pytorch_model.safetensors")
    (place / "sd-vae-ft-ema" / "config.json").write_text(json.dumps({"norm_num_groups": 8, "scaling_factor": 0.5}))
    return place


def test_the_published_files_become_one_checkpoint_that_paints(folder: Path) -> None:
    added = add(folder)
    cards, complaints = find_cards()
    card = cards[added.id]
    assert complaints == [] and (card.modality, card.architecture, card.prediction) == ("image", "image_dit", "eps")
    assert (card.defaults["steps"], card.defaults["guidance"]) == (200, 4.0)
    assert card.network == {"size": 4, "width": 64, "depth": 3, "heads": 1, "classes": 6}
    assert "6 classes, 32 × 32 pixels" in card.description
    shelf = Shelf(choose("cpu"))
    network, vae = shelf.network(card), shelf.network(card, role="vae")
    assert isinstance(network, ImageDiT) and isinstance(vae, SDVAE)
    assert vae.config == VAE and network.config == DIT
    assert card.parameters == sum(each.numel() for each in [*network.parameters(), *vae.parameters()])
    told = network.prepare(torch.tensor([2, DIT.classes]))
    answer = network(torch.randn(2, 4, 4, 4), 500, told)
    assert vae(answer[:1, :4]).shape == (1, 3, 32, 32)


def test_its_tensors_are_those_of_the_files(folder: Path) -> None:
    card = add(folder)
    shelf = Shelf(choose("cpu"))
    for role, original in (("network", ImageDiT(DIT)), ("vae", SDVAE(VAE))):
        expected, found = drawn(original), shelf.network(card, role=role).state_dict()
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


def test_a_checkpoint_of_its_training_gives_the_averaged_weights(folder: Path) -> None:
    """It holds the options of the command line too, which no loader of weights alone would open."""
    (folder / "DiT-XL-2-256x256.pt").unlink()
    network = ImageDiT(DIT)
    plain = {name: torch.zeros_like(tensor) for name, tensor in network.state_dict().items()}
    for steps, state in (("0050000", plain), ("0400000", drawn(network))):
        file = {"model": plain, "ema": state, "opt": {"state": {}}, "args": argparse.Namespace(lr=1e-4)}
        torch.save(file, folder / f"{steps}.pt")
    card = add(folder)
    assert card.files["network"].name == "0400000.pt"
    found = Shelf(choose("cpu")).network(card).state_dict()
    assert all(torch.equal(found[name], tensor) for name, tensor in drawn(network).items())


@pytest.mark.parametrize("within", [False, True], ids=["by itself", "within Stable Diffusion"])
def test_the_autoencoder_may_be_one_file_beside_the_folder(folder: Path, within: bool) -> None:
    for path in (folder / "sd-vae-ft-ema").iterdir():
        path.unlink()
    vae = SDVAE(SDVAEConfig(widths=(32, 32, 32, 32)))
    state: dict[str, Any] = {name.replace("conv_shortcut", "nin_shortcut"): each for name, each in drawn(vae).items()}
    state = {f"first_stage_model.{name}": each for name, each in state.items()} if within else state
    state |= {"model.diffusion_model.out.0.weight" if within else "loss.logvar": torch.zeros(3)}
    torch.save({"state_dict": state}, folder.parent / "vae-ft-mse-840000-ema-pruned.ckpt")
    card = add(folder)
    found = Shelf(choose("cpu")).network(card, role="vae")
    assert isinstance(found, SDVAE) and found.config == vae.config
    assert all(torch.equal(found.state_dict()[name], tensor) for name, tensor in vae.state_dict().items())


def test_what_is_missing_is_named_in_one_sentence(folder: Path) -> None:
    def refused(kind: type[Exception], said: str) -> None:
        with pytest.raises(kind, match=said) as caught:
            add(folder)
        assert "\n" not in str(caught.value)

    network = folder / "DiT-XL-2-256x256.pt"
    state = torch.load(network, weights_only=True)
    torch.save({name: each for name, each in state.items() if not name.startswith("blocks.1.attn")}, network)
    refused(Failure, r"does not fit its card: \d+ parameters missing \(blocks.1.attn")
    torch.save({name: each for name, each in state.items() if name != "pos_embed"}, network)
    refused(Failure, "cut short or of another kind: 'pos_embed' is missing")
    torch.save(state, network)
    torch.save(state, folder / "DiT-XL-2-512x512.pt")
    refused(BadInput, "holds several networks .*; put each into a folder of its own")
    (folder / "DiT-XL-2-512x512.pt").unlink()
    settings = folder / "sd-vae-ft-ema" / "config.json"
    settings.write_text("{")
    refused(Failure, "config.json cannot be read")
    settings.unlink()
    (folder / "sd-vae-ft-ema" / "diffusion_pytorch_model.safetensors").unlink()
    refused(BadInput, "lacks the autoencoder that DiT paints by; put the folder sd-vae-ft-ema")
    network.write_bytes(network.read_bytes()[:1000])
    refused(Failure, "damaged")
    assert find_cards()[0] == {}


def test_other_folders_are_left_to_others(folder: Path) -> None:
    torch.save({"backbone.convnext.0.dwconv.weight": torch.zeros(2)}, folder / "DiT-XL-2-256x256.pt")
    with pytest.raises(BadInput):
        add(folder)
