"""The picture preview as its user meets it: what is drawn, what mouse and keyboard do, what becomes of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio import theme
from studio.previews.picture_compare import Other
from studio.previews.picture_grid import Tile
from studio.previews.picture_paint import heat_table
from studio.previews.picture_view import PictureView
from tests.studio.previews.pictures import BLUE, GREEN, RED, file, preview, work

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("OpenType support missing")]

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
Unnamed = Callable[[QWidget], list[str]]


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    """A step of a run: tokens 14 and 15 are hidden, 0 is the user's."""
    made = PictureView()
    qtbot.addWidget(made)
    made.resize(700, 620)
    made.show()
    made.show_preview(preview(hidden=[14, 15], fixed=[0], sure={5: 0, 6: 255}))
    return made


def centre(view: PictureView, token: int) -> QPoint:
    return view.canvas.box_of(token).center().toPoint()


def colour(view: PictureView, token: int) -> QColor:
    return view.canvas.grab().toImage().pixelColor(centre(view, token))


def click(view: PictureView, qtbot: QtBot, token: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(view.canvas, LEFT, modifier, centre(view, token))


def drag(view: PictureView, qtbot: QtBot, start: QPoint, stop: QPoint, button: Qt.MouseButton = LEFT) -> None:
    qtbot.mousePress(view.canvas, button, NONE, start)
    qtbot.mouseMove(view.canvas, stop)
    qtbot.mouseRelease(view.canvas, button, NONE, stop)


def selected(view: PictureView) -> list[int]:
    return [unit.start for unit in view.canvas.selected()]


def draft(view: PictureView) -> tuple[tuple[int, ...], tuple[int, ...]]:
    made = view.draft()
    assert made is not None
    return made


def press(view: PictureView, name: str) -> None:
    view._actions[name].trigger()


# --- what is seen ---


def test_confidence_colours_the_tokens_and_leaves_what_is_the_users_as_it_is(view: PictureView) -> None:
    unsure, sure, mine = colour(view, 5), colour(view, 6), colour(view, 0)
    assert mine == RED
    assert unsure != RED and sure != RED and unsure != sure
    press(view, "heat")
    assert colour(view, 5) == RED == colour(view, 6)


def test_the_surer_the_less_the_colours_hide() -> None:
    table = heat_table(theme.colours().heat, 50)
    alphas = [entry[3] for entry in table]
    assert alphas == sorted(alphas, reverse=True) and alphas[0] == round(255 * 0.5)
    assert alphas[-1] < alphas[0] / 3 and len(table) == 256


def test_hidden_tokens_are_hatched(view: PictureView) -> None:
    """Light and dark lines: more than one colour in a token of one colour."""

    def shades(token: int) -> int:
        box = view.canvas.box_of(token).adjusted(6, 6, -6, -6).toRect()
        image = view.canvas.grab(box).toImage()
        return len({image.pixel(x, image.height() // 2) for x in range(image.width())})

    assert shades(14) > 2 and shades(5) == 1


def test_how_strong_the_colours_are_can_be_chosen(view: PictureView) -> None:
    before = colour(view, 5)
    view._legend._slider.setValue(100)
    assert colour(view, 5) == QColor(theme.colours().heat[0]) != before


def test_a_finished_picture_is_plain_until_its_colours_are_wanted(view: PictureView, tmp_path: Path) -> None:
    view.show_preview(preview())
    view.show_work(work(tmp_path / "made.png", GREEN))
    assert view.canvas.heat > 0, "steps still pass by"
    view.set_phase("done")
    assert view.canvas.heat == 0 and colour(view, 5) == GREEN
    press(view, "heat")
    assert view.canvas.heat > 0
    view.set_phase("held")
    assert view.canvas.heat > 0
    press(view, "heat")
    view.set_phase("done")
    assert view.canvas.heat > 0, "the choice for finished pictures is another one"


def test_the_guess_is_seen_in_its_place_within_the_whole(view: PictureView, tmp_path: Path) -> None:
    press(view, "heat")
    view.show_source(file(tmp_path / "given.png", GREEN, 64, 32), (32, 0, 64))
    view.show_preview(preview(colour=RED, frame=(32, 0, 64), whole=(96, 64)))
    image, scale = view.canvas.grab().toImage(), view.canvas.scale

    def at(x: float, y: float) -> QColor:
        return image.pixelColor(QPointF(*scale.to_room(x, y)).toPoint())

    assert at(16, 16) == GREEN and at(64, 32) == RED
    assert at(16, 48) not in (GREEN, RED), "nothing is there yet: checks"


def test_what_has_no_tokens_has_no_colours_and_is_made_of_noise(view: PictureView) -> None:
    assert view.LEVEL == "masked"
    view.show_preview(preview(side=0))
    assert view.canvas.heat == 0 and not view._actions["heat"].isEnabled() and view.LEVEL == "noise"
    assert view.draft() is None


def test_damaged_previews_do_no_harm(view: PictureView) -> None:
    view.show_preview(preview(pixels=0))
    view.canvas.grab()
    view.clear()
    view.canvas.grab()
    assert view.draft() is None


# --- coming closer ---


def test_the_wheel_comes_closer_to_what_is_under_it(view: PictureView) -> None:
    point = centre(view, 10)
    before = view.canvas.scale.to_picture(point.x(), point.y())
    turn(view, point, 3)
    after = view.canvas.scale.to_picture(point.x(), point.y())
    assert view.canvas.scale.wanted is not None and after == pytest.approx(before, abs=0.2)


def turn(view: PictureView, point: QPoint, notches: int) -> None:
    where, phase = QPointF(point), Qt.ScrollPhase.NoScrollPhase
    at = QPointF(view.canvas.mapToGlobal(point))
    event = QWheelEvent(where, at, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, NONE, phase, False)
    QApplication.sendEvent(view.canvas, event)


def test_keys_come_closer_and_go_back(view: PictureView, qtbot: QtBot) -> None:
    view.canvas.setFocus()
    fit = view.canvas.scale.zoom
    qtbot.keyClick(view.canvas, "+")
    assert view.canvas.scale.zoom > fit
    qtbot.keyClick(view.canvas, "1")
    assert view.canvas.scale.zoom == 1.0
    qtbot.keyClick(view.canvas, "-")
    assert view.canvas.scale.zoom < 1.0
    qtbot.keyClick(view.canvas, "0")
    assert view.canvas.scale.zoom == fit and view.canvas.scale.wanted is None


def test_how_close_one_is_is_said(view: PictureView) -> None:
    [chip] = [b for b in view.findChildren(QToolButton) if b.accessibleName().startswith("Size of the picture")]
    assert chip.text().startswith("Fit · ")
    press(view, "actual")
    assert chip.text() == "100 %"
    press(view, "zoom_reset")
    view.canvas.setFocus()
    view.canvas._set_scale(view.canvas.scale.moved(40, 0))
    assert not chip.text().startswith("Fit")  # it is as large as fits, but pushed aside


def test_where_a_white_picture_ends_is_seen(view: PictureView, tmp_path: Path) -> None:
    view.clear()
    view.set_phase("done")
    view.show_work(work(tmp_path / "white.png", QColor(theme.colours().surface)))
    box = view.canvas.scale.to_room(0, 30)
    seen = view.canvas.grab().toImage().pixelColor(round(box[0]) - 1, round(box[1]))
    assert seen.name() == QColor(theme.colours().border).name()


def test_a_drag_pushes_the_picture_where_no_tokens_are_seen(view: PictureView, qtbot: QtBot) -> None:
    press(view, "heat")
    before = view.canvas.scale.origin
    drag(view, qtbot, QPoint(300, 200), QPoint(320, 230))
    assert view.canvas.scale.origin == pytest.approx((before[0] + 20, before[1] + 30))
    assert selected(view) == []


def test_space_and_a_drag_push_it_also_over_tokens(view: PictureView, qtbot: QtBot) -> None:
    view.canvas.setFocus()
    before = view.canvas.scale.origin
    qtbot.keyPress(view.canvas, Qt.Key.Key_Space)
    drag(view, qtbot, centre(view, 5), centre(view, 5) + QPoint(12, 0))
    qtbot.keyRelease(view.canvas, Qt.Key.Key_Space)
    drag(view, qtbot, centre(view, 5), centre(view, 5) + QPoint(8, 0), MIDDLE)
    assert view.canvas.scale.origin[0] == pytest.approx(before[0] + 20) and selected(view) == []


def test_space_alone_is_the_stages(qtbot: QtBot) -> None:
    heard: list[int] = []

    class Around(QWidget):
        def keyPressEvent(self, event: object) -> None:
            heard.append(event.key())  # type: ignore[attr-defined]

    around, view = Around(), PictureView()
    qtbot.addWidget(around)
    QVBoxLayout(around).addWidget(view)
    around.show()
    view.show_preview(preview())
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Space)
    assert heard == [Qt.Key.Key_Space]


def test_pixels_are_squares_close_up_and_smooth_in_a_small_picture_that_fits(view: PictureView) -> None:
    def shades() -> int:
        box = view.canvas.rect().adjusted(250, 250, -250, -250)
        image = view.canvas.grab(box).toImage()
        return len({image.pixel(x, 5) for x in range(image.width())})

    press(view, "heat")
    shown = preview()
    stripes = bytes(value for at in range(32 * 32) for value in ([0] * 3 if at % 2 else [255] * 3))
    view.show_preview(type(shown)(width=32, height=32, pixels=stripes))
    assert shades() > 4
    view.canvas.zoom_to(12)
    assert shades() == 2


# --- tokens ---


def test_a_click_selects_and_a_drag_selects_a_rectangle(view: PictureView, qtbot: QtBot) -> None:
    click(view, qtbot, 5)
    assert selected(view) == [5]
    drag(view, qtbot, centre(view, 5), centre(view, 10))
    assert selected(view) == [5, 6, 9, 10]
    click(view, qtbot, 0, SHIFT)
    assert selected(view) == [0, 5, 6, 9, 10]
    click(view, qtbot, 6, CONTROL)
    assert selected(view) == [0, 5, 9, 10]
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert selected(view) == []


def test_arrows_go_from_token_to_token(view: PictureView, qtbot: QtBot) -> None:
    click(view, qtbot, 5)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    assert selected(view) == [6]
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down, SHIFT)
    assert selected(view) == [6, 10]
    qtbot.keyClick(view.canvas, "a", CONTROL)
    assert len(selected(view)) == 16


def test_locked_and_re_masked_tokens_make_a_draft_to_run_again_from(view: PictureView, qtbot: QtBot) -> None:
    click(view, qtbot, 5)
    qtbot.keyClick(view.canvas, "l")
    drag(view, qtbot, centre(view, 6), centre(view, 7))
    qtbot.keyClick(view.canvas, "m")
    codes, locked = draft(view)
    assert [at for at, code in enumerate(codes) if code == -1] == [6, 7, 14, 15] and locked == (0, 5)
    with qtbot.waitSignal(view.rerun_requested):
        qtbot.keyClick(view.canvas, "r")


def test_what_the_user_does_can_be_undone(view: PictureView, qtbot: QtBot) -> None:
    before = view.draft()
    click(view, qtbot, 5)
    press(view, "lock")
    press(view, "remask")
    for _ in range(2):
        qtbot.keyClick(view.canvas, "z", CONTROL)
    assert view.draft() == before and not view._actions["undo"].isVisible()


def test_what_can_be_done_with_tokens_is_whole_also_in_a_narrow_window(view: PictureView, qtbot: QtBot) -> None:
    click(view, qtbot, 5)
    press(view, "lock")
    for width, told in ((470, False), (700, True)):
        view.resize(width, 620)
        bar, over = view._bar, view._bar.parentWidget()
        assert over.rect().contains(bar.geometry()) and bar._caption.isVisible() == told


def test_marks_hold_at_every_step_and_taking_hold_stops_the_run(view: PictureView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.edited):
        click(view, qtbot, 5)
    press(view, "remask")
    view.show_preview(preview(hidden=[15]))
    assert [at for at, code in enumerate(draft(view)[0]) if code == -1] == [5, 15]


def test_a_finished_picture_is_run_again_once_something_is_re_masked(view: PictureView, tmp_path: Path) -> None:
    view.clear()
    view.show_work(work(tmp_path / "made.png"))
    view.set_phase("done")
    assert view.draft() is None and not view._actions["rerun"].isEnabled()
    press(view, "heat")
    view.canvas.select_all()
    press(view, "remask")
    assert set(draft(view)[0]) == {-1} and view._actions["rerun"].isEnabled()


def test_marks_are_seen_where_the_colours_are_not(view: PictureView, qtbot: QtBot) -> None:
    click(view, qtbot, 5)
    press(view, "remask")
    press(view, "heat")
    box = view.canvas.box_of(5).adjusted(6, 6, -6, -6).toRect()
    image = view.canvas.grab(box).toImage()
    assert len({image.pixel(x, 9) for x in range(image.width())}) > 2
    assert colour(view, 10) == RED


def test_a_token_says_what_it_is(view: PictureView) -> None:
    point = centre(view, 14)
    QApplication.sendEvent(view.canvas, QHelpEvent(QEvent.Type.ToolTip, point, view.canvas.mapToGlobal(point)))
    assert QToolTip.text() == "Row 4, column 3: hidden, its guess 90 % sure"
    assert view.canvas.accessibleDescription() == "32 × 32 pixels, 2 of 16 tokens hidden"


# --- two pictures ---


@pytest.fixture
def pair(view: PictureView, tmp_path: Path) -> PictureView:
    press(view, "heat")
    view.show_others(
        [Other("The source picture", file(tmp_path / "a.png", GREEN)), Other("Seed 8", file(tmp_path / "b.png", BLUE))]
    )
    press(view, "compare")
    return view


def test_the_other_picture_is_right_of_a_line_that_is_dragged(pair: PictureView, qtbot: QtBot) -> None:
    assert colour(pair, 4) == RED and colour(pair, 7) == GREEN
    canvas = pair.canvas
    middle = (canvas.box_of(5).center() + canvas.box_of(6).center()).toPoint() / 2
    drag(pair, qtbot, middle, centre(pair, 4) - QPoint(20, 0))
    assert colour(pair, 5) == GREEN == colour(pair, 7)


def test_what_the_line_is_for_is_said_beside_it(pair: PictureView) -> None:
    assert "Drag the line" in pair.legend().currentWidget().text()  # type: ignore[attr-defined]


def test_keys_move_the_line_and_flip_the_pictures(pair: PictureView, qtbot: QtBot) -> None:
    def divider() -> float:
        assert pair.canvas.comparison is not None
        return pair.canvas.comparison.divider

    pair.canvas.setFocus()
    qtbot.keyClick(pair.canvas, Qt.Key.Key_Left)
    assert divider() == pytest.approx(0.48)
    qtbot.keyClick(pair.canvas, Qt.Key.Key_Right, SHIFT)
    assert divider() == pytest.approx(0.58)
    qtbot.keyClick(pair.canvas, "b")
    assert divider() == 0.0 and colour(pair, 4) == GREEN
    qtbot.keyClick(pair.canvas, "b")
    assert divider() == 1.0 and colour(pair, 7) == RED


def test_flipping_begins_with_the_other_picture(view: PictureView, tmp_path: Path) -> None:
    press(view, "heat")
    view.show_others([Other("Before", file(tmp_path / "a.png", GREEN))])
    press(view, "flip")
    assert colour(view, 4) == GREEN and view._actions["compare"].isChecked()


def test_another_one_is_chosen_by_its_name(pair: PictureView) -> None:
    [chip] = [b for b in pair.findChildren(QToolButton) if b.accessibleName().startswith("Compared with")]
    assert chip.isVisible() and chip.text() == "The source picture"
    menu = chip.menu()
    menu.actions()[1].trigger()
    assert chip.text() == "Seed 8" and colour(pair, 7) == BLUE
    press(pair, "compare")
    assert not chip.isVisible() and colour(pair, 7) == RED


def test_one_that_is_gone_is_compared_with_no_more(pair: PictureView) -> None:
    pair.show_others([])
    assert pair.canvas.comparison is None and not pair._actions["compare"].isEnabled()


def test_tokens_are_left_alone_while_two_are_compared(pair: PictureView, qtbot: QtBot) -> None:
    press(pair, "heat")
    click(pair, qtbot, 4)
    assert selected(pair) == []


# --- variations ---


@pytest.fixture
def varied(view: PictureView, tmp_path: Path) -> PictureView:
    tiles = [Tile(f"w{seed}", seed, file(tmp_path / f"{seed}.png", BLUE)) for seed in (1, 2)]
    view.show_tiles([*tiles, Tile("j3", 3, state="waiting")], "w1")
    return view


def test_the_grid_is_there_where_there_is_more_than_one(view: PictureView, tmp_path: Path) -> None:
    view.show_tiles([Tile("w1", 1, file(tmp_path / "1.png"))], "w1")
    assert not view._actions["grid"].isEnabled()


def test_variations_are_asked_for_and_seen_side_by_side(varied: PictureView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(varied.vary_requested, check_params_cb=lambda count: count == 4):
        qtbot.keyClick(varied.canvas, "v")
    varied.show_tiles(varied.grid.tiles(), "w1")
    assert varied.grid.isVisible() and not varied.canvas.isVisible()


def test_one_of_them_is_opened_kept_compared_exported_and_deleted(varied: PictureView, qtbot: QtBot) -> None:
    asked: list[tuple[str, str]] = []
    varied.tile_asked.connect(lambda name, id: asked.append((name, id)))
    press(varied, "grid")
    varied.grid.point("w2")
    for name in ("keep", "export", "delete", "open"):
        press(varied, name)
    assert asked == [("keep", "w2"), ("export", "w2"), ("delete", "w2"), ("open", "w2")]
    assert varied.canvas.isVisible() and not varied.gridded()
    press(varied, "grid")
    press(varied, "against")
    assert varied.canvas.isVisible() and colour(varied, 7) == BLUE


def test_nothing_is_done_with_one_that_is_not_there_yet(varied: PictureView) -> None:
    press(varied, "grid")
    varied.grid.point("j3")
    assert not any(varied._actions[name].isEnabled() for name in ("keep", "export", "delete", "against"))


def test_page_keys_go_from_one_to_the_next(varied: PictureView, qtbot: QtBot) -> None:
    asked: list[tuple[str, str]] = []
    varied.tile_asked.connect(lambda name, id: asked.append((name, id)))
    varied.canvas.setFocus()
    qtbot.keyClick(varied.canvas, Qt.Key.Key_PageDown)
    qtbot.keyClick(varied.canvas, Qt.Key.Key_PageDown)
    qtbot.keyClick(varied.canvas, Qt.Key.Key_PageUp)
    assert asked == [("open", "w2"), ("open", "w1")]


def test_deleting_in_the_grid_does_not_re_mask_and_the_other_way_round(varied: PictureView, qtbot: QtBot) -> None:
    asked: list[str] = []
    varied.tile_asked.connect(lambda name, id: asked.append(name))
    click(varied, qtbot, 5)
    qtbot.keyClick(varied.canvas, Qt.Key.Key_Delete)
    assert draft(varied)[0][5] == -1 and asked == []
    press(varied, "grid")
    qtbot.keyClick(varied.grid, Qt.Key.Key_Delete)
    assert asked == ["delete"]


# --- the rest ---


def test_the_picture_is_copied_as_it_is_shown(view: PictureView, tmp_path: Path) -> None:
    press(view, "copy")
    assert QGuiApplication.clipboard().image().pixelColor(3, 3) == RED
    view.show_work(work(tmp_path / "made.png", GREEN))
    view.set_phase("done")
    press(view, "copy")
    assert QGuiApplication.clipboard().image().pixelColor(3, 3) == GREEN


def test_typing_a_question_is_no_command(view: PictureView, tmp_path: Path, qtbot: QtBot) -> None:
    view.show_work(work(tmp_path / "made.png"))
    press(view, "ask")
    line = view.ask._question
    assert line.hasFocus()
    qtbot.keyClicks(line, "how big? 1 + 0, b c h l m r v")
    assert line.text() == "how big? 1 + 0, b c h l m r v" and view.canvas.scale.wanted is None


def test_everything_has_a_name(varied: PictureView, unnamed: Unnamed, tmp_path: Path) -> None:
    assert unnamed(varied) == [] and unnamed(varied.legend()) == []
    press(varied, "grid")
    assert unnamed(varied) == []


def test_a_change_of_theme_is_seen(view: PictureView, qapp: QApplication) -> None:
    view.legend().show()
    for appearance in ("dark", "light"):
        theme.apply(qapp, appearance)
        view.canvas.grab()
        view.legend().grab()
