"""Chords and keys that are heard: every root, out of tune, inverted, broken into single notes."""

from collections import Counter

import numpy as np
import pytest
import soxr
import torch

from engine.api.chords import SHARPS, Chord, parse_chord
from engine.codecs.chord_recognition import chords_of, half_beats, key_of
from engine.codecs.chroma import FRAME, RATE, Chroma, chroma, clarity
from engine.codecs.music_hearing import alike
from tests.engine import music_sounds
from tests.engine.music_sounds import Samples, chords, tones


def listened(sound: Samples) -> Chroma:
    return chroma(torch.from_numpy(soxr.resample(sound, music_sounds.RATE, RATE).astype(np.float32)))


def usual(heard: tuple[Chord, ...], start: float, stop: float) -> str:
    return Counter(heard[round(start / FRAME) : round(stop / FRAME)]).most_common(1)[0][0].name()


@pytest.mark.parametrize("quality", ["", "m", "7", "m7", "maj7", "dim"])
def test_every_root_is_heard(quality: str) -> None:
    names = [f"{root}{quality}" for root in SHARPS]
    heard = chords_of(listened(chords(" ".join(names), 0.5)), ())
    found = [usual(heard, 0.5 * place + 0.1, 0.5 * place + 0.4) for place in range(12)]
    if quality == "m7":  # of the notes of a sixth chord
        assert [each.removesuffix("7") for each in found] == [each.removesuffix("7") for each in names]
    else:
        assert found == names


@pytest.mark.parametrize("cents", [-40, -20, 30])
def test_what_is_out_of_tune_is_heard_in_its_own_tuning(cents: float) -> None:
    notes = listened(chords("Am F C G", 1.0, cents))
    assert notes.tuning == pytest.approx(cents / 100, abs=0.06)
    heard = chords_of(notes, ())
    found = [parse_chord(usual(heard, second + 0.2, second + 0.8)) for second in range(4)]
    assert all(alike(parse_chord(name), each) for name, each in zip("Am F C G".split(), found, strict=True))


def test_another_bass_is_no_other_chord() -> None:
    heard = chords_of(listened(chords("C/E F/A G/D Am/C", 1.5)), ())
    assert [usual(heard, 1.5 * place + 0.3, 1.5 * place + 1.2) for place in range(4)] == ["C", "F", "G", "Am"]


def test_a_broken_chord_is_one_chord() -> None:
    pattern = [48, 64, 67, 60] * 2 + [50, 65, 69, 62] * 2  # C, then Dm, a note at a time
    sound = np.concatenate([tones([pitch], 0.25) for pitch in pattern])
    heard = chords_of(listened(sound), [0.0, 1.0, 2.0, 3.0])
    assert [usual(heard, 0.1, 1.9), usual(heard, 2.1, 3.9)] == ["C", "Dm"]


def test_half_beats_cover_all_frames_in_order() -> None:
    edges = half_beats([0.5, 1.0, 1.5, 2.0], round(4 / FRAME))
    assert edges[0] == 0 and edges[-1] == round(4 / FRAME) and edges == sorted(set(edges))
    assert np.diff(edges) * FRAME == pytest.approx(0.25, abs=FRAME)
    assert half_beats([], 20)[0] == 0 and half_beats([], 1) == [0, 1]


@pytest.mark.parametrize(
    ("progression", "key"),
    [("C F G C", "C major"), ("Am Dm E Am", "A minor"), ("Eb Ab Bb Eb", "Eb major"), ("F#m Bm C# F#m", "F# minor")],
)
def test_the_key_of_a_cadence_is_heard(progression: str, key: str) -> None:
    found = key_of(listened(chords(progression, 1.0)))
    assert found is not None and found.name == key


def test_notes_are_clear_and_noise_is_not() -> None:
    noise = (0.1 * np.random.default_rng(0).standard_normal(4 * music_sounds.RATE)).astype(np.float32)
    assert clarity(listened(chords("C Am", 2.0)).all) > 3.8
    assert clarity(listened(noise).all) < 3.3 and key_of(listened(noise)) is None
    assert clarity(listened(np.zeros(music_sounds.RATE, np.float32)).all) == 0


def test_one_note_has_one_pitch_class() -> None:
    notes = listened(tones([69], 2.0))
    assert int(notes.treble.sum(0).argmax()) == 9 and notes.treble.sum(0)[9] > 0.8 * notes.treble.sum()
    low = listened(tones([40], 2.0))
    assert int(low.bass.sum(0).argmax()) == 4 and low.bass.sum() > low.treble.sum()


def test_templates_know_what_is_named() -> None:
    assert parse_chord("F#dim") in {*chords_of(listened(chords("F#dim", 2.0)), ())}
