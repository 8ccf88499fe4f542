"""Frames come in their order, once or over and over, slower or faster at the same pitch, and never with a click."""

from pathlib import Path

import pytest

from studio.playback.clip import read_clip
from studio.playback.reel import Reel
from tests.studio.playback.sounds import ramp, tone, write_floats

RATE = 8000


def reel(tmp_path: Path, samples: list[float], channels: int = 1) -> Reel:
    return Reel(read_clip(str(write_floats(tmp_path / "a.wav", samples, RATE, channels))))


def crossings(samples: list[float]) -> int:
    """How often the sound passes zero upwards: the pitch of a tone, counted."""
    return sum(before <= 0 < after for before, after in zip(samples, samples[1:], strict=False))


def steepest(samples: list[float]) -> float:
    return max(abs(after - before) for before, after in zip(samples, samples[1:], strict=False))


def test_every_sample_is_heard_once_and_unchanged(tmp_path: Path) -> None:
    made = reel(tmp_path, ramp(1000))
    pulled = [sample for count in (1, 159, 160, 161, 7, 600) for sample in made.pull(count)]
    assert pulled == ramp(1000) and made.ended()


def test_channels_stay_together(tmp_path: Path) -> None:
    assert reel(tmp_path, ramp(600), channels=2).pull(10).tolist() == ramp(20)


def test_the_position_is_that_of_the_next_frame(tmp_path: Path) -> None:
    made = reel(tmp_path, ramp(1000))
    made.pull(123)
    assert made.position() == 123
    made.seek(500)
    assert made.position() == 500


def test_after_a_jump_the_sound_goes_on_from_there(tmp_path: Path) -> None:
    made = reel(tmp_path, ramp(2000))
    made.pull(100)
    made.seek(1500)
    assert made.pull(300).tolist()[40:] == ramp(2000)[1540:1800], "faded in for 5 ms"


def test_a_jump_does_not_click(tmp_path: Path) -> None:
    samples = tone(100, RATE)
    made = reel(tmp_path, samples)
    before = made.pull(420).tolist()  # in the middle of a wave
    made.seek(4060)
    assert steepest(before + made.pull(400).tolist()) < 2 * steepest(samples)


def test_a_whole_clip_loops_without_a_sample_more_or_less(tmp_path: Path) -> None:
    made = reel(tmp_path, ramp(333))
    made.loop = True
    assert made.pull(1000).tolist() == (ramp(333) * 4)[:1000]
    assert not made.ended()


def test_a_span_loops_and_keeps_its_position_within(tmp_path: Path) -> None:
    made = reel(tmp_path, ramp(2000))
    made.loop = True
    made.set_limits((500, 900))
    made.seek(500)
    for _ in range(50):
        made.pull(33)
        assert 500 <= made.position() <= 900
    assert made.position() == 500 + 50 * 33 % 400


def test_a_span_that_does_not_loop_ends(tmp_path: Path) -> None:
    made = reel(tmp_path, ramp(2000))
    made.set_limits((500, 900))
    made.seek(500)
    assert made.pull(1000).tolist() == ramp(2000)[500:900] and made.ended()


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.3, 2.0])
def test_speed_changes_the_time_it_takes_and_not_the_pitch(tmp_path: Path, speed: float) -> None:
    made = reel(tmp_path, tone(220, RATE, seconds=2))
    made.speed = speed
    pulled = made.pull(10**6).tolist()
    assert len(pulled) / RATE == pytest.approx(2 / speed, abs=0.02)
    assert crossings(pulled) / (len(pulled) / RATE) == pytest.approx(220, rel=0.01)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_a_stretched_tone_stays_as_loud_and_as_smooth(tmp_path: Path, speed: float) -> None:
    samples = tone(150, RATE, seconds=1)
    made = reel(tmp_path, samples)
    made.speed = speed
    pulled = made.pull(10**6).tolist()[:-400]
    assert steepest(pulled) < 1.2 * steepest(samples)
    loudest = [max(pulled[at : at + 80]) for at in range(0, len(pulled) - 80, 80)]
    assert min(loudest) > 0.45, "nowhere do the waves cancel one another"


def test_speed_may_change_in_the_middle(tmp_path: Path) -> None:
    made = reel(tmp_path, tone(220, RATE, seconds=2))
    first = made.pull(RATE).tolist()
    made.speed = 2.0
    second = made.pull(10**6).tolist()
    assert len(second) / RATE == pytest.approx(0.5, abs=0.03)
    assert steepest(first + second) < 1.2 * steepest(tone(220, RATE))


def test_stereo_is_stretched_as_one(tmp_path: Path) -> None:
    left, right = tone(220, RATE), tone(220, RATE, loudness=0.25)
    made = reel(tmp_path, [sample for pair in zip(left, right, strict=True) for sample in pair], channels=2)
    made.speed = 0.7
    pulled = made.pull(10**6).tolist()
    assert pulled[1::2] == pytest.approx([sample / 2 for sample in pulled[::2]], abs=1e-6)
