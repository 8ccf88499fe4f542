"""Where a key moves the playhead in a sound, and what keys and gestures do there."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from PySide6.QtCore import Qt

from studio.previews.lanes import Scene
from studio.previews.time_scale import TimeScale

FAR = 20  # of this many keystrokes one crosses what is in sight
KEYS = (
    ("Space", "Play the sound, or pause"),
    ("Click", "Hear from there"),
    ("Drag along the times", "Move through the sound"),
    ("Drag over the picture, Shift+click", "Choose a span to hear or to loop; of music whole bars, with Alt any"),
    ("Click on a word or a chord, double-click", "Hear from there; choose it"),
    ("Click on a section", "Choose it"),
    ("Left, Right", "Back, forward; with Ctrl by a word or a bar, with Shift choose a span"),
    ("Home, End", "To the beginning, to the end"),
    ("Esc", "Choose nothing"),
    ("Ctrl+wheel", "Come closer, step back"),
)

MOVES: dict[Qt.Key, Callable[[TimeScale, float], float]] = {
    Qt.Key.Key_Left: lambda scale, at: at - scale.shown / FAR,
    Qt.Key.Key_Right: lambda scale, at: at + scale.shown / FAR,
    Qt.Key.Key_PageUp: lambda scale, at: at - scale.shown / 2,
    Qt.Key.Key_PageDown: lambda scale, at: at + scale.shown / 2,
    Qt.Key.Key_Home: lambda scale, at: 0.0,
    Qt.Key.Key_End: lambda scale, at: scale.seconds,
}
WORDS: dict[Qt.Key, Callable[[list[float], float], int]] = {
    Qt.Key.Key_Left: lambda starts, at: bisect_left(starts, at - 0.01) - 1,
    Qt.Key.Key_Right: lambda starts, at: bisect_right(starts, at + 0.01),
}


def target(scene: Scene, scale: TimeScale, at: float, key: Qt.Key, control: bool) -> float | None:
    """The second that the key leads to from this one; None for a key that does not move."""
    if key not in MOVES:
        return None
    starts = [start for start, _ in scene.spans(scene.words)] or list(scene.bars)
    if control and key in WORDS and starts:
        index = WORDS[key](starts, at)
        return 0.0 if index < 0 else scale.seconds if index >= len(starts) else starts[index]
    return min(max(0.0, MOVES[key](scale, at)), scale.seconds)
