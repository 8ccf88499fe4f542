"""The window: tabs for what the engine announces, the queue and the library beside them, notices above them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from engine.api.errors import Failure
from engine.api.messages import Announced, Event, Unload, Unready
from engine.api.requests import Request
from studio.editors.surroundings import Surroundings
from studio.engine_client import EngineClient
from studio.panels import dialogs
from studio.panels.banner import Banner, Tone
from studio.panels.drop_hint import DropHint
from studio.panels.exports import Exports
from studio.panels.file_dialogs import ask_which
from studio.panels.library import LibraryPanel
from studio.panels.menus import LINE, Row, add_row, make_menus
from studio.panels.notification import Notification
from studio.panels.places import open_log, open_place
from studio.panels.placing import place, remember
from studio.panels.queue import QueuePanel
from studio.panels.side import SidePanel
from studio.panels.start_page import StartPage
from studio.panels.status import StatusLine
from studio.state.hearing import Hearing
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs
from studio.state.library import Library, Work
from studio.state.pace import Pace
from studio.state.session import Session
from studio.state.settings import Settings
from studio.state.stored import modality
from studio.state.tuning import renew
from studio.state.voices import Voices
from studio.tabs.keys import KEYS
from studio.tabs.pages import Pages, title

if TYPE_CHECKING:
    from studio.panels.help import HelpSheet
    from studio.panels.settings import SettingsDialog
    from studio.panels.voices import VoicesDialog

NAME = "Quartet"
TONES: dict[str, Tone] = {"broken": "error"}  # of what an engine says as it dies, by the state it leaves


@dataclass(frozen=True)
class Parts:
    """All that the window stands on."""

    client: EngineClient
    jobs: Jobs
    library: Library
    settings: Settings
    session: Session
    hearing: Hearing
    voices: Voices = field(default_factory=Voices)


class Window(QMainWindow):
    """One window for everything. It knows no modality by name."""

    painted = Signal()
    """The window is on the screen for the first time: the engine may start."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self._painted = False
        self.banner, self.status = Banner(), StatusLine(parts.client, parts.jobs)
        self._start_page = StartPage(parts.client)
        pace = Pace(parts.client, parts.jobs, parts.session)
        self._around = Surroundings(parts.voices, parts.hearing.player, parts.jobs, pace)
        self.pages = Pages(self._start_page, parts.jobs, parts.library, parts.session, parts.hearing, self._around)
        self.queue, self.library = QueuePanel(parts.jobs), LibraryPanel(parts.library)
        self.side = SidePanel(self.queue, self.library)
        self._splitter = QSplitter()
        self.exports = Exports(parts.settings, self)
        self._hint = DropHint(self._lay_out())
        self._notification = Notification(self, parts.jobs)
        self._menus = make_menus(self, self._actions())
        self._connect()
        self._restore()

    def _actions(self) -> dict[str, list[Row]]:
        """Every action of the window, with its key; the Help sheet lists what stands here."""
        side, client = self.side, self.parts.client
        return {
            "&File": [
                ("&Open a work or recipe…", "Ctrl+O", lambda: ask_which(self, self._works_folder(), self.open_file)),
                ("&Export…", "Ctrl+S", self._export_shown),
                ("Open the &works folder", "Ctrl+Shift+O", self._open_works),
                LINE,
                ("&Voices…", "Ctrl+Shift+V", self.open_voices),
                ("&Settings…", "Ctrl+,", self.open_settings),
                LINE,
                ("&Quit", "Ctrl+Q", self.close),
            ],
            "&View": [
                ("&Queue", "Ctrl+J", side.show_queue),
                ("&Library", "Ctrl+L", side.show_library),
                ("&Search the library", "Ctrl+F", side.search),
                ("&Hide or show the side panel", "Ctrl+B", side.toggle),
            ],
            "&Engine": [
                ("&Free the memory of checkpoints", "Ctrl+Shift+F", lambda: client.send(Unload())),
                ("&Restart the engine", "Ctrl+Shift+R", self._restart_engine),
            ],
            "&Help": [
                ("&Help", "F1", self.open_help),
                ("&Log files", "Ctrl+Shift+L", lambda: open_log(self)),
            ],
        }

    # --- works and files ---

    def show_work(self, work: Work | None) -> None:
        """A finished work on its tab's stage, with its timeline."""
        if work:
            self.pages.in_tab(work.modality, lambda tab: tab.show_work(work))
        else:
            self.banner.say("This work is no longer in the library.", tone="note")

    def use(self, request: Request) -> None:
        """All settings of this request in its tab's form."""
        self.pages.in_tab(modality(request), lambda tab: tab.use_settings(request))

    def open_file(self, path: Path) -> None:
        """Restore the settings of an exported work or a recipe; any other file goes to a form that takes it."""
        self.pages.open(path)

    def export(self, work: Work) -> None:
        """Ask for a name and write the work with its recipe."""
        self.exports.ask(work)

    def _export_shown(self) -> None:
        work = self.pages.work()
        if work:
            self.export(work)
        else:
            self.banner.say("There is no work to export yet; make one, or open one from the library.", tone="note")

    def _works_folder(self) -> Path:
        return Path(self.parts.settings.get().works_folder)

    def _open_works(self) -> None:
        try:
            open_place(self._works_folder())
        except Failure as error:
            self.banner.say(str(error))

    # --- dialogs, and the engine ---

    def open_settings(self) -> "SettingsDialog":
        return dialogs.open_settings(self.parts.settings, self.parts.client, self.parts.hearing, self)

    def open_voices(self) -> "VoicesDialog":
        return dialogs.open_voices(self._around, self)

    def open_help(self) -> "HelpSheet":
        announcement = self.parts.client.announcement
        return dialogs.open_help(self, ("In a tab", KEYS), announcement.cards if announcement else ())

    def _restart_engine(self) -> None:
        renew(self.parts.client, self.parts.jobs)

    # --- what happens elsewhere ---

    def _announce(self, announced: Announced) -> None:
        self.pages.announce(announced)
        for complaint in announced.complaints:
            self.banner.say(complaint)

    def _heard(self, event: Event) -> None:
        if isinstance(event, Unready):
            self.banner.say(event.sentence, event.details, "error")

    def _tab_added(self, name: str) -> None:
        """Its line in the menu, above the side panel's."""
        view, place = self._menus["&View"], len(self.pages.tabs)
        add_row(view, (title(name), f"Ctrl+{place}", lambda: self.pages.bring(name)), view.actions()[place - 1])

    def _job_changed(self, job: Job) -> None:
        if job.state in (JobState.failed, JobState.interrupted):
            self.banner.say(job.sentence, job.details, "error" if job.state is JobState.failed else "warning")
        running = self.parts.jobs.running()
        share = f"{100 * running.step // running.steps} % · " if running and running.steps else ""
        self.setWindowTitle(share + NAME)

    def _show_previews(self) -> None:
        """Previews cost nothing while nobody can see them."""
        self.parts.jobs.show_previews(self.parts.settings.get().previews and not self.isMinimized())

    def _come_forward(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def _connect(self) -> None:
        client, jobs, library = self.parts.client, self.parts.jobs, self.parts.library
        client.announced.connect(self._announce)
        client.died.connect(lambda sentence: self.banner.say(sentence, tone=TONES.get(client.state, "warning")))
        client.received.connect(self._heard)
        for part in (jobs, library, self.parts.settings, self.parts.session, self.parts.voices, self.pages):
            part.complained.connect(lambda sentence: self.banner.say(sentence, tone="error"))
        self.parts.hearing.player.complained.connect(lambda sentence: self.banner.say(sentence))
        jobs.job_changed.connect(self._job_changed)
        self.parts.settings.changed.connect(self._show_previews)
        self.pages.tab_added.connect(self._tab_added)
        self.pages.export_requested.connect(self.export)
        self.pages.voices_requested.connect(self.open_voices)
        self.pages.refused.connect(lambda sentence: self.banner.say(sentence))
        self.pages.missed.connect(lambda sentence: self.banner.say(sentence, tone="note"))
        self.pages.remarked.connect(self.status.remark)
        self.library.work_opened.connect(self.show_work)
        self.library.settings_requested.connect(lambda work: self.use(work.request))
        self.library.export_requested.connect(self.export)
        self.library.folder_requested.connect(self._open_works)
        self.library.complained.connect(lambda sentence: self.banner.say(sentence))
        self.queue.work_opened.connect(lambda id: self.show_work(library.get(id)))
        self.queue.settings_requested.connect(self.use)
        self.queue.complained.connect(lambda sentence: self.banner.say(sentence))
        self.status.restart_requested.connect(self._restart_engine)
        self._start_page.restart_requested.connect(self._restart_engine)
        self._hint.dropped.connect(self.open_file)
        self._hint.watch(self)
        self.exports.written.connect(lambda path: self.status.remark(f"Written to {path}"))
        self.exports.failed.connect(lambda sentence: self.banner.say(sentence))
        self._notification.clicked.connect(self._come_forward)

    # --- how it is put together, and how it comes back ---

    def _lay_out(self) -> QWidget:
        """The ground that everything stands on."""
        self.setWindowTitle(NAME)
        for index, part in enumerate((self.pages, self.side)):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(index, 1 - index)
        self._splitter.setChildrenCollapsible(False)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._splitter, 1)
        self.setCentralWidget(page)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        return page

    def _restore(self) -> None:
        place(self, self._splitter, self.side, self.parts.session)
        self.pages.setFocus()
        self._show_previews()
        if self.parts.client.announcement:
            self._announce(self.parts.client.announcement)

    def closeEvent(self, event: QCloseEvent) -> None:
        remember(self, self._splitter, self.side, self.parts.session)
        self.parts.session.flush()
        self.exports.finish()
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:
            self._show_previews()
        elif event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._notification.seen()
        super().changeEvent(event)
