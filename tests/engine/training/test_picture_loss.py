"""The terms that a tokenizer of pictures learns by, against what they say they are."""

import itertools

import pytest
import torch

from engine.training.picture_loss import (
    bit_entropies,
    differences,
    distance_to_signs,
    edges,
    indecision,
    word_entropy,
    word_shares,
)


def test_a_picture_that_is_off_everywhere_alike_has_its_edges_right() -> None:
    true = torch.rand(2, 3, 8, 8)
    made = true + torch.tensor([0.0, 0.5])[:, None, None, None]
    assert differences(made, true).tolist() == pytest.approx([0, 0.5 + 2 * 0.25], abs=1e-5)
    assert edges(made, true).tolist() == pytest.approx([0, 0], abs=1e-5)


def test_a_line_that_is_missed_counts_by_its_two_sides() -> None:
    true = torch.zeros(1, 3, 4, 6)
    made = true.clone()
    made[..., 2] = 1
    assert edges(made, true).item() == pytest.approx(2 / 5)


def test_shares_of_words_are_those_of_every_word_spelled_out() -> None:
    torch.manual_seed(0)
    chances = torch.rand(7, 5)
    spelled = [
        torch.stack([chances[:, i] if bit else 1 - chances[:, i] for i, bit in enumerate(word)]).prod(0).mean()
        for word in itertools.product((0, 1), repeat=5)
    ]
    assert word_shares(chances).sort().values.tolist() == pytest.approx(sorted(map(float, spelled)))


def test_entropies_are_in_bits() -> None:
    assert bit_entropies(torch.tensor([0.5, 1.0, 0.25])).tolist() == pytest.approx([1, 0, 0.8113], abs=1e-4)
    every = torch.tensor(list(itertools.product((0.0, 1.0), repeat=4)))
    assert word_entropy(every).item() == pytest.approx(4, abs=1e-4)
    assert word_entropy(every[:2]).item() == pytest.approx(1, abs=1e-4)


def test_sure_bits_and_all_words_are_best_and_one_word_for_all_is_worse() -> None:
    every = torch.tensor(list(itertools.product((-4.0, 4.0), repeat=4))).mT[None, :, None]
    assert indecision(every).item() == pytest.approx(-1, abs=1e-3)
    assert indecision(torch.full((1, 4, 1, 16), 4.0)).item() == pytest.approx(0, abs=1e-3)
    assert indecision(torch.zeros(1, 4, 1, 16)).item() == pytest.approx(0, abs=1e-3)


def test_a_latent_is_to_lie_at_its_sign() -> None:
    assert distance_to_signs(torch.tensor([[1.0, -1.0]])[..., None, None]).item() == 0
    assert distance_to_signs(torch.tensor([[0.5, -3.0]])[..., None, None]).item() == pytest.approx((0.25 + 4) / 2)
