"""References made from sounds whose pauses are known."""

import numpy as np
import pytest

from engine.api.errors import BadInput
from engine.api.voices import LONGEST
from engine.conditioners.voice import TAIL, check_transcript, levels, louder, pauses, trimmed, weight
from tests.engine.sounds import RATE, silence, speech, tone


def test_a_quiet_recording_is_made_as_loud_as_the_network_wants_it_and_no_louder() -> None:
    loud, gain = louder(tone(2, loudness=0.02))
    assert np.sqrt(np.mean(loud**2)) == pytest.approx(0.1, rel=1e-4)
    assert np.allclose(loud / gain, tone(2, loudness=0.02), atol=1e-7)


def test_a_loud_recording_is_left_as_it_is() -> None:
    samples = tone(2, loudness=0.8)
    loud, gain = louder(samples)
    assert gain == 1 and np.array_equal(loud, samples)


def test_silence_around_the_speech_is_cut_off_and_a_short_tail_is_left() -> None:
    samples = np.concatenate([silence(0.7), tone(3), silence(1.2)])
    kept, notes = trimmed(samples)
    assert len(kept) / RATE == pytest.approx(3.05, abs=0.04) and notes == ()
    assert not kept[-TAIL:].any()
    assert np.array_equal(kept[480 : 480 + RATE], samples[round(0.7 * RATE) :][:RATE])


def test_what_is_short_enough_keeps_its_pauses() -> None:
    kept, notes = trimmed(speech(2, 0.8, 3, 1.5, 2))
    assert len(kept) / RATE == pytest.approx(9.3 + 0.05, abs=0.03) and notes == ()


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ((4, 1.2, 3, 1.2, 9), 8.2),  # the last long pause before 12 s
        ((7, 1.2, 2, 0.3, 9), 7.0),  # rather than a short one that is later
        ((3, 1.2, 4, 0.3, 9), 8.2),  # a short one, where the long one comes too early
        ((4, 0.3, 4, 0.3, 9), 8.3),
    ],
)
def test_a_long_recording_ends_at_a_pause(lengths: tuple[float, ...], expected: float) -> None:
    kept, notes = trimmed(speech(*lengths))
    assert (len(kept) - TAIL) / RATE == pytest.approx(expected, abs=0.03)
    assert notes[0].startswith(f"It was longer than 12 s; the first {(len(kept) - TAIL) / RATE:.1f} s up to a pause")
    assert notes[0].endswith("write down just what you hear.")


def test_without_any_pause_the_cut_is_where_it_is_quietest() -> None:
    samples = 0.3 * np.sin(2 * np.pi * 180 * np.arange(20 * RATE) / RATE).astype(np.float32)
    samples[9 * RATE : 9 * RATE + RATE // 20] *= 0.2  # 50 ms, too short and too loud for a pause
    kept, notes = trimmed(samples)
    assert (len(kept) - TAIL) / RATE == pytest.approx(9.025, abs=0.03)
    assert "no pause" in notes[0]


@pytest.mark.parametrize("lengths", [(20,), (11.99,), (4, 1.5, 9), (1, 9, 1, 9, 1), (11, 0.5, 11)])
def test_a_reference_is_never_longer_than_a_voice_may_be(lengths: tuple[float, ...]) -> None:
    kept, _ = trimmed(speech(*lengths))
    assert RATE < len(kept) <= LONGEST * RATE


def test_the_middle_of_long_pauses_is_taken_out() -> None:
    kept, notes = trimmed(speech(3, 6, 3))
    assert (len(kept) - TAIL) / RATE == pytest.approx(8, abs=0.05)
    assert notes == ("Pauses of more than 2 s were shortened.",)


def test_trimming_twice_changes_nothing_more() -> None:
    once, _ = trimmed(np.concatenate([silence(0.5), speech(4, 1.2, 3, 1.2, 9)]))
    twice, notes = trimmed(once)
    assert np.array_equal(once, twice) and notes == ()


def test_a_quiet_recording_is_trimmed_by_its_own_level_and_that_is_said() -> None:
    loud, _ = trimmed(speech(4, 1.2, 3, 1.2, 9, loudness=0.3))
    quiet, notes = trimmed(speech(4, 1.2, 3, 1.2, 9, loudness=0.003))
    assert abs(len(loud) - len(quiet)) < RATE / 20 and "quiet" in notes[-1]


def test_clicks_alone_are_no_speech() -> None:
    with pytest.raises(BadInput, match="Nobody is heard"):
        trimmed(silence(5) + 1e-12)


def test_levels_are_those_of_a_sine() -> None:
    t = np.arange(RATE) / RATE
    level = levels((0.5 * np.sin(2 * np.pi * 100 * t)).astype(np.float32))
    assert len(level) == 100 and level == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.01)


def test_pauses_are_the_stretches_below_a_level() -> None:
    level = np.array([-60.0] * 3 + [-10] * 5 + [-60] * 4 + [-10] + [-60] * 2)
    assert pauses(level, -50, 3) == [(0, 3), (8, 12)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("When the sunlight strikes raindrops in the air, they act as a prism and form a rainbow.", 6.0),
        ("जब सूरज की रोशनी बारिश की बूंदों पर पड़ती है तो इंद्रधनुष बनता है।", 5.0),
        ("今天天气很好，我们去公园走走吧。", 3.0),
        ("It was in 1947.", 2.5),
    ],
)
def test_a_transcript_that_fits_is_good_in_every_script(text: str, seconds: float) -> None:
    check_transcript(text, seconds)


@pytest.mark.parametrize(
    ("text", "seconds", "said"),
    [
        ("word " * 100, 5.0, "too long for the 5.0 s"),
        ("Hello.", 11.0, "too short for 11.0 s"),
        ("… — !", 3.0, "holds no word"),
    ],
)
def test_a_transcript_that_cannot_be_what_is_heard_is_refused(text: str, seconds: float, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check_transcript(text, seconds)


def test_digits_and_chinese_characters_take_longer_than_letters() -> None:
    assert (weight("seven"), weight("7"), weight("七"), weight("!? ")) == (5, 3, 3, 0)
