"""What a request would come to, said before it is made: how long a sound, in how many parts, how long to wait."""

import re
from collections.abc import Callable
from typing import Any

from engine.api.errors import BadInput
from engine.api.requests import Request, SpeechRequest
from engine.api.words import changed, turns, written
from studio.editors.surroundings import Surroundings

SENTENCE = re.compile(r"[^.!?…।॥。！？\n]+[.!?…।॥。！？\n]*")
SHORTEST = 12  # letters of a sentence; less is said with the one after it


def forecast(request: Request, around: Surroundings) -> str:
    """A line for the form; "" where there is nothing to say."""
    tell = FORECASTS.get(type(request))
    return tell(request, around) if tell else ""


def speech_forecast(request: SpeechRequest, around: Surroundings) -> str:
    """By the pace at which each voice speaks; of a recording, how much of it is new."""
    if not any(letter.isalnum() for letter in request.text):
        return ""
    if request.recording:
        return _share(request)
    seconds = request.seconds or _seconds(request, around)
    parts = _sentences(request.text)
    wait = around.pace.expected(request.checkpoint, seconds, request.steps)
    length = f"about {spoken(seconds)} of speech · {parts} part{'s' if parts > 1 else ''}"
    return f"{length} · about {spoken(wait)} to make" if wait else length


FORECASTS: dict[type[Request], Callable[[Any, Surroundings], str]] = {SpeechRequest: speech_forecast}
"""Request → what is said of it."""


def spoken(seconds: float) -> str:
    """A length as people say it: 1 s, 42 s, 3 min."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def _seconds(request: SpeechRequest, around: Surroundings) -> float:
    paces = [(len(turn.text), _pace(turn.name, request, around)) for turn in turns(request.text)]
    return sum(letters / pace for letters, pace in paces) / request.speed


def _pace(name: str, request: SpeechRequest, around: Surroundings) -> float:
    """Letters a second of whoever says this turn."""
    try:
        return around.voices.pace(around.voices.pick(name).id if name else request.voice)
    except BadInput:
        return around.voices.pace(request.voice)


def _sentences(text: str) -> int:
    """How many parts are made one after the other."""
    found = [len(each.group().strip()) for turn in turns(text) for each in SENTENCE.finditer(turn.text)]
    return max(1, sum(letters >= SHORTEST for letters in found))


def _share(request: SpeechRequest) -> str:
    words = len(written(request.text))
    new = len(changed(request.transcript, request.text)[1])
    return f"{new} of {words} words are made anew" if request.transcript.strip() else ""
