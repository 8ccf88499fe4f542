"""What a picture is made from is kept as it was when it was asked for, and goes when nothing names it any more."""

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
from engine.api.ingredients import ingredients, kept_place, missing
from engine.api.messages import Generate
from engine.api.recipe import recipe_for
from engine.api.requests import ImageRequest, TextRequest
from engine.api.sounds import new_picture
from studio.export import export_work, read_dropped
from studio.state import given
from studio.state import library as module
from studio.state.database import Database
from studio.state.given import kept, sweep
from studio.state.jobs import Jobs
from studio.state.library import Library
from tests.pictures import picture_work, write_picture
from tests.studio.fake_engine import FakeEngineClient, drawn


def nobody(id: str) -> ModelCard:
    raise BadInput(f"There is no {id}.")


@pytest.fixture
def edit(tmp_path: Path) -> ImageRequest:
    """Of a photo and a mask which are called alike."""
    photo, mask = (write_picture(tmp_path / name / "boat.png", seed=len(name)) for name in ("photos", "masks"))
    return ImageRequest(prompt="a boat", picture=str(photo), mask=str(mask))


def contents(request: object) -> list[bytes]:
    assert isinstance(request, ImageRequest)
    return [Path(path).read_bytes() for path in (request.picture, request.mask)]


def grow_old(path: Path) -> None:
    long_ago = time.time() - given.KEPT - 60
    os.utime(path, (long_ago, long_ago))


def test_a_job_is_made_from_its_pictures_as_they_were_when_it_was_asked_for(
    jobs: Jobs, fake_engine: FakeEngineClient, edit: ImageRequest, tmp_path: Path
) -> None:
    before = contents(edit)
    job = jobs.add(edit)
    shutil.rmtree(tmp_path / "photos")
    Path(edit.mask).write_bytes(b"another mask")
    assert contents(job.request) == before
    assert fake_engine.commands(Generate)[-1].request == job.request
    assert msgspec.structs.replace(job.request, picture=edit.picture, mask=edit.mask) == edit


def test_they_are_called_what_they_were_called(edit: ImageRequest) -> None:
    asked = kept(edit)
    assert isinstance(asked, ImageRequest)
    assert Path(asked.picture).name == Path(asked.mask).name == "boat.png" and asked.picture != asked.mask


def test_a_work_can_be_made_again_after_a_restart_though_its_pictures_have_gone(
    jobs: Jobs, library: Library, database: Database, edit: ImageRequest, fake_engine: FakeEngineClient, tmp_path: Path
) -> None:
    before = contents(edit)
    job = jobs.add(edit)
    fake_engine.say(drawn(job.id, picture_work(new_picture()), edit))
    for name in ("photos", "masks"):
        shutil.rmtree(tmp_path / name)
    (work,) = Library(database).all()
    assert work.request == job.request and contents(work.request) == before
    assert jobs.add(work.request).request == work.request


@pytest.mark.parametrize("ending", [".png", ".webp", ".jpg"])
def test_an_exported_work_finds_what_it_was_made_from_though_the_user_s_own_files_have_gone(
    jobs: Jobs, library: Library, edit: ImageRequest, fake_engine: FakeEngineClient, tmp_path: Path, ending: str
) -> None:
    painted = write_picture(paths.given() / f"mask-{'a' * 16}.png", seed=9)
    job = jobs.add(msgspec.structs.replace(edit, mask=str(painted)))
    recipe = recipe_for(job.request, ingredients(job.request, nobody, dict))
    end = msgspec.structs.replace(drawn(job.id, picture_work(new_picture())), recipe=recipe)
    fake_engine.say(end)
    (work,) = library.all()
    shutil.rmtree(tmp_path / "photos")
    export_work(work, tmp_path / f"work{ending}")
    assert str(tmp_path).encode() not in (tmp_path / f"work{ending}").read_bytes()
    assert read_dropped(tmp_path / f"work{ending}") == work.request
    shutil.rmtree(paths.given())
    dropped = read_dropped(tmp_path / f"work{ending}")
    assert missing(dropped) == "The picture boat.png does not lie beside this work; put it there, or choose it."


