"""Weights come in whole, under the right names, and nothing in their file is executed."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.api.errors import Failure
from engine.runtime.weights import LAYOUTS, Layout, NothingDrawn, arrange, load, read


class Small(nn.Module):
    """Two layers and a buffer that is kept in the file."""

    counts: Tensor

    def __init__(self, width: int = 3) -> None:
        super().__init__()
        self.first = nn.Linear(width, 4)
        self.second = nn.Linear(4, 2, bias=False)
        self.register_buffer("counts", torch.zeros(2, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x))  # type: ignore[no-any-return]


def empty(width: int = 3) -> Small:
    with torch.device("meta"), NothingDrawn():
        return Small(width)


def saved(path: Path, **changes: Tensor | None) -> tuple[Path, dict[str, Tensor]]:
    """A file with the weights of a Small, some of them changed, or left out where they are None."""
    state: dict[str, Any] = {name.replace(".", "_"): (name, tensor) for name, tensor in Small().state_dict().items()}
    state |= {key: (key.replace("_", ".", 1), tensor) for key, tensor in changes.items()}
    kept = {name: tensor.clone() for name, tensor in state.values() if tensor is not None}
    save_file(kept, path)
    return path, kept


def take(path: Path, layout: Layout = LAYOUTS[""], dtype: torch.dtype = torch.float32) -> Small:
    network = load(empty(), path, torch.device("cpu"), dtype, layout)
    assert isinstance(network, Small)
    return network


def test_a_network_gets_the_weights_of_its_file(tmp_path: Path) -> None:
    path, state = saved(tmp_path / "a.safetensors")
    network = take(path)
    assert {name: tensor.tolist() for name, tensor in network.state_dict().items()} == {
        name: tensor.tolist() for name, tensor in state.items()
    }
    assert not network.training and not any(parameter.requires_grad for parameter in network.parameters())
    assert network(torch.ones(1, 3)).shape == (1, 2)


def test_parameters_take_the_number_format_and_whole_numbers_stay(tmp_path: Path) -> None:
    network = take(saved(tmp_path / "a.safetensors")[0], dtype=torch.float16)
    assert network.first.weight.dtype == torch.float16
    assert network.counts.dtype == torch.int64


def test_what_is_loaded_in_a_job_can_be_used_outside_of_one(tmp_path: Path) -> None:
    with torch.inference_mode():
        network = take(saved(tmp_path / "a.safetensors")[0])
    assert not network.first.weight.is_inference()


def test_progress_is_told_between_tensors_and_can_stop_it(tmp_path: Path) -> None:
    path, state = saved(tmp_path / "a.safetensors")
    told: list[int] = []
    load(empty(), path, torch.device("cpu"), torch.float32, advance=told.append)
    assert len(told) == len(state) and sum(told) == sum(tensor.nbytes for tensor in state.values())

    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(empty(), path, torch.device("cpu"), torch.float32, advance=stop)


def test_missing_and_unknown_names_are_reported(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.safetensors", first_weight=None, first_bias=None, extra_one=torch.ones(1))
    with pytest.raises(
        Failure, match=r"2 parameters missing \(first.bias, first.weight\), 1 parameter unknown \(extra.one\)"
    ):
        take(path)


def test_a_long_report_is_cut_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({f"x{i}": torch.ones(1) for i in range(9)}, path)
    with pytest.raises(
        Failure, match=r"4 parameters missing \(counts, first.bias, first.weight, …\), 9 parameters unknown"
    ):
        take(path)


def test_another_shape_is_reported(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.safetensors", second_weight=torch.ones(2, 5))
    with pytest.raises(Failure, match=r"second.weight is \(2, 5\) and not \(2, 4\)"):
        take(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_numbers_are_reported(tmp_path: Path, value: float) -> None:
    path, _ = saved(tmp_path / "a.safetensors", second_weight=torch.full((2, 4), value))
    with pytest.raises(Failure, match="second.weight holds values that are not numbers; download it again"):
        take(path)


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_a_file_cut_short_is_reported(tmp_path: Path, keep: int) -> None:
    path, _ = saved(tmp_path / "a.safetensors")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(Failure, match="a.safetensors is damaged .*; download it again"):
        take(path)


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt"])
def test_a_file_that_is_not_there_or_is_noise_is_reported(tmp_path: Path, name: str) -> None:
    with pytest.raises(Failure, match=f"{name} is missing"):
        read(tmp_path / name)
    (tmp_path / name).write_bytes(os.urandom(1000))
    with pytest.raises(Failure, match="damaged"):
        read(tmp_path / name)


def test_torchs_own_files_are_read_wherever_a_training_loop_put_the_weights(tmp_path: Path) -> None:
    state = Small().state_dict()
    averaged = {f"ema_model.{name}": tensor for name, tensor in state.items()} | {"step": torch.tensor(3)}
    for wrapped in (state, {"state_dict": state, "epoch": 3}, {"model": {"state_dict": state}}):
        torch.save(wrapped, tmp_path / "a.pt")
        assert take(tmp_path / "a.pt").second.weight.equal(state["second.weight"])
    torch.save({"ema_model_state_dict": averaged, "optimizer": {"lr": 1e-3}}, tmp_path / "a.pt")
    assert take(tmp_path / "a.pt", LAYOUTS["ema"]).second.weight.equal(state["second.weight"])


def test_a_torch_file_cut_short_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    torch.save(Small().state_dict(), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(Failure, match="damaged"):
        read(path)


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("zipped", [True, False])
def test_code_in_a_file_is_not_executed(tmp_path: Path, zipped: bool) -> None:
    path, trace = tmp_path / "evil.pt", tmp_path / "trace"
    torch.save({"first.weight": Bomb(trace)}, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(Failure, match="evil.pt was not opened: it is damaged or holds more than weights"):
        read(path)
    assert not trace.exists()
    torch.load(path, weights_only=False)  # the trap is a real one
    assert trace.exists()


def test_another_code_bases_names_become_ours() -> None:
    q, k, v = torch.zeros(2, 3), torch.ones(2, 3), torch.full((2, 3), 2.0)
    foreign = {
        "net.layers.0.attn.q": q, "net.layers.0.attn.k": k, "net.layers.0.attn.v": v,
        "net.layers.1.kv": torch.cat([k, v]), "net.out.bias": q[0], "optimizer.step": q,
    }  # fmt: skip
    layout = Layout(
        prefix="net.",
        names=((r"layers\.(\d+)\.(.*)", r"blocks.\1.\2"), (r"out\.(.*)", r"head.\1")),
        split=((r"blocks\.(\d+)\.kv", (r"blocks.\1.k", r"blocks.\1.v"), 0),),
        merge=(((r"blocks\.(\d+)\.attn\.q", r"blocks.\1.attn.k", r"blocks.\1.attn.v"), r"blocks.\1.qkv", 0),),
    )
    found = arrange(foreign, layout)
    assert sorted(found) == ["blocks.0.qkv", "blocks.1.k", "blocks.1.v", "head.bias"]
    assert found["blocks.0.qkv"].equal(torch.cat([q, k, v]))
    assert found["blocks.1.k"].equal(k) and found["blocks.1.v"].equal(v)


def test_parts_that_are_not_all_there_are_not_joined() -> None:
    layout = Layout(merge=((("q", "k"), "qk", 0),))
    assert sorted(arrange({"q": torch.ones(1), "other": torch.ones(1)}, layout)) == ["other", "q"]


def test_a_network_without_storage_draws_nothing() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        before = torch.random.get_rng_state()
        with NothingDrawn():
            nn.Embedding(5, 5)
        assert torch.random.get_rng_state().equal(before)
    assert all(parameter.is_meta for parameter in empty().parameters())


def test_what_belongs_to_something_else_is_left_in_the_file() -> None:
    state = {"feature_extractor.mel": torch.zeros(1), "backbone.embed": torch.ones(1)}
    assert list(arrange(state, LAYOUTS["vocos"])) == ["backbone.embed"]


@pytest.mark.parametrize("modern", [False, True], ids=["once", "now"])
@pytest.mark.parametrize("kind", [nn.Conv1d, nn.ConvTranspose1d])
def test_weight_norm_is_folded_into_the_weights(kind: type[nn.Conv1d], modern: bool) -> None:
    plain = kind(3, 5, 4)
    if modern:
        normed = nn.utils.parametrizations.weight_norm(plain)
    else:
        with pytest.warns(FutureWarning):
            normed = nn.utils.weight_norm(plain)
    normed.get_parameter("parametrizations.weight.original0" if modern else "weight_g").data.mul_(3.0)
    x = torch.randn(2, 3, 9)
    expected, folded = normed(x), kind(3, 5, 4)
    folded.load_state_dict(arrange(normed.state_dict(), Layout(weight_norm=True)), strict=True)
    assert torch.allclose(folded(x), expected, atol=1e-6)
