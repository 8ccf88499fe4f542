"""Locking, re-masking, and taking it back."""

from studio.previews.edits import Edits
from studio.previews.tokens import Mark, Unit, units_of
from tests.studio.previews.runs import preview

SHOWN = preview(["a", "b", "c", "d"], masked=[3], fixed=[0])


def units(edits: Edits, *indices: int) -> list[Unit]:
    shown = units_of(SHOWN, edits.marks)
    return [shown[i] for i in indices]


def test_remasking_passes_over_what_is_masked_already() -> None:
    edits = Edits()
    assert edits.remask(units(edits, 2, 3))
    assert edits.marks == {2: Mark.MASKED}


def test_remasking_again_shows_again() -> None:
    edits = Edits()
    edits.remask(units(edits, 1, 2))
    edits.remask(units(edits, 1))
    assert edits.marks == {2: Mark.MASKED}


def test_what_the_engine_masked_cannot_be_shown_or_locked() -> None:
    edits = Edits()
    assert not edits.remask(units(edits, 3))
    assert not edits.lock(units(edits, 3))
    assert not edits.can_undo()


def test_locking_is_for_all_until_all_are_locked() -> None:
    edits = Edits()
    edits.lock(units(edits, 0, 1))
    assert edits.marks == {1: Mark.LOCKED}, "the first came with the prompt"
    edits.lock(units(edits, 0, 1))
    assert edits.marks == {0: Mark.FREE, 1: Mark.FREE}


def test_a_locked_word_can_be_remasked() -> None:
    edits = Edits()
    edits.lock(units(edits, 1))
    edits.remask(units(edits, 1))
    assert edits.marks == {1: Mark.MASKED}


def test_every_change_is_taken_back_in_turn() -> None:
    edits = Edits()
    edits.lock(units(edits, 1))
    edits.remask(units(edits, 2))
    assert edits.undo()
    assert edits.marks == {1: Mark.LOCKED}
    assert edits.undo()
    assert edits.marks == {}
    assert not edits.undo()


def test_another_run_begins_without_edits() -> None:
    edits = Edits()
    edits.lock(units(edits, 1))
    edits.clear()
    assert edits.marks == {} and not edits.can_undo()
