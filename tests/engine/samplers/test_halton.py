"""The order of Halton's sequence on a square of tokens."""

import pytest
import torch

from engine.samplers.halton import halton, turns


def test_the_sequence_is_the_published_one() -> None:
    """Halton 1960: 1/2, 1/4, 3/4, 1/8 … and 1/3, 2/3, 1/9 …"""
    assert [halton(i, 2) for i in range(1, 6)] == [1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8]
    assert [halton(i, 3) for i in range(1, 5)] == pytest.approx([1 / 3, 2 / 3, 1 / 9, 4 / 9])


@pytest.mark.parametrize("side", [1, 2, 5, 16])
def test_every_place_has_its_turn(side: int) -> None:
    assert sorted(turns(side, torch.tensor([0.3, 0.9])).tolist()) == list(range(side**2))


def test_those_of_one_step_lie_far_apart() -> None:
    """Of sixteen places no two are neighbours; drawn by chance, two nearly always are."""

    def nearest(order: torch.Tensor) -> float:
        first = order.argsort()[:16]
        places = torch.stack([first // 16, first % 16], 1).double()
        return float((torch.cdist(places, places) + 99 * torch.eye(16)).min())

    spread = [nearest(turns(16, shift)) for shift in torch.rand(40, 2, generator=torch.Generator().manual_seed(2))]
    chance = [nearest(order) for order in torch.rand(40, 256, generator=torch.Generator().manual_seed(1))]
    assert min(spread) > 1.4 and sum(spread) / 40 > 2
    assert sum(chance) / 40 < 1.2


def test_a_shift_moves_the_whole_order() -> None:
    plain, moved = (turns(4, torch.tensor(shift)).reshape(4, 4) for shift in ((0.0, 0.0), (0.25, 0.5)))
    assert torch.equal(moved, plain.roll((2, 1), (0, 1)))
