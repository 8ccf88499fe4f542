"""The canvas a text is written on: known tokens, and masked ones where text is to come.

A prompt is gone on from, or its gaps (`____`) are filled; a draft from the preview is taken as it is. A canvas longer
than the network's window is written in chunks, each seeing what stands before it.
"""

import re
from dataclasses import dataclass

from engine.api.errors import BadInput
from engine.api.requests import TextRequest
from engine.codecs.text_tokens import TextTokens

GAP = re.compile(r"_{3,}")
SHORTEST = 3  # underscores of a gap of one token; each more is one more token
CONTEXT = 1 / 3  # of a window, kept from the chunk before


@dataclass(frozen=True)
class Canvas:
    """`tokens`, the mask's id where text is to come; `fixed` ones never change."""

    tokens: list[int]
    fixed: list[bool]


def canvas_for(request: TextRequest, codec: TextTokens) -> Canvas:
    """The canvas a request asks for. Raises BadInput for a draft of another checkpoint or with nothing to do."""
    tokens = _draft(request, codec) if request.draft else _prompt(request, codec)
    if codec.mask not in tokens:
        raise BadInput("Nothing is left to write: re-mask some tokens first.")
    if request.draft:
        return Canvas(tokens, [i in set(request.locked) for i in range(len(tokens))])
    return Canvas(tokens, [token != codec.mask for token in tokens])


def _draft(request: TextRequest, codec: TextTokens) -> list[int]:
    if max(request.draft) >= codec.vocab_size or codec.mask in request.draft:
        raise BadInput("The draft comes from another checkpoint; choose the one it was written with, or begin anew.")
    return [codec.mask if token < 0 else token for token in request.draft]


def _prompt(request: TextRequest, codec: TextTokens) -> list[int]:
    """A token brings its own leading space, so a space before a mask is left to it."""
    parts = GAP.split(request.prompt)
    gaps = [len(gap) - SHORTEST + 1 for gap in GAP.findall(request.prompt)] + (
        [] if len(parts) > 1 else [request.length]
    )
    tokens: list[int] = []
    for part, gap in zip(parts, [*gaps, 0], strict=False):
        tokens += codec.encode(part.rstrip(" ") if gap else part) + [codec.mask] * gap
    return tokens


def spans(masked: list[bool], size: int) -> list[tuple[int, int]]:
    """The windows [start, stop) of at most `size` tokens that cover every masked token, each with context before it."""
    found: list[tuple[int, int]] = []
    done, total = 0, len(masked)
    while (first := next((i for i in range(done, total) if masked[i]), None)) is not None:
        start = max(0, min(first - int(size * CONTEXT), total - size))
        done = min(total, start + size)
        found.append((start, done))
    return found
