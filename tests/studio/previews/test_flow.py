"""Where units stand in flowing text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QTextDocument, QTextLayout
from PySide6.QtWidgets import QApplication

from studio.previews.flow import Flow, direction
from studio.previews.keys import target
from studio.previews.tokens import units_of
from tests.studio.previews.runs import preview

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("qapp"), pytest.mark.qt_log_ignore("OpenType support missing")]

LONG = ["Once"] + [" upon", " a", " time", " there", " was", " a", " small", " river", ","] * 12


def flow(pieces: list[str], masked: tuple[int, ...] = (), width: float = 400) -> Flow:
    font = QFont()
    font.setPixelSize(16)
    return Flow(units_of(preview(pieces, masked), {}), font, width)


def width_of(text: str) -> float:
    font = QFont()
    font.setPixelSize(16)
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(4000)
    layout.endLayout()
    return line.naturalTextWidth()


@pytest.mark.parametrize("pieces", [["A", "V", "A", "To", "Ty"], ["क्ष", "त्रि", "य", " श्री", " त्रि", "पा", "ठी"]])
def test_tokens_side_by_side_are_shaped_as_one_text(pieces: list[str]) -> None:
    laid = flow(pieces, width=4000)
    assert laid.boxes_of(len(pieces) - 1)[0].right() == flow(["".join(pieces)], width=4000).boxes_of(0)[0].right()


def test_boxes_follow_one_another_on_a_line() -> None:
    laid = flow(["One", " day", ",", " she"], width=4000)
    boxes = [laid.boxes_of(i)[0] for i in range(4)]
    assert all(left.right() <= right.left() + 0.1 for left, right in zip(boxes, boxes[1:], strict=False))
    assert len({box.top() for box in boxes}) == 1


def test_lines_break_between_words_and_within_the_width() -> None:
    laid = flow(LONG)
    boxes = [box for i in range(len(LONG)) for box in laid.boxes_of(i)]
    assert len(boxes) == len(LONG)
    assert max(box.right() for box in boxes) <= 401
    assert len({box.top() for box in boxes}) > 5
    assert boxes[-1].bottom() < laid.height


def test_lines_stand_evenly_whatever_their_script() -> None:
    laid = flow(["One", "\n", "दिन", "\n", "two"])
    tops = [laid.boxes_of(i)[0].top() for i in (0, 2, 4)]
    assert tops[1] - tops[0] == pytest.approx(tops[2] - tops[1], abs=0.1)


def test_a_masked_unit_is_one_block_as_wide_as_its_guess() -> None:
    long, short = flow(["a", " wonderful", "b"], (1,)), flow(["a", " I", "b"], (1,))
    assert long.boxes_of(1)[0].width() >= width_of("wonderful")
    assert long.boxes_of(1)[0].width() > short.boxes_of(1)[0].width() > 16


def test_a_text_all_masked_breaks_between_blocks_only() -> None:
    laid = flow(["क्षा"] * 80, tuple(range(80)))
    assert all(len(laid.boxes_of(i)) == 1 for i in range(80))
    assert max(laid.boxes_of(i)[0].right() for i in range(80)) <= 401


def test_a_new_line_begins_a_paragraph_and_can_be_pointed_at() -> None:
    laid = flow(["One", "\n", "two", "\n\n", "three"])
    assert laid.boxes_of(2)[0].left() == pytest.approx(0, abs=2)
    assert laid.boxes_of(2)[0].top() > laid.boxes_of(0)[0].top()
    assert laid.unit_at(laid.boxes_of(1)[0].center()) == 1
    assert laid.boxes_of(4)[0].top() - laid.boxes_of(2)[0].top() > laid.boxes_of(2)[0].top() - laid.boxes_of(0)[0].top()


def test_a_masked_new_line_is_a_block_in_its_line() -> None:
    laid = flow(["One", "\n", " two"], (1,))
    assert laid.boxes_of(2)[0].top() == laid.boxes_of(0)[0].top()


def test_a_word_wider_than_the_line_has_a_box_on_each() -> None:
    laid = flow(["x" * 120])
    assert len(laid.boxes_of(0)) > 1


def test_letters_outside_the_basic_plane_shift_nothing() -> None:
    laid = flow(["😀😀", " a", " b"], width=4000)
    assert laid.boxes_of(2)[0].right() == pytest.approx(width_of("😀😀 a b"), abs=0.1)


def test_right_to_left_words_are_where_they_are_drawn() -> None:
    laid = flow(["שלום", " עולם"], width=400)
    assert laid.boxes_of(0)[0].left() > laid.boxes_of(1)[0].left()
    assert laid.unit_at(laid.boxes_of(1)[0].center()) == 1


@settings(max_examples=100)
@given(text=st.text("aA 1.,\u200b\u00a0éक्ष😀שע٣", max_size=12))
def test_a_paragraph_runs_as_its_first_letter_does(text: str) -> None:
    assert direction(text) == QTextDocument(text).firstBlock().textDirection()


def test_a_masked_text_is_not_searched_for_a_letter_whenever_a_place_is_asked_for() -> None:
    layout, _ = flow(["…"] * 40, tuple(range(40)))._lay("\u200b\u00a0\u00a0\u200b" * 40)
    assert layout.textOption().textDirection() == Qt.LayoutDirection.LeftToRight


def test_nothing_is_at_a_point_beside_the_text_but_something_is_nearest() -> None:
    laid = flow(["One", " day"])
    beyond = QPointF(399, laid.boxes_of(0)[0].center().y())
    assert laid.unit_at(beyond) is None
    assert laid.nearest(beyond) == 1


def test_an_empty_text_has_no_units_anywhere() -> None:
    laid = flow([])
    assert laid.nearest(QPointF(0, 0)) is None and laid.unit_at(QPointF(0, 0)) is None
    assert laid.between(0, 100) == []
    assert target(laid, None, Qt.Key.Key_Right, False) is None


def test_keys_move_by_unit_and_by_line() -> None:
    laid = flow(LONG)
    assert target(laid, None, Qt.Key.Key_Right, False) == 0
    assert target(laid, 0, Qt.Key.Key_Right, False) == 1
    assert target(laid, 0, Qt.Key.Key_Left, False) == 0
    below = target(laid, 1, Qt.Key.Key_Down, False)
    assert below is not None and below > 3
    assert target(laid, below, Qt.Key.Key_Up, False) == 1
    assert target(laid, below, Qt.Key.Key_Home, False) == laid.ends(below)[0] > 1
    assert target(laid, 5, Qt.Key.Key_End, True) == len(LONG) - 1
    assert target(laid, 5, Qt.Key.Key_A, False) is None


def test_only_the_lines_in_sight_are_drawn() -> None:
    laid = flow(LONG)
    some = laid.between(30, 60)
    assert 0 < len(some) < len(LONG) / 2


PIECES = st.lists(st.text("aA éक्ष ्ि\n\r\t😀ש‍.", max_size=4), min_size=1, max_size=12)


@settings(max_examples=60)
@given(pieces=PIECES, masked=st.sets(st.integers(0, 11)), width=st.floats(60, 500))
def test_every_unit_of_any_text_can_be_pointed_at(pieces: list[str], masked: set[int], width: float) -> None:
    assert QApplication.instance()
    laid = flow(pieces, tuple(masked), width)
    for unit in range(len(laid.units)):
        boxes = laid.boxes_of(unit)
        assert boxes and all(box.width() > 0 for box in boxes)
        assert laid.nearest(boxes[0].center()) is not None
        assert 0 <= laid.ends(unit)[0] <= laid.ends(unit)[1] < len(laid.units)
