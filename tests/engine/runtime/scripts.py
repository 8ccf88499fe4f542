"""Pipelines by script, for the worker to run."""

from collections.abc import Callable, Generator
from typing import Any

from engine.api.messages import Event, TextPreview, TextWork
from engine.api.requests import TextRequest
from engine.pipelines import Live, Progress
from engine.pipelines.contract import Part

EMPTY = TextPreview(ids=(), pieces=(), confidence=(), fixed=())
Script = Callable[[TextRequest, Any, Live], Generator[Progress | Part, None, TextWork]]
Play = Callable[..., list[Event]]
"""play(script, job=…, on=…) -> the events told; `on(event, job)` hears each of them meanwhile."""


def step(number: int, steps: int, preview: Callable[[], TextPreview] = lambda: EMPTY) -> Progress:
    return Progress(number, steps, 1 - number / steps, preview)


def three_steps(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, TextWork]:
    for number in (1, 2, 3):
        yield step(number, 3)
    return TextWork(text="done")


def raising(error: BaseException) -> Script:
    def script(request: TextRequest, shelf: Any, live: Live) -> Generator[Progress, None, TextWork]:
        yield step(1, 3)
        raise error

    return script
