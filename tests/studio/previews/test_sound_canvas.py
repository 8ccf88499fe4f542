"""The canvas of a sound: what is pointed at is asked for, and what is shown is where it belongs."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio import theme
from studio.previews.lanes import Lane, Scene
from studio.previews.sound_canvas import SoundCanvas
from tests.studio.previews.spoken import spectrogram, work

pytestmark = pytest.mark.gui
SPOKEN = Scene((spectrogram(4.0),), work())  # words at 0, 0.5 … 3.5; sentences at 0 and 1.5
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def canvas(qtbot: QtBot) -> SoundCanvas:
    made = SoundCanvas()
    qtbot.addWidget(made)
    made.resize(850, 400)
    made.show()
    made.show_scene(SPOKEN)
    made.show_position(0.0)
    return made


@pytest.fixture
def asked(canvas: SoundCanvas) -> list[Any]:
    """What is asked for, in order."""
    said: list[Any] = []
    for name in ("sought", "span_chosen", "word_chosen", "part_chosen", "redo_requested"):
        getattr(canvas, name).connect(lambda value, name=name: said.append((name, value)))
    return said


def point(canvas: SoundCanvas, lane: Lane, seconds: float) -> QPoint:
    room = getattr(canvas._frame().lanes, lane)
    return QPointF(canvas.scale.x(seconds), room.center().y()).toPoint()


def drag(canvas: SoundCanvas, lane: Lane, begin: float, end: float) -> None:
    viewport = canvas.viewport()
    QTest.mousePress(viewport, LEFT, NONE, point(canvas, lane, begin))
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(viewport, point(canvas, lane, begin + share * (end - begin)))
        QApplication.processEvents()
    QTest.mouseRelease(viewport, LEFT, NONE, point(canvas, lane, end))


def wheel(canvas: SoundCanvas, at: QPoint, notches: int, modifiers: Qt.KeyboardModifier) -> None:
    place = QPointF(at)
    event = QWheelEvent(
        place,
        QPointF(canvas.viewport().mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)


@pytest.mark.parametrize("lane", ["ruler", "picture", "wave"])
def test_a_click_leads_there(canvas: SoundCanvas, asked: list[Any], qtbot: QtBot, lane: Lane) -> None:
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=point(canvas, lane, 2.2))
    assert asked == [("sought", pytest.approx(2.2, abs=0.01))]


def test_dragging_along_the_times_moves_through_the_sound(canvas: SoundCanvas, asked: list[Any]) -> None:
    drag(canvas, "ruler", 1.0, 3.0)
    assert {name for name, _ in asked} == {"sought"} and len(asked) > 2
    assert asked[-1][1] == pytest.approx(3.0, abs=0.01)


@pytest.mark.parametrize(("begin", "end"), [(1.0, 3.0), (3.0, 1.0)])
def test_dragging_over_the_picture_chooses_a_span(
    canvas: SoundCanvas, asked: list[Any], begin: float, end: float
) -> None:
    drag(canvas, "picture", begin, end)
    name, span = asked[-1]
    assert name == "span_chosen" and span == (pytest.approx(1.0, abs=0.01), pytest.approx(3.0, abs=0.01))
    assert "sought" not in [name for name, _ in asked]


def test_shift_and_a_click_chooses_from_the_playhead(canvas: SoundCanvas, asked: list[Any], qtbot: QtBot) -> None:
    canvas.show_position(0.5)
    qtbot.mouseClick(canvas.viewport(), LEFT, SHIFT, point(canvas, "wave", 2.0))
    assert asked == [("span_chosen", (0.5, pytest.approx(2.0, abs=0.01)))]


def test_words_and_sentences_are_clicked(canvas: SoundCanvas, asked: list[Any], qtbot: QtBot) -> None:
    viewport = canvas.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=point(canvas, "words", 1.2))
    qtbot.mouseClick(viewport, LEFT, pos=point(canvas, "parts", 2.0))
    qtbot.mouseClick(viewport, LEFT, pos=point(canvas, "parts", 1.5) - QPoint(13, 0))
    assert asked == [("word_chosen", 2), ("part_chosen", 1), ("redo_requested", 0)]


def test_a_double_click_on_a_word_chooses_it(canvas: SoundCanvas, asked: list[Any], qtbot: QtBot) -> None:
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=point(canvas, "words", 1.2))
    assert asked[-1] == ("span_chosen", (1.0, 1.5))


def test_without_a_sound_there_is_nothing_to_ask_for(canvas: SoundCanvas, asked: list[Any], qtbot: QtBot) -> None:
    canvas.show_scene(Scene((spectrogram(4.0),)))
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=point(canvas, "picture", 2.0))
    drag(canvas, "picture", 1.0, 3.0)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert asked == []


def test_arrow_keys_move_and_with_shift_choose(canvas: SoundCanvas, asked: list[Any], qtbot: QtBot) -> None:
    canvas.show_position(1.2)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, CONTROL)
    assert asked == [("sought", 1.5)]
    asked.clear()
    canvas.show_position(1.5)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, SHIFT | CONTROL)
    assert asked == [("span_chosen", (1.5, pytest.approx(1.7))), ("span_chosen", (1.5, 2.0))]
    asked.clear()
    qtbot.keyClick(canvas, Qt.Key.Key_Left, SHIFT | CONTROL)
    qtbot.keyClick(canvas, Qt.Key.Key_Left, SHIFT | CONTROL)
    assert asked == [("span_chosen", (1.0, 1.5))], "an empty span is none"


def test_escape_gives_the_span_up(canvas: SoundCanvas, asked: list[Any], qtbot: QtBot) -> None:
    canvas.show_chosen((1.0, 2.0))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert asked == [("span_chosen", None)]


def test_the_wheel_with_control_comes_closer_to_what_is_under_it(canvas: SoundCanvas) -> None:
    at = point(canvas, "picture", 3.0)
    wheel(canvas, at, 4, CONTROL)
    assert canvas.scale.zoom > 2 and canvas.scale.at(at.x()) == pytest.approx(3.0, abs=0.02)
    assert canvas.horizontalScrollBar().maximum() > 0
    before = canvas.scale.first
    wheel(canvas, at, 1, NONE)
    assert canvas.scale.first < before, "without it, it scrolls"
    canvas.zoom(None)
    assert canvas.scale.zoom == 1 and canvas.horizontalScrollBar().maximum() == 0


def test_the_scroll_bar_scrolls(canvas: SoundCanvas) -> None:
    canvas.zoom(4, 0.0)
    bar = canvas.horizontalScrollBar()
    bar.setValue(bar.maximum())
    assert canvas.scale.first + canvas.scale.shown == pytest.approx(4.0, abs=0.01)


def test_the_page_is_turned_while_it_plays_and_only_then(canvas: SoundCanvas) -> None:
    canvas.zoom(4, 0.0)
    canvas.show_position(3.0)
    assert canvas.scale.first == 0
    canvas.show_position(3.0, follow=True)
    assert canvas.scale.first <= 3.0 <= canvas.scale.first + canvas.scale.shown


def test_another_length_is_shown_whole(canvas: SoundCanvas) -> None:
    canvas.zoom(4, 2.0)
    canvas.show_scene(Scene((spectrogram(4.0, band=50),), work()))
    assert canvas.scale.zoom > 1, "the next step stays as close"
    canvas.show_scene(Scene((spectrogram(9.0),)))
    assert canvas.scale.zoom == 1 and canvas.scale.seconds == pytest.approx(9.0)


def test_the_word_at_the_playhead_is_known(canvas: SoundCanvas) -> None:
    canvas.show_position(1.2)
    assert canvas.word == 2
    canvas.show_position(None)
    assert canvas.word is None


def test_what_was_heard_of_the_waveform_is_coloured(canvas: SoundCanvas) -> None:
    canvas.show_position(2.0)
    picture = canvas.viewport().grab().toImage()

    def colour(seconds: float) -> QColor:
        place = point(canvas, "wave", seconds)
        return QColor(picture.pixelColor(place))

    assert colour(1.0).name() == theme.colours().accent
    assert colour(3.0).name() == theme.colours().muted


def test_a_playhead_that_moves_paints_no_picture_anew(
    canvas: SoundCanvas, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    painted: list[object] = []
    still = "studio.previews.sound_paint.still"
    canvas.viewport().repaint()
    monkeypatch.setattr(still, lambda painter, frame: painted.append(frame))
    for position in (0.5, 1.0, 1.5):
        canvas.show_position(position)
        canvas.viewport().repaint()
    assert painted == []
    canvas.zoom(2.0, 1.0)
    canvas.viewport().repaint()
    assert len(painted) == 1


def test_it_has_a_name(canvas: SoundCanvas, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(canvas) == []
