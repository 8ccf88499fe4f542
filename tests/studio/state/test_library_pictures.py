"""Pictures of the library: their files come, stay and go with their works, and so does what they were made from."""

import hashlib
import os
import shutil
import time
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.ingredients import ingredients, kept_place
from engine.api.messages import Finished, PictureWork
from engine.api.recipe import recipe_for
from engine.api.requests import ImageRequest
from engine.api.sounds import new_picture
from studio.state import given
from studio.state import library as module
from studio.state.database import Database
from studio.state.library import Library, Work
from tests.pictures import picture_work, write_picture
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


# --- what it was made from ---


def edit(tmp_path: Path) -> ImageRequest:
    """Of a photo and a mask which are called alike."""
    photo, mask = (write_picture(tmp_path / name / "boat.png", seed=len(name)) for name in ("photos", "masks"))
    return ImageRequest(prompt="a boat", picture=str(photo), mask=str(mask))


def nobody(id: str) -> ModelCard:
    raise BadInput(f"There is no {id}.")


def keep(library: Library, asked: ImageRequest) -> Work:
    """Made of its files as the engine says."""
    recipe = recipe_for(asked, ingredients(asked, nobody, dict))
    end: Finished = msgspec.structs.replace(drawn("a", made(), asked), recipe=recipe)
    return library.add(end, asked, [])


def test_a_work_can_be_made_again_though_its_pictures_have_gone(
    library: Library, database: Database, tmp_path: Path
) -> None:
    asked = edit(tmp_path)
    before = [Path(path).read_bytes() for path in (asked.picture, asked.mask)]
    work = keep(library, asked)
    shutil.rmtree(tmp_path / "photos")
    Path(asked.mask).write_bytes(b"another mask")
    for each in (work, *Library(database).all()):
        kept = request(each).picture, request(each).mask
        assert [Path(path).read_bytes() for path in kept] == before
        assert [Path(path).name for path in kept] == ["boat.png", "boat.png"]
        assert msgspec.structs.replace(request(each), picture=asked.picture, mask=asked.mask) == asked


def test_the_same_picture_is_kept_once_and_what_is_ours_is_not_copied(library: Library, tmp_path: Path) -> None:
    first = keep(library, edit(tmp_path))
    painted = write_picture(paths.given() / "mask-0123456789abcdef.png", seed=9)
    again = keep(library, msgspec.structs.replace(request(first), mask=str(painted)))
    assert request(again).picture == request(first).picture and request(again).mask == str(painted)
    assert len(list(paths.given().rglob("*.png"))) == 3


def test_a_picture_that_was_changed_meanwhile_is_not_taken_for_the_other(library: Library, tmp_path: Path) -> None:
    asked = edit(tmp_path)
    recipe = recipe_for(asked, {"picture/boat.png": "0" * 64})
    work = library.add(msgspec.structs.replace(drawn("a", made(), asked), recipe=recipe), asked, [])
    assert work.request == asked and not paths.given().exists()


def test_a_disk_that_takes_no_more_costs_no_work(
    library: Library, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.pictures().mkdir(parents=True)
    paths.given().write_text("not a folder")
    with qtbot.wait_signal(library.complained) as said:
        work = keep(library, edit(tmp_path))
    assert "made from is not kept" in said.args[0] and library.get(work.id) == work


def test_the_whole_folder_can_be_moved_elsewhere(
    library: Library, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(library, edit(tmp_path))
    shutil.copytree(paths.data(), tmp_path / "elsewhere")
    shutil.rmtree(paths.data())
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "elsewhere"))
    (work,) = Library(database).all()
    assert all(Path(path).is_file() for path in (picture(work).path, request(work).picture, request(work).mask))


def test_what_nothing_is_made_of_any_more_goes_after_a_month(
    library: Library, database: Database, tmp_path: Path
) -> None:
    asked = edit(tmp_path)
    gone, stays = keep(library, asked), keep(library, msgspec.structs.replace(asked, picture="", mask=asked.mask))
    in_form, unused, young = (write_picture(paths.given() / f"mask-{n * 16}.png", seed=ord(n)) for n in "abc")
    database.keep({"tab.image": {"fields": {"mask": str(in_form)}}})
    for path in [*paths.given().iterdir(), *paths.given().rglob("*.png")]:
        long_ago = time.time() - given.KEPT - 60
        os.utime(path, (long_ago, long_ago)) if path != young else None
    library.delete(gone.id)
    age(database, gone)
    Library(database)
    mask = hashlib.sha256(Path(asked.mask).read_bytes()).hexdigest()
    assert sorted(paths.given().iterdir()) == sorted([kept_place(mask, "x").parent, in_form, young])
    assert Path(request(stays).mask).is_file() and not unused.exists()
