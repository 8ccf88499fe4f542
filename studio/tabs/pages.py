"""The tabs, one for each modality that the engine announces; a page of its own stands there until it does.

What tabs are made of is imported once the window is on the screen: it is half of the studio.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QWidget

from engine.api.errors import BadInput
from engine.api.ingredients import missing
from engine.api.messages import Announced
from engine.api.recipe import NoRecipe
from engine.api.requests import REQUESTS
from studio.editors.picture_files import is_picture
from studio.editors.surroundings import Surroundings
from studio.export import is_sound, read_dropped
from studio.sheets.files import is_midi
from studio.state.hearing import Hearing
from studio.state.jobs import Jobs
from studio.state.library import Library, Work
from studio.state.session import Session
from studio.state.stored import modality

if TYPE_CHECKING:
    from studio.tabs.modality import ModalityTab

TITLES = {"image": "Images"}  # where a tab is not called as the command line calls what it makes


def title(modality: str) -> str:
    """What the tab of a modality is called."""
    return TITLES.get(modality, modality.capitalize())


class Pages(QStackedWidget):
    """`tab_added` says which modality has a tab now; `export_requested` carries the work on a tab's stage."""

    tab_added = Signal(str)
    export_requested = Signal(object)
    complained = Signal(str)
    refused = Signal(str)
    """Why a file that was opened is of no use."""
    missed = Signal(str)
    """What the settings of a file name and this machine does not have."""
    remarked = Signal(str)
    voices_requested = Signal()

    def __init__(
        self,
        start_page: QWidget,
        jobs: Jobs,
        library: Library,
        session: Session,
        hearing: Hearing,
        around: Surroundings,
    ) -> None:
        super().__init__()
        self._jobs, self._library, self._session = jobs, library, session
        self._hearing, self._around = hearing, around
        self._shown = QTabWidget()
        self._shown.setDocumentMode(True)
        self._shown.tabBar().setAccessibleName("What to make")
        self.tabs: dict[str, ModalityTab] = {}
        self._later: list[Callable[[], object]] = []  # what was asked for before there were tabs
        self.addWidget(start_page)
        self.addWidget(self._shown)
        self._shown.currentChanged.connect(self._remember)

    def announce(self, announced: Announced) -> None:
        """Tabs for what the engine makes; those that stand already stay as they are after a restart."""
        new = [name for name in announced.modalities if name in REQUESTS and name not in self.tabs]
        wanted = self._session.recall("tab", "")
        for name in new:
            self._add(name, announced)
        if new:
            self.setCurrentWidget(self._shown)
            self.bring(wanted if wanted in self.tabs else new[0])
        later, self._later = self._later, []
        for act in later:
            act()

    def bring(self, name: str) -> None:
        """The modality's tab to the front, the keys to it."""
        self.in_tab(name, lambda tab: tab.take_keys())

    def in_tab(self, name: str, act: Callable[["ModalityTab"], object]) -> None:
        """Do this in the modality's tab, in front; once there are tabs, if there are none yet. The keys stay."""
        tab = self.tabs.get(name)
        if tab:
            self._shown.setCurrentWidget(tab)
            act(tab)
        elif not self.tabs:
            self._later.append(lambda: self.in_tab(name, act))
        else:
            self.complained.emit(f"No checkpoint here makes {name}; add one and restart the engine.")

    def open(self, path: Path) -> None:
        """Restore the settings of an exported work or a recipe; any other file goes to a form that takes it."""
        try:
            request = read_dropped(path)
        except BadInput as error:
            if not (isinstance(error, NoRecipe) and self._take(path)):
                self.refused.emit(str(error))
        else:
            self.in_tab(modality(request), lambda tab: tab.use_settings(request))
            self.remarked.emit(f"The settings of {path.name} are in the form")
            if away := missing(request):
                self.missed.emit(away)

    def _take(self, path: Path) -> bool:
        """Chords and sounds to the tab in front, notes and pictures to one that uses them; whether there is one."""
        front = self._front()
        if front and (front.take_sheet(path) or is_sound(path) and front.take_sound(path)):
            return True
        taker = next((name for name, tab in self.tabs.items() if is_picture(path) and tab.take_picture(path)), "")
        taker = taker or next((name for name, tab in self.tabs.items() if is_midi(path) and tab.take_sheet(path)), "")
        if taker:
            self.bring(taker)
        return bool(taker)

    def work(self) -> Work | None:
        """The finished work on the stage of the tab in front."""
        tab = self._front()
        return tab.work() if tab else None

    def prepare(self) -> None:
        """Import what tabs are made of, while the engine starts."""
        import studio.tabs.modality  # noqa: F401

    def _front(self) -> "ModalityTab | None":
        return next((tab for tab in self.tabs.values() if tab is self._shown.currentWidget()), None)

    def _add(self, name: str, announced: Announced) -> None:
        from studio.tabs.modality import ModalityTab

        parts = self._jobs, self._library, self._session, self._hearing, self._around
        tab = ModalityTab(name, REQUESTS[name], announced.cards, *parts)
        tab.export_requested.connect(self.export_requested)
        tab.form.voices_requested.connect(self.voices_requested)
        self.tabs[name] = tab
        self._shown.addTab(tab, title(name))
        self.tab_added.emit(name)

    def _remember(self, index: int) -> None:
        self._session.remember("tab", next(name for name, tab in self.tabs.items() if self._shown.widget(index) is tab))
