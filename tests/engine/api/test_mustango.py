"""What Mustango cannot do is said in one sentence before anything is generated."""

import pytest

from engine.api.chords import Chord, parse_chord
from engine.api.mustango import CHORDS, changes, complaint
from engine.api.requests import MusicRequest
from engine.api.score import score_of


def said(**fields: object) -> str:
    request = MusicRequest(**{"prompt": "calm piano", **fields})  # type: ignore[arg-type]
    return complaint(request, score_of(request))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seconds": 10.2, "chords": "Am F C G"},
        {"metre": "3", "tempo": 240.0, "chords": "C Cm Cdim Caug C6 Cm6 C7 Cmaj7 Cm7 Cm7b5 N C/G"},
        {"metre": "6/8", "beats": "from the prompt"},
        {"prompt": "Café piano, naïve", "key": "Eb major"},
    ],
    ids=str,
)
def test_what_it_can_do_needs_no_words(fields: dict[str, object]) -> None:
    assert said(**fields) == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"seconds": 10.3}, "makes 10.24 s at most and 10.3 s are asked for"),
        ({"bars": 5, "tempo": 100.0}, "at most and 12 s"),
        ({"metre": "6/8"}, "set 2, 3 or 4 beats a bar"),
        ({"chords": "C Gsus4"}, "the kind of chord of Gsus4; write one like C, Cmaj7"),
        ({"chords": "C5"}, "kind of chord of C5"),
        ({"chords": "C:1 D:1 C:1 D:1", "tempo": 240.0}, f"places for {CHORDS} chords and this has 40"),
        ({"prompt": "शांत गिटार"}, "write the prompt in English"),
        ({"prompt": "அமைதியான பியானோ"}, "write the prompt in English"),
        ({"sections": "intro:2"}, "leave them empty"),
        ({"loop": "on"}, "turn the loop off"),
        ({"recording": "/tmp/x.wav"}, "take the recording out"),
    ],
    ids=str,
)
def test_what_it_cannot_do_is_one_sentence(fields: dict[str, object], words: str) -> None:
    found = said(**fields)
    assert words in found and found.startswith("Mustango") and "\n" not in found and found.endswith(".")


def test_chords_are_told_where_they_change_and_silence_is_none() -> None:
    request = MusicRequest(chords="Am:2 Am:2 F@5:1", tempo=120.0, seconds=4.0)
    am, f, none = parse_chord("Am"), parse_chord("F"), Chord(None)
    assert changes(score_of(request)) == [(am, 0.0), (none, 2.0), (f, 2.5), (none, 3.0)]
    assert changes(score_of(MusicRequest())) == []
