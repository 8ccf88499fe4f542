"""Tokens are selected as rectangles, more of them with Shift, single ones with Ctrl."""

from studio.previews.picture_selection import Rectangle, stepped

GRID = (4, 5)


def test_nothing_is_selected_at_first() -> None:
    assert Rectangle().covered(GRID) == frozenset() and Rectangle(3, 3).covered(GRID) == frozenset()


def test_a_drag_selects_a_rectangle_whichever_way_it_goes() -> None:
    assert Rectangle().at(6).to(13).covered(GRID) == {6, 7, 8, 11, 12, 13}
    assert Rectangle().at(13).to(6).covered(GRID) == Rectangle().at(8).to(11).covered(GRID) == {6, 7, 8, 11, 12, 13}


def test_shift_adds_another_rectangle() -> None:
    chosen = Rectangle().at(0).to(1).added(18, GRID).to(19)
    assert chosen.covered(GRID) == {0, 1, 18, 19}
    assert chosen.at(4).covered(GRID) == {4}


def test_single_ones_are_added_and_left_out() -> None:
    chosen = Rectangle().at(0).to(2).toggled(1, GRID)
    assert chosen.covered(GRID) == {0, 2}
    assert Rectangle().at(0).toggled(7, GRID).covered(GRID) == {0, 7}


def test_all_and_none() -> None:
    assert Rectangle().all(GRID).covered(GRID) == set(range(20))
    assert Rectangle().at(7).cleared() == Rectangle(7, 7)
    assert Rectangle().all((0, 0)).covered((0, 0)) == frozenset()


def test_what_is_beyond_another_grid_is_not_selected() -> None:
    assert Rectangle().all((4, 5)).covered((2, 2)) == {0, 1, 2, 3}


def test_arrows_stop_at_the_edges() -> None:
    assert stepped(None, GRID, 0, 1) == 0 and stepped(99, GRID, 0, 1) == 0
    assert stepped(7, GRID, 1, 0) == 12 and stepped(7, GRID, -1, 0) == 2
    assert stepped(4, GRID, 0, 1) == 4 and stepped(15, GRID, 1, -1) == 15
    assert stepped(0, (0, 0), 1, 0) is None
