"""Pictures in the rows of the side panel: read once, beside what goes on, and as sharp as the screen."""

from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.messages import PicturePreview, Stepped
from engine.api.requests import ImageRequest, TextRequest
from engine.api.sounds import new_picture
from studio.panels import thumbnails as module
from studio.panels.job_list import PICTURE
from studio.panels.job_row import THUMB
from studio.panels.library import LibraryPanel
from studio.panels.queue import QueuePanel
from studio.panels.thumbnails import Thumbnails, paint, small
from studio.panels.work_row import picture_box
from studio.state.jobs import Jobs
from studio.state.library import Library
from tests.pictures import picture_work, write_picture
from tests.studio.fake_engine import FakeEngineClient, drawn, finished, stepped
from tests.studio.panels.conftest import content

ASKED = ImageRequest(prompt="a boat", steps=4)


@pytest.fixture
def thumbnails(qapp: QApplication) -> Thumbnails:
    return Thumbnails()


def plain(path: Path, colour: str, width: int = 40, height: int = 40) -> Path:
    """A picture of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    path.parent.mkdir(parents=True, exist_ok=True)
    assert image.save(str(path))
    return path


def preview(step: int, colour: tuple[int, int, int], side: int = 8) -> Stepped:
    shown = PicturePreview(width=side, height=side, pixels=bytes(colour) * side * side)
    return msgspec.structs.replace(stepped("a", step, 4, None), preview=shown)


# --- reading ---


@pytest.mark.parametrize(
    ("width", "height", "size"), [(400, 100, (96, 24)), (100, 400, (24, 96)), (60, 40, (60, 40)), (3000, 2, (96, 1))]
)
def test_it_is_no_larger_than_asked_and_of_the_same_shape(
    tmp_path: Path, width: int, height: int, size: tuple[int, int]
) -> None:
    image = small(str(write_picture(tmp_path / "a.png", width, height)), 96)
    assert (image.width(), image.height()) == size


@pytest.mark.parametrize("content", [None, b"", b"mine", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"])
def test_what_cannot_be_read_is_an_empty_place(tmp_path: Path, thumbnails: Thumbnails, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.png").write_bytes(content)
    image = small(str(tmp_path / "a.png"), 96)
    assert image.isNull()
    ground = QImage(40, 40, QImage.Format.Format_RGB32)
    painter = QPainter(ground)
    paint(painter, QRect(0, 0, 40, 40), image)
    painter.end()


def test_it_is_read_beside_what_goes_on_and_only_once(
    tmp_path: Path, thumbnails: Thumbnails, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = str(plain(tmp_path / "a.png", "red")), list[int]()

    def watched(path: str, side: int) -> QImage:
        read.append(side)
        return small(path, side)

    monkeypatch.setattr(module, "small", watched)
    with qtbot.wait_signal(thumbnails.arrived):
        assert thumbnails.get(path, 20) is None
        assert thumbnails.get(path, 20) is None
    image = thumbnails.get(path, 20)
    assert image is not None and image.width() == 20 and read == [20]


def test_the_ones_not_seen_for_longest_are_forgotten(
    tmp_path: Path, thumbnails: Thumbnails, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    names = [str(plain(tmp_path / f"{name}.png", "red")) for name in "abc"]
    for name in names[:2]:
        with qtbot.wait_signal(thumbnails.arrived):
            thumbnails.get(name, 20)
    assert thumbnails.get(names[0], 20)  # seen again
    with qtbot.wait_signal(thumbnails.arrived):
        thumbnails.get(names[2], 20)
    assert list(thumbnails._kept) == [(names[0], 20), (names[2], 20)]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_it_has_as_many_pixels_as_the_screen(
    tmp_path: Path, thumbnails: Thumbnails, qtbot: QtBot, scale: float
) -> None:
    work = picture_work(tmp_path / "a.png", 512, 512)
    ground = QImage(round(60 * scale), round(60 * scale), QImage.Format.Format_RGB32)
    ground.setDevicePixelRatio(scale)
    painter = QPainter(ground)
    with qtbot.wait_signal(thumbnails.arrived):
        thumbnails.draw(painter, QRect(0, 0, 60, 60), work)
    painter.end()
    ((image),) = thumbnails._kept.values()
    assert image is not None and image.width() == round(60 * scale)


def test_it_stands_in_the_middle_of_its_place_with_its_own_shape(tmp_path: Path) -> None:
    ground = QImage(60, 60, QImage.Format.Format_RGB32)
    ground.fill(QColor("white"))
    painter = QPainter(ground)
    paint(painter, QRect(10, 10, 40, 40), small(str(plain(tmp_path / "a.png", "red", 40, 20)), 40))
    painter.end()
    red = np.array([[ground.pixelColor(x, y) == QColor("red") for x in range(60)] for y in range(60)])
    rows, columns = np.nonzero(red)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 39, 10, 49)
    assert not red[20, 10] and red[20, 20]  # a round corner


# --- in the rows ---


def test_a_work_of_the_library_shows_its_picture(library: Library, qtbot: QtBot) -> None:
    work = picture_work(new_picture())
    plain(Path(work.path), "red")
    library.add(drawn("a", work, ASKED), ASKED, [])
    panel = LibraryPanel(library)
    qtbot.addWidget(panel)
    panel.resize(320, 400)
    panel.show()
    place = picture_box(panel.view.visualRect(panel.view.model().index(0, 0))).center()
    qtbot.waitUntil(lambda: panel.view.viewport().grab().toImage().pixelColor(place) == QColor("red"))
    assert panel._actions["copy"].text() == "Copy text"
    panel.view.setCurrentIndex(panel.view.model().index(0, 0))
    assert panel._actions["copy"].text() == "Copy picture"
    panel._actions["copy"].trigger()
    assert QApplication.clipboard().image().pixelColor(0, 0) == QColor("red")


def test_copying_a_picture_that_is_gone_is_said(library: Library, qtbot: QtBot) -> None:
    work = library.add(drawn("a", picture_work(new_picture()), ASKED), ASKED, [])
    panel = LibraryPanel(library)
    qtbot.addWidget(panel)
    panel.show()
    panel.select(work.id)
    assert work.picture is not None
    Path(work.picture.path).unlink()
    with qtbot.wait_signal(panel.complained) as said:
        panel._actions["copy"].trigger()
    assert "is no longer there; make it again." in said.args[0]


def test_a_job_shows_its_latest_step_and_then_its_work(jobs: Jobs, fake_engine: FakeEngineClient, qtbot: QtBot) -> None:
    panel = QueuePanel(jobs)
    qtbot.addWidget(panel)
    panel.resize(320, 400)
    panel.show()
    job = jobs.add(ASKED)

    def colour() -> QColor:
        place = content(panel.view, 0).topLeft()
        place.setX(place.x() + 36 + THUMB // 2)
        place.setY(place.y() + 10 + THUMB // 2)
        return panel.view.viewport().grab().toImage().pixelColor(place)

    low = content(panel.view, 0).height()
    for step, shown in ((1, (255, 0, 0)), (2, (0, 0, 255))):
        fake_engine.say(msgspec.structs.replace(preview(step, shown), job=job.id))
        qtbot.waitUntil(partial(lambda wanted: colour() == QColor(*wanted), shown))
    assert content(panel.view, 0).height() >= max(THUMB, low)
    work = picture_work(new_picture())
    plain(Path(work.path), "lime")
    fake_engine.say(drawn(job.id, work, ASKED))
    qtbot.waitUntil(lambda: colour() == QColor("lime"))


def test_a_job_without_a_picture_has_none_and_a_damaged_preview_does_no_harm(
    jobs: Jobs, fake_engine: FakeEngineClient, qtbot: QtBot
) -> None:
    panel = QueuePanel(jobs)
    qtbot.addWidget(panel)
    panel.show()
    text = jobs.add(TextRequest(prompt="Once"))
    fake_engine.say(stepped(text.id, 1, 4))
    assert panel.view.model().index(0, 0).data(PICTURE) is None
    fake_engine.say(finished(text.id))
    assert panel.view.model().index(0, 0).data(PICTURE) is None
    job = jobs.add(ASKED)
    broken = PicturePreview(width=4000, height=4000, pixels=b"few")
    fake_engine.say(msgspec.structs.replace(stepped(job.id, 1, 4, None), preview=broken))
    assert panel.view.model().index(0, 0).data(PICTURE) == broken
    panel.view.viewport().grab()
