"""What a Noise2Music cascade can be asked for, so that it can be said before anything is generated. No torch.

Huang et al. 2023, https://arxiv.org/abs/2302.03917. How long its music may be stands on its card, in seconds.
"""

from engine.api.cards import ModelCard
from engine.api.requests import MusicRequest
from engine.api.score import Score

LONGEST = 30.0
"""Seconds, where the card does not say."""


def complaint(request: MusicRequest, score: Score, card: ModelCard) -> str:
    """One sentence that names what to change; empty where the checkpoint can do what is asked."""
    longest = float(card.network.get("longest", LONGEST))
    if score.seconds > longest + 1e-6:
        return f"{card.title} makes {longest:g} s at most; ask for a shorter piece, or for fewer bars."
    if request.recording:
        return f"{card.title} cannot change a recording or go on from one; choose another checkpoint for that."
    if request.loop == "on":
        return f"{card.title} cannot make loops; turn the loop off, or choose another checkpoint."
    return ""
