"""Units, marks and the drafts they make."""

from studio.previews.tokens import Mark, describe, draft_of, marked, plain_text, units_of
from tests.studio.previews.runs import preview


def test_a_letter_of_several_tokens_is_one_unit() -> None:
    units = units_of(preview(["क्षा", "", "", " है"]), {})
    assert [(unit.start, unit.stop, unit.text) for unit in units] == [(0, 3, "क्षा"), (3, 4, " है")]


def test_a_letter_hidden_in_part_is_hidden_whole() -> None:
    (unit,) = units_of(preview(["क्षा", "", ""], masked=[1]), {})
    assert unit.masked


def test_a_letter_is_as_sure_as_its_least_sure_token() -> None:
    (unit,) = units_of(preview(["क्षा", ""], confidence=[0.9, 0.2]), {})
    assert unit.confidence == 0.2


def test_a_preview_without_tokens_has_no_units() -> None:
    assert units_of(preview([]), {}) == ()


def test_what_was_masked_a_step_ago_is_fresh() -> None:
    units = units_of(preview(["a", "b", "c"], masked=[2]), {}, preview(["a", "x", "y"], masked=[1, 2]))
    assert [unit.fresh for unit in units] == [False, True, False]


def test_nothing_is_fresh_against_another_text() -> None:
    units = units_of(preview(["a", "b"]), {}, preview(["a"], masked=[0]))
    assert not any(unit.fresh for unit in units)


def test_a_draft_masks_what_is_masked_and_keeps_what_is_the_users() -> None:
    shown = preview(["a", "b", "c", "d", "e"], masked=[4], fixed=[0])
    assert draft_of(shown, {}) == ((100, 101, 102, 103, -1), (0,))
    assert draft_of(shown, {1: Mark.MASKED, 2: Mark.LOCKED}) == ((100, -1, 102, 103, -1), (0, 2))


def test_a_word_of_the_prompt_can_be_remasked_or_freed() -> None:
    shown = preview(["a", "b", "c"], fixed=[0, 1])
    assert draft_of(shown, {0: Mark.MASKED, 1: Mark.FREE}) == ((-1, 101, 102), ())


def test_what_is_locked_but_still_masked_at_this_step_is_not_locked_in_its_draft() -> None:
    assert draft_of(preview(["a", "b"], masked=[1]), {1: Mark.LOCKED}) == ((100, -1), ())


def test_marking_a_letter_marks_all_its_tokens() -> None:
    units = units_of(preview(["क्षा", "", " है"]), {})
    assert draft_of(preview(["क्षा", "", " है"]), marked({}, units[:1], Mark.MASKED))[0] == (-1, -1, 102)


def test_taking_marks_away_leaves_the_others() -> None:
    units = units_of(preview(["a", "b"]), {})
    both = marked({}, units, Mark.LOCKED)
    assert marked(both, units[:1], None) == {1: Mark.LOCKED}


def test_masked_runs_are_copied_as_gaps_that_are_read_as_as_many_tokens() -> None:
    units = units_of(preview(["One", " day", " in", " the", " old", " town"], masked=[1, 2, 3, 4]), {})
    assert plain_text(units) == "One ______ town"


def test_a_short_gap_is_still_a_gap() -> None:
    assert plain_text(units_of(preview(["One", " day", ",", " she"], masked=[1]), {})) == "One ___, she"


def test_units_are_described_by_what_they_are() -> None:
    shown = preview([" river", " of", " gold", "\n"], masked=[0], fixed=[1], confidence=[0.42, 1.0, 0.873, 0.5])
    words = [describe(unit) for unit in units_of(shown, {})]
    assert words == ["42 %: river", "of: from you, or locked", "gold: 87 % sure", "a new line: 50 % sure"]


def test_the_users_marks_are_described() -> None:
    marks = {0: Mark.MASKED, 1: Mark.LOCKED}
    assert [describe(unit) for unit in units_of(preview(["a", " b"]), marks)] == ["re-masked, was: a", "b: locked"]
