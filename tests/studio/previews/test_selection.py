"""Which units are selected."""

from studio.previews.selection import Selection
from studio.previews.tokens import units_of
from tests.studio.previews.runs import preview

UNITS = units_of(preview(["a", "क्षा", "", "b", "c", "d"]), {})


def texts(selection: Selection) -> str:
    return "".join(unit.text for unit in selection.of(UNITS))


def test_nothing_is_selected_at_first() -> None:
    assert texts(Selection()) == ""


def test_one_unit() -> None:
    assert texts(Selection().at(3)) == "b"


def test_from_the_anchor_either_way() -> None:
    assert texts(Selection().at(3).to(5)) == "bcd"
    assert texts(Selection().at(3).to(0)) == "aक्षाb"


def test_any_token_of_a_letter_selects_the_letter() -> None:
    assert texts(Selection().at(2)) == "क्षा"


def test_without_an_anchor_the_selection_begins_where_it_ends() -> None:
    assert texts(Selection().to(4)) == "c"


def test_single_units_are_added_and_left_out() -> None:
    some = Selection().at(0).toggled(4, UNITS)
    assert texts(some) == "ac"
    assert texts(some.toggled(0, UNITS)) == "c"


def test_single_units_stay_while_a_range_is_added() -> None:
    assert texts(Selection().at(0).toggled(3, UNITS).to(5)) == "abcd"


def test_clearing_leaves_the_cursor() -> None:
    cleared = Selection().at(1).to(4).cleared()
    assert texts(cleared) == "" and cleared.cursor == 4
