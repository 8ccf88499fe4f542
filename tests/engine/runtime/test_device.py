"""The device: chosen, described, measured. Accelerators are played by stand-ins where there is none."""

import ctypes
import sys
from pathlib import Path

import pytest
import torch

from engine.api.errors import BadInput
from engine.runtime import device
from engine.runtime.device import (
    SMALL,
    Device,
    choose,
    free_memory,
    give_back,
    is_out_of_memory,
    keep_freed_memory,
    memory_in_use,
)

GIB = 2**30


@pytest.fixture
def one_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_is_there", lambda kind: kind in ("cpu", "cuda"))
    monkeypatch.setattr(device, "_works", lambda handle: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda handle: "Fast Card")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda handle: (3 * GIB, 8 * GIB))
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda handle: (8, 6))


def test_the_processor_is_described() -> None:
    found = choose("cpu")
    assert (found.kind, found.handle) == ("cpu", torch.device("cpu"))
    assert "core" in found.name and found.memory > 2**28


def test_the_fastest_device_that_works_is_chosen(one_cuda: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose() == Device("cuda", "Fast Card", 8 * GIB, torch.device("cuda"))
    monkeypatch.setattr(device, "_works", lambda handle: handle.type == "cpu")
    assert choose().kind == "cpu"


def test_all_that_the_machine_offers_is_named_the_fastest_first(one_cuda: None) -> None:
    assert device.available() == ("cuda", "cpu")


def test_the_user_chooses_by_flag_before_environment(one_cuda: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTET_DEVICE", "cpu")
    assert choose().kind == "cpu"
    assert choose("cuda:0").handle == torch.device("cuda", 0)
    assert choose("auto").kind == "cuda"


@pytest.mark.parametrize("wanted", ["gpu", "cuda:x", "cuda:-1", "", " ", "cpu; rm", "x" * 1000])
def test_a_device_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.setenv("QUARTET_DEVICE", wanted or "?")
    with pytest.raises(BadInput, match="The device must be auto, cpu, cuda or mps"):
        choose()


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_is_there", lambda kind: kind == "cpu")
    for wanted in ("cuda", "cuda:3", "mps"):
        with pytest.raises(BadInput, match=f"“{wanted}” cannot be used on this machine; choose auto or cpu"):
            choose(wanted)


def test_half_precision_is_only_for_large_networks_on_cards_made_for_it(
    one_cuda: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = choose("cuda")
    assert card.dtype(SMALL - 1) == torch.float32
    assert card.dtype(SMALL) == torch.bfloat16
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda handle: (7, 5))
    assert card.dtype(SMALL) == torch.float16
    for kind in ("cpu", "mps"):
        assert Device(kind, "", 0, torch.device("cpu")).dtype(100 * SMALL) == torch.float32


def test_memory_in_use_grows_with_what_is_held_and_shrinks_when_it_is_given_back() -> None:
    found = choose("cpu")
    give_back(found)
    before = memory_in_use(found)
    held = [torch.ones(2**20) for _ in range(64)]  # 64 × 4 MB
    during = memory_in_use(found)
    assert during - before > 200 * 2**20
    held.clear()
    give_back(found)
    assert memory_in_use(found) - before < 100 * 2**20
    assert 0 < free_memory(found) <= found.memory


def test_a_container_has_no_more_memory_than_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_container_limit", lambda: (GIB // 4, GIB // 16))
    found = choose("cpu")
    assert found.memory == GIB // 4
    assert free_memory(found) <= GIB // 4 - GIB // 16


@pytest.mark.parametrize(
    ("error", "is_it"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 5 GB)"), True),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes."),
            True,
        ),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_the_ways_of_running_out_of_memory_are_known(error: Exception, is_it: bool) -> None:
    assert is_out_of_memory(error) is is_it


def test_torch_says_it_in_one_of_those_ways() -> None:
    with pytest.raises(RuntimeError) as raised:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(raised.value)


def test_a_container_s_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    (tmp_path / "memory.stat").write_text("anon 100\ninactive_file 150\n")
    monkeypatch.setattr(device, "GROUP", tmp_path)
    assert device._container_limit() == (1000, 250)
    (tmp_path / "memory.max").write_text("max\n")
    assert device._container_limit() is None


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="the matter of glibc")
def test_memory_that_a_step_frees_serves_the_next() -> None:
    resource = pytest.importorskip("resource")
    keep_freed_memory()
    for _ in range(20):  # glibc lays an aligned block anew some times before it sees that the old place will do
        torch.ones(4 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        torch.ones(4 * 2**20)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 4096  # the pages of one such tensor
