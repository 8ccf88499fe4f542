"""Progressions that everybody knows, in a menu: each in the key and the metre of the request."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from engine.api.chords import spelled
from studio.editors.beats import Ruler
from studio.editors.harmony import PRESETS, placed
from studio.editors.lane import Lane
from studio.editors.lane_actions import dress

SHOWN = 4  # chords of each
HELP = "Puts a known progression in the place of the lane, in the key that is set; undo brings the lane back."


class PresetButton(QToolButton):
    """`chosen` carries a lane."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._ruler = Ruler()
        dress(self, "music-notes", "Presets", "Presets of chords", HELP)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def show_ruler(self, ruler: Ruler) -> None:
        self._ruler = ruler

    def _fill(self) -> None:
        self._menu.clear()
        for preset in PRESETS:
            lane = Lane(placed(preset, self._ruler.key, self._ruler.bar))
            names = [spelled(span.chord, self._ruler.key) for span in lane.spans]
            told = " ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
            entry = self._menu.addAction(f"{preset.title}\t{told}")
            entry.triggered.connect(lambda _=False, made=lane: self.chosen.emit(made))
