"""Pictures: what is given is laid out as a scene, and handed over to the system that the checkpoint belongs to.

Each system is a file of its own; what they share is the scene, the samplers and the answer: the square that the network
made, laid into the picture that it was made from.
"""

from collections.abc import Callable, Generator
from importlib import import_module

import msgspec

from engine.api.errors import BadInput
from engine.api.files import write_atomically
from engine.api.messages import PictureWork
from engine.api.params import validate
from engine.api.picture_checks import complaint
from engine.api.requests import ImageRequest
from engine.api.sounds import new_picture
from engine.codecs.pictures import png
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.picture_scene import Made, Scene, finished, scene_of

Making = Generator[Progress, None, Made]
System = Callable[[ImageRequest, Scene | None, Shelf, Live], Making]

SYSTEMS = {
    "showo": "engine.pipelines.picture_tokens:drawn",
    "image_dit": "engine.pipelines.picture_latents:dit",
    "transfusion": "engine.pipelines.picture_latents:transfusion",
}
"""Architecture → what makes pictures with it."""


def image(request: ImageRequest, shelf: Shelf, live: Live) -> Generator[Progress, None, PictureWork]:
    """Draws what was asked for. Raises BadInput with one sentence."""
    card = shelf.card(request.checkpoint)
    validate(request, card.known(msgspec.structs.asdict(request)))
    if card.architecture not in SYSTEMS:
        raise BadInput(f"{card.title} is no checkpoint of pictures; choose one of {', '.join(SYSTEMS)}.")
    if said := complaint(request, card):
        raise BadInput(said)
    module, name = SYSTEMS[card.architecture].split(":")
    system: System = getattr(import_module(module), name)
    scene = scene_of(request)
    made = yield from system(request, scene, shelf, live)
    pixels, frame = finished(scene, made.pixels)
    path = new_picture()
    write_atomically(path, png(pixels))
    return PictureWork(
        path=str(path),
        width=pixels.shape[1],
        height=pixels.shape[0],
        codes=made.codes,
        grid=made.grid,
        frame=frame,
        notes=(*(scene.notes if scene else ()), *made.notes),
    )
