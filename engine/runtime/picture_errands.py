"""The errand that looks at a picture: what is said of it is told word by word."""

from collections.abc import Generator

from engine.api.messages import Answered, Ask, Worded
from engine.pipelines.contract import Shelf
from engine.pipelines.picture_reading import said


def asked(command: Ask, shelf: Shelf) -> Generator[Worded, None, Answered]:
    """A Worded for each token, and the whole. Raises BadInput or Failure."""
    text = ""
    for text in said(command, shelf):
        yield Worded(job=command.job, text=text)
    return Answered(job=command.job, text=text)
