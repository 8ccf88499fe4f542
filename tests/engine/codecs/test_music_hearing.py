"""What is heard in music whose chords, key and beats are known, and in what is no music at all."""

import numpy as np
import pytest

from engine.api.chords import Chord, parse_chord
from engine.api.requests import MusicRequest
from engine.api.score import score_of
from engine.api.works import Conformity
from engine.codecs.music_hearing import alike, conformity
from tests.engine.music_sounds import RATE, Samples, chords, clicks


def hear(sound: Samples, **asked: object) -> Conformity:
    return conformity(sound, RATE, score_of(MusicRequest(seconds=len(sound) / RATE, **asked)))  # type: ignore[arg-type]


def test_what_was_asked_is_heard() -> None:
    sound = chords("Am F C G", 2.0) + clicks(8.0, 120.0)
    heard = hear(sound, tempo=120, key="A minor", chords="Am F C G")
    assert heard.tempo_heard == pytest.approx(120, rel=0.01) and heard.tempo_agrees
    assert heard.beats_hit > 0.9 and heard.beats == pytest.approx(np.arange(len(heard.beats)) / 2, abs=0.05)
    assert (heard.tempo_asked, heard.key_asked) == (120, "A minor")
    assert heard.key_agrees and heard.key_heard in ("A minor", "C major")
    assert heard.chords_right is not None and heard.chords_right > 0.9
    assert [each.heard for each in heard.chords] == ["Am", "F", "C", "G"]
    assert [(each.start, each.stop) for each in heard.chords] == [(0, 2), (2, 4), (4, 6), (6, 8)]


def test_what_was_not_asked_is_told_apart() -> None:
    sound = chords("Am F C G", 2.0) + clicks(8.0, 120.0)
    heard = hear(sound, tempo=104, key="F# major", chords="A F# C Gm")
    assert heard.tempo_heard == pytest.approx(120, rel=0.01) and not heard.tempo_agrees
    assert heard.beats_hit < 0.6 and not heard.key_agrees
    assert heard.chords_right is not None and heard.chords_right < 0.4


def test_a_chord_is_right_in_part() -> None:
    heard = hear(chords("C G", 2.0), tempo=120, chords="C C")
    assert [each.heard for each in heard.chords] == ["C", "G"]
    assert heard.chords_right == pytest.approx(0.5, abs=0.08)
    assert [each.share for each in heard.chords] == pytest.approx([1, 0], abs=0.1)


@pytest.mark.parametrize(
    ("asked", "heard", "right"),
    [
        ("C", "C7", True),
        ("C", "Cm", False),
        ("C/E", "C", True),
        ("Cdim", "Cm", True),
        ("Csus4", "Cm", True),
        ("C5", "C", True),
        ("C5", "G", False),
        ("N", "N", True),
        ("N", "C", False),
        ("Am7", "C", False),
    ],
)
def test_root_and_third_decide(asked: str, heard: str, right: bool) -> None:
    assert alike(parse_chord(asked), parse_chord(heard)) is right


def test_without_asking_nothing_is_wrong() -> None:
    heard = hear(chords("Am F C G", 2.0))
    assert heard.chords_right is None and heard.chords == ()
    assert heard.key_asked == "" and heard.key_heard and heard.key_agrees


def test_in_silence_nothing_is_heard() -> None:
    heard = hear(np.zeros((4 * RATE, 2), np.float32), key="A minor", chords="Am N:4")
    assert (heard.tempo_heard, heard.beats_hit, heard.beats, heard.key_heard) == (0, 0, (), "")
    assert not heard.key_agrees and not heard.tempo_agrees
    assert [each.heard for each in heard.chords] == ["N", "N"] and [each.share for each in heard.chords] == [0, 1]


def test_drums_alone_have_beats_but_neither_chords_nor_key() -> None:
    heard = hear(clicks(8.0, 96.0), tempo=96, key="A minor", chords="Am")
    assert heard.tempo_agrees and heard.beats_hit > 0.9
    assert heard.key_heard == "" and not heard.key_agrees and {each.heard for each in heard.chords} == {"N"}


@pytest.mark.parametrize("samples", [0, 1, 500, RATE])
def test_any_length_can_be_heard(samples: int) -> None:
    sound = chords("C", 1.0)[:samples]
    heard = conformity(sound, RATE, score_of(MusicRequest(seconds=1.0, chords="C")))
    assert len(heard.chords) == 1 and 0 <= heard.chords[0].share <= 1


def test_stereo_and_other_rates_are_heard_alike() -> None:
    mono = chords("Dm Bb", 2.0)
    score = score_of(MusicRequest(seconds=4.0, tempo=120, chords="Dm Bb"))
    stereo = conformity(np.stack([mono, mono], -1), RATE, score)
    half = conformity(mono[::2].copy(), RATE // 2, score)
    assert [each.heard for each in stereo.chords] == ["Dm", "Bb"] == [each.heard for each in half.chords]


def test_no_chord_is_like_none_but_itself() -> None:
    assert alike(Chord(None), Chord(None)) and not alike(Chord(0), Chord(None))
