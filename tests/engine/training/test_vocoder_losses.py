"""The distances of a vocoder's training on sounds whose distance is known; discriminators that learn to tell."""

import math

import pytest
import torch

from engine.training import discriminators
from engine.training.discriminators import (
    PeriodDiscriminator,
    SpectralDiscriminator,
    deceiving_loss,
    feature_distance,
    judging_loss,
)
from engine.training.spectral_loss import spectral_distances, spectrum_distance, transform_of


def noise(seed: int, volume: float = 0.3) -> torch.Tensor:  # -> (2, S)
    return volume * torch.randn(2, 6000, generator=torch.Generator().manual_seed(seed))


def test_equal_sounds_have_no_distance() -> None:
    distances = spectral_distances(noise(1), noise(1))
    assert set(distances) == {"mel", "log", "convergence"}
    assert all(float(distance) == pytest.approx(0, abs=1e-6) for distance in distances.values())


def test_half_the_volume_is_the_logarithm_of_two_away() -> None:
    distances = spectral_distances(noise(1) / 2, noise(1))
    assert float(distances["mel"]) == pytest.approx(math.log(2), rel=1e-3)
    assert float(distances["log"]) == pytest.approx(math.log(2), rel=1e-2)
    assert float(distances["convergence"]) == pytest.approx(0.5, rel=1e-4)


def test_gradients_reach_what_was_made_alone() -> None:
    made, true = noise(1).requires_grad_(), noise(2).requires_grad_()
    torch.stack(list(spectral_distances(made, true).values())).sum().backward()
    assert made.grad is not None and made.grad.isfinite().all() and true.grad is None


def test_silence_gives_finite_gradients() -> None:
    made = torch.zeros(1, 4096, requires_grad=True)
    torch.stack(list(spectral_distances(made, torch.zeros(1, 4096)).values())).sum().backward()
    assert made.grad is not None and made.grad.isfinite().all()


def test_a_spectrum_that_is_the_sound_s_own_has_no_distance_whatever_its_phases() -> None:
    spectrum = transform_of(noise(1), 1024)
    turned = spectrum * torch.polar(torch.ones(()), torch.tensor(2.0))
    assert float(spectrum_distance(turned, noise(1), 1024)) == pytest.approx(0, abs=1e-5)
    assert float(spectrum_distance(2 * spectrum, noise(1), 1024)) > 1


@pytest.mark.parametrize(
    "kind, size", [(SpectralDiscriminator, 512), (PeriodDiscriminator, 3)], ids=["spectra", "periods"]
)
def test_a_discriminator_learns_to_tell_noise_from_a_tone(kind: type[SpectralDiscriminator], size: int) -> None:
    torch.manual_seed(0)
    judge = kind(size, 4)
    tone = 0.3 * torch.sin(torch.arange(6000) * torch.tensor([[0.05], [0.2]]))
    optimiser = torch.optim.AdamW(judge.parameters(), 3e-3)
    for step in range(100):
        loss = judging_loss(judge(tone), judge(noise(step)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    judge.requires_grad_(False)
    assert float(judging_loss(judge(tone), judge(noise(99)))) < 0.6
    assert float(deceiving_loss(judge(noise(98)))) > float(deceiving_loss(judge(tone))) + 0.5


def test_features_of_equal_sounds_are_equal_and_of_others_not() -> None:
    judge = PeriodDiscriminator(5, 4)
    with torch.no_grad():
        assert float(feature_distance(judge(noise(1)), judge(noise(1)))) == 0
        assert float(feature_distance(judge(noise(1)), judge(noise(2)))) > 0.1


def test_there_is_a_discriminator_for_every_window_and_period() -> None:
    assert len(discriminators.discriminators()) == len(discriminators.WINDOWS) + len(discriminators.PERIODS)
