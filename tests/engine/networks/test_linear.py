"""The fast linear layers against torch's own in float64: values and gradients, also of parts of a larger matrix."""

from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.linear import FEWEST, HAS_ONEDNN, Linear, LinearGelu, linear, takes_onednn

SHAPES = [(4, 9, 24), (40, 24), (FEWEST, 24), (FEWEST - 1, 24), (1, 24), (0, 24)]


def drawn(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def gradients(layer: nn.Module, x: Tensor) -> list[Tensor]:
    """Of a loss in which every output counts differently: by x, by the weight, by the bias."""
    x = x.clone().requires_grad_()
    out = layer(x)
    loss = (out * torch.arange(out.numel()).reshape(out.shape)).sum()
    return list(torch.autograd.grad(loss, [x, *layer.parameters()]))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", [Linear, LinearGelu])
def test_values_and_gradients(kind: type[nn.Linear], bias: bool, shape: tuple[int, ...]) -> None:
    layer, x = kind(24, 7, bias=bias), drawn(*shape)
    precise = deepcopy(layer).double()
    expected = F.linear(x.double(), precise.weight, precise.bias)
    expected = F.gelu(expected, approximate="tanh") if kind is LinearGelu else expected
    assert torch.allclose(layer(x).double(), expected, atol=1e-5)
    with torch.no_grad():
        assert torch.allclose(layer(x).double(), expected, atol=1e-5)
    for found, wanted in zip(gradients(layer, x), gradients(precise, x.double()), strict=True):
        assert found.shape == wanted.shape
        assert torch.allclose(found.double(), wanted, rtol=1e-4, atol=1e-3)


def test_parts_of_larger_matrices() -> None:
    """As they are, oneDNN would take thousands of times as long over them."""
    weight, x = drawn(12, 50)[:, 10:34].requires_grad_(), drawn(40, 60)[:, 5:29]
    expected = F.linear(x.double(), weight.double())
    assert torch.allclose(linear(x, weight).double(), expected, atol=1e-5)
    (found,) = torch.autograd.grad(linear(x, weight).sum(), weight)
    assert torch.allclose(found, x.sum(0).expand(12, -1), atol=1e-4)


def test_only_what_is_asked_for_has_a_gradient() -> None:
    layer = Linear(24, 7)
    layer.weight.requires_grad_(False)
    layer(drawn(40, 24)).sum().backward()
    assert layer.weight.grad is None and layer.bias.grad is not None


@pytest.mark.skipif(not HAS_ONEDNN, reason="this torch has no oneDNN")
def test_onednn_takes_float32_alone() -> None:
    x, weight = drawn(40, 24), drawn(7, 24)
    assert takes_onednn(x, weight)
    assert not takes_onednn(x.double(), weight.double())
    assert not takes_onednn(x[: FEWEST - 1], weight)
    with torch.autocast("cpu", torch.bfloat16):
        assert not takes_onednn(x, weight)
        assert linear(x, weight).dtype == torch.bfloat16
