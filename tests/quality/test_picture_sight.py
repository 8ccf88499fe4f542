"""What the home-made judges see while they learn, and that their training can be stopped and gone on with."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.quality import picture_sight as sight


def test_pictures_are_disturbed_and_keep_their_colours_and_places() -> None:
    picture = torch.ones(12, 3, sight.SIDE, sight.SIDE)
    picture[:, 0, :, : sight.SIDE // 2] = 0
    found = sight.disturbed(picture, np.random.default_rng(1))
    assert found.shape == picture.shape and found.min() >= 0 and found.max() <= 1
    assert (found != picture).any((1, 2, 3)).all()
    quarters = found.unflatten(-1, (4, -1)).mean((2, 4))
    assert (quarters[:, 0, 0] < 0.1).all() and (quarters[:, 0, 3] > 0.9).all() and (quarters[:, 1:] > 0.9).all()


def test_a_blurred_picture_is_still_the_same_on_the_whole() -> None:
    picture = torch.rand(2, 3, sight.SIDE, sight.SIDE)
    found = sight.blurred(picture, 20)
    assert found.std() < 0.5 * picture.std()
    torch.testing.assert_close(found.mean((2, 3)), picture.mean((2, 3)), atol=0.03, rtol=0)


def test_training_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sight, "SAVED", 1)

    def network() -> nn.Module:
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(1, 2, 1), nn.Flatten(), nn.Linear(2, 1))

    def trained(stop: int, state: Path | None) -> nn.Module:
        own, steps = network(), 0

        def loss(rng: np.random.Generator) -> Tensor:
            nonlocal steps
            if (steps := steps + 1) > stop:
                raise KeyboardInterrupt
            return own(torch.from_numpy(rng.normal(size=(4, 1, 1, 1))).float()).square().mean()

        sight.trained(own, loss, 6, state)
        return own

    whole = trained(6, None)
    with pytest.raises(KeyboardInterrupt):
        trained(4, tmp_path / "state")
    resumed = trained(2, tmp_path / "state")  # it stops where it would take more than what is left
    assert not resumed.training
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_what_is_kept_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTET_JUDGES", str(tmp_path))
    (tmp_path / "state").write_bytes(b"")
    network = sight.Trunk()
    sight.keep(network, "a.safetensors", tmp_path / "state")
    found = sight.restored(sight.Trunk(), "a.safetensors")
    assert not (tmp_path / "state").exists() and not found.training
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), found.parameters(), strict=True))
