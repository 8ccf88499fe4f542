"""The tokens of a picture: what is hidden, whose they are, and the draft that is made of them."""

import msgspec
import pytest

from engine.api.messages import PictureWork
from studio.previews.edits import Edits
from studio.previews.picture_tokens import picture_draft, picture_units, preview_of, tell
from studio.previews.tokens import Mark
from tests.studio.previews.pictures import preview


def test_a_unit_stands_for_every_token() -> None:
    units = picture_units(preview(hidden=[3], fixed=[0], sure={1: 51}), {})
    assert [unit.start for unit in units] == list(range(16))
    assert units[3].masked and not units[3].marked and units[0].mine and not units[0].marked
    assert units[1].confidence == pytest.approx(0.2) and not units[1].mine


def test_marks_are_the_users() -> None:
    marks = {1: Mark.MASKED, 2: Mark.LOCKED, 0: Mark.FREE, 3: Mark.LOCKED}
    units = picture_units(preview(hidden=[3], fixed=[0]), marks)
    assert units[1].masked and units[1].marked and units[2].mine and units[2].marked
    assert not units[0].mine, "let go"
    assert units[3].masked and not units[3].marked, "what is hidden cannot be locked"


def test_a_draft_holds_what_is_seen_and_says_what_stays() -> None:
    codes, locked = picture_draft(preview(hidden=[3], fixed=[0, 4]), {1: Mark.MASKED, 2: Mark.LOCKED, 4: Mark.FREE})
    assert codes[:5] == (100, -1, 102, -1, 104) and locked == (0, 2)


def test_edits_are_those_of_a_text() -> None:
    edits, shown = Edits(), preview()
    assert edits.lock(picture_units(shown, edits.marks)[:2])
    assert edits.remask(picture_units(shown, edits.marks)[1:3])
    assert picture_draft(shown, edits.marks) == ((100, -1, -1, *range(103, 116)), (0,))
    assert edits.undo() and edits.undo() and not edits.undo()
    assert picture_draft(shown, edits.marks) == (tuple(range(100, 116)), ())


@pytest.mark.parametrize("damaged", [{"codes": ()}, {"confidence": b"\x01"}, {"fixed": ()}, {"grid": (0, 0)}])
def test_what_does_not_fit_together_is_no_tokens(damaged: dict[str, object]) -> None:
    assert picture_units(msgspec.structs.replace(preview(), **damaged), {}) == ()


def test_a_work_without_its_steps_has_tokens_all_the_same() -> None:
    made = PictureWork(path="/nowhere.png", width=64, height=48, codes=tuple(range(16)), grid=(4, 4), frame=(8, 8, 32))
    shown = preview_of(made)
    assert shown.codes == made.codes and shown.whole == (64, 48) and shown.frame == (8, 8, 32)
    assert len(picture_units(shown, {})) == 16


def test_a_token_is_told_by_its_place_and_its_state() -> None:
    units = picture_units(preview(hidden=[5], fixed=[0], sure={5: 102}), {1: Mark.MASKED, 2: Mark.LOCKED})
    assert tell(units[5], (4, 4)) == "Row 2, column 2: hidden, its guess 40 % sure"
    assert tell(units[0], (4, 4)) == "Row 1, column 1: from you, or locked"
    assert tell(units[1], (4, 4)).endswith("re-masked") and tell(units[2], (4, 4)).endswith(": locked")
    assert tell(units[15], (4, 4)) == "Row 4, column 4: 90 % sure"
