"""What of a request for pictures does not go together, or not with a checkpoint, said before anything is made.

No torch, and nothing is opened: what is wrong with a file is said by who reads it.
"""

from collections.abc import Callable

from engine.api.cards import ModelCard
from engine.api.image_request import ImageRequest

SMALLEST = 8  # pixels of a frame's side
CODES, PLACES = 8192, 256
"""Of a picture's tokens, as published, where a card says nothing else."""


def complaint(request: ImageRequest, card: ModelCard) -> str:
    """One sentence on what to change; empty where all is well."""
    return next((said for check in CHECKS if (said := check(request, card))), "")


def nothing_asked(request: ImageRequest, card: ModelCard) -> str:
    asked = request.prompt.strip() or request.picture or request.draft
    return "" if asked else "Say what the picture shows."


def picture_away(request: ImageRequest, card: ModelCard) -> str:
    if request.picture:
        return ""
    idle = [name for name in ("mask", "frame", "towards") if getattr(request, name)]
    return f"Choose a picture that the {idle[0].replace('towards', 'second picture')} goes with." if idle else ""


def frame_unusable(request: ImageRequest, card: ModelCard) -> str:
    if request.frame and len(request.frame) != 3:
        return f"A frame is three numbers, left, top and side, not {len(request.frame)}; set it again."
    if request.frame and request.frame[2] < SMALLEST:
        return f"The frame has {request.frame[2]} pixels a side; make it {SMALLEST} or more."
    return ""


def draft_unusable(request: ImageRequest, card: ModelCard) -> str:
    if not request.draft:
        return ""
    if card.architecture != "showo":
        return f"{card.title} makes no tokens that a draft could hold; begin anew, or choose another checkpoint."
    places, codes = card.network.get("picture", PLACES), card.network.get("codes", CODES)
    if len(request.draft) != places:
        return f"The draft has {len(request.draft)} tokens and a picture of {card.title} {places}; begin anew."
    if max(request.draft) >= codes:
        return "The draft comes from another checkpoint; choose the one it was drawn with, or begin anew."
    if max(request.locked, default=0) >= places:
        return f"Place {max(request.locked)} is locked, and the draft ends at {places - 1}; lock its tokens again."
    if -1 not in request.draft:
        return "Nothing is left to draw: hide some tokens first."
    return ""


def sampler_unusable(request: ImageRequest, card: ModelCard) -> str:
    if card.architecture == "showo" and request.sampler != "unmask":
        return f"{card.title} draws tokens, which are drawn by unmask; choose that sampler."
    if card.architecture != "showo" and request.sampler == "unmask":
        return f"{card.title} makes no tokens to unmask; choose the sampler ddim, euler, heun or dpmpp_2m."
    return ""


CHECKS: tuple[Callable[[ImageRequest, ModelCard], str], ...] = (
    nothing_asked,
    picture_away,
    frame_unusable,
    draft_unusable,
    sampler_unusable,
)
