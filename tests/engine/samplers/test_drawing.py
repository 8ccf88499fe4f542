"""Tokens are drawn as often as they are probable, by one uniform number each."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.samplers.drawing import draw, inverse, plausible


@pytest.mark.parametrize("words", [1, 2, 7, 64, 97, 1000])
def test_a_uniform_number_draws_by_the_inverse_cumulative_distribution(words: int) -> None:
    weights = torch.rand(300, words, generator=torch.Generator().manual_seed(words)).double()
    weights[:, ::3] = 0.0 if words > 1 else 1.0
    u = torch.rand(300, generator=torch.Generator().manual_seed(1)).double()
    expected = torch.searchsorted(weights.cumsum(-1), u[:, None] * weights.sum(-1, keepdim=True), right=True)[:, 0]
    assert torch.equal(inverse(weights, u), expected)


@pytest.mark.parametrize("words", [1, 7, 64, 97, 6144])
@pytest.mark.parametrize("min_p", [1e-4, 0.1, 1.0])
def test_what_is_plausible_is_drawn_as_if_the_rest_had_no_weight(words: int, min_p: float) -> None:
    generator = torch.Generator().manual_seed(words)
    p = (torch.randn(200, words, generator=generator) * 2).softmax(-1).double()
    u = torch.rand(200, generator=generator).double()
    weights = p.masked_fill(p < min_p * p.amax(-1, keepdim=True), 0) ** 1.25
    assert torch.equal(plausible(p, u, 1.25, min_p), inverse(weights, u))
    assert torch.equal(plausible(p, u * 0, 1.25, min_p), inverse(weights, u * 0))


@given(st.lists(st.sampled_from([0.0, 1e-30, 1e-7, 0.1, 1.0, 3.0]), min_size=1, max_size=40).filter(any))
def test_a_token_of_no_weight_is_never_drawn(row: list[float]) -> None:
    u = torch.cat([torch.tensor([0.0, 1 - 2**-24]), torch.linspace(0, 1 - 2**-24, 50)])
    drawn = inverse(torch.tensor(row).expand(len(u), -1), u)
    assert all(row[i] > 0 for i in drawn.tolist())


def test_rounding_at_the_edges_of_the_blocks_draws_nothing_of_no_weight() -> None:
    blocks = torch.rand(900, 64, 64, generator=torch.Generator().manual_seed(4))
    blocks[..., [0, -1]] = 0.0
    ends = blocks.sum(-1).cumsum(-1)
    near = 1 + (torch.arange(900) % 9 - 4) * 2**-23
    for edge in (0, 1, 31, 63):
        u = (ends[:, edge] / ends[:, -1] * near).clamp(0, 1 - 2**-24)
        drawn = inverse(blocks.flatten(1), u)
        assert (blocks.flatten(1).gather(1, drawn[:, None]) > 0).all()


def test_tokens_are_drawn_as_often_as_they_are_probable() -> None:
    p = torch.tensor([0.05, 0.0, 0.2, 0.45, 0.3])
    tokens, confidence = draw(
        p.log().expand(100_000, -1), torch.rand(100_000, generator=torch.Generator().manual_seed(2)), 1.0
    )
    assert (tokens.bincount(minlength=5) / 100_000).tolist() == pytest.approx(p.tolist(), abs=0.006)
    assert torch.allclose(confidence, p[tokens])


def test_temperature_sharpens_the_draw_and_leaves_the_confidence_alone() -> None:
    p = torch.tensor([0.2, 0.5, 0.3])
    u = torch.rand(50_000, generator=torch.Generator().manual_seed(2))
    tokens, confidence = draw(p.log().expand(50_000, -1), u, 0.5)
    expected = p**2 / (p**2).sum()
    assert (tokens.bincount(minlength=3) / 50_000).tolist() == pytest.approx(expected.tolist(), abs=0.01)
    assert torch.allclose(confidence, p[tokens])
    assert set(draw(p.log().expand(100, -1), u[:100], 0.0)[0].tolist()) == {1}


def test_what_is_far_less_probable_than_the_best_is_not_drawn() -> None:
    logits = torch.tensor([[0.6, 0.3, 0.06, 0.04]]).log().expand(4000, -1)
    u = torch.linspace(0, 1 - 1e-6, 4000)
    tokens, p = draw(logits, u, 1.0, min_p=0.2)
    assert set(tokens.tolist()) == {0, 1}
    assert p.tolist() == pytest.approx([0.6 if token == 0 else 0.3 for token in tokens.tolist()])
    assert set(draw(logits, u, 1.0)[0].tolist()) == {0, 1, 2, 3}
