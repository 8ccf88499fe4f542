"""Pictures drawn by a pipeline in this process, with what was told on the way."""

from typing import Any

import torch

from engine.api.messages import PictureWork
from engine.api.requests import ImageRequest
from engine.pipelines.contract import Live
from engine.pipelines.image import image
from engine.runtime.shelf import Shelf


def made(request: ImageRequest, shelf: Shelf, live: Live | None = None) -> tuple[PictureWork, list[Any]]:
    """The work, and what was told at each step, whose preview is drawn."""
    making = image(request, shelf, live or Live(guidance=request.guidance, gamma=request.gamma))
    told: list[Any] = []
    with torch.inference_mode():
        while True:
            try:
                told.append(next(making))
                told[-1].preview()
            except StopIteration as end:
                return end.value, told
