"""Images in their places within the whole, and which token is where."""

from pathlib import Path

import msgspec
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from studio.previews.picture_scene import Scene, image_of, offset, placed, read
from studio.previews.picture_shown import Shown
from studio.previews.tokens import MASK
from tests.studio.previews.pictures import BLUE, GREEN, RED, file, preview, work


def test_pixels_become_an_image() -> None:
    image = image_of(preview(colour=BLUE))
    assert (image.width(), image.height()) == (32, 32) and image.pixelColor(5, 5) == BLUE


def test_pixels_that_are_too_few_are_no_image() -> None:
    assert image_of(msgspec.structs.replace(preview(), pixels=b"abc")).isNull()
    assert image_of(msgspec.structs.replace(preview(), width=0)).isNull()


def test_what_cannot_be_read_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG and no more")
    assert read("").isNull() and read(str(tmp_path / "none.png")).isNull() and read(str(tmp_path / "bad.png")).isNull()
    assert read(file(tmp_path / "good.png", GREEN)).pixelColor(0, 0) == GREEN


def test_a_frame_has_its_place_in_the_whole() -> None:
    assert placed(preview()) == ((32, 32), QRectF(0, 0, 32, 32))
    assert placed(preview(frame=(40, 0, 64), whole=(104, 70))) == ((104, 70), QRectF(40, 0, 64, 64))


def test_what_was_given_begins_where_the_frame_reaches_beyond_it() -> None:
    assert offset(()) == QPointF(0, 0) and offset((10, 20, 64)) == QPointF(0, 0)
    assert offset((-30, -5, 64)) == QPointF(30, 5)


def test_tokens_are_pointed_at_within_their_frame() -> None:
    shown = Shown()
    shown.set_step(preview(frame=(40, 0, 64), whole=(104, 70)))
    scene = shown.scene({}, done=False)
    assert scene.unit_at(41, 1) == 0 and scene.unit_at(103, 1) == 3 and scene.unit_at(41, 63) == 12
    assert scene.unit_at(39, 1) is None and scene.unit_at(41, 66) is None
    assert scene.nearest(0, 200) == 12 and scene.nearest(500, -9) == 3
    assert Scene().unit_at(0, 0) is None and not Scene().framed() and scene.framed()


def test_the_given_picture_lies_under_what_is_made_anew(tmp_path: Path) -> None:
    shown = Shown()
    shown.set_source(file(tmp_path / "given.png", GREEN, 60, 40), (-20, 0, 64))
    shown.set_step(preview(colour=RED, frame=(0, 0, 64), whole=(80, 64)))
    given, guess = shown.scene({}, done=False).layers
    assert given.box == QRectF(20, 0, 60, 40) and given.image.pixelColor(0, 0) == GREEN
    assert guess.box == QRectF(0, 0, 64, 64) and guess.image.pixelColor(0, 0) == RED


def test_the_work_itself_is_seen_where_it_is_done(tmp_path: Path) -> None:
    shown = Shown()
    shown.set_step(preview(hidden=[2]))
    shown.set_work(work(tmp_path / "made.png", GREEN))
    [layer] = shown.scene({}, done=True).layers
    assert layer.image.pixelColor(1, 1) == GREEN and shown.image(done=True).pixelColor(1, 1) == GREEN
    [layer] = shown.scene({}, done=False).layers
    assert layer.image.pixelColor(1, 1) == RED


def test_an_older_step_that_has_lost_pixels_is_as_large_as_its_work(tmp_path: Path) -> None:
    shown = Shown()
    shown.set_work(work(tmp_path / "made.png", GREEN, 64, 64))
    shown.set_step(preview(pixels=16))
    scene = shown.scene({}, done=False)
    assert (scene.width, scene.height) == (64, 64) and scene.layers[0].box == QRectF(0, 0, 64, 64)


def test_a_work_whose_file_is_gone_shows_its_last_step(tmp_path: Path) -> None:
    made = work(tmp_path / "made.png")
    Path(made.path).unlink()
    shown = Shown()
    shown.set_step(preview())
    shown.set_work(made)
    assert shown.scene({}, done=True).layers[0].image.pixelColor(0, 0) == QColor(RED)
    shown.forget()
    assert shown.scene({}, done=True) == Scene() and shown.tokens() is None and not shown.whole()


def test_whole_is_what_hides_nothing() -> None:
    shown = Shown()
    shown.set_step(preview(hidden=[2]))
    tokens = shown.tokens()
    assert tokens is not None and MASK in tokens.codes and not shown.whole()
    shown.set_step(preview())
    assert shown.whole()
