"""Lines of text are broken where words end, in every script, and nothing of the text is lost or said twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from studio.panels.paint import BODY, BOX, SMALL, TITLE, boxes, broken, font


@pytest.fixture(autouse=True)
def screen(qapp: QApplication) -> None:
    """Fonts need an application."""


@pytest.mark.parametrize(
    "text",
    [
        "One rainy evening, Meera found an old letter under the stairs. It was written in a hand she did not know.",
        "एक दिन रवि अपने गाँव के पास वाली नदी पर गया। पानी साफ़ था और हवा में बारिश की ख़ुशबू थी।",
        "🎻 emoji take two units each 🎻 and are never cut in half 🎻 🎻 🎻 🎻 🎻 🎻 🎻 🎻 🎻 🎻 🎻",
    ],
)
def test_the_next_line_goes_on_where_the_first_one_ends(text: str) -> None:
    lines = broken(text, (TITLE, SMALL, SMALL), 180)
    assert len(lines) == 3 and all(lines)
    assert " ".join(lines) == text


def test_no_line_but_the_last_is_wider_than_its_room() -> None:
    text = "written in a hand she did not know " * 4
    *full, _ = broken(text, (TITLE, SMALL, BODY), 200)
    for line, style in zip(full, (TITLE, SMALL), strict=True):
        assert QFontMetrics(font(style)).horizontalAdvance(line) <= 200


def test_a_short_text_leaves_the_other_lines_empty() -> None:
    assert broken("River", (TITLE, SMALL), 200) == ("River", "")
    assert broken("", (TITLE, SMALL), 200) == ("", "")


@given(st.text(max_size=80))
def test_no_letter_is_lost(text: str) -> None:
    joined = "".join(broken(" ".join(text.split()), (TITLE, SMALL, SMALL), 120))
    assert "".join(joined.split()) == "".join(text.split())


def test_buttons_stand_side_by_side_within_their_row() -> None:
    row = QRect(5, 40, 300, 60)
    first, second = boxes(row, 2)
    assert first.right() < second.left() and first.width() == second.width() == BOX
    assert row.contains(first) and row.contains(second)
