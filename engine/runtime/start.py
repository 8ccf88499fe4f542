"""Torch is imported here, late: the engine has announced itself and the command line has checked its flags before."""

import importlib
from typing import TYPE_CHECKING

from engine.api.errors import Failure

if TYPE_CHECKING:
    from engine.runtime.shelf import Shelf

NAMES = {"torch": "PyTorch, which does the computing,"}


def start(device: str = "", budget: int | None = None) -> "Shelf":
    """An empty shelf on the device (see `engine.runtime.device.choose`) with a budget in bytes.

    Raises Failure where torch or what stands on it cannot be loaded, BadInput for a device that cannot be used.
    """
    try:
        importlib.import_module("torch")
        importlib.import_module("engine.runtime.worker")
    except Exception as error:  # a broken library raises anything
        missing = (error.name or "") if isinstance(error, ImportError) else ""
        part = NAMES.get(missing.partition(".")[0] or "torch", f"A part of the engine ({missing})")
        raise Failure(f"{part} cannot be loaded; run the set-up again: bash packaging/run.sh") from error
    from engine.runtime import device as devices
    from engine.runtime.shelf import Shelf

    devices.keep_freed_memory()
    return Shelf(devices.choose(device), budget)
