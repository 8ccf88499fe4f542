"""The studio put together: the one place that knows all the parts."""

import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import shiboken6
from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from engine import __version__
from engine.api import paths
from engine.api.errors import Failure
from engine.api.sounds import sweep
from studio import garbage, theme
from studio.engine_client import EngineClient
from studio.faults import Faults
from studio.state.database import Database, open_database
from studio.state.hearing import Hearing
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.lock import claim
from studio.state.session import Session
from studio.state.settings import Settings
from studio.state.tuning import Tuning
from studio.window import Parts, Window

DATABASE = "quartet.db"
REFUSED = 1  # exit code
TAKEN = "Quartet is already open; look for its window, or close it there first."


def open_studio(files: list[Path]) -> int:
    """Open the window, and in it the settings of `files`; the exit code once it is closed.

    Nothing that Qt drew with outlives Qt's application: at the end of the program Python would free it too late.
    """
    app = make_application()
    code = live(app, files)
    gc.collect()
    return code


def live(app: QApplication, files: list[Path]) -> int:
    """From the claim on the data folder to its release."""
    faults = Faults()
    claimed = claim(paths.data())
    if claimed is None:
        return refuse(app, TAKEN)
    try:
        database = open_database(paths.data() / DATABASE)
    except Failure as failure:
        return refuse(app, str(failure))
    client = EngineClient()
    window = assemble(app, database, client)
    faults.caught.connect(window.banner.say, Qt.ConnectionType.QueuedConnection)  # not amid a painting
    for file in files:
        window.open_file(file)
    with closed_by_signals(window):
        window.show()
        code = app.exec()
    say_farewell(window.parts, database)
    claimed.release()
    shiboken6.delete(window)
    return code


def make_application() -> QApplication:
    """The program as the desktop knows it, with its event loop."""
    app = QApplication(sys.argv[:1])
    garbage.keep_to_this_thread(app)
    app.setApplicationName(paths.APP)
    app.setApplicationDisplayName(paths.APP)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("quartet")
    return app


def assemble(app: QApplication, database: Database, client: EngineClient) -> Window:
    """The window on all its parts. The engine starts, and what costs time is loaded, once it is on the screen."""
    settings, session, library = Settings(database), Session(database), Library(database)
    theme.apply(app, appearance(settings))
    jobs = Jobs(database, client, library)
    window = Window(Parts(client, jobs, library, settings, session, Hearing(settings, session)))
    Tuning(settings, client, jobs)
    settings.changed.connect(lambda name: theme.apply(app, appearance(settings)) if name == "appearance" else None)
    window.painted.connect(client.start)
    window.painted.connect(window.pages.prepare)
    window.painted.connect(window.parts.voices.sweep)
    window.painted.connect(sweep)
    window.painted.connect(lambda: app.setWindowIcon(QIcon(str(paths.assets() / "icons" / "quartet.svg"))))
    if database.notice:
        window.banner.say(database.notice)
    return window


def appearance(settings: Settings) -> theme.Appearance:
    return cast(theme.Appearance, settings.get().appearance)


@contextlib.contextmanager
def closed_by_signals(window: Window) -> Iterator[None]:
    """Ctrl-C in the terminal closes the window as its own button does.

    Python hears of a signal only when code of its own runs, which may be never while nobody moves the mouse; so each
    signal also writes to a socket that Qt watches.
    """

    def close(*_: object) -> None:
        window.close()
        QApplication.quit()

    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        there.setblocking(False)
        notifier = QSocketNotifier(here.fileno(), QSocketNotifier.Type.Read, window)
        notifier.activated.connect(lambda: here.recv(64))
        signal.set_wakeup_fd(there.fileno(), warn_on_full_buffer=False)
        before = {each: signal.signal(each, close) for each in (signal.SIGINT, signal.SIGTERM)}
        yield
        for each, handler in before.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(-1)
        notifier.setEnabled(False)


def say_farewell(parts: Parts, database: Database) -> None:
    """Keep everything, end the engine. A job that still runs is marked at the next start."""
    parts.session.flush()
    parts.client.stop()
    parts.jobs.discard_parts()
    complaint = database.close()
    if complaint:
        _tell_terminal(complaint)


def refuse(app: QApplication, sentence: str) -> int:
    """Say in a box, and in the terminal, why no window opens."""
    _tell_terminal(sentence)
    theme.apply(app)
    QMessageBox(QMessageBox.Icon.Information, paths.APP, sentence).exec()
    return REFUSED


def _tell_terminal(sentence: str) -> None:
    if sys.stderr:  # none under pythonw
        sys.stderr.write(sentence + "\n")
