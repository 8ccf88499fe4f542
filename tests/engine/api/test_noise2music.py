"""What a cascade cannot do is known from its card and the request alone."""

from typing import Any

import pytest

from engine.api.cards import ModelCard
from engine.api.noise2music import complaint
from engine.api.requests import MusicRequest
from engine.api.score import score_of


def said(network: dict[str, Any] | None = None, **fields: Any) -> str:
    facts: dict[str, Any] = dict(modality="music", architecture="noise2music", files={}, licence="", parameters=0)
    request = MusicRequest(**fields)
    return complaint(request, score_of(request), ModelCard(id="a", title="Brook", network=network or {}, **facts))


def test_what_it_can_do_is_not_complained_about() -> None:
    assert said(seconds=30.0, chords="Am F C G", sections="verse:2", prompt="எதுவும்") == ""
    assert said({"longest": 60.0}, bars=24, tempo=96.0) == ""


@pytest.mark.parametrize(
    ("network", "fields", "sentence"),
    [
        ({}, {"seconds": 30.1}, "makes 30 s at most; ask for a shorter piece, or for fewer bars."),
        (
            {"longest": 8.0},
            {"bars": 5, "tempo": 120.0},
            "makes 8 s at most; ask for a shorter piece, or for fewer bars.",
        ),
        ({}, {"loop": "on"}, "cannot make loops; turn the loop off, or choose another checkpoint."),
        (
            {},
            {"recording": "a.wav"},
            "cannot change a recording or go on from one; choose another checkpoint for that.",
        ),
    ],
    ids=["seconds", "bars", "loop", "recording"],
)
def test_one_sentence_says_what_to_change(network: dict[str, Any], fields: dict[str, Any], sentence: str) -> None:
    assert said(network, **fields) == f"Brook {sentence}"
