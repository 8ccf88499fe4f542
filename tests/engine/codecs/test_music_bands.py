"""Bands of music: every frequency is in one, a sound stands where it is, its level is told."""

import math

import pytest
import torch

from engine.api.errors import BadInput
from engine.codecs.music_bands import (
    BANDS,
    CHANNELS,
    LOW_BANDS,
    SAMPLE_RATE,
    WINDOW,
    encoded,
    filters,
    frame_count,
    sides,
)


def tone(hertz: float, left: float, right: float, seconds: float = 0.5) -> torch.Tensor:
    wave = torch.sin(2 * math.pi * hertz * torch.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
    return torch.stack([left * wave, right * wave])


def test_no_band_is_empty_and_low_frequencies_are_bands_of_their_own() -> None:
    weights = filters()
    assert weights.shape == (WINDOW // 2 + 1, BANDS)
    assert (weights.sum(0) > 0).all()
    assert (weights[:-1].sum(1) > 0).all()
    assert torch.equal(weights[:LOW_BANDS, :LOW_BANDS], torch.eye(LOW_BANDS))


@pytest.mark.parametrize("hertz", [110.0, 440.0, 1000.0])
def test_a_low_tone_is_in_the_band_of_its_frequency(hertz: float) -> None:
    bands = encoded(tone(hertz, 0.5, 0.5))[20, :BANDS]
    assert int(bands.argmax()) == round(hertz * WINDOW / SAMPLE_RATE)


@pytest.mark.parametrize(("left", "right", "place"), [(1.0, 0.0, -1.0), (0.0, 1.0, 1.0), (0.7, 0.7, 0.0)])
def test_a_sound_stands_where_it_is(left: float, right: float, place: float) -> None:
    channels = encoded(tone(880.0, left, right))[20]
    loudest = int(channels[BANDS:].abs().argmax())
    assert channels[BANDS + loudest] == pytest.approx(place, abs=0.01)
    both = sides(channels[None, BANDS:])[:, 0, round(880 * WINDOW / SAMPLE_RATE)]
    assert both.square().sum() == pytest.approx(2.0, abs=1e-3)


def test_opposite_sides_do_not_cancel() -> None:
    together, against = (encoded(tone(440.0, 0.5, sign * 0.5)) for sign in (1, -1))
    torch.testing.assert_close(together, against)


def test_frames_are_counted() -> None:
    assert encoded(tone(440.0, 1, 1, 1.0)).shape == (frame_count(SAMPLE_RATE), CHANNELS)


def test_next_to_no_sound_is_refused() -> None:
    with pytest.raises(BadInput, match="too short"):
        encoded(torch.zeros(2, 100))
