"""Auditions: as long as the music, the right notes at the right time, and voices that move little."""

import numpy as np
import pytest

from engine.api.chords import QUALITIES, Chord, parse_chord
from engine.api.requests import MusicRequest
from engine.api.score import Score, score_of
from engine.codecs.music_hearing import conformity
from engine.codecs.soft_synth import CLICK, HIGHEST, LOWEST, RATE, audition, voicings


def score(**asked: object) -> Score:
    return score_of(MusicRequest(**asked))  # type: ignore[arg-type]


@pytest.mark.parametrize("seconds", [1.0, 10.0, 7.3])
@pytest.mark.parametrize("rate", [RATE, 24_000])
def test_it_is_as_long_as_the_music_to_the_sample(seconds: float, rate: int) -> None:
    sound = audition(score(seconds=seconds, chords="Am F:1 C:3 G", tempo=133), click=True, rate=rate)
    assert sound.shape == (round(seconds * rate),) and sound.dtype == np.float32
    assert 0.1 < np.abs(sound).max() <= 0.96


def test_every_chord_has_its_bass_and_its_notes_in_reach() -> None:
    kinds = [(root, quality, above) for root in range(12) for quality in QUALITIES for above in (0, 2, 4)]
    chords = [Chord(root, quality, (root + above) % 12 if above else None) for root, quality, above in kinds]
    for chord, (bass, *hand) in zip(chords, voicings(chords), strict=True):
        assert bass % 12 == chord.pitches[0] and 40 <= bass < 52
        assert hand[0] >= LOWEST and hand[-1] <= HIGHEST and hand == sorted(hand) and len(hand) <= 4
        own = {((chord.root or 0) + interval) % 12 for interval in QUALITIES[chord.quality]}
        heard = {pitch % 12 for pitch in hand}
        assert heard <= own
        assert own - heard - {bass % 12} <= ({((chord.root or 0) + 7) % 12} if len(own) > 4 else set())


def test_voices_move_little_from_chord_to_chord() -> None:
    hands = [set(voices[1:]) for voices in voicings([parse_chord(name) for name in "C Am F G C Em F G7 C".split()])]
    for before, after in zip(hands, hands[1:], strict=False):
        assert all(min(abs(note - other) for other in before) <= 3 for note in after)


def test_no_chord_is_silence() -> None:
    sound = audition(score(seconds=4, tempo=120, chords="C N"))
    second = RATE * 2
    assert np.abs(sound[:second]).max() > 0.1 and np.abs(sound[second:]).max() == 0
    assert voicings([parse_chord("N"), parse_chord("C")])[0] == ()


def test_the_ear_hears_the_lane() -> None:
    laid_out = score(seconds=12, tempo=100, key="D minor", chords="Dm Gm/Bb A7 Dm C F")
    heard = conformity(audition(laid_out), RATE, laid_out)
    assert heard.chords_right is not None and heard.chords_right > 0.9


def test_the_click_is_louder_and_higher_at_the_beginning_of_a_bar() -> None:
    sound = audition(score(seconds=6, tempo=60, metre="3"), chords=False, click=True)
    ticks = [sound[RATE * beat : RATE * beat + round(CLICK * RATE)] for beat in range(6)]
    loud = [float(np.abs(tick).max()) for tick in ticks]
    pitch = [int(np.abs(np.fft.rfft(tick)).argmax()) for tick in ticks]
    assert loud[0] == loud[3] > 1.5 * max(loud[1], loud[2], loud[4]) and pitch[0] == pitch[3] > pitch[1]
    between = np.concatenate([sound[RATE * beat + len(ticks[0]) : RATE * (beat + 1)] for beat in range(6)])
    assert np.abs(between).max() == 0


def test_a_click_at_the_very_end_is_cut() -> None:
    sound = audition(score(seconds=1.01, tempo=60), chords=False, click=True)
    assert len(sound) == round(1.01 * RATE) and np.abs(sound[RATE:]).max() > 0
