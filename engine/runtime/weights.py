"""From a checkpoint's file to a network with weights. Nothing in the file is executed.

Safetensors are mapped into memory, not read; torch's own files pass through its weights-only loader. The network comes
without storage (built on torch's meta device) and takes the tensors as its own, so that memory holds them once.
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.api.errors import Failure
from engine.runtime.inert_pickle import read_inert
from engine.runtime.layouts import LAYOUTS as LAYOUTS
from engine.runtime.layouts import OURS, Layout
from engine.runtime.verification import Advance, unheard

NESTS = tuple("ema_model_state_dict model_state_dict state_dict state_dicts generator ema ema_model model".split())
"""Where training loops put the weights in a file that holds more than them; the first that is there is taken."""

TRAINED = {"state_dicts", "ema"}
"""What a file that holds more than tensors may be read for: Diffusion Policy's, and that of DiT's training."""

DRAWS = {"normal_", "uniform_", "trunc_normal_", "kaiming_uniform_", "kaiming_normal_"}

SHOWN = 3  # names in a complaint


@runtime_checkable
class Fusible(Protocol):
    """A network that can lay weights side by side once it has them, for fewer and larger products."""

    def fuse(self) -> None: ...


NORMED = (
    (r"(.*)_v", r"\1_g", r"\1"),
    (r"(.*)parametrizations\.(\w+)\.original1", r"\1parametrizations.\2.original0", r"\1\2"),
)
"""Of weight norm, as torch once named it and now does: the direction, its length, the weight that they make."""


class NothingDrawn(TorchFunctionMode):
    """Within it a network gets no random initial values, since its own come from a file.

    On the meta device such a draw would do nothing but import torch's compiler, which takes a second.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__name__", "") in DRAWS:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def load(
    network: nn.Module,
    path: Path,
    device: torch.device,
    dtype: torch.dtype,
    layout: Layout = OURS,
    advance: Advance = unheard,
) -> nn.Module:
    """The storage-less `network` with the weights in `path`, for evaluation.

    Parameters take `dtype`, buffers of reals float32, whole numbers stay. `advance` hears of the bytes of each
    tensor and may raise to stop. Raises Failure with one sentence for a file that cannot be read, holds code, does not
    fit the network or is not all numbers.
    """
    network.eval().requires_grad_(False)
    with torch.inference_mode(False), torch.no_grad():
        state = arrange(read(path), layout)
        check_fit(network, state, path)
        parameters = {name for name, _ in network.named_parameters()}
        placed = {}
        for name, tensor in state.items():
            placed[name] = _place(name, tensor, device, dtype if name in parameters else torch.float32, path)
            advance(tensor.nbytes)
        network.load_state_dict(placed, strict=True, assign=True)
        _check_whole(network)
        if isinstance(network, Fusible):
            network.fuse()
    return network


def read(path: Path) -> dict[str, Tensor]:
    """The tensors in a file, by name, on the CPU. Raises Failure."""
    try:
        return load_file(path) if path.suffix == ".safetensors" else _unnested(_read_torch(path))
    except FileNotFoundError as error:
        raise Failure(f"{path} is missing; download it again.") from error
    except (SafetensorError, OSError, EOFError) as error:
        raise Failure(f"{path} is damaged ({_first_line(error)}); download it again.") from error


