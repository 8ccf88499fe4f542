"""The studio's state without a window: a fake engine that is up, and a library in a folder that is nobody's."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio import theme
from studio.playback.player import Player
from studio.state.database import Database, open_database
from studio.state.drawing import Drawing
from studio.state.hearing import Hearing
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.session import Session
from studio.state.settings import Settings
from tests.studio.fake_engine import FakeEngineClient
from tests.studio.playback.sounds import FakeOutputs


class Tireless(Drawing):
    """Draws at once whatever comes."""

    busy = False


@pytest.fixture(scope="session", autouse=True)
def _dressed(qapp: QApplication) -> None:
    """As in the program, the style is chosen before the first widget is there."""
    theme.apply(qapp, "light")


@pytest.fixture(autouse=True)
def _no_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine says is seen at once, so that a test need not wait for it."""
    monkeypatch.setattr("studio.state.jobs.Drawing", Tireless)


@pytest.fixture
def fake_engine(qapp: QApplication) -> FakeEngineClient:
    """An engine that has announced text and is ready."""
    engine = FakeEngineClient()
    engine.come_up()
    return engine


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "quartet.db")
    yield database
    database.close()


@pytest.fixture
def library(qapp: QApplication, database: Database) -> Library:
    return Library(database)


@pytest.fixture
def jobs(database: Database, fake_engine: FakeEngineClient, library: Library) -> Jobs:
    return Jobs(database, fake_engine, library)


@pytest.fixture
def settings(qapp: QApplication, database: Database) -> Settings:
    return Settings(database)


@pytest.fixture
def session(qapp: QApplication, database: Database) -> Session:
    return Session(database)


@pytest.fixture
def outputs() -> FakeOutputs:
    return FakeOutputs()


@pytest.fixture
def hearing(settings: Settings, session: Session, outputs: FakeOutputs) -> Hearing:
    """A player on loudspeakers that are only a test's."""
    return Hearing(settings, session, Player(outputs, outputs.clock))


@pytest.fixture
def read_only_folder() -> Iterator[Callable[..., Path]]:
    """Makes a folder with copies of these files that cannot be written, not even by root, who is nobody meanwhile."""
    if sys.platform == "win32":
        pytest.skip("folders without the right to write are made otherwise on Windows")
    folder = Path(tempfile.mkdtemp(prefix="quartet-read-only-"))
    root = os.geteuid() == 0

    def make(*files: Path) -> Path:
        for file in files:
            Path(shutil.copy(file, folder)).chmod(0o444)
        folder.chmod(0o555)
        if root:
            os.seteuid(65534)
        return folder

    yield make
    if root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)
