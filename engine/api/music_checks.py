"""What a checkpoint of music cannot do, said before anything is generated. No torch."""

from collections.abc import Callable

from engine.api import mustango, noise2music, pocket_music, stable_audio
from engine.api.cards import ModelCard
from engine.api.music_request import MusicRequest
from engine.api.score import Score, score_of

CHECKS: dict[str, Callable[[MusicRequest, Score, ModelCard], str]] = {
    "music_unet": pocket_music.complaint,
    "noise2music": noise2music.complaint,
    "mustango": lambda request, score, card: mustango.complaint(request, score),
    "stable_audio": lambda request, score, card: stable_audio.complaint(request, score, card.architecture),
    "stable_audio_unet": lambda request, score, card: stable_audio.complaint(request, score, card.architecture),
}
"""Architecture → one sentence on what to change, or nothing."""


def complaint(request: MusicRequest, card: ModelCard) -> str:
    """One sentence on what this checkpoint cannot do of what is asked; empty where it can do all.

    Raises BadInput where lanes or sections cannot be read.
    """
    check = CHECKS.get(card.architecture)
    return check(request, score_of(request), card) if check else ""
