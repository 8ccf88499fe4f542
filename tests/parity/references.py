"""The reference implementations that our networks are compared to, imported without what they would pull in.

f5-tts is installed without its dependencies (packaging/references.txt): its folder of networks needs torchaudio and
librosa at import for mels that are not compared here, and its packages import trainers. So stand-ins take the place of
these while its modules are imported, and of them alone; nothing of them is left behind.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from torch import Tensor

STAND_INS = ("torchaudio", "torchaudio.transforms", "librosa", "librosa.filters")
WITHOUT_INIT = ("model", "model.backbones")  # packages of f5-tts whose __init__ imports trainers


def f5_folder() -> Path:
    """Where f5-tts is installed; skips the test where it is not."""
    spec = importlib.util.find_spec("f5_tts")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("f5-tts is not installed: pip install --no-deps -r packaging/references.txt")
    return Path(spec.submodule_search_locations[0])


F5_OURS = ("frames_per_token", "position", "aligned", "learned_null", "mel_mean", "mel_deviation")
"""Options of F5's network that the reference does not have."""


@cache
def f5(module: str) -> Any:
    """The module f5_tts.`module`; skips the test where the reference is not installed."""
    folder = f5_folder()
    with stood_in(folder):
        return importlib.import_module(f"f5_tts.{module}")


@contextmanager
def stood_in(folder: Path) -> Iterator[None]:
    """For as long as it is open, libraries that the reference imports and does not use here are empty modules."""
    made = [name for name in STAND_INS if name not in sys.modules]
    for name in made:
        stand_in(name)
    for name in WITHOUT_INIT:
        package = ModuleType(f"f5_tts.{name}")
        package.__path__ = [str(folder.joinpath(*name.split(".")))]
        sys.modules.setdefault(package.__name__, package)
    try:
        yield
    finally:
        for name in made:
            del sys.modules[name]


def stand_in(name: str) -> None:
    """An empty module, also as what its parent holds under that name."""
    module = ModuleType(name)
    module.mel = module.MelSpectrogram = None  # type: ignore[attr-defined]
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def difference(found: Tensor, expected: Tensor) -> float:
    """The largest, of tensors that are not next to nothing."""
    assert found.shape == expected.shape
    assert expected.abs().max() > 0.1
    return float((found - expected).abs().max())