def _read_torch(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except RuntimeError as error:  # not a zip archive, or one cut short
        raise Failure(f"{path} is damaged ({_first_line(error)}); download it again.") from error
    except OSError:
        raise
    except Exception as error:  # pickle's UnpicklingError and whatever else a hostile file provokes
        found = _inert(path)
        if TRAINED & found.keys():
            return found
        raise Failure(
            f"{path} was not opened: it is damaged or holds more than weights; get it as .safetensors."
        ) from error


def _inert(path: Path) -> dict[str, Any]:
    """What there is of tensors in a file that holds more; nothing where it cannot be followed."""
    try:
        return read_inert(path)
    except ValueError:
        return {}


def _unnested(raw: Any) -> dict[str, Tensor]:
    if not isinstance(raw, Mapping):
        return {}
    nest = next((name for name in NESTS if isinstance(raw.get(name), Mapping)), None)
    if nest is not None:
        return _unnested(raw[nest])
    return {str(name): tensor for name, tensor in raw.items() if isinstance(tensor, Tensor)}


def arrange(state: Mapping[str, Tensor], layout: Layout) -> dict[str, Tensor]:
    """The same tensors under our names. Names that no rule knows stay, so that the check of the fit reports them."""
    found = {name.removeprefix(layout.prefix): state[name] for name in state if name.startswith(layout.prefix)}
    found = {name: tensor for name, tensor in found.items() if not re.fullmatch(layout.foreign, name)}
    found = _folded(found) if layout.weight_norm else found
    found = {_renamed(name, layout.names): tensor for name, tensor in found.items()}
    found = {name: tensor.squeeze() if re.fullmatch(layout.flat, name) else tensor for name, tensor in found.items()}
    found = {name: kernel(tensor) if re.fullmatch(layout.kernels, name) else tensor for name, tensor in found.items()}
    for fused, parts, dim in layout.split:
        found = _split(found, re.compile(fused), parts, dim)
    for parts, fused, dim in layout.merge:
        found = _merge(found, re.compile(parts[0]), parts[1:], fused, dim)
    return found


def kernel(tensor: Tensor) -> Tensor:  # (O, I) -> (O, I, 1, 1); a kernel stays as it is
    return tensor[:, :, None, None] if tensor.ndim == 2 else tensor


def _folded(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Each direction times its length, and whatever is under no norm as it is."""
    found = dict(state)
    for direction, length, whole in NORMED:
        for name in state:
            match = re.fullmatch(direction, name)
            if match and match.expand(length) in state:
                v, g = found.pop(name), found.pop(match.expand(length))
                found[match.expand(whole)] = torch._weight_norm(v.float(), g.float(), 0)
    return found


def _renamed(name: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in rules:
        if match := re.fullmatch(pattern, name):
            return match.expand(replacement)
    return name


def _split(state: dict[str, Tensor], fused: re.Pattern[str], parts: tuple[str, ...], dim: int) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if match := fused.fullmatch(name):
            pieces = tensor.chunk(len(parts), dim)
            found |= {match.expand(part): piece for part, piece in zip(parts, pieces, strict=True)}
        else:
            found[name] = tensor
    return found


def _merge(
    state: dict[str, Tensor], head: re.Pattern[str], rest: tuple[str, ...], fused: str, dim: int
) -> dict[str, Tensor]:
    found = dict(state)
    for name in state:
        match = head.fullmatch(name)
        names = [name, *(match.expand(part) for part in rest)] if match else []
        if match and all(part in state for part in names):
            found[match.expand(fused)] = torch.cat([found.pop(part) for part in names], dim)
    return found


def check_fit(network: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Raises Failure where the tensors, under our names, are not exactly those that the network has."""
    wanted = network.state_dict()
    missing, unexpected = sorted(wanted.keys() - state.keys()), sorted(state.keys() - wanted.keys())
    if missing or unexpected:
        said = ", ".join(
            _listed(names, kind) for names, kind in ((missing, "missing"), (unexpected, "unknown")) if names
        )
        raise Failure(f"{path} does not fit its card: {said}; correct the card or download the file again.")
    for name, tensor in wanted.items():
        if tensor.shape != state[name].shape:
            shapes = f"{name} is {tuple(state[name].shape)} and not {tuple(tensor.shape)}"
            raise Failure(f"{path} does not fit its card: {shapes}; correct the card or download the file again.")


def _listed(names: list[str], kind: str) -> str:
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    return f"{len(names)} parameter{'s' if len(names) > 1 else ''} {kind} ({shown})"


def _place(name: str, tensor: Tensor, device: torch.device, dtype: torch.dtype, path: Path) -> Tensor:
    placed = tensor.to(device, dtype if tensor.is_floating_point() else tensor.dtype)
    if placed.is_floating_point() and not placed.isfinite().all():
        raise Failure(f"{path} is damaged: {name} holds values that are not numbers; download it again.")
    return placed


def _check_whole(network: nn.Module) -> None:
    """A buffer that is in no file must be made when it is used, not when the network is built without storage."""
    empty = [name for name, tensor in [*network.named_parameters(), *network.named_buffers()] if tensor.is_meta]
    assert not empty, f"{type(network).__name__} computes {', '.join(empty)} when it is built"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
