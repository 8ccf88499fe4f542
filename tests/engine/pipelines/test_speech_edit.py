"""Changing words of a recording leaves everything else as it is, sample for sample."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.api.messages import SoundWork
from engine.api.requests import SpeechRequest
from engine.pipelines.contract import Live
from engine.pipelines.speech import speech
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from tests.tiny_speech import add_published, tiny_speech, tiny_speech_template

__all__ = ["tiny_speech", "tiny_speech_template"]

SAID = "She crossed the wide river and sang."
RATE = 44_100
WORDS = [(0.2, 0.5), (0.55, 1.0), (1.05, 1.2), (1.25, 1.6), (1.7, 2.1), (2.2, 2.4), (2.5, 2.9)]
BOUNDARIES = tuple(round(1000 * edge) for word in WORDS for edge in word)


@pytest.fixture
def shelf(tiny_speech: Path) -> Iterator[Shelf]:
    yield Shelf(choose("cpu"))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three seconds of stereo at another rate than the network's: a word is a hum, and silence between."""
    time = np.arange(3 * RATE) / RATE
    speaking = np.zeros(len(time))
    for start, stop in WORDS:
        speaking[round(start * RATE) : round(stop * RATE)] = 0.4
    left = speaking * np.sin(2 * np.pi * 200 * time)
    path = tmp_path / "recording.wav"
    soundfile.write(path, np.stack([left, 0.5 * left], axis=1).astype(np.float32), RATE, subtype="FLOAT")
    return path


def change(shelf: Shelf, recording: Path, text: str, **fields: object) -> tuple[SoundWork, NDArray[np.float32]]:
    given = {"steps": 4, "seed": 1, "transcript": SAID, "boundaries": BOUNDARIES, **fields}
    request = SpeechRequest(text=text, recording=str(recording), **given)  # type: ignore[arg-type]
    making = speech(request, shelf, Live(guidance=2.0))
    while True:
        try:
            next(making)
        except StopIteration as end:
            return end.value, soundfile.read(end.value.path, dtype="float32", always_2d=True)[0]


def original(recording: Path) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = soundfile.read(recording, dtype="float32")[0]
    return samples


def test_what_stays_stays_sample_for_sample(shelf: Shelf, recording: Path) -> None:
    work, samples = change(shelf, recording, "She crossed the narrow river and sang.")
    before = original(recording)
    assert work.sample_rate == RATE and work.channels == 2
    start, stop = round(1.2 * RATE), round(1.7 * RATE)
    assert np.array_equal(samples[:start], before[:start])
    assert np.array_equal(samples[len(samples) - (len(before) - stop) :], before[stop:])
    assert not np.array_equal(samples[start : start + 8000], before[start : start + 8000])


def test_words_go_and_words_come(shelf: Shelf, recording: Path) -> None:
    shorter, _ = change(shelf, recording, "She crossed the river and sang.")
    longer, _ = change(shelf, recording, "She crossed the wide and lovely river and sang to us.")
    assert shorter.seconds < 3 < longer.seconds
    assert [word.text for word in longer.words][:5] == ["She", "crossed", "the", "wide", "and"]
    assert [word.start for word in longer.words] == sorted(word.start for word in longer.words)
    assert longer.words[0].start == pytest.approx(0.2)


def test_words_that_stay_keep_their_time_but_for_the_shift(shelf: Shelf, recording: Path) -> None:
    work, _ = change(shelf, recording, "She crossed the river and sang.")
    last = work.words[-1]
    assert last.stop - last.start == pytest.approx(0.4, abs=1e-6)
    assert last.start - 2.5 == pytest.approx(work.seconds - 3, abs=1e-3)


@pytest.mark.parametrize("architecture", ["f5", "e2"])
def test_networks_that_read_letters_change_words_too(
    shelf: Shelf, recording: Path, tiny_speech: Path, architecture: str
) -> None:
    checkpoint = add_published(tiny_speech, architecture)
    for boundaries in (BOUNDARIES, ()):
        text = "She crossed the narrow river and sang."
        work, samples = change(shelf, recording, text, checkpoint=checkpoint, boundaries=boundaries)
        assert len(work.words) == 7 and np.array_equal(samples[:2000], original(recording)[:2000])


def test_without_boundaries_the_words_are_found(shelf: Shelf, recording: Path) -> None:
    work, samples = change(shelf, recording, "She crossed the narrow river and sang.", boundaries=())
    assert len(work.words) == 7 and np.array_equal(samples[:2000], original(recording)[:2000])


@pytest.mark.parametrize(
    ("text", "fields", "sentence"),
    [
        (SAID, {}, "says what the recording says already"),
        ("…", {}, "nothing to say"),
        ("She sang.", {"boundaries": (100, 200)}, "do not belong to this transcript"),
        ("She sang.", {"boundaries": tuple(reversed(BOUNDARIES))}, "do not belong to this transcript"),
        ("She sang.", {"transcript": ""}, "holds no word"),
        ("She sang.", {"transcript": SAID * 20}, "too long"),
    ],
)
def test_what_cannot_be_changed_is_said_in_one_sentence(
    shelf: Shelf, recording: Path, text: str, fields: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        change(shelf, recording, text, **fields)


def test_a_recording_that_is_not_there_is_said_so(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no sound file"):
        change(shelf, tmp_path / "gone.wav", "She sang.")
