"""Variations side by side: as large as there is room, the one in the making live, opened by a click or by Return."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.previews.picture_grid import FOOT, GAP, LARGEST, LEAST, PictureGrid, Tile, side_for
from studio.previews.picture_scene import image_of
from tests.studio.previews.pictures import BLUE, GREEN, RED, file, preview

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("OpenType support missing")]


@pytest.fixture
def grid(qtbot: QtBot, tmp_path: Path) -> PictureGrid:
    made = PictureGrid()
    qtbot.addWidget(made)
    made.resize(640, 560)
    made.show()
    done = [Tile(f"w{seed}", seed, file(tmp_path / f"{seed}.png", GREEN)) for seed in (7, 8)]
    made.show_tiles([*done, Tile("j1", 9, state="being made"), Tile("j2", 10, state="waiting")], "w7")
    return made


def colour(grid: PictureGrid, row: int) -> QColor:
    box = grid.visualRect(grid.model().index(row, 0))
    image = grid.viewport().grab(box).toImage()
    return image.pixelColor(image.width() // 2, (image.height() - FOOT) // 2 + GAP)


@pytest.mark.parametrize("count", [1, 4, 9, 16])
def test_all_are_in_sight_where_there_is_room(count: int) -> None:
    side = side_for(count, 900, 900)
    columns = (900 - 8) // (side + 2 * GAP)
    rows = -(-count // columns)
    assert rows * (side + FOOT + 2 * GAP) <= 900 and LEAST <= side <= LARGEST


@pytest.mark.parametrize("count", [2, 5, 10, 16])
def test_the_list_lays_them_out_without_a_scroll_bar(grid: PictureGrid, tmp_path: Path, count: int) -> None:
    path = file(tmp_path / "one.png")
    for width, height in ((585, 474), (920, 600), (1206, 790)):
        grid.resize(width, height)
        grid.show_tiles([Tile(str(seed), seed, path) for seed in range(count)], "0")
        QApplication.processEvents()
        assert grid.verticalScrollBar().maximum() == 0, f"{count} in {width} × {height}"


def test_they_do_not_become_too_small_to_be_made_out() -> None:
    assert side_for(64, 300, 300) == LEAST == side_for(0, 1, 1)


def test_finished_ones_are_seen(grid: PictureGrid) -> None:
    assert colour(grid, 0) == GREEN == colour(grid, 1)


def test_the_one_in_the_making_is_seen_as_far_as_it_is(grid: PictureGrid, tmp_path: Path) -> None:
    grid.show_image("j1", image_of(preview(colour=RED)))
    assert colour(grid, 2) == RED and colour(grid, 3) not in (RED, GREEN)
    tiles = [*grid.tiles()[:2], Tile("w9", 9, file(tmp_path / "9.png", BLUE)), grid.tiles()[3]]
    grid.show_tiles(tiles, "w7")
    assert colour(grid, 2) == BLUE


def test_arrows_move_and_return_opens(grid: PictureGrid, qtbot: QtBot) -> None:
    opened: list[str] = []
    grid.opened.connect(opened.append)
    assert grid.tile() == grid.tiles()[0]
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert opened == ["w8"]


def test_a_click_opens(grid: PictureGrid, qtbot: QtBot) -> None:
    with qtbot.waitSignal(grid.opened, check_params_cb=lambda id: id == "w8"):
        centre = grid.visualRect(grid.model().index(1, 0)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=centre)


def test_the_chosen_one_stays_chosen_while_others_come(grid: PictureGrid) -> None:
    grid.point("w8")
    grid.show_tiles([*grid.tiles(), Tile("j3", 11, state="waiting")], "w7")
    tile = grid.tile()
    assert tile is not None and tile.id == "w8"
    grid.show_tiles(grid.tiles()[2:], "j2")
    tile = grid.tile()
    assert tile is not None and tile.id == "j2", "it is gone: the one on the stage is"


def test_each_is_told_by_its_seed_and_its_state(grid: PictureGrid) -> None:
    told = [grid.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert told == ["Seed 7", "Seed 8", "Seed 9, being made", "Seed 10, waiting"]


def test_a_picture_whose_file_is_gone_is_said(grid: PictureGrid, tmp_path: Path) -> None:
    grid.show_tiles([Tile("w1", 1, str(tmp_path / "none.png")), Tile("w2", 2, file(tmp_path / "2.png"))], "w2")
    assert colour(grid, 1) == GREEN != colour(grid, 0)
