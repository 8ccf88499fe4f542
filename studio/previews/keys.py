"""Where a key moves the cursor among the units of a text."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from studio.previews.flow import Flow

PAGE = 10  # lines
KEYS = (
    ("Click, or drag over words", "Select them"),
    ("Shift+click, Ctrl+click", "Select up to here, select one more"),
    ("Arrow keys", "Go from token to token; with Shift, select"),
    ("Ctrl+wheel", "Larger or smaller letters"),
)

MOVES: dict[Qt.Key, Callable[[Flow, int], int]] = {
    Qt.Key.Key_Left: lambda flow, unit: unit - 1,
    Qt.Key.Key_Right: lambda flow, unit: unit + 1,
    Qt.Key.Key_Up: lambda flow, unit: flow.beside(unit, -1),
    Qt.Key.Key_Down: lambda flow, unit: flow.beside(unit, 1),
    Qt.Key.Key_PageUp: lambda flow, unit: flow.beside(unit, -PAGE),
    Qt.Key.Key_PageDown: lambda flow, unit: flow.beside(unit, PAGE),
    Qt.Key.Key_Home: lambda flow, unit: flow.ends(unit)[0],
    Qt.Key.Key_End: lambda flow, unit: flow.ends(unit)[1],
}
ENDS: dict[Qt.Key, Callable[[Flow], int]] = {
    Qt.Key.Key_Home: lambda flow: 0,
    Qt.Key.Key_End: lambda flow: len(flow.units) - 1,
}


def target(flow: Flow, unit: int | None, key: Qt.Key, control: bool) -> int | None:
    """The unit that the key leads to from this one; None for a key that does not move or a text without units."""
    if key not in MOVES or not flow.units:
        return None
    if control and key in ENDS:
        return ENDS[key](flow)
    wanted = 0 if unit is None else MOVES[key](flow, unit)
    return min(max(0, wanted), len(flow.units) - 1)
