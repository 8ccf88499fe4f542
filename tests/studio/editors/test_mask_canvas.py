"""The canvas: painted on by mouse, pen and keys, zoomed about the pointer, the frame dragged and snapped."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio import theme
from studio.editors import mask_canvas
from studio.editors.mask_brush import Brush
from studio.editors.mask_canvas import Canvas
from studio.editors.mask_painting import Painting

Button, Keys, Key = Qt.MouseButton, Qt.KeyboardModifier, Qt.Key
PLAIN = Keys.NoModifier


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[Canvas]:
    """A blue picture of 600 × 400 pixels, fitted into 500 × 400 of the screen."""
    picture = QImage(600, 400, QImage.Format.Format_RGB32)
    picture.fill(QColor("blue"))
    made = Canvas(Painting(picture, None, (100, 0, 400)))
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.take_brush(Brush(60, 0.2))
    made.show()
    qtbot.waitExposed(made)
    yield made


def drag(
    canvas: Canvas,
    *points: tuple[float, float],
    button: Qt.MouseButton = Button.LeftButton,
    keys: Qt.KeyboardModifier = PLAIN,
) -> None:
    """From the first pixel of the picture to the last."""
    there = [canvas.at(QPointF(*point)) for point in points]
    QTest.mousePress(canvas, button, keys, there[0])
    for point in there[1:]:
        move(canvas, point, button, keys)
    QTest.mouseRelease(canvas, button, keys, there[-1])


def move(canvas: Canvas, to: QPoint, button: Qt.MouseButton, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """With the button down, which QTest does not say."""
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(to), QPointF(canvas.mapToGlobal(to)), Button.NoButton, button, keys
    )
    canvas.mouseMoveEvent(event)


def shade(canvas: Canvas, x: int, y: int) -> int:
    return canvas.painting.mask.pixelColor(x, y).red()


def test_the_left_button_paints_and_the_right_one_erases(canvas: Canvas) -> None:
    drag(canvas, (150, 200), (450, 200))
    assert (shade(canvas, 300, 200), shade(canvas, 300, 250)) == (255, 0)
    drag(canvas, (300, 150), (300, 250), button=Button.RightButton)
    assert (shade(canvas, 300, 200), shade(canvas, 200, 200)) == (0, 255)
    canvas.hand.erase = True
    drag(canvas, (300, 150), (300, 250), button=Button.RightButton)
    assert shade(canvas, 300, 200) == 255


def test_shift_draws_on_in_a_straight_line(canvas: Canvas) -> None:
    drag(canvas, (150, 100))
    drag(canvas, (450, 300), keys=Keys.ShiftModifier)
    assert shade(canvas, 300, 200) == 255 and shade(canvas, 300, 100) == 0
    canvas.painting.undo()
    assert shade(canvas, 300, 200) == 0 and shade(canvas, 150, 100) == 255


def test_rectangle_and_lasso_fill_what_they_enclose(canvas: Canvas) -> None:
    canvas.take_tool("rectangle")
    drag(canvas, (100, 100), (300, 150), (200, 200))
    assert [shade(canvas, *at) for at in ((150, 150), (250, 120), (150, 250))] == [255, 0, 0]
    canvas.take_tool("lasso")
    drag(canvas, (300, 50), (500, 50), (400, 250))
    assert (shade(canvas, 400, 100), shade(canvas, 310, 200)) == (255, 0)


def test_a_rectangle_is_filled_by_keys_alone(canvas: Canvas) -> None:
    canvas.take_tool("rectangle")
    for key, keys in ((Key.Key_Return, PLAIN), (Key.Key_Right, Keys.ShiftModifier), (Key.Key_Down, Keys.ShiftModifier)):
        QTest.keyClick(canvas, key, keys)
    assert not canvas.painting.masked() and "Cross at" in canvas.accessibleDescription()
    QTest.keyClick(canvas, Key.Key_Return)
    assert (shade(canvas, 310, 210), shade(canvas, 290, 190)) == (255, 0)


def test_the_brush_goes_by_keys_too(canvas: Canvas) -> None:
    QTest.keyClick(canvas, Key.Key_Return)
    for _ in range(3):
        QTest.keyClick(canvas, Key.Key_Left, Keys.ShiftModifier)
    QTest.keyClick(canvas, Key.Key_Return)
    assert shade(canvas, 200, 200) == 255 and canvas.painting.can_undo() and not canvas.hand.busy()


def test_escape_leaves_off_a_stroke(canvas: Canvas) -> None:
    QTest.mousePress(canvas, Button.LeftButton, PLAIN, canvas.at(QPointF(200, 200)))
    QTest.keyClick(canvas, Key.Key_Escape)
    assert not canvas.painting.masked() and not canvas.painting.can_undo()


def wheel(canvas: Canvas, at: QPoint, notches: int, keys: Qt.KeyboardModifier = PLAIN) -> None:
    there = QPointF(canvas.mapToGlobal(at))
    phase = Qt.ScrollPhase.NoScrollPhase
    canvas.wheelEvent(
        QWheelEvent(QPointF(at), there, QPoint(), QPoint(0, 120 * notches), Button.NoButton, keys, phase, False)
    )


def test_the_wheel_zooms_about_the_pointer_and_with_ctrl_sizes_the_brush(canvas: Canvas) -> None:
    still = canvas.at(QPointF(450, 100))
    before = canvas.at(QPointF(100, 300))
    wheel(canvas, still, 3)
    assert (canvas.at(QPointF(450, 100)) - still).manhattanLength() <= 1
    assert canvas.at(QPointF(100, 300)) != before
    wheel(canvas, still, 2, Keys.ControlModifier)
    assert canvas.hand.brush.size == pytest.approx(60 * 1.15**2)
    wheel(canvas, still, -90, Keys.ControlModifier)
    assert canvas.hand.brush.size == 1
    wheel(canvas, still, 1, Keys.ControlModifier)
    assert canvas.hand.brush.size == 2, "never stuck at one pixel"


def test_space_or_the_middle_button_moves_the_view_and_paints_nothing(canvas: Canvas) -> None:
    before = canvas.at(QPointF(0, 0))
    drag(canvas, (200, 200), (300, 200), button=Button.MiddleButton)
    QTest.keyPress(canvas, Key.Key_Space)
    drag(canvas, (200, 200), (200, 300))
    QTest.keyRelease(canvas, Key.Key_Space)
    moved = canvas.at(QPointF(0, 0)) - before
    assert moved.x() > 50 and moved.y() > 50 and not canvas.painting.masked()


def test_the_frame_is_dragged_snaps_and_grows(canvas: Canvas) -> None:
    canvas.take_tool("frame")
    drag(canvas, (300, 200), (206, 195))
    assert canvas.painting.frame == (0, 0, 400), "to the picture's corner"
    drag(canvas, (200, 200), (100, 200), keys=Keys.ControlModifier)
    assert canvas.painting.frame[0] == pytest.approx(-100, abs=3), "beyond it, without snapping"
    canvas.painting.undo()
    canvas.fit()
    drag(canvas, (400, 400), (596, 560))
    assert canvas.painting.frame == (0, 0, 600), "a corner to the right side"
    canvas.painting.undo()
    canvas.painting.undo()
    assert canvas.painting.frame == (100, 0, 400)


def test_the_frame_goes_by_keys(canvas: Canvas) -> None:
    canvas.take_tool("frame")
    QTest.keyClick(canvas, Key.Key_Left, Keys.ControlModifier)
    assert canvas.painting.frame == (99, 0, 400)
    QTest.keyClick(canvas, Key.Key_Up)
    assert canvas.painting.frame[1] < -5
    QTest.keyClick(canvas, Key.Key_PageUp, Keys.ControlModifier)
    assert canvas.painting.frame[2:] == (402,)


def test_a_pen_paints_as_wide_as_it_is_pressed_and_its_other_end_erases(canvas: Canvas) -> None:
    def pen(type: QEvent.Type, x: float, pressure: float, eraser: bool = False) -> None:
        kinds = QPointingDevice.PointerType
        device = QPointingDevice(
            "pen", 1, QPointingDevice.DeviceType.Stylus, kinds.Eraser if eraser else kinds.Pen,
            QPointingDevice.Capability.Pressure, 1, 1,
        )  # fmt: skip
        at = QPointF(canvas.at(QPointF(x, 200)))
        button = Button.NoButton if type == QEvent.Type.TabletMove else Button.LeftButton
        canvas.tabletEvent(
            QTabletEvent(type, device, at, at, pressure, 0, 0, 0, 0, 0, PLAIN, button, Button.LeftButton)
        )

    def width(x: int) -> int:
        return sum(shade(canvas, x, y) > 127 for y in range(400))

    for x, pressure in ((100, 0.2), (300, 0.6), (500, 1.0)):
        pen(QEvent.Type.TabletPress if x == 100 else QEvent.Type.TabletMove, x, pressure)
    pen(QEvent.Type.TabletRelease, 500, 0.0)
    assert 5 < width(110) < width(300) < width(480) < 61
    pen(QEvent.Type.TabletPress, 300, 1.0, eraser=True)
    pen(QEvent.Type.TabletRelease, 300, 0.0, eraser=True)
    assert width(300) == 0 and width(480) > 0


def test_a_dab_is_drawn_without_drawing_the_rest(canvas: Canvas, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms: list[QRect] = []
    drawn = mask_canvas.paint_picture

    def noting(painter: QPainter, painting: Painting, sight: object, room: object) -> None:
        rooms.append(room.toRect())  # type: ignore[attr-defined]
        drawn(painter, painting, sight, room)  # type: ignore[arg-type]

    QTest.qWait(20)
    monkeypatch.setattr(mask_canvas, "paint_picture", noting)
    drag(canvas, (150, 200))
    QTest.qWait(20)
    assert rooms and all(room.width() * room.height() < 0.25 * 500 * 400 for room in rooms)


def test_what_is_painted_is_tinted_and_what_is_beyond_is_hatched(canvas: Canvas) -> None:
    canvas.take_tool("rectangle")
    drag(canvas, (200, 100), (300, 200))
    canvas.painting.set_frame((-200, 0, 400))
    canvas.fit()
    seen = canvas.grab().toImage()
    tinted, plain = (seen.pixelColor(canvas.at(QPointF(*at))) for at in ((150, 150), (100, 300)))
    assert plain == QColor("blue")
    beyond = {seen.pixelColor(canvas.at(QPointF(x, 350))).name() for x in range(-190, -10)}
    assert theme.colours().surface in beyond and len(beyond) > 1
    canvas.painting.set_frame((100, 0, 400))
    seen = canvas.grab().toImage()
    tinted = seen.pixelColor(canvas.at(QPointF(250, 150)))
    assert tinted != QColor("blue") and tinted.red() > 40
