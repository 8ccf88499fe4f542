"""Finished sounds: what is in their file, what is said of them, and what is no sound."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import paths
from engine.api.errors import Failure
from engine.api.messages import SoundPart, SpokenWord
from engine.api.sounds import NEW
from engine.codecs.sound_works import sound_work
from tests.sounds import RATE, tone


def test_a_sound_is_written_under_a_new_name_sample_by_sample() -> None:
    first, second = (sound_work(tone() * gain) for gain in (1, 3))
    assert first.path != second.path
    assert {Path(work.path).parent for work in (first, second)} == {paths.sounds()}
    assert all(Path(work.path).name.startswith(NEW) for work in (first, second))
    samples, rate = soundfile.read(second.path, dtype="float32")
    assert rate == RATE and np.array_equal(samples, tone() * 3)


def test_what_is_said_of_it_is_true() -> None:
    word, part = SpokenWord(text="hm", start=0, stop=0.5), SoundPart(text="Hm.", start=0, stop=0.5)
    work = sound_work(tone(0.5), words=[word], parts=[part], notes=["It hums."])
    assert (work.sample_rate, work.channels, work.seconds) == (RATE, 1, 0.5)
    assert (work.words, work.parts, work.notes) == ((word,), (part,), ("It hums.",))
    heights = np.frombuffer(work.peaks, np.int8).reshape(-1, 2) / 127
    assert heights.min() == pytest.approx(-0.5, abs=0.01) and heights.max() == pytest.approx(0.5, abs=0.01)


def test_stereo_at_another_rate(tmp_path: Path) -> None:
    both = np.stack([tone(), -tone()], -1)
    work = sound_work(both, 44_100, path=tmp_path / "a.wav")
    assert (work.path, work.channels, work.seconds) == (str(tmp_path / "a.wav"), 2, len(both) / 44_100)
    assert soundfile.info(work.path).channels == 2


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_sound_is_not_kept(wrong: float) -> None:
    with pytest.raises(Failure, match="values that are no numbers; try less guidance"):
        sound_work(np.array([0.0, wrong], np.float32))
    assert not list(paths.sounds().glob("*"))