def test_the_same_picture_is_kept_once_and_what_is_ours_is_not_copied(edit: ImageRequest) -> None:
    first = kept(edit)
    assert isinstance(first, ImageRequest) and kept(edit) == first
    painted = str(write_picture(paths.given() / "mask-0123456789abcdef.png", seed=9))
    again = msgspec.structs.replace(first, mask=painted)
    assert kept(again) == again
    assert len(list(paths.given().rglob("*.png"))) == 3


@pytest.mark.parametrize("path", ["", "/none/boat.png", "boat\0.png", "."])
def test_what_is_not_there_stays_what_it_was_called(path: str) -> None:
    assert kept(ImageRequest(prompt="x", picture=path)) == ImageRequest(prompt="x", picture=path)


def test_other_requests_stay_as_they_are() -> None:
    request = TextRequest(prompt="Once")
    assert kept(request) is request


def test_a_disk_that_takes_no_more_costs_no_job(jobs: Jobs, edit: ImageRequest, qtbot: QtBot) -> None:
    paths.pictures().mkdir(parents=True)
    paths.given().write_text("not a folder")
    with qtbot.wait_signal(jobs.complained) as said:
        job = jobs.add(edit)
    assert "made from is not kept" in said.args[0] and job.request == edit


def test_the_whole_folder_can_be_moved_elsewhere(
    jobs: Jobs,
    database: Database,
    edit: ImageRequest,
    fake_engine: FakeEngineClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = contents(edit)
    fake_engine.say(drawn(jobs.add(edit).id, picture_work(new_picture()), edit))
    shutil.copytree(paths.data(), tmp_path / "elsewhere")
    shutil.rmtree(paths.data())
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "elsewhere"))
    (work,) = Library(database).all()
    assert contents(work.request) == before
    assert work.picture is not None and Path(work.picture.path).is_file()


def test_only_what_is_old_and_named_nowhere_is_swept_out(edit: ImageRequest) -> None:
    asked = kept(edit)
    assert isinstance(asked, ImageRequest)
    in_form, unused, young = (write_picture(paths.given() / f"mask-{letter * 16}.png") for letter in "abc")
    for path in (Path(asked.picture).parent, Path(asked.mask).parent, in_form, unused):
        grow_old(path)
    sweep([f'{{"mask": "{asked.mask}"}}', f'{{"mask": "{in_form}"}}'])
    hash = hashlib.sha256(Path(edit.mask).read_bytes()).hexdigest()
    assert sorted(paths.given().iterdir()) == sorted([kept_place(hash, "x").parent, in_form, young])


def test_using_a_picture_again_keeps_it_for_another_month(edit: ImageRequest) -> None:
    asked = kept(edit)
    assert isinstance(asked, ImageRequest)
    painted = write_picture(paths.given() / f"mask-{'a' * 16}.png")
    for path in (Path(asked.picture).parent, Path(asked.mask).parent, painted):
        grow_old(path)
    kept(edit)
    kept(ImageRequest(prompt="x", mask=str(painted)))
    sweep([])
    assert contents(asked) and painted.exists()


def test_what_only_deleted_works_were_made_from_goes_with_them(
    jobs: Jobs, library: Library, database: Database, edit: ImageRequest, fake_engine: FakeEngineClient
) -> None:
    job = jobs.add(edit)
    fake_engine.say(drawn(job.id, picture_work(new_picture()), edit))
    (work,) = library.all()
    jobs.remove(job.id)
    library.delete(work.id)
    for path in paths.given().iterdir():
        grow_old(path)
    Library(database)
    assert len(list(paths.given().iterdir())) == 2
    month = (module.UNDO_DAYS + 1) * 86400
    database.write(("UPDATE works SET deleted = deleted - ?", (month,)))
    Library(database)
    assert list(paths.given().iterdir()) == []


def test_there_may_be_nothing_to_sweep() -> None:
    sweep([])
    assert not paths.given().exists()
