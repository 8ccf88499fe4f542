"""Requests made of what is finished: of music some bars anew, a few bars more; of music and pictures others like them.

What is written in the form counts, so that other chords can be asked for in the bars that are made anew; length, tempo
and knobs stay those of the music.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec.structs import replace

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import SoundWork
from engine.api.music_checks import complaint
from engine.api.params import SEEDS, validate
from engine.api.requests import ImageRequest, MusicRequest
from engine.api.score import BEATS, seconds_of
from studio.sheets.sheet import MOST_BARS, MOST_SECONDS

WORDS = ("prompt", "key", "chords", "sections")
MORE = 4  # bars
VARIATIONS = 3
Span = tuple[float, float]
R = TypeVar("R", MusicRequest, ImageRequest)


@dataclass(frozen=True)
class Finished:
    """Music, and what of it is chosen, in seconds. `words` are those of WORDS that the form says by now."""

    request: MusicRequest
    sound: SoundWork
    span: Span | None = None
    words: Mapping[str, Any] | None = None


def reworked(name: str, music: Finished, card: ModelCard | None = None) -> list[MusicRequest]:
    """What is to be made, in turns. Raises BadInput with one sentence where it cannot be, or not by this card."""
    found = [validate(request) for request in REWORKS[name](music)]
    if said := next((said for each in found if card and (said := complaint(each, card))), ""):
        raise BadInput(said)
    return found


def _repaint(music: Finished) -> list[MusicRequest]:
    start, stop = music.span or (0.0, music.sound.seconds)
    return [_on(music, anew=(round(1000 * start), round(1000 * stop)))]


def _continue(music: Finished) -> list[MusicRequest]:
    """Longer by a few bars: what is there stays."""
    request = music.request
    bars, seconds = request.bars + MORE, seconds_of(request) + MORE * BEATS[request.metre] * 60 / request.tempo
    if (bars > MOST_BARS and request.bars) or seconds > MOST_SECONDS:
        raise BadInput(f"This music is as long as it may be: {MOST_SECONDS // 60} minutes, or {MOST_BARS} bars.")
    return [_on(music, **({"bars": bars} if request.bars else {"seconds": seconds}), anew=())]


def _vary(music: Finished) -> list[MusicRequest]:
    return varied(music.request, VARIATIONS)


def varied(request: R, count: int) -> list[R]:
    """So many like it, from the next seeds."""
    return [replace(request, seed=(request.seed + number) % SEEDS) for number in range(1, count + 1)]


def _on(music: Finished, **changes: Any) -> MusicRequest:
    """From this music on, from the next seed; a loop is none any more."""
    words = {name: (music.words or {}).get(name, getattr(music.request, name)) for name in WORDS}
    seed = (music.request.seed + 1) % SEEDS
    return replace(music.request, **words, recording=music.sound.path, seed=seed, loop="off", **changes)


REWORKS: dict[str, Callable[[Finished], list[MusicRequest]]] = {
    "repaint": _repaint,
    "continue": _continue,
    "vary": _vary,
}
"""By the names that the preview has for them."""
