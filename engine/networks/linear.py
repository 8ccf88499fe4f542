"""A linear layer, and one with a GELU behind it, by the fastest library at hand.

torch multiplies float32 matrices on a CPU by MKL, which leaves half of the arithmetic of some makers' CPUs unused;
oneDNN, which comes with torch too, does not, and applies a GELU while the product is still in the cache. It has no
gradients, so training keeps torch's own.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HAS_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


class Linear(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:  # (..., I) -> (..., O)
        return linear(x, self.weight, self.bias)


class LinearGelu(nn.Linear):
    """Through the tanh approximation of the GELU."""

    def forward(self, x: Tensor) -> Tensor:  # (..., I) -> (..., O)
        return linear_gelu(x, self.weight, self.bias)


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """(..., I), (O, I), (O,) -> (..., O)"""
    if takes_onednn(x, weight):
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return F.linear(x, weight, bias)


def linear_gelu(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """(..., I), (O, I), (O,) -> (..., O)"""
    if takes_onednn(x, weight):
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", [], "tanh")
    return F.gelu(F.linear(x, weight, bias), approximate="tanh")


def takes_onednn(x: Tensor, weight: Tensor) -> bool:
    """Whether oneDNN may do it: float32 on a CPU, without gradients, and enough rows to be worth it."""
    return (
        HAS_ONEDNN
        and x.device.type == "cpu"
        and x.dtype == weight.dtype == torch.float32
        and x.numel() >= 16 * x.shape[-1]
        and not torch.is_grad_enabled()
        and not torch.is_autocast_enabled("cpu")
    )
