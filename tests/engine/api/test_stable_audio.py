"""What Stable Audio is told, and what it says it cannot do before anything is generated."""

from typing import Any

import pytest

from engine.api.requests import MusicRequest
from engine.api.score import score_of
from engine.api.stable_audio import complaint, told


def said(architecture: str = "stable_audio", **fields: Any) -> str:
    request = MusicRequest(**fields)
    return complaint(request, score_of(request), architecture)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"prompt": "A calm piano."}, "A calm piano. 100 BPM"),
        ({"prompt": " warm house ", "tempo": 120, "key": "A minor"}, "warm house, 120 BPM, A minor"),
        ({"prompt": "rain", "beats": "from the prompt"}, "rain"),
        ({"prompt": "house, 124 bpm, F# minor", "tempo": 90, "key": "C major"}, "house, 124 bpm, F# minor"),
        ({"prompt": "a ballad in E-flat major", "key": "C major"}, "a ballad in E-flat major, 100 BPM"),
        ({"prompt": "a minor incident", "key": "C major"}, "a minor incident, 100 BPM, C major"),
        ({"prompt": "", "key": "Eb major", "tempo": 92.5}, "92.5 BPM, Eb major"),
    ],
)
def test_tempo_and_key_are_words_of_the_prompt_unless_it_names_them(fields: dict[str, Any], words: str) -> None:
    assert told(MusicRequest(**fields)) == words


def test_what_it_can_do_is_not_complained_of() -> None:
    assert said(prompt="Café jazz, naïve and slow", key="A minor", seconds=47.5, recording="hum.wav") == ""
    assert said("stable_audio_unet", prompt="jazz", seconds=95.0) == ""


def test_a_piece_longer_than_the_window_is_complained_of() -> None:
    sentence = "Stable Audio makes 47.5 s at most, not 48; ask for fewer seconds or bars."
    assert said(seconds=48.0) == said(bars=20, tempo=100) == sentence
    assert said("stable_audio_unet", seconds=96.0).startswith("Stable Audio makes 95.1 s at most")


@pytest.mark.parametrize(
    ("fields", "change"),
    [
        ({"prompt": "கர்நாடக இசை"}, "write the prompt in English"),
        ({"chords": "Am F C G"}, "no chords; empty them"),
        ({"sections": "intro:2 verse:4"}, "leave them empty"),
        ({"loop": "on"}, "turn the loop off"),
    ],
)
def test_what_it_cannot_follow_is_named_with_what_to_change(fields: dict[str, Any], change: str) -> None:
    sentence = said(**fields)
    assert change in sentence and sentence.endswith(".") and sentence.count(". ") == 0
