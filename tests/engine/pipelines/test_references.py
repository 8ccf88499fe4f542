"""From a file to a reference, and to a recording whose words are known."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import paths
from engine.api.errors import BadInput
from engine.api.messages import SpokenWord
from engine.pipelines.references import prepare, sounding
from tests.engine.sounds import RATE, silence, speech


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """17.4 s with pauses, in stereo at 44.1 kHz, with half a second of silence around it."""
    samples = np.concatenate([silence(0.5), speech(4, 1.2, 3, 1.2, 7), silence(0.5)])
    path = tmp_path / "recording.flac"
    soundfile.write(path, np.stack([samples, samples], -1), RATE)
    return path


def test_a_voice_is_trimmed_and_says_what_was_done(recording: Path, tmp_path: Path) -> None:
    work = prepare(recording, folder=tmp_path / "sounds")
    heard = soundfile.info(work.path)
    assert (heard.samplerate, heard.channels, heard.subtype) == (24_000, 1, "FLOAT")
    assert work.seconds == heard.frames / 24_000 == pytest.approx(8.25, abs=0.05)
    assert work.notes[0] == "Its 2 channels were mixed into one." and "longer than 12 s" in work.notes[1]
    assert len(work.peaks) % 2 == 0 and work.words == ()


def test_a_recording_to_be_edited_keeps_its_length_and_gets_its_words(recording: Path, tmp_path: Path) -> None:
    text = "The kettle sang and the rain went on. Nobody was in a hurry, nobody at all. They waited for the evening."
    work = prepare(recording, text, trim=False, folder=tmp_path / "sounds")
    assert work.seconds == pytest.approx(17.4, abs=0.01)
    assert [word.text for word in work.words] == text.split()
    assert work.words[0].start == pytest.approx(0.5, abs=0.05)


def test_another_alignment_can_take_the_place_of_the_one_by_energy(recording: Path, tmp_path: Path) -> None:
    heard: list[tuple[int, str, str]] = []

    def align(samples: np.ndarray, transcript: str, language: str) -> tuple[SpokenWord, ...]:
        heard.append((len(samples), transcript, language))
        return (SpokenWord(text="all", start=0, stop=1),)

    work = prepare(
        recording, "nobody at all was in a hurry today", "hinglish", trim=False, align=align, folder=tmp_path
    )
    assert heard == [(round(17.4 * RATE), "nobody at all was in a hurry today", "hinglish")]
    assert work.words[0].text == "all"


def test_a_transcript_that_does_not_fit_leaves_no_file(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too short"):
        prepare(recording, "Hello.", folder=tmp_path / "sounds")
    assert not (tmp_path / "sounds").exists()


def test_a_recording_to_be_edited_may_not_be_too_long(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    soundfile.write(path, np.zeros(200 * 8_000, np.int16), 8_000)
    with pytest.raises(BadInput, match="lasts 3 min; cut it to 3 min at most"):
        prepare(path, trim=False)


def test_files_go_among_the_sounds_of_the_library(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))
    assert Path(prepare(recording).path).parent == paths.sounds()


@pytest.mark.parametrize("word", ["beautiful", "बारिश", "barish", "1947", "今"])
def test_every_word_takes_time(word: str) -> None:
    assert sounding(word, "chinese" if word == "今" else "hinglish") > 1
