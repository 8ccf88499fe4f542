"""Pictures of the library: their files come, stay and go with their works, and so does what they were made from."""

import shutil
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.messages import PictureWork
from engine.api.requests import ImageRequest
from engine.api.sounds import new_picture
from studio.state import library as module
from studio.state.database import Database
from studio.state.library import Library, Work
from tests.pictures import picture_work
from tests.studio.fake_engine import drawn

REQUEST = ImageRequest(prompt="पीली पृष्ठभूमि पर a red house", seed=3)


def made() -> PictureWork:
    """A picture as the engine leaves it."""
    work = picture_work(new_picture())
    return msgspec.structs.replace(work, codes=(5, 0, 8191, 7), grid=(2, 2), frame=(0, 0, 16))


def draw(library: Library, request: ImageRequest = REQUEST) -> Work:
    return library.add(drawn("a", made(), request), request, [])


def picture(work: Work) -> PictureWork:
    assert work.picture is not None
    return work.picture


def request(work: Work) -> ImageRequest:
    assert isinstance(work.request, ImageRequest)
    return work.request


def files(folder: Path | None = None) -> list[str]:
    return sorted(path.name for path in (folder or paths.pictures()).glob("*") if path.is_file())


def age(database: Database, work: Work) -> None:
    """As if it had been deleted more than a month ago."""
    month = (module.UNDO_DAYS + 1) * 86400
    database.write(("UPDATE works SET deleted = deleted - ? WHERE id = ?", (month, work.id)))


def test_a_picture_comes_back_after_a_restart_with_everything(library: Library, database: Database) -> None:
    work = draw(library)
    assert (work.modality, work.medium, work.title, work.sound) == ("image", "picture", REQUEST.prompt, None)
    assert (picture(work).codes, picture(work).grid, picture(work).frame) == ((5, 0, 8191, 7), (2, 2), (0, 0, 16))
    assert files() == [f"{work.id}.png"] and Path(picture(work).path) == paths.pictures() / f"{work.id}.png"
    assert Library(database).all() == [work]


def test_it_is_found_by_its_prompt(library: Library) -> None:
    work = draw(library)
    draw(library, ImageRequest(prompt="a boat"))
    assert library.all("HOUSE पीली") == [work] and len(library.all("image")) == 2


def test_without_a_prompt_it_is_called_by_what_it_was_made_from(library: Library) -> None:
    assert draw(library, ImageRequest(picture="/home/me/boat.png")).title == "boat.png"
    assert draw(library, ImageRequest(draft=(1, -1))).title == "Untitled"


def test_deleting_it_can_be_undone_and_after_a_month_its_file_goes(library: Library, database: Database) -> None:
    old, recent = draw(library), draw(library)
    for work in (old, recent):
        library.delete(work.id)
    age(database, old)
    again = Library(database)
    again.restore(recent.id)
    assert again.all() == [recent] and files() == [f"{recent.id}.png"]


@pytest.mark.parametrize("stored", [b"damaged", b"", 7, "text", None])
def test_what_is_known_of_a_picture_may_be_damaged(library: Library, database: Database, stored: object) -> None:
    work = draw(library)
    database.write(("UPDATE works SET picture = ?", (stored,)))
    (again,) = Library(database).all()
    assert (again.medium, again.picture, again.text, again.request) == ("picture", None, work.text, REQUEST)


def test_a_picture_that_cannot_be_moved_is_still_there_and_that_is_said(
    library: Library, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "move", refuse)
    with qtbot.wait_signal(library.complained) as said:
        work = draw(library)
    assert said.args == ["This picture cannot be kept in the library (permission denied); export it now to keep it."]
    assert library.all() == [work] and Path(picture(work).path).exists()
