"""What the mouse does in a lane of chords while its button is down: draw one, move the chosen ones, drag an edge."""

from dataclasses import dataclass

from engine.api.chords import Chord
from studio.editors.beats import Ruler
from studio.editors.lane import Edge, Lane
from studio.editors.lane_edits import dragged, drawn, moved


@dataclass(frozen=True)
class Draw:
    """A new chord from the beat where the button went down."""

    before: Lane
    origin: float
    chord: Chord

    def at(self, beat: float, ruler: Ruler, fine: bool, pushing: bool) -> Lane:
        grain = ruler.grain(fine)
        first = round(self.origin // grain * grain, 4)
        start, stop = min(first, ruler.snapped(beat, fine)), max(first + grain, ruler.snapped(beat, fine))
        return drawn(self.before, self.chord, start, round(stop, 4), ruler.bar)


@dataclass(frozen=True)
class Move:
    """The chosen chords, by as much as the mouse went."""

    before: Lane
    origin: float

    def at(self, beat: float, ruler: Ruler, fine: bool, pushing: bool) -> Lane:
        grain = ruler.grain(fine)
        return moved(self.before, round(round((beat - self.origin) / grain) * grain, 4))


@dataclass(frozen=True)
class Drag:
    """An edge; `pushing` moves what comes after it along."""

    before: Lane
    edge: Edge

    def at(self, beat: float, ruler: Ruler, fine: bool, pushing: bool) -> Lane:
        return dragged(self.before, self.edge, ruler.snapped(beat, fine), ruler.grain(fine), pushing)


Gesture = Draw | Move | Drag
