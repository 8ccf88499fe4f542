"""Words found in a sound whose pauses and words were put there, and where nothing can be found."""

import numpy as np
import pytest

from engine.api.words import written
from engine.conditioners.energy import by_energy, speech
from engine.conditioners.voice import levels, weight
from tests.engine.sounds import RATE, edges, silence, tone

TEXT = (
    "When the sunlight strikes raindrops in the air, they act as a prism and form a rainbow. The rainbow is a division "
    "of white light into many beautiful colors. These take the shape of a long round arch, with its path high above."
)
PAUSES = {",": 0.25, ".": 0.5}


def read_out(text: str, seed: int, spread: float = 0.25) -> tuple[np.ndarray, list[float]]:
    """A sound in which every word is a tone of about 70 ms a letter, and the seconds at which each begins."""
    random = np.random.default_rng(seed)
    parts, starts, now = [silence(0.2)], [], 0.2
    for word in text.split():
        lasts = 0.07 * weight(word) * float(np.exp(spread * random.normal()))
        rests = PAUSES.get(word[-1], 0.2 if random.random() < 0.1 else 0.0)
        voiced = tone(lasts)
        if len(word) > 7:
            voiced[len(voiced) // 2 :][: round(0.09 * RATE)] = 0  # the closure of a plosive, which is no pause
        starts.append(now)
        parts += [voiced, silence(rests)]
        now += lasts + rests
    whole = np.concatenate([*parts, silence(0.2)])
    return (whole + 1e-3 * random.normal(size=len(whole))).astype(np.float32), starts


def test_stretches_of_speech_are_those_between_pauses() -> None:
    lengths = (0.2, 1.0, 0.3, 0.8, 0.2)
    samples = np.concatenate([tone(each) if i % 2 else silence(each) for i, each in enumerate(lengths)])
    samples += 1e-3 * np.random.default_rng(0).normal(size=len(samples)).astype(np.float32)
    found = [place / 100 for span in speech(levels(samples)) for place in span]
    assert found == pytest.approx(edges(lengths)[1:-1], abs=0.03)


def test_words_are_found_where_they_were_put() -> None:
    """The pace of every word varies by a quarter; the mean error stays below the length of a syllable."""
    errors = []
    for seed in range(8):
        samples, starts = read_out(TEXT, seed)
        words = by_energy(samples, TEXT)
        assert [word.text for word in words] == TEXT.split()
        errors += [abs(word.start - start) for word, start in zip(words, starts, strict=True)]
    assert np.mean(errors) < 0.12 and np.median(errors) < 0.08


def test_words_behind_a_pause_begin_with_the_sound() -> None:
    """At an even pace every pause is found, with its mark and without."""
    samples, starts = read_out(TEXT, 3, spread=0.0)
    words = by_energy(samples, TEXT)
    after = [i for i in range(1, len(words)) if words[i].start - words[i - 1].stop > 0.1]
    assert len(after) >= 4
    assert [words[i].start for i in after] == pytest.approx([starts[i] for i in after], abs=0.02)


def test_times_run_on_and_spans_are_places_in_the_transcript() -> None:
    samples, _ = read_out(TEXT, 1)
    words = by_energy(samples, TEXT)
    times = [time for word in words for time in (word.start, word.stop)]
    assert times == sorted(times) and times[-1] <= len(samples) / RATE
    assert [TEXT[word.first : word.last] for word in words] == [word.text for word in written(TEXT)]


def test_a_long_recording_is_aligned_as_well_as_a_short_one() -> None:
    text = " ".join([TEXT] * 6)
    samples, starts = read_out(text, 5)
    found = by_energy(samples, text)
    assert np.mean([abs(word.start - start) for word, start in zip(found, starts, strict=True)]) < 0.2


@pytest.mark.parametrize("text", ["one", "one two three", "जब सूरज निकला", "今天天气很好"])
def test_sound_without_a_pause_is_shared_out_by_the_lengths_of_the_words(text: str) -> None:
    words = by_energy(np.sin(np.arange(3 * RATE) / 20).astype(np.float32), text)
    lasting = np.array([word.stop - word.start for word in words])
    weights = np.array([weight(word.text) for word in words])
    assert lasting == pytest.approx(3 * weights / weights.sum(), abs=0.01)


def test_more_pauses_than_words_still_give_every_word_a_place() -> None:
    samples = np.concatenate([np.concatenate([tone(0.2), silence(0.4)]) for _ in range(20)])
    words = by_energy(samples, "one two")
    assert [word.text for word in words] == ["one", "two"] and words[-1].stop == pytest.approx(11.6, abs=0.1)


@pytest.mark.parametrize("text", ["", "… !"])
def test_without_words_there_is_nothing_to_find(text: str) -> None:
    assert by_energy(tone(2), text) == ()


def test_noise_without_pauses_is_one_stretch() -> None:
    noise = 0.1 * np.random.default_rng(0).normal(size=2 * RATE).astype(np.float32)
    assert speech(levels(noise)) == [(0, 200)] and speech(levels(noise[:0])) == []
