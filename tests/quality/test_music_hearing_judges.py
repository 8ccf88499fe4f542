"""What the judges of music say is read rightly; where they are, they hear a piece as it was written."""

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api.chords import parse_chord, parse_key
from engine.api.score import Sounding
from tests.quality import music_hearing_judges as hearing
from tests.quality.music_metrics import is_near, sequence, third

UNDECIDED = np.full(24, 1 / 24, np.float32)


def lane(text: str) -> list[Sounding]:
    return [Sounding(parse_chord(name), float(at), at + 1.0) for at, name in enumerate(text.split())]


@pytest.mark.parametrize(
    ("label", "chord"),
    [
        ("N", "N"),
        ("C:maj", "C"),
        ("Bb:min7", "Bbm7"),
        ("F#:min/b3", "F#m/A"),
        ("G:sus4(b7)", "G7sus4"),
        ("E:hdim7", "Em7b5"),
    ],
)
def test_labels_are_read_as_chords(label: str, chord: str) -> None:
    assert hearing.parse_label(label) == parse_chord(chord)


@pytest.mark.parametrize(
    ("chords", "key"),
    [("C F G C", "C major"), ("Am Dm E Am", "A minor"), ("Bb Eb F7 Bb", "Bb major"), ("F#m D E F#m", "F# minor")],
)
def test_a_key_follows_from_the_chords(chords: str, key: str) -> None:
    assert hearing.key_of(lane(chords), UNDECIDED) == parse_key(key)


def test_madmom_decides_where_there_are_no_chords() -> None:
    chances = UNDECIDED.copy()
    chances[15] = 0.5  # C minor, in the order of its network
    assert hearing.key_of(lane("N"), chances) == parse_key("C minor")


def test_a_tempo_is_that_of_the_line_through_the_beats() -> None:
    beats = np.arange(12) * 0.5 + np.random.default_rng(0).normal(0, 0.005, 12)
    assert hearing.tempo_of(beats) == pytest.approx(120, rel=0.01)
    assert hearing.tempo_of(beats[:2]) == 0


def test_a_file_is_read_as_one_channel_at_a_common_peak(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([[0.1, 0.3], [np.nan, 0], [-0.1, 0]]), 8000, subtype="FLOAT")
    mono, rate = hearing.read_mono(tmp_path / "a.wav")
    assert rate == 8000 and mono == pytest.approx([0.9, 0, -0.225])


def played(chords: str, beat: float) -> np.ndarray:
    """A chord a bar of four beats, struck at each, with a click: harmonics that die away."""
    rate, parts = 44_100, []
    for name in chords.split():
        for number in range(4):
            times = np.arange(round(beat * rate)) / rate
            notes = [48 + (pitch - 48) % 12 for pitch in parse_chord(name).pitches]
            hertz = [440 * 2 ** ((note - 69) / 12) for note in (notes[0] - 12, *notes)]
            tones = sum(np.sin(2 * math.pi * each * k * times) / k for each in hertz for k in range(1, 6))
            click = np.random.default_rng(number).normal(0, 4 if number == 0 else 2, len(times)) * np.exp(-200 * times)
            parts.append((tones + click) * np.exp(-3 * times))
    sound = np.concatenate(parts)
    return 0.5 * sound / np.abs(sound).max()


@pytest.mark.quality
def test_what_is_played_is_heard(tmp_path: Path) -> None:
    if reason := hearing.missing():
        pytest.skip(reason)
    soundfile.write(tmp_path / "a.wav", played("C Am F G C Am F G", 60 / 112), 44_100)
    heard = hearing.hear(tmp_path / "a.wav", 112)
    assert is_near(heard.rhythm.tempo, 112) and heard.rhythm.bar in (2, 4)
    thirds = sequence(third(each.chord) for each in heard.chords)
    assert thirds[:4] == [(0, "major"), (9, "minor"), (5, "major"), (7, "major")]
    assert heard.key == parse_key("C major")
    assert not is_near(hearing.hear(tmp_path / "a.wav", 97).rhythm.tempo, 97)
