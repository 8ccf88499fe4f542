"""Hard times are drawn more often, and the weights undo it."""

import torch

from engine.training.resampler import LossSecondMomentResampler


def seen(losses: list[float]) -> LossSecondMomentResampler:
    """A resampler of one bin a loss, each seen ten times."""
    resampler = LossSecondMomentResampler(bins=len(losses))
    middles = (torch.arange(len(losses)) + 0.5) / len(losses)
    for _ in range(10):
        resampler.update(middles, torch.tensor(losses))
    return resampler


def test_uniform_until_every_bin_has_a_history() -> None:
    resampler = LossSecondMomentResampler(bins=4)
    for _ in range(20):
        resampler.update(torch.tensor([0.1, 0.4, 0.6]), torch.tensor([9.0, 1.0, 1.0]))
    t, weights = resampler.draw(64, torch.Generator().manual_seed(0))
    assert (weights == 1).all()
    assert torch.histc(t, 4, 0, 1).tolist() == [16] * 4


def test_probabilities_follow_the_second_moment_with_a_tenth_uniform() -> None:
    p = seen([1.0, 3.0]).probabilities()
    assert torch.allclose(p, torch.tensor([0.9 * 0.25 + 0.05, 0.9 * 0.75 + 0.05], dtype=torch.float64))


def test_the_weighted_mean_is_what_uniform_times_would_give() -> None:
    resampler = seen([1.0, 5.0, 0.2, 2.0])
    t, weights = resampler.draw(200_000, torch.Generator().manual_seed(0))
    assert abs(float((weights * t**2).mean()) - 1 / 3) < 2e-3


def test_old_losses_are_forgotten() -> None:
    resampler = seen([1.0, 1.0])
    for _ in range(10):
        resampler.update(torch.tensor([0.2]), torch.tensor([3.0]))
    assert resampler.means() == [3.0, 1.0]


def test_it_goes_on_from_its_saved_state() -> None:
    first, second = seen([1.0, 4.0, 2.0]), LossSecondMomentResampler(bins=3)
    second.load_state_dict(first.state_dict())
    for resampler in (first, second):
        resampler.update(torch.tensor([0.5]), torch.tensor([7.0]))
    assert torch.equal(first.probabilities(), second.probabilities())
