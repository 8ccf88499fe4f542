"""Another rate is the same sound: checked against sines, whose samples are known at every rate."""

import math
from array import array

import pytest

from studio.playback.resample import Resampler
from tests.studio.playback.sounds import tone


class Tape:
    """Sound that is pulled bit by bit."""

    def __init__(self, samples: list[float]) -> None:
        self.left = array("f", samples)

    def __call__(self, count: int) -> "array[float]":
        pulled, self.left = self.left[:count], self.left[count:]
        return pulled


def rms(samples: list[float]) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


@pytest.mark.parametrize(("rate", "new_rate"), [(24000, 48000), (24000, 44100), (44100, 48000), (48000, 16000)])
@pytest.mark.parametrize("frequency", [100, 1000, 5000])
def test_a_sine_stays_that_sine(rate: int, new_rate: int, frequency: float) -> None:
    made = Resampler(Tape(tone(frequency, rate, 0.1)), 1, rate, new_rate)
    pulled = [sample for _ in range(8) for sample in made.pull(new_rate // 100)]
    expected = tone(frequency, new_rate, 0.08)
    settled = slice(new_rate // 200, None)
    errors = [one - other for one, other in zip(pulled[settled], expected[settled], strict=True)]
    assert rms(errors) < rms(expected) / 300, "50 dB below"


def test_what_the_new_rate_cannot_hold_is_left_out() -> None:
    made = Resampler(Tape(tone(11000, 48000, 0.1)), 1, 48000, 16000)
    pulled = made.pull(1000).tolist()
    assert rms(pulled[100:]) < 0.01


def test_channels_do_not_mix() -> None:
    samples = [sample for one in tone(300, 24000, 0.05) for sample in (one, 0.0)]
    pull = Tape(samples)
    pulled = Resampler(lambda frames: pull(2 * frames), 2, 24000, 48000).pull(1000)
    assert max(map(abs, pulled[1::2])) == 0 and max(pulled[::2]) > 0.45


def test_how_much_it_holds_back_is_known() -> None:
    tape = Tape([0.0] * 5000)
    made = Resampler(tape, 1, 24000, 44100)
    for count in (1, 500, 441, 777):
        made.pull(count)
        heard = (5000 - len(tape.left)) - made.held()
        assert heard == pytest.approx(sum((1, 500, 441, 777)[: (1, 500, 441, 777).index(count) + 1]) * 24000 / 44100)


def test_after_the_end_there_is_silence() -> None:
    made = Resampler(Tape([0.5] * 100), 1, 8000, 16000)
    assert made.pull(1000).tolist()[300:] == [0.0] * 700
