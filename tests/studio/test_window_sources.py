"""Pictures in the window that works are made from: dropped on it, or taken over from the work that is shown."""

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.messages import Generate, PictureWork
from engine.api.requests import ImageRequest
from studio.state.database import Database
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.session import Session
from studio.state.settings import Settings
from studio.window import Parts, Window
from tests.studio.editors.test_picture_file import picture
from tests.studio.editors.test_repainting import image_card
from tests.studio.fake_engine import FakeEngineClient, announcement, drawn, ready, text_card
from tests.studio.playback.sounds import quiet


@pytest.fixture
def client(qtbot: QtBot) -> FakeEngineClient:
    return FakeEngineClient()


@pytest.fixture
def window(qtbot: QtBot, client: FakeEngineClient, database: Database) -> Window:
    """A window whose engine writes and draws; texts in front."""
    library, settings, session = Library(database), Settings(database), Session(database)
    jobs = Jobs(database, client, library)
    window = Window(Parts(client, jobs, library, settings, session, quiet(settings, session)))
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    client.start()
    client.say(announcement(modalities=("text", "image"), cards=(text_card(), image_card())))
    client.say(ready())
    window.pages.bring("text")
    return window


def test_the_tab_for_pictures_is_called_images(window: Window) -> None:
    shown = window.pages._shown
    assert [shown.tabText(at) for at in range(shown.count())] == ["Text", "Images"]
    assert "Images" in [action.text() for action in window._menus["&View"].actions()]


def test_a_picture_dropped_anywhere_is_the_one_to_be_changed(window: Window, tmp_path: Path) -> None:
    path = picture(tmp_path / "boat.png")
    window.open_file(path)
    tab = window.pages.tabs["image"]
    assert window.pages._front() is tab
    request = tab.form.request()
    assert isinstance(request, ImageRequest) and request.picture == str(path)
    assert tab.form._page.together[0].is_open()


def test_a_broken_picture_is_said_under_the_field(window: Window, tmp_path: Path) -> None:
    (tmp_path / "letter.webp").write_text("Dear Sir")
    window.open_file(tmp_path / "letter.webp")
    form = window.pages.tabs["image"].form
    assert form._page.rows["picture"].complaint().startswith("“letter.webp” is no picture")


def test_the_work_that_is_shown_can_be_gone_on_from(
    window: Window, client: FakeEngineClient, tmp_path: Path, qtbot: QtBot
) -> None:
    window.pages.bring("image")
    tab = window.pages.tabs["image"]
    tab.form.load(ImageRequest(prompt="a boat"))
    tab.generate()
    made = Path(shutil.copy(picture(tmp_path / "new.png"), tmp_path / "new-1.png"))
    job, request = client.commands(Generate)[-1].job, client.commands(Generate)[-1].request
    assert isinstance(request, ImageRequest)
    client.say(drawn(job, PictureWork(path=str(made), width=60, height=40), request))
    work = tab.work()
    assert work is not None and work.picture is not None
    editor = tab.form._page.rows["picture"].editor
    tab.form._page.together[0].set_open(True)
    assert editor._use.isVisible()
    editor._use.click()
    assert tab.form.present().picture == work.picture.path and Path(work.picture.path).is_file()
    window.parts.library.delete(work.id)
    editor.take("")
    assert not editor._use.isVisible()
