"""Torch comes late, and what is broken in it is said with what to do."""

import importlib
from types import ModuleType

import pytest

from engine.api.errors import BadInput, Failure
from engine.runtime import start as start_module
from engine.runtime.start import start

TORCH = "PyTorch, which does the computing,"


def broken(error: Exception, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def load(module: str) -> ModuleType:
        if module == name:
            raise error
        return real(module)

    monkeypatch.setattr(start_module.importlib, "import_module", load)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModuleNotFoundError("No module named 'torch'", name="torch"), TORCH),
        (ImportError("libtorch_cpu.so: cannot open shared object file"), TORCH),
        (OSError("libcudart.so.12: cannot open shared object file"), TORCH),
        (ModuleNotFoundError("No module named 'sympy'", name="sympy"), "A part of the engine (sympy)"),
    ],
)
def test_what_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    broken(error, "torch", monkeypatch)
    with pytest.raises(Failure) as failure:
        start()
    assert str(failure.value) == f"{said} cannot be loaded; run the set-up again: bash packaging/run.sh"
    assert failure.value.__cause__ is error


def test_a_library_that_the_worker_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ModuleNotFoundError("No module named 'tokenizers'", name="tokenizers")
    broken(error, "engine.runtime.worker", monkeypatch)
    with pytest.raises(Failure, match=r"A part of the engine \(tokenizers\) cannot be loaded"):
        start()


def test_the_shelf_stands_on_the_device_that_was_asked_for() -> None:
    assert start("cpu").device.kind == "cpu"
    with pytest.raises(BadInput, match="The device must be"):
        start("toaster")
