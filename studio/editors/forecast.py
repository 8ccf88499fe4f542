"""What a request would come to, said before it is made: how long a sound, in how many parts, how long to wait."""

from collections.abc import Callable
from typing import Any

from engine.api.errors import BadInput
from engine.api.requests import Request, SpeechRequest
from engine.api.script import LEAST_ROOM, WINDOW, lines
from engine.api.words import changed, turns, written
from studio.editors.surroundings import Surroundings


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
    parts = _parts(request, around)
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


def _parts(request: SpeechRequest, around: Surroundings) -> int:
    """How many are made one after the other: a sentence each, or as many as a long one takes in its voice."""
    sentences = lines(request.text, lambda text: True)
    return sum(len(lines(each.text, _fits(each.voice, request, around))) for each in sentences)


def _fits(name: str, request: SpeechRequest, around: Surroundings) -> Callable[[str], bool]:
    """Whether a text is said in one piece: a pocket network has room for so much beside the voice's own words."""
    try:
        voice = around.voices.pick(name or request.voice)
    except BadInput:
        return lambda text: True
    pace = around.voices.pace(voice.id)
    room = max(WINDOW - len(voice.transcript) / pace, LEAST_ROOM)
    return lambda text: len(text) / pace <= room


def _share(request: SpeechRequest) -> str:
    words = len(written(request.text))
    new = len(changed(request.transcript, request.text)[1])
    return f"{new} of {words} words are made anew" if request.transcript.strip() else ""
