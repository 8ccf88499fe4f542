"""A picture in the making and the picture it has become: looked at, compared, changed token by token.

At every step the present guess is shown in its place. How sure each token is, is told by colour while the picture is
made; the finished one is plain unless one wants the colours. Tokens that are locked or re-masked make a draft to run
again from, as in a text.
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from engine.api.messages import PicturePreview, PictureWork
from studio.previews.action_bar import ActionBar
from studio.previews.actions import make_actions, pop_up
from studio.previews.edits import Edits
from studio.previews.phase import Phase
from studio.previews.picture_actions import COUNTS, PICTURE_ENTRIES, PICTURE_TOGGLES, TILES
from studio.previews.picture_compare import Other
from studio.previews.picture_grid import Tile
from studio.previews.picture_legend import PictureLegend
from studio.previews.picture_offers import Standing, caption, offered, worded
from studio.previews.picture_page import PicturePage
from studio.previews.picture_pair import Pair
from studio.previews.picture_selection import Rectangle
from studio.previews.picture_shown import Shown
from studio.previews.picture_tokens import picture_draft
from studio.previews.tokens import MASK, Draft

BAR = ("remask", "lock", "undo", "rerun")
MENU = (*BAR, "", "copy", "select_all", "", "zoom_in", "zoom_out", "zoom_reset", "actual", "", *("vary_4", "vary_9"))
TILE_MENU = ("open", "keep", "against", "export", "", "delete", "restore")


class PictureView(QWidget):
    """Shows PicturePreviews and a PictureWork; `draft()` is what the user made of its tokens."""

    edited = Signal()
    rerun_requested = Signal()
    vary_requested = Signal(int)
    """So many more like it are wanted."""
    tile_asked = Signal(str, str)
    """What is to be done with one of the variations: a name of TILES, and the id of the tile."""

    def __init__(self) -> None:
        super().__init__()
        self.LEVEL = "masked"  # what a level counts: what has no tokens is made of noise
        self._shown = Shown()
        self._edits, self._phase = Edits(), "moving"
        self._heated = {False: True, True: False}  # whether colours are wanted, by whether the work is done
        self._deleted = False
        self._legend = PictureLegend()
        self._actions = make_actions(self, self._slots(), PICTURE_ENTRIES, PICTURE_TOGGLES)
        self._page = PicturePage(self._actions)
        self.canvas, self.grid, self.ask = self._page.canvas, self._page.grid, self._page.ask
        self._pair = Pair(self._page, self._actions["compare"])
        self.setLayout(self._page)
        self._actions["vary"].setMenu(self._counts())
        over = self._page.stack
        self._bar = ActionBar([self._actions[name] for name in BAR], over, "What to do with the selected tokens")
        self._connect()
        self._show()

    # --- what the stage asks ---

    def show_preview(self, preview: PicturePreview, earlier: Sequence[PicturePreview] = ()) -> None:
        """Show this step."""
        self.LEVEL = "masked" if preview.codes else "noise"
        self._shown.set_step(preview)
        self._show()

    def show_work(self, work: PictureWork) -> None:
        """The finished picture: from now on it is what is seen at the end of the run."""
        self._shown.set_work(work)
        self._show()

    def show_source(self, path: str, frame: tuple[int, ...] = ()) -> None:
        """The picture that was given, "" for none, and the frame of it, in its pixels, that is made anew."""
        self._shown.set_source(path, frame)
        self._show()

    def show_tiles(self, tiles: Sequence[Tile], current: str) -> None:
        """All variations of what is shown; `current` is its own tile."""
        self.grid.show_tiles(tiles, current)
        self._refresh()

    def show_others(self, others: Sequence[Other], deleted: bool = False) -> None:
        """What it can be compared with, the likeliest first; whether one was deleted that can be brought back."""
        self._deleted = deleted
        self._pair.offer(others)
        self._refresh()

    def set_phase(self, phase: Phase) -> None:
        """Whether steps pass by, one is held, or the work is done."""
        if phase != self._phase:
            self._phase = phase
            self._show()

    def clear(self) -> None:
        """Forget what was shown: another run begins. How close one is stays, and so does the grid."""
        self._shown.forget()
        self._edits.clear()
        self.canvas.select(Rectangle())
        self.ask.clear()
        self._show()

    def draft(self) -> Draft | None:
        """(codes with −1 where hidden, positions that must not change); None where nothing is left to make."""
        preview = self._shown.tokens()
        if preview is None or not preview.codes:
            return None
        codes, locked = picture_draft(preview, self._edits.marks)
        return (codes, locked) if MASK in codes else None

    def toggles(self) -> list[QAction]:
        """For the stage's toolbar."""
        return [self._actions[name] for name in PICTURE_TOGGLES]

    def offers(self) -> list[QAction]:
        """What can be made of what is shown."""
        return [self._actions["vary"]]

    def legend(self) -> QWidget:
        """What the colours mean."""
        return self._legend

    # --- what the user asks ---

    def _slots(self) -> dict[str, Callable[[], object]]:
        edits = self._edits
        return {
            "remask": lambda: self._edit(edits.remask(self.canvas.selected())),
            "lock": lambda: self._edit(edits.lock(self.canvas.selected())),
            "undo": lambda: self._edit(edits.undo()),
            "rerun": self.rerun_requested.emit,
            "select_all": lambda: self.canvas.select_all(),
            "zoom_in": lambda: self.canvas.zoom_by(1),
            "zoom_out": lambda: self.canvas.zoom_by(-1),
            "zoom_reset": lambda: self.canvas.fit(),
            "actual": lambda: self.canvas.zoom_to(1.0),
            "copy": self._copy,
            "flip": lambda: self._pair.flip(),
            "ask": lambda: self.ask.take_keys(),
            "earlier": lambda: self._go(-1),
            "later": lambda: self._go(1),
            "vary": lambda: None,
            **{f"vary_{count}": partial(self._vary, count) for count in COUNTS},
            **{name: partial(self._ask_of_tile, name) for name in TILES},
            "heat": self._choose_heat,
            "compare": lambda: self._pair.follow(),
            "grid": self._show,
        }

    def _edit(self, changed: bool) -> None:
        if changed:
            self._show()
            self.edited.emit()

    def _selected(self) -> None:
        self._refresh()
        if self.canvas.selected():
            self.edited.emit()

    def _choose_heat(self) -> None:
        self._heated[self._finished()] = self._actions["heat"].isChecked()
        self.canvas.select(Rectangle())
        self._refresh()

    def _vary(self, count: int) -> None:
        self._actions["grid"].setChecked(True)
        self.vary_requested.emit(count)

    def _go(self, way: int) -> None:
        """The next variation that is done, that way, in place of this one."""
        done = [tile.id for tile in self.grid.tiles() if tile.done]
        at = next((at for at, id in enumerate(done) if (tile := self.grid.tile()) and id == tile.id), None)
        if at is not None and 0 <= at + way < len(done):
            self.grid.point(done[at + way])
            self.tile_asked.emit("open", done[at + way])

    def _open(self, id: str) -> None:
        self._actions["grid"].setChecked(False)
        self.tile_asked.emit("open", id)
        self._show()
        self.canvas.setFocus(Qt.FocusReason.MouseFocusReason)

    def _ask_of_tile(self, name: str) -> None:
        tile = self.grid.tile()
        if name == "restore":
            self.tile_asked.emit(name, "")
        elif tile and name == "open":
            self._open(tile.id)
        elif tile and name == "against":
            self._actions["grid"].setChecked(False)
            self._pair.choose(Other(f"Seed {tile.seed}", tile.path))
        elif tile:
            self.tile_asked.emit(name, tile.id)

    def _copy(self) -> None:
        image = self._shown.image(self._phase == "done")
        if not image.isNull():
            QGuiApplication.clipboard().setImage(image)

    # --- how it is shown ---

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        names = TILE_MENU if self.gridded() else MENU
        pop_up(self, [self._actions.get(name) for name in names], event.globalPos())

    def _finished(self) -> bool:
        """Whether this is a finished work, and not a step or one that was stopped half way."""
        return self._phase == "done" and self._shown.whole()

    def gridded(self) -> bool:
        """Whether the variations are seen, and not one picture."""
        return self._actions["grid"].isChecked() and len(self.grid.tiles()) > 1

    def _show(self) -> None:
        self.canvas.show_scene(self._shown.scene(self._edits.marks, self._phase == "done"))
        self.ask.offer(this=self._shown.work is not None, source=bool(self._shown.source))
        self._refresh()

    def _refresh(self) -> None:
        """What is offered and how it is coloured; after a change of picture, selection or phase."""
        heated = self._heated[self._finished()] and bool(self.canvas.scene.units)
        self._actions["heat"].setChecked(heated)
        self.canvas.heat = self._legend.opacity if heated else 0.0
        self._legend.tell(self._page_of_legend(heated))
        self._page.show_grid(self.gridded())
        self._page.show_tile(f"Seed {tile.seed}" if (tile := self.grid.tile()) else "")
        standing = self._standing()
        for name, (shown, able) in offered(standing).items():
            self._actions[name].setVisible(shown)
            self._actions[name].setEnabled(able)
        for name, (text, tip) in worded(standing).items():
            self._actions[name].setText(text)
            self._actions[name].setToolTip(tip)
        self._bar.say(caption(standing))
        self.canvas.update()

    def _page_of_legend(self, heated: bool) -> str:
        if self.gridded():
            return "grid"
        return "compare" if self.canvas.comparison is not None else "heat" if heated else "plain"

    def _standing(self) -> Standing:
        chosen, tile = self.canvas.selected(), self.grid.tile()
        return Standing(
            chosen=len(chosen),
            shown=sum(not unit.masked for unit in chosen),
            hidden=sum(unit.masked and unit.marked for unit in chosen),
            mine=bool(chosen) and all(unit.mine for unit in chosen if not unit.masked),
            masked=sum(unit.masked for unit in self.canvas.scene.units),
            tokens=bool(self.canvas.scene.units),
            moving=self._phase == "moving",
            undoes=self._edits.can_undo(),
            comparing=self.canvas.comparison is not None,
            others=bool(self._pair.others),
            tiles=len(self.grid.tiles()),
            gridded=self.gridded(),
            tile_done=bool(tile and tile.done),
            tile_kept=bool(tile and tile.kept),
            deleted=self._deleted,
        )

    def _counts(self) -> QMenu:
        menu = QMenu(self)
        menu.addActions([self._actions[f"vary_{count}"] for count in COUNTS])
        return menu

    def _connect(self) -> None:
        self.canvas.selection_changed.connect(self._selected)
        self.grid.opened.connect(self._open)
        self.grid.pointed.connect(self._refresh)
        self._pair.changed.connect(self._refresh)
        self._legend.opacity_chosen.connect(lambda opacity: self._refresh())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bar.place()
