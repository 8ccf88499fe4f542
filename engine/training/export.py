"""The weights of a checkpoint that was trained here, as it ships."""

import dataclasses
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from engine.api.files import write_atomically


def export(network: nn.Module, folder: Path, name: str = "network.safetensors") -> None:
    """The weights in fp16, the configuration in the file's metadata. Tables stay whole: an angle in fp16 is far off."""
    learned = {key for key, _ in network.named_parameters()}
    tensors = {
        key: (tensor.to(torch.float16) if key in learned else tensor).cpu().contiguous()
        for key, tensor in network.state_dict().items()
    }
    metadata = {key: str(value) for key, value in dataclasses.asdict(network.config).items()}  # type: ignore[call-overload]
    write_atomically(folder / name, save(tensors, metadata))
