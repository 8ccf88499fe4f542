"""Figures of pictures against known answers."""

import numpy as np
import pytest
import torch

from tests.quality import picture_metrics as metrics

RNG = np.random.default_rng(4)


def directions(count: int, width: int = 200) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.from_numpy(RNG.normal(size=(count, width))).float(), dim=-1)


def test_pictures_that_are_their_captions_are_recalled_and_others_by_chance() -> None:
    captions = directions(300)
    assert metrics.recall(captions, captions, range(300)) == 1
    assert metrics.recall(directions(300), captions, range(300)) == pytest.approx(0.1, abs=0.06)


def test_a_rank_counts_what_is_more_alike_in_the_hundred_from_the_own_one_on() -> None:
    captions = torch.zeros(150, 2)
    captions[:, 0] = torch.linspace(0, 1, 150)
    picture = torch.tensor([[1.0, 0.0]])
    assert metrics.ranks(picture, captions, [149]) == [0]
    assert metrics.ranks(picture, captions, [0]) == [99]
    assert metrics.ranks(picture, captions, [100]) == [49]


def test_distances_grow_with_what_is_different() -> None:
    def drawn(shift: float) -> metrics.Features:
        return (RNG.normal(size=(500, 80)) * np.linspace(3, 0.1, 80) + shift * np.eye(80)[0]).astype(np.float32)

    theirs = drawn(0)
    near, far = metrics.distances(drawn(0), theirs), metrics.distances(drawn(5), theirs)
    assert set(near) == {"frechet", "frechet_64"}
    assert near["frechet_64"] <= near["frechet"] < 20
    assert far["frechet_64"] - near["frechet_64"] == pytest.approx(25, rel=0.2)


def test_psnr_is_known() -> None:
    picture = np.full((8, 8, 3), 100, np.uint8)
    assert metrics.psnr(picture, picture + np.uint8(10)) == pytest.approx(20 * np.log10(25.5))
    assert 60 < metrics.psnr(picture, picture) < np.inf
