"""The weights of a checkpoint that was trained here, as it ships."""

import dataclasses
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from engine.api.files import write_atomically


def export(network: nn.Module, folder: Path, name: str = "network.safetensors") -> None:
    """The weights in fp16, the configuration in the file's metadata."""
    tensors = {key: weight.to(torch.float16).cpu().contiguous() for key, weight in network.state_dict().items()}
    metadata = {key: str(value) for key, value in dataclasses.asdict(network.config).items()}  # type: ignore[call-overload]
    write_atomically(folder / name, save(tensors, metadata))
