"""Music in the view and on the canvas of sounds: bars, chords, sections, and what can be made of it."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio import theme
from studio.previews.lanes import Lane
from studio.previews.sound_hints import hint, spoken_place
from studio.previews.sound_view import SoundView
from tests.studio.previews.played import BAR, conformity, music, score
from tests.studio.previews.spoken import spectrogram, work

pytestmark = pytest.mark.gui
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT, SHIFT, CONTROL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def view(qtbot: QtBot) -> SoundView:
    """A finished piece."""
    made = SoundView()
    qtbot.addWidget(made)
    made.resize(850, 600)
    made.show()
    made.activateWindow()
    made.show_score(score(), looped=True)
    made.show_preview(spectrogram(16.0))
    made.set_phase("done")
    made.show_work(music(heard=conformity(wrong=1)))
    return made


@pytest.fixture
def asked(view: SoundView) -> list[Any]:
    said: list[Any] = []
    view.play_requested.connect(lambda: said.append("play"))
    view.seam_requested.connect(lambda: said.append("seam"))
    view.sought.connect(lambda seconds: said.append(("sought", seconds)))
    view.span_chosen.connect(lambda span: said.append(("span", span)))
    view.span_chosen.connect(view.show_span)
    view.rework_requested.connect(lambda name, span: said.append((name, span)))
    return said


def point(view: SoundView, lane: Lane, seconds: float) -> QPoint:
    canvas = view.canvas
    return QPointF(canvas.scale.x(seconds), getattr(canvas._frame().lanes, lane).center().y()).toPoint()


def click(view: SoundView, lane: Lane, seconds: float) -> None:
    QTest.mouseClick(view.canvas.viewport(), LEFT, NONE, point(view, lane, seconds))


def drag(view: SoundView, begin: float, end: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    viewport = view.canvas.viewport()
    QTest.mousePress(viewport, LEFT, modifiers, point(view, "wave", begin))
    QTest.mouseMove(viewport, point(view, "wave", end))
    QApplication.processEvents()
    QTest.mouseRelease(viewport, LEFT, modifiers, point(view, "wave", end))


def offered(view: SoundView) -> set[str]:
    names = ("repaint", "vary", "continue", "seam", "redo")
    return {name for name in names if view._actions[name].isVisible()}


def test_whole_bars_are_chosen(view: SoundView, asked: list[Any]) -> None:
    drag(view, 2.5, 5.0)
    assert asked == [("span", (BAR, 3 * BAR))]
    assert view._page.bar.isVisible() and view._page.bar._caption.text() == "Bars 2–3"


def test_with_alt_any_span_is_chosen(view: SoundView, asked: list[Any]) -> None:
    view.canvas._choose(2.5, 5.0, free=True)
    assert asked == [("span", (2.5, 5.0))]


def test_a_chord_is_heard_and_chosen_by_its_clicks(view: SoundView, asked: list[Any]) -> None:
    click(view, "chords", 4.5)
    assert asked == [("sought", 4.0), "play"]
    QTest.mouseDClick(view.canvas.viewport(), LEFT, NONE, point(view, "chords", 4.5))
    assert asked[-1] == ("span", (4.0, 6.0))


def test_a_section_is_chosen_by_a_click(view: SoundView, asked: list[Any]) -> None:
    click(view, "sections", 9.0)
    assert asked == [("span", (4.0, 16.0))]


def test_keys_go_from_bar_to_bar(view: SoundView, asked: list[Any]) -> None:
    view.canvas.setFocus()
    QTest.keyClick(view.canvas, Qt.Key.Key_Right, CONTROL)
    assert asked == [("sought", 2.0)]


def test_chords_stand_on_what_is_heard_of_them(view: SoundView) -> None:
    picture, colours = view.canvas.viewport().grab().toImage(), theme.colours()
    at = [point(view, "chords", seconds) + QPoint(0, 8) for seconds in (4.4, 2.4)]
    right, wrong = (picture.pixelColor(each) for each in at)
    assert right != wrong
    rule = point(view, "chords", 2.4) + QPoint(0, 12)
    assert picture.pixelColor(rule) == QColor(colours.warning)


def test_places_are_told(view: SoundView) -> None:
    scene = view.canvas.scene
    told = {seconds: hint(scene, view.canvas._place(QPointF(point(view, "chords", seconds)))) for seconds in (0.5, 2.5)}
    assert told[0.5] == "Am, bar 1: heard as asked for 95 % of its time"
    assert told[2.5] == "F, bar 2: heard as asked for 10 % of its time, mostly as C#m"
    section = hint(scene, view.canvas._place(QPointF(point(view, "sections", 5))))
    assert section == "Verse, bars 3–8. Click to choose it"
    assert spoken_place(scene, 4.5) == "0:04.5, bar 3, C"


def test_what_is_heard_stands_in_a_line(view: SoundView) -> None:
    lines = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert "Heard: chords 84 % as asked · 120 BPM · A minor" in lines


def test_time_is_told_in_bars_too(view: SoundView) -> None:
    view.show_position(4.6, playing=False)
    assert view.transport._time.text() == "0:04.6 / 0:16.0 · 3.2"


def test_what_can_be_made_of_it_is_offered_when_it_is_finished(view: SoundView) -> None:
    assert offered(view) == {"vary", "continue", "seam"}
    view.show_span((2.0, 4.0))
    assert offered(view) == {"vary", "continue", "seam", "repaint"}
    view.set_phase("held")
    assert offered(view) == set()


def test_what_is_wanted_is_asked_with_what_is_chosen(view: SoundView, asked: list[Any]) -> None:
    view._actions["vary"].trigger()
    view._actions["seam"].trigger()
    view.show_span((2.0, 4.0))
    view._actions["repaint"].trigger()
    assert asked == [("vary", None), "seam", ("repaint", (2.0, 4.0))]


def test_parts_of_music_are_no_sentences(view: SoundView) -> None:
    view.show_work(work())
    assert view.canvas.scene.parts == () and view._part() is None


def test_speech_has_none_of_it(view: SoundView) -> None:
    view.show_score(None)
    view.show_work(work())
    assert offered(view) == {"redo"} and view.canvas.scene.chords == ()
    view.show_position(1.0, playing=False)
    assert view.transport._time.text() == "0:01.0 / 0:04.0"


def test_before_the_first_sound_bars_are_there_already(qtbot: QtBot) -> None:
    view = SoundView()
    qtbot.addWidget(view)
    view.show_score(score())
    assert view.canvas.scene.seconds == 16 and len(view.canvas.scene.bars) == 8
