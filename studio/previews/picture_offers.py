"""What a picture view offers, by how it stands; and what its floating bar says it is about."""

from dataclasses import dataclass

from studio.previews.actions import tip
from studio.previews.picture_actions import MARKS, SIGHT, TILES, VARIATIONS


@dataclass(frozen=True)
class Standing:
    """How a picture view stands: of tokens how many are `chosen`, and of those `shown`, or `hidden` by the user."""

    chosen: int = 0
    shown: int = 0
    hidden: int = 0
    mine: bool = False
    """All that are chosen and shown are the user's."""
    masked: int = 0
    """Of all tokens."""
    tokens: bool = False
    moving: bool = True
    undoes: bool = False
    comparing: bool = False
    others: bool = False
    """There is something to compare with."""
    tiles: int = 0
    gridded: bool = False
    """The variations are seen, not one picture."""
    tile_done: bool = False
    tile_kept: bool = False
    deleted: bool = False
    """A variation was deleted and can be brought back."""


def offered(standing: Standing) -> dict[str, tuple[bool, bool]]:
    """By the names of the actions, whether each is there, and whether it does anything now."""
    one = not standing.gridded
    picks, edits = one and standing.chosen > 0, one and not standing.comparing
    return {
        "remask": (picks, edits and bool(standing.shown or standing.hidden)),
        "lock": (picks, edits and standing.shown > 0),
        "undo": (one and standing.undoes, one and standing.undoes),
        "rerun": (one and standing.tokens, edits and standing.masked > 0),
        "select_all": (one, edits and standing.tokens),
        **dict.fromkeys(SIGHT, (True, one)),
        "flip": (True, one and standing.others),
        "ask": (True, True),
        "earlier": (standing.tiles > 1, one),
        "later": (standing.tiles > 1, one),
        "heat": (True, one and standing.tokens),
        "compare": (True, one and standing.others),
        "grid": (True, standing.tiles > 1),
        **dict.fromkeys(("vary", *VARIATIONS), (True, True)),
        **dict.fromkeys(TILES, (not one, not one and standing.tile_done)),
        "restore": (not one and standing.deleted, not one and standing.deleted),
    }


def worded(standing: Standing) -> dict[str, tuple[str, str]]:
    """By the names of actions whose words change with how it stands: those words, and the tooltip."""
    remask = "Show again" if standing.hidden and not standing.shown else MARKS["remask"].label
    lock = "Unlock" if standing.shown and standing.mine else MARKS["lock"].label
    keep = "No favourite any more" if standing.tile_kept else TILES["keep"].label
    why = "" if standing.masked else "Mark some tokens to re-mask first"
    return {
        "remask": (remask, tip(MARKS["remask"])),
        "lock": (lock, tip(MARKS["lock"])),
        "rerun": (MARKS["rerun"].label, tip(MARKS["rerun"], why)),
        "keep": (keep, tip(TILES["keep"])),
    }


def caption(standing: Standing) -> str:
    """What the bar is about; nothing where it has nothing to offer."""
    if standing.gridded or standing.comparing:
        return ""
    if standing.chosen:
        return f"{standing.chosen} selected"
    if standing.masked and (not standing.moving or standing.undoes):
        return f"{standing.masked} masked"
    return "Edited" if standing.undoes else ""
