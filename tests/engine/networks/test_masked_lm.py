"""The masked language model: what it is made of, and that it learns."""

import math

import torch
import torch.nn.functional as F

from engine.networks.masked_lm import MaskedLM, MaskedLMConfig, Mix, attention, turned, turns

TINY = MaskedLMConfig(vocab_size=50, window=12, width=32, depth=2, heads=2)


def trained_a_little() -> MaskedLM:
    torch.manual_seed(0)
    network = MaskedLM(TINY)
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.2)
    return network


def test_every_token_sees_both_ways() -> None:
    network = trained_a_little()
    tokens = torch.randint(50, (1, 12))
    before = network(tokens, torch.tensor([0.5]))
    for changed in (0, 11):
        other = tokens.clone()
        other[0, changed] = (other[0, changed] + 1) % 50
        moved = (network(other, torch.tensor([0.5])) - before).abs().amax(dim=(0, 2))
        assert (moved > 1e-4).all()


def test_logits_depend_on_time_and_place() -> None:
    network = trained_a_little()
    tokens = torch.full((2, 12), 7)
    early, late = network(tokens, torch.tensor([0.1, 0.9]))
    assert not torch.allclose(early, late, atol=1e-3)
    assert not torch.allclose(early[0], early[5], atol=1e-3)


def test_a_shorter_canvas_than_the_window_will_do() -> None:
    assert MaskedLM(TINY)(torch.zeros(3, 5, dtype=torch.long), torch.zeros(3)).shape == (3, 5, 50)


def test_the_head_is_the_token_embedding() -> None:
    network = trained_a_little()
    assert not [name for name in network.state_dict() if "head" in name]
    hidden = torch.randn(4, 32)
    assert torch.allclose(network.project(hidden), hidden @ network.token.weight.T + network.bias, atol=1e-6)


def test_projecting_some_positions_gives_the_same_logits() -> None:
    network = trained_a_little()
    tokens, t = torch.randint(50, (2, 12)), torch.tensor([0.2, 0.7])
    chosen = torch.rand(2, 12) < 0.5
    some = network.project(network.hidden(tokens, t)[chosen])
    assert torch.allclose(some, network(tokens, t)[chosen], atol=1e-5)


def test_turning_keeps_lengths_and_makes_products_depend_on_distance_alone() -> None:
    q, k = torch.randn(2, 8)
    rows = turned(torch.stack([q, k]).expand(12, 2, 8)[None], turns(12, 8, q.device))[0]  # (N, 2, C)
    assert torch.allclose(rows.norm(dim=-1), torch.stack([q.norm(), k.norm()]).expand(12, 2), atol=1e-5)
    products = rows[:, 0] @ rows[:, 1].T
    for distance in (-5, 0, 3):
        along = products.diagonal(distance)
        assert torch.allclose(along, along[0].expand_as(along), atol=1e-4)
    assert not torch.allclose(products[0, 0], products[0, 5], atol=1e-2)


def test_mixing_reaches_two_neighbours_on_either_side() -> None:
    mix = Mix(4)
    seen = mix(F.one_hot(torch.tensor(5), 12).float()[None, :, None].expand(1, 12, 4))[0]
    assert torch.allclose(seen[3:8], mix.weight.flip(0))
    assert not seen[:3].any() and not seen[8:].any()


def test_plain_attention_is_the_fused_one() -> None:
    q, k, v = torch.randn(3, 2, 4, 9, 8)
    assert torch.allclose(attention(q, k, v), F.scaled_dot_product_attention(q, k, v), atol=1e-5)


def test_it_learns_to_copy_the_other_half() -> None:
    """Tokens 6..11 repeat tokens 0..5; half of each pair is masked and must be read from its twin."""
    torch.manual_seed(0)
    network = MaskedLM(TINY)
    optimiser = torch.optim.AdamW(network.parameters(), 1e-2)
    for _ in range(60):
        half = torch.randint(1, 50, (32, 6))
        hide = torch.rand(32, 6) < 0.5
        noisy = torch.cat([half.masked_fill(hide, 0), half.masked_fill(~hide, 0)], dim=1)
        logits = network(noisy, torch.full((32,), 0.5))
        loss = F.cross_entropy(logits.flatten(0, 1), torch.cat([half, half], dim=1).flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    unread = 0.5 * math.log(49)  # what it costs to guess the masked half without its twin
    assert loss < 0.7 * unread
