"""Weights come out of a file that also holds objects and code, and neither is made nor run."""

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.api.errors import Failure
from engine.networks.unet1d import ConditionalUnet1D, UNet1dConfig
from engine.runtime.inert_pickle import played, read_inert
from engine.runtime.weights import LAYOUTS, load, read


class Settings:
    """Something that only its own program knows."""

    def __init__(self) -> None:
        self.parts = [1, {"rate": 2.0}, (3, None, True), {"a", "b"}]


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


TINY = UNet1dConfig(2, global_cond_dim=5, diffusion_step_embed_dim=8, down_dims=(8, 16), n_groups=4)


def checkpoint(path: Path, trap: Path) -> ConditionalUnet1D:
    """A file as Diffusion Policy writes it: settings, then a policy, its average and the optimiser's state."""
    plain, averaged = ConditionalUnet1D(TINY), ConditionalUnet1D(TINY)
    states = {
        "model": OrderedDict((f"model.{name}", tensor) for name, tensor in plain.state_dict().items()),
        "ema_model": OrderedDict((f"model.{name}", tensor) for name, tensor in averaged.state_dict().items()),
        "optimizer": torch.optim.AdamW(plain.parameters()).state_dict(),
    }
    states["ema_model"]["normalizer.params_dict.action.scale"] = nn.Parameter(torch.ones(2))
    torch.save(
        {"cfg": Settings(), "trap": Bomb(trap), "state_dicts": states, "pickles": {"epoch": b"\x80\x04K."}}, path
    )
    return averaged


def test_the_averaged_network_is_taken_and_the_trap_not_sprung(tmp_path: Path) -> None:
    path, trap = tmp_path / "latest.ckpt", tmp_path / "trap"
    expected = checkpoint(path, trap).eval()
    with torch.device("meta"):
        empty = ConditionalUnet1D(TINY)
    network = load(empty, path, torch.device("cpu"), torch.float32, LAYOUTS["diffusion-policy"])
    x, cond = torch.randn(2, 8, 2), torch.randn(2, 5)
    assert torch.equal(network(x, 3, global_cond=cond), expected(x, 3, global_cond=cond))
    assert not trap.exists()
    torch.load(path, weights_only=False)  # the trap is a real one
    assert trap.exists()


def test_every_kind_of_number_comes_out_as_it_went_in(tmp_path: Path) -> None:
    kinds = [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int8, torch.bool]
    state = {str(kind): torch.tensor([[0, 1], [1, 0]]).to(kind) for kind in kinds}
    state["turned"] = torch.arange(6.0).view(2, 3).T[1:]
    state["empty"], state["scalar"] = torch.empty(0, 3), torch.tensor(2.5)
    torch.save({"state_dicts": {"model": state}, "cfg": Settings()}, tmp_path / "a.ckpt")
    found = read(tmp_path / "a.ckpt")
    assert {name: (tensor.dtype, tensor.tolist()) for name, tensor in found.items()} == {
        name: (tensor.dtype, tensor.tolist()) for name, tensor in state.items()
    }


def test_objects_alone_are_refused(tmp_path: Path) -> None:
    torch.save({"weight": torch.ones(2), "cfg": Settings()}, tmp_path / "a.pt")
    assert list(read_inert(tmp_path / "a.pt")) == ["weight"]
    with pytest.raises(Failure, match="was not opened"):
        read(tmp_path / "a.pt")


@pytest.mark.parametrize("said", [b"", b".", b"0.", b"\x80\x02h\x05.", b"(tR.", b"]K\x01\x86s.", b"\x80\x02}q\x00"])
def test_nonsense_ends_in_an_error_that_is_expected(said: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
        played(said)


def test_a_file_that_is_no_archive_or_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ckpt"
    checkpoint(path, tmp_path / "trap")
    whole = path.read_bytes()
    for cut in (whole[:500], whole[: len(whole) // 2], b"PK\x03\x04" + os.urandom(200)):
        path.write_bytes(cut)
        with pytest.raises(ValueError):
            read_inert(path)


def test_a_tensor_larger_than_what_is_stored_of_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ckpt"
    torch.save({"state_dicts": {"model": {"a": torch.zeros(1).expand(1000, 1000)}}, "cfg": Settings()}, path)
    with pytest.raises(ValueError, match="larger than what is stored"):
        read_inert(path)
