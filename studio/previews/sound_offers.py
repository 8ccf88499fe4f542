"""What a sound view offers, by how it stands; and what its floating bar says it is about."""

from dataclasses import dataclass

from studio.previews.elided import shortened


@dataclass(frozen=True)
class Standing:
    """How a sound view stands."""

    seen: bool = False
    """A step is shown."""
    held: bool = False
    """No steps pass by, and what is shown has no sound yet."""
    coming: bool = False
    """Its sound was asked for."""
    ready: int = 0
    """Sentences that can be heard before the rest is made."""
    redoes: bool = False
    """A sentence could be made anew."""
    sentence: str = ""
    """It is chosen: its words."""
    music: bool = False
    """Finished music is heard."""
    bars: str = ""
    """What of it is chosen, in words."""
    looped: bool = False
    """Its end leads into its beginning."""


def offered(standing: Standing) -> dict[str, bool]:
    """By the names of the actions, whether each is there."""
    return {
        "hear_held": standing.held and not standing.ready,
        "listen": standing.ready > 0,
        "redo": standing.redoes,
        "repaint": standing.music and bool(standing.bars),
        "vary": standing.music,
        "continue": standing.music,
        "seam": standing.music and standing.looped,
    }


def caption(standing: Standing) -> str:
    """What the bar is about; nothing where it has nothing to offer."""
    if standing.ready:
        return f"{standing.ready} sentence{'s' if standing.ready > 1 else ''} can be heard"
    if standing.held and standing.seen:
        return "Only seen so far"
    return standing.bars if standing.music else shortened(standing.sentence) if standing.sentence else ""
