"""The authors' Vocos and BigVGAN, imported without torchaudio, encodec and matplotlib, which their networks do not use.

Both are installed without their dependencies. Empty stand-ins take these libraries' places while the modules are
imported and are gone afterwards.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

STAND_INS = {
    "torchaudio": (),
    "torchaudio.functional": (),
    "torchaudio.functional.functional": ("_hz_to_mel", "_mel_to_hz"),
    "torchaudio.transforms": ("Spectrogram",),
    "encodec": ("EncodecModel",),
    "matplotlib": ("use",),
    "matplotlib.pylab": (),
}
"""Module → names that are taken from it."""


def reference(module: str) -> Any:
    """The module of this name of vocos or bigvgan; skips the test where it is not installed."""
    package = module.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install --no-deps {package}")
    with stood_in():
        return importlib.import_module(module)


@contextmanager
def stood_in() -> Iterator[None]:
    made = [name for name in STAND_INS if name not in sys.modules]
    for name in made:
        stand_in = ModuleType(name)
        for taken in STAND_INS[name]:
            setattr(stand_in, taken, lambda *_: None)
        sys.modules[name] = stand_in
    try:
        yield
    finally:
        for name in made:
            del sys.modules[name]
