"""Music: a request laid out as a score, handed over to the system that its checkpoint belongs to.

Each system is a file of its own; what they share is the score, the samplers and the answer: a sound as long as was
asked for, to the sample.
"""

from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path

import msgspec

from engine.api.errors import BadInput
from engine.api.messages import SoundWork
from engine.api.params import validate
from engine.api.requests import MusicRequest
from engine.api.score import Score, score_of
from engine.codecs.music_hearing import conformity
from engine.codecs.sound import read_raw
from engine.pipelines.contract import Live, Part, Progress, Shelf

Making = Generator[Progress | Part, None, SoundWork]
System = Callable[[MusicRequest, Score, Shelf, Live], Making]

SYSTEMS = {
    "music_unet": "engine.pipelines.music_pocket:pocket",
    "mustango": "engine.pipelines.music_mustango:mustango",
    "stable_audio": "engine.pipelines.music_stable_audio:stable_audio",
    "stable_audio_unet": "engine.pipelines.music_stable_audio:stable_audio",
    "noise2music": "engine.pipelines.music_cascade:cascade",
}
"""Architecture → what makes music with it."""


def music(request: MusicRequest, shelf: Shelf, live: Live) -> Making:
    """Plays what was asked for. Raises BadInput with one sentence."""
    card = shelf.card(request.checkpoint)
    validate(request, card.known(msgspec.structs.asdict(request)))
    score = score_of(request)
    if card.architecture not in SYSTEMS:
        raise BadInput(f"{card.title} is no checkpoint of music; choose one of {', '.join(SYSTEMS)}.")
    module, name = SYSTEMS[card.architecture].split(":")
    system: System = getattr(import_module(module), name)
    work = yield from system(request, score, shelf, live)
    sound, rate = read_raw(Path(work.path))
    return msgspec.structs.replace(work, conformity=conformity(sound, rate, score))
