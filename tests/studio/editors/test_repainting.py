"""A picture in the form of pictures: what means nothing is not shown, and what no longer fits goes."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QSlider
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.requests import ImageRequest
from studio.editors.form import Form
from studio.editors.mask_brush import box, fill
from studio.editors.picture_files import read
from studio.editors.repainting import Repainting
from tests.studio.editors.test_picture_file import picture
from tests.studio.fake_engine import text_card

GROUP = ("picture", "mask", "frame", "change", "towards", "between")


def image_card(**changes: Any) -> ModelCard:
    fields: dict[str, Any] = dict(
        id="pocket-pictures", modality="image", architecture="showo", options={}, languages=()
    )
    return text_card(**(fields | changes))


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    return made(qtbot)


def made(qtbot: QtBot, **changes: Any) -> Form:
    form = Form(ImageRequest, [image_card(**changes)])
    qtbot.addWidget(form)
    form.show()
    group(form).set_open(True)
    return form


def group(form: Form) -> Repainting:
    part = form._page.together[0]
    assert isinstance(part, Repainting)
    return part


def editor(form: Form, name: str) -> Any:
    return form._rows[name].editor


def shown(form: Form) -> set[str]:
    return {name for name in GROUP if editor(form, name).isVisible()}


def painted(form: Form) -> None:
    """A mask from the window in which it is painted, and a frame that reaches beyond on the right."""
    dialog = group(form).edit()
    assert dialog is not None
    fill(dialog.painting, box(QPointF(30, 10), QPointF(40, 20)), erase=False)
    dialog.controls.take_frame((20, 0, 40 + 20))
    dialog.keep()


def test_what_means_nothing_yet_is_not_shown(form: Form, tmp_path: Path) -> None:
    assert shown(form) == {"picture"}
    form.take_picture(picture(tmp_path / "a.png"))
    assert shown(form) == {"picture", "mask", "frame", "change", "towards"}
    editor(form, "towards").take(str(picture(tmp_path / "b.png", "blue")))
    assert shown(form) == set(GROUP)
    editor(form, "picture").take("")
    assert shown(form) == {"picture"}
    assert form.present() == ImageRequest(), "nothing of it is left behind"


def test_what_the_checkpoint_lacks_is_not_shown(qtbot: QtBot, tmp_path: Path) -> None:
    form = made(qtbot, lacks=("towards", "between", "mask", "frame"))
    form.take_picture(picture(tmp_path / "a.png"))
    assert shown(form) == {"picture", "change"} and not group(form)._edit.isVisible()
    assert not group(made(qtbot, lacks=("picture",))).isVisible()


def test_what_was_painted_comes_into_the_request(form: Form, tmp_path: Path) -> None:
    form.take_picture(picture(tmp_path / "a.png"))
    painted(form)
    request = form.request()
    assert isinstance(request, ImageRequest)
    assert (request.picture, request.frame) == (str(tmp_path / "a.png"), (20, 0, 60))
    mask = QImage(request.mask)
    assert (mask.width(), mask.height(), mask.format()) == (60, 40, QImage.Format.Format_Grayscale8)
    assert (mask.pixelColor(35, 15).red(), mask.pixelColor(5, 5).red()) == (255, 0)


def test_what_was_painted_is_there_to_be_painted_on(form: Form, tmp_path: Path) -> None:
    form.take_picture(picture(tmp_path / "a.png"))
    painted(form)
    before = form.present()
    dialog = group(form).edit()
    assert dialog is not None and dialog.painting.frame == (20, 0, 60) and dialog.painting.masked()
    dialog.keep()
    assert form.present() == before, "nothing was done, nothing has changed"


def test_another_picture_of_the_same_size_keeps_mask_and_frame(form: Form, tmp_path: Path) -> None:
    form.take_picture(picture(tmp_path / "a.png"))
    painted(form)
    before = form.present()
    form.take_picture(picture(tmp_path / "b.png", "blue"))
    assert (form.present().mask, form.present().frame) == (before.mask, before.frame)
    form.take_picture(picture(tmp_path / "c.png", "green", width=61))
    assert (form.present().mask, form.present().frame) == ("", ())


def test_a_mask_of_another_size_is_refused(form: Form, tmp_path: Path) -> None:
    form.take_picture(picture(tmp_path / "a.png"))
    editor(form, "mask").take(str(picture(tmp_path / "mask.png", "white", 50, 40)))
    assert form._rows["mask"].complaint().startswith("The mask has 50 × 40 pixels, but the picture 60 × 40")
    assert form.present().mask == ""
    editor(form, "mask").take(str(picture(tmp_path / "fits.png", "white")))
    assert form._rows["mask"].complaint() == "" and form.present().mask == str(tmp_path / "fits.png")


@pytest.mark.parametrize("name", ["picture", "mask", "frame", "towards"])
def test_a_draft_goes_when_the_picture_is_another(form: Form, tmp_path: Path, name: str) -> None:
    start = ImageRequest(prompt="a boat", picture=str(picture(tmp_path / "a.png")), draft=(5, -1), locked=(0,))
    form.load(start)
    assert form.present().draft == (5, -1) and form._page.draft.isVisible()
    editor(form, name).take((0, 0, 20) if name == "frame" else str(picture(tmp_path / "b.png", "blue")))
    assert form.present().draft == form.present().locked == () and not form._page.draft.isVisible()


def test_how_much_changes_leaves_a_draft(form: Form, tmp_path: Path) -> None:
    form.load(ImageRequest(picture=str(picture(tmp_path / "a.png")), draft=(5, -1)))
    editor(form, "change").findChild(QSlider).setValue(3)
    assert form.present().draft == (5, -1)


def test_what_is_loaded_is_asked_for(form: Form, qtbot: QtBot, tmp_path: Path) -> None:
    one, other, mask = (str(picture(tmp_path / f"{name}.png")) for name in ("one", "other", "mask"))
    request = ImageRequest(prompt="a boat", picture=one, mask=mask, frame=(-5, 3, 40), change=0.4, towards=other)
    form.load(request)
    assert form.request() == request
    again = made(qtbot)
    again.restore(form.values())
    assert again.request() == request and group(again).is_open()


def test_a_reset_keeps_the_pictures_and_sets_how_much_changes(form: Form, tmp_path: Path) -> None:
    one, mask = (str(picture(tmp_path / f"{name}.png")) for name in ("one", "mask"))
    form.load(ImageRequest(prompt="a boat", picture=one, mask=mask, frame=(-5, 3, 40), change=0.4))
    form.reset()
    request = form.present()
    assert (request.picture, request.mask, request.frame, request.change) == (one, mask, (-5, 3, 40), 1.0)


def test_a_run_from_a_draft_keeps_the_pictures_it_was_made_with(form: Form, tmp_path: Path) -> None:
    form.take_picture(picture(tmp_path / "other.png"))
    shown = ImageRequest(prompt="a boat", picture=str(tmp_path / "own.png"), frame=(1, 2, 30))
    request = form.rerun(shown, (4, -1), (), opened=False)
    assert (request.picture, request.frame, request.draft) == (shown.picture, (1, 2, 30), (4, -1))


def test_a_picture_that_went_away_is_said_under_it(form: Form, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    form.take_picture(path)
    path.unlink()
    assert group(form).edit() is None and "any more" in form._rows["picture"].complaint()
    with pytest.raises(BadInput, match="any more; choose another picture"):
        form.request()


def test_a_picture_pasted_into_the_prompt_is_the_one_to_be_changed(form: Form, tmp_path: Path) -> None:
    prompt = editor(form, "prompt").findChild(QPlainTextEdit)
    paste = Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier
    QGuiApplication.clipboard().setText("a boat")
    QTest.keyClick(prompt, *paste)
    assert form.present() == ImageRequest(prompt="a boat")
    QGuiApplication.clipboard().setImage(QImage(str(picture(tmp_path / "a.png"))))
    QTest.keyClick(prompt, *paste)
    assert Path(form.present().picture).parent == paths.given() and form.present().prompt == "a boat"


def test_letting_go_of_between_makes_it_at_once_where_nothing_is_drawn_anew(
    form: Form, tmp_path: Path, qtbot: QtBot
) -> None:
    one, other = (str(picture(tmp_path / f"{name}.png")) for name in ("one", "other"))
    form.load(ImageRequest(picture=one, towards=other, change=0.5))
    slider = editor(form, "between").findChild(QSlider)
    with qtbot.assertNotEmitted(form.submitted):
        slider.sliderReleased.emit()
    form.load(ImageRequest(picture=one, towards=other, change=0.0))
    with qtbot.waitSignal(form.submitted):
        slider.sliderReleased.emit()


def test_what_cannot_be_drawn_is_said_before_it_is_asked_for(form: Form) -> None:
    with pytest.raises(BadInput, match="Say what the picture shows"):
        form.request()
    assert form._rows["prompt"].complaint() == "Say what the picture shows."
    form.load(ImageRequest(prompt="a boat", draft=(5, -1)))
    with pytest.raises(BadInput, match="^The draft has 2 tokens and a picture of"):
        form.request()
    assert form._page.rows["prompt"]._sentence.isVisible()


def test_the_picture_that_is_shown_is_offered_to_the_pictures_and_not_to_the_mask(form: Form, tmp_path: Path) -> None:
    work = picture(tmp_path / "work.png")
    form.take_picture(picture(tmp_path / "a.png"))
    form.offer_picture(str(work))
    assert [editor(form, name)._use.isVisible() for name in ("picture", "mask", "towards")] == [True, False, True]
    editor(form, "picture")._use.click()
    assert form.present().picture == str(work) and read(str(work)).width() == 60
