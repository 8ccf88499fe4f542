"""Steps taken back and done again."""

from studio.editors.history import MOST, History


def test_steps_are_taken_back_and_done_again() -> None:
    history = History("a")
    history.put("b")
    history.put("c")
    assert [history.undo(), history.undo(), history.undo(), history.redo()] == ["b", "a", "a", "b"]
    assert history.can_undo() and history.can_redo()


def test_a_new_step_forgets_what_was_taken_back() -> None:
    history = History("a")
    history.put("b")
    history.undo()
    history.put("c")
    assert not history.can_redo() and history.redo() == "c"


def test_joined_states_are_one_step_until_it_is_closed() -> None:
    history = History("")
    for word in ("A", "Am", "Am7"):
        history.put(word, joined=True)
    history.close()
    history.put("Am7 F", joined=True)
    assert [history.undo(), history.undo()] == ["Am7", ""]


def test_what_is_only_looked_at_otherwise_is_no_step() -> None:
    history = History("a")
    history.put("b")
    history.amend("b, chosen")
    assert (history.undo(), history.redo()) == ("a", "b, chosen")


def test_it_does_not_grow_for_ever() -> None:
    history = History(0)
    for step in range(1, 2 * MOST):
        history.put(step)
    while history.can_undo():
        history.undo()
    assert history.present() == MOST
