"""Everything that can be done to a lane of chords by button, menu or key, as tables; gestures for the Help sheet."""

from collections.abc import Callable

from studio.editors.beats import Ruler
from studio.editors.lane import Edge, Lane, place
from studio.editors.lane_actions import CLOSER, FARTHER, REDO, UNDO, WHOLE, Entry
from studio.editors.lane_edits import block_of, dragged, inserted, moved, raised, removed, split, written_out

ENTRIES: dict[str, Entry] = {
    "name": Entry("Type the name…", "Type a chord such as Am7/C in its place.", ("F2", "Return", "Enter"), "text-t"),
    "circle": Entry(
        "Circle of fifths…",
        "Pick the chord from the circle of fifths, its quality and bass.",
        ("Alt+Down",),
        "chart-pie",
    ),
    "split": Entry("Split", "Two chords of one, at the beat in its middle.", ("S",), "columns"),
    "duplicate": Entry("Duplicate", "The chosen chords once more; what comes later moves along.", ("Ctrl+D",), "copy"),
    "cut": Entry("Cut", "Copy the chosen chords and take them out.", ("Ctrl+X",)),
    "copy": Entry("Copy", "Copy the chosen chords as text.", ("Ctrl+C",)),
    "paste": Entry("Paste", "Chords from the clipboard, after the chosen ones.", ("Ctrl+V",)),
    "delete": Entry(
        "Delete", "Take the chosen chords out; the others stay where they are.", ("Del", "Backspace"), "trash"
    ),
    "close": Entry(
        "Delete and close up", "Take the chosen chords out; what comes later moves up.", ("Ctrl+Del", "Ctrl+Backspace")
    ),
    "all": Entry("Choose all", "Choose every chord.", ("Ctrl+A",)),
    "longer": Entry("Longer", "A beat longer, at the cost of the next.", ("Ctrl+Right",)),
    "shorter": Entry("Shorter", "A beat shorter.", ("Ctrl+Left",)),
    "longer_part": Entry("Longer by a part", "Half a beat longer; in 6/8 a third.", ("Ctrl+Shift+Right",)),
    "shorter_part": Entry("Shorter by a part", "Half a beat shorter; in 6/8 a third.", ("Ctrl+Shift+Left",)),
    "later": Entry("Later", "Move the chosen chords a beat later.", ("Alt+Right",)),
    "earlier": Entry("Earlier", "Move the chosen chords a beat earlier.", ("Alt+Left",)),
    "up": Entry("A semitone up", "Transpose the chosen chords up.", ("Up",)),
    "down": Entry("A semitone down", "Transpose the chosen chords down.", ("Down",)),
    "write_out": Entry("Write out the repeats", "Make chords of what is heard again, until the music ends."),
    "clear": Entry("Clear the lane", "Take all chords out."),
    "undo": UNDO,
    "redo": REDO,
    "closer": CLOSER,
    "farther": FARTHER,
    "whole": WHOLE,
}
TOOLS = ("circle", "split", "duplicate", "delete", "|", "undo", "redo", "", "farther", "closer")
MENU = (
    *("name", "circle", "", "split", "duplicate", "", "cut", "copy", "paste", "delete", "close", ""),
    *(
        "longer",
        "shorter",
        "later",
        "earlier",
        "up",
        "down",
        "",
        "all",
        "write_out",
        "clear",
        "",
        "undo",
        "redo",
        "whole",
    ),
)
ON_CHOSEN = (
    "split",
    "duplicate",
    "cut",
    "copy",
    "delete",
    "close",
    "longer",
    "shorter",
    "later",
    "earlier",
    "up",
    "down",
)
"""What needs a chord that is chosen."""
GESTURES = (
    ("Drag in an empty place", "Draw a chord; hold Alt while dragging for half beats"),
    ("Drag an edge", "Longer or shorter; with Shift, what comes later moves along"),
    ("Drag a chord", "Move what is chosen"),
    ("Double-click", "Type the name: Enter takes it, Space goes on to the next"),
    ("A to G", "Type a chord where the keys are"),
    ("Left", "Choose the chord before; Right the one after it; with Shift, choose more"),
    ("Shift+click, Ctrl+click", "Choose up to here, choose one more"),
    *((entry.keys[0], entry.help.rstrip(".")) for entry in ENTRIES.values() if entry.keys),
    ("Ctrl+wheel", "Come closer, step back; with Shift, scroll"),
)

CHANGES: dict[str, Callable[[Lane, Ruler], Lane]] = {
    "split": lambda lane, ruler: split(lane, split_point(lane, ruler)),
    "duplicate": lambda lane, ruler: inserted(lane, block_of(lane.picked()), behind(lane)),
    "delete": lambda lane, ruler: removed(lane),
    "close": lambda lane, ruler: removed(lane, closing=True),
    "all": lambda lane, ruler: Lane(lane.spans, frozenset(range(len(lane.spans))), 0.0),
    "longer": lambda lane, ruler: lengthened(lane, 1.0),
    "shorter": lambda lane, ruler: lengthened(lane, -1.0),
    "longer_part": lambda lane, ruler: lengthened(lane, ruler.grain(fine=True)),
    "shorter_part": lambda lane, ruler: lengthened(lane, -ruler.grain(fine=True)),
    "later": lambda lane, ruler: moved(lane, 1.0),
    "earlier": lambda lane, ruler: moved(lane, -1.0),
    "up": lambda lane, ruler: raised(lane, 1),
    "down": lambda lane, ruler: raised(lane, -1),
    "write_out": lambda lane, ruler: written_out(lane, ruler.bar, ruler.beats),
    "clear": lambda lane, ruler: Lane(),
}
"""What is only a change of the lane; the rest is done by the editor."""


def behind(lane: Lane) -> float:
    """The beat after what is chosen, or where the keys are."""
    return max((span.stop for span in lane.picked()), default=lane.at)


def split_point(lane: Lane, ruler: Ruler) -> float:
    """The beat nearest to the middle of the first chosen chord that is inside it; the half of a short one."""
    if lane.first is None:
        return -1.0
    span = lane.spans[lane.first]
    middle = (span.start + span.stop) / 2
    tried = (ruler.snapped(middle), ruler.snapped(middle, fine=True), round(middle, 4))
    return next((beat for beat in tried if span.start < beat < span.stop), middle)


def lengthened(lane: Lane, beats: float) -> Lane:
    """The end of the last chosen chord so much later; an edge that it shares moves for both."""
    if not lane.chosen:
        return lane
    last = max(lane.chosen)
    shared = last + 1 < len(lane.spans) and lane.spans[last + 1].start - lane.spans[last].stop < 1e-6
    edge = Edge(last, last + 1 if shared else None)
    return dragged(lane, edge, round(place(lane.spans, edge) + beats, 4), abs(beats))
