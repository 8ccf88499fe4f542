"""Edit picture: tools by button and key, what it comes to in a sentence, kept or forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDoubleSpinBox, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from studio.editors.mask_brush import box, fill
from studio.editors.picture_dialog import ALL, BOTH, DRAWN, MISSED, PAINTED, PictureDialog
from studio.editors.picture_frame import ASTRAY

Key, Keys = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[PictureDialog]:
    made = opened(qtbot)
    yield made
    made.painting._done.clear()  # so that closing it asks nothing


def opened(qtbot: QtBot, mask: QImage | None = None, frame: tuple[int, ...] = ()) -> PictureDialog:
    """A picture of 600 × 400 pixels."""
    picture = QImage(600, 400, QImage.Format.Format_RGB32)
    picture.fill(QColor("blue"))
    made = PictureDialog(picture, mask, frame)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def paint(dialog: PictureDialog, left: int, top: int, right: int, bottom: int) -> None:
    fill(dialog.painting, box(QPointF(left, top), QPointF(right, bottom)), erase=False)


def button(dialog: PictureDialog, name: str) -> QAbstractButton:
    return next(each for each in dialog.findChildren(QAbstractButton) if each.accessibleName() == name)


def kept(dialog: PictureDialog) -> tuple[Any, ...]:
    found: list[tuple[Any, ...]] = []
    dialog.kept.connect(lambda *what: found.append(what))
    button(dialog, "Done").click()
    return found[0]


def test_what_is_painted_and_where_the_frame_is_are_kept(qtbot: QtBot, dialog: PictureDialog) -> None:
    paint(dialog, 200, 100, 300, 200)
    button(dialog, "Frame: on to the right").click()
    mask, frame = kept(dialog)
    assert frame == (300, 0, 400) and not dialog.isVisible()
    assert (mask.size().toTuple(), mask.format()) == ((600, 400), QImage.Format.Format_Grayscale8)
    assert (mask.pixelColor(250, 150).red(), mask.pixelColor(350, 150).red()) == (255, 0)


def test_nothing_painted_and_the_usual_frame_are_nothing_to_say(qtbot: QtBot, dialog: PictureDialog) -> None:
    paint(dialog, 200, 100, 300, 200)
    button(dialog, "Clear the mask").click()
    button(dialog, "Frame: whole").click()
    button(dialog, "Frame: middle").click()
    assert kept(dialog) == (None, ())


def test_a_mask_comes_back_as_it_was(qtbot: QtBot) -> None:
    mask = QImage(600, 400, QImage.Format.Format_Grayscale8)
    mask.fill(0)
    mask.setPixelColor(300, 200, QColor(77, 77, 77))
    dialog = opened(qtbot, mask.copy(), (50, 0, 400))
    assert kept(dialog) == (mask, (50, 0, 400))


def test_a_sentence_says_what_it_comes_to(qtbot: QtBot, dialog: PictureDialog) -> None:
    done = button(dialog, "Done")

    def said() -> tuple[str, bool]:
        return dialog._state.text(), done.isEnabled()

    assert said() == (ALL, True)
    paint(dialog, 0, 0, 50, 50)
    assert said() == (MISSED, False), "it is beside the frame"
    button(dialog, "Frame: on to the left").click()
    assert said() == (BOTH, True)
    button(dialog, "Clear the mask").click()
    assert said() == (DRAWN, True)
    for _ in range(2):
        button(dialog, "Frame: on to the left").click()
    assert said() == (ASTRAY, False)
    button(dialog, "Frame: middle").click()
    button(dialog, "Invert the mask").click()
    assert said() == (PAINTED, True)


def test_keys_choose_the_tool_the_mode_and_the_brush(qtbot: QtBot, dialog: PictureDialog) -> None:
    canvas, hand = dialog.canvas, dialog.canvas.hand
    canvas.setFocus()
    for key, tool in ((Key.Key_R, "rectangle"), (Key.Key_L, "lasso"), (Key.Key_F, "frame"), (Key.Key_B, "brush")):
        QTest.keyClick(canvas, key)
        assert hand.tool == tool and button(dialog, tool.capitalize()).isChecked()
    QTest.keyClick(canvas, Key.Key_X)
    assert hand.erase and button(dialog, "Brush and shapes: Erase").isChecked()
    before = hand.brush.size
    QTest.keyClick(canvas, Key.Key_BracketRight)
    assert hand.brush.size > before and dialog.controls._size.value() == round(hand.brush.size)
    QTest.keyClick(canvas, Key.Key_I)
    assert dialog.painting.masked()
    QTest.keyClick(canvas, Key.Key_Z, Keys.ControlModifier)
    assert not dialog.painting.masked()
    QTest.keyClick(canvas, Key.Key_Z, Keys.ControlModifier | Keys.ShiftModifier)
    assert dialog.painting.masked()
    QTest.keyClick(canvas, Key.Key_Delete)
    assert not dialog.painting.masked()


def test_what_is_typed_into_a_field_stays_there(qtbot: QtBot, dialog: PictureDialog) -> None:
    spin = dialog.controls._size.findChild(QDoubleSpinBox)
    assert spin is not None
    QTest.keyClick(dialog.canvas, Key.Key_X)
    spin.setFocus()
    spin.selectAll()
    scale = dialog._scale.text()
    QTest.keyClicks(spin, "101")
    QTest.keyClick(spin, Key.Key_Return)
    assert dialog.canvas.hand.brush.size == 101 and dialog._scale.text() == scale
    assert dialog.isVisible() and not dialog.painting.can_undo()
    assert dialog.canvas.hand.erase, "no button was pressed, not even Paint"


def test_return_with_the_frame_in_hand_presses_no_button(qtbot: QtBot, dialog: PictureDialog) -> None:
    QTest.keyClick(dialog.canvas, Key.Key_F)
    QTest.keyClick(dialog.canvas, Key.Key_Return)
    assert dialog.isVisible() and not dialog.painting.can_undo()


def test_cancel_asks_where_something_would_be_lost(qtbot: QtBot, dialog: PictureDialog) -> None:
    paint(dialog, 200, 100, 300, 200)
    found: list[Any] = []
    dialog.kept.connect(lambda mask, frame: found.append(mask))
    button(dialog, "Cancel").click()
    asked = dialog.findChild(QMessageBox)
    assert dialog.isVisible() and asked.isVisible()
    next(each for each in asked.buttons() if each.text() == "Keep").click()
    assert len(found) == 1 and not dialog.isVisible()


def test_cancel_of_nothing_asks_nothing(qtbot: QtBot, dialog: PictureDialog) -> None:
    QTest.keyClick(dialog.canvas, Key.Key_Escape)
    assert not dialog.isVisible() and dialog.findChild(QMessageBox) is None


def test_every_control_has_a_name_and_a_help_sentence_and_the_keys_reach_it(
    qtbot: QtBot, dialog: PictureDialog
) -> None:
    paint(dialog, 200, 100, 300, 200)
    controls = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible()]
    assert len(controls) > 20
    for control in [*controls, dialog.canvas]:
        spoken = QAccessible.queryAccessibleInterface(control)
        assert spoken.text(QAccessible.Text.Name) and spoken.text(QAccessible.Text.Description), control
    reached: set[QWidget] = set()
    stop: QWidget = dialog.canvas
    for _ in range(60):
        QTest.keyClick(stop, Key.Key_Tab)
        stop = dialog.focusWidget()
        reached.add(stop)
    wanted = {"The picture", "Size", "Softness", "Invert the mask", "Frame: whole", "Undo", "Zoom in", "Done"}
    assert wanted - {each.accessibleName() for each in reached} == set()
