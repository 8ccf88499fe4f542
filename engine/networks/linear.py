"""A linear layer, and one with a GELU behind it, by the fastest library at hand.

torch multiplies float32 matrices on a CPU by MKL, which leaves half of the arithmetic of some makers' CPUs unused.
oneDNN, which comes with torch too, does not, and applies a GELU while the product is still in the cache. torch hands
it out without gradients, so they are written here: y = x·Wᵀ has dx = dy·W and dW = dyᵀ·x.

Shapes: I features in, O out.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

HAS_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")

FEWEST = 16  # rows; below that preparing costs more than it saves


class Linear(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:  # (..., I) -> (..., O)
        return linear(x, self.weight, self.bias)


class LinearGelu(nn.Linear):
    """Through the tanh approximation of the GELU."""

    def forward(self, x: Tensor) -> Tensor:  # (..., I) -> (..., O)
        if takes_onednn(x, self.weight) and not torch.is_grad_enabled():
            return product(x.contiguous(), self.weight, self.bias, "gelu", "tanh")
        return F.gelu(linear(x, self.weight, self.bias), approximate="tanh")


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """(..., I), (O, I), (O,) -> (..., O)"""
    if not takes_onednn(x, weight):
        return F.linear(x, weight, bias)
    x, weight = x.contiguous(), weight.contiguous()
    return Product.apply(x, weight, bias) if torch.is_grad_enabled() else product(x, weight, bias)


def takes_onednn(x: Tensor, weight: Tensor) -> bool:
    """Whether oneDNN is to do it: float32 on a CPU, and enough rows to be worth it."""
    return (
        HAS_ONEDNN
        and x.device.type == "cpu"
        and x.dtype == weight.dtype == torch.float32
        and x.numel() >= FEWEST * x.shape[-1]
        and not torch.is_autocast_enabled("cpu")
    )


def product(x: Tensor, weight: Tensor, bias: Tensor | None = None, then: str = "none", kind: str = "") -> Tensor:
    """(..., I), (O, I), (O,) -> (..., O), without gradients. Neither may be a slice: of those oneDNN is very slow."""
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, then, [], kind)


class Product(torch.autograd.Function):
    """`product` with its gradients."""

    @staticmethod
    def forward(context: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        context.save_for_backward(x, weight)
        return product(x, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(context: Any, slope: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:  # (..., O)
        x, weight = context.saved_tensors
        wants_x, wants_weight, wants_bias = context.needs_input_grad
        slope = slope.contiguous()
        rows = slope.flatten(0, -2)
        return (
            product(slope, weight.t()) if wants_x else None,
            product(rows.t(), x.flatten(0, -2).t()) if wants_weight else None,
            rows.sum(0) if wants_bias else None,
        )
