"""Previews are drawn so seldom that the work does not wait for them."""

import pytest
from pytestqt.qtbot import QtBot

from studio.state.drawing import LONGEST, SHARE, Drawing, pause

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(("spent", "cores"), [(0.002, 1), (0.005, 2), (0.012, 2), (0.01, 4), (0.04, 16)])
def test_drawing_takes_no_more_than_its_share(spent: float, cores: int) -> None:
    allowed = SHARE * max(1, cores - 1)
    assert spent / (spent + pause(spent, cores) / 1000) == pytest.approx(allowed, rel=0.05)


def test_what_is_slow_to_draw_is_still_seen_twice_a_second() -> None:
    assert pause(5.0, 2) == LONGEST == 500


def test_a_machine_of_many_cores_needs_no_rest() -> None:
    assert pause(0.02, 64) == 0


def test_the_next_preview_may_come_after_the_rest(qtbot: QtBot) -> None:
    computed = iter([0.0, 0.004])
    drawing = Drawing(lambda: next(computed), cores=2)
    pauses = []
    drawing._resting.timeout.connect(lambda: pauses.append(drawing._resting.interval()))
    with qtbot.wait_signal(drawing.rested):
        drawing.begin()
    assert pauses == [96]


def test_a_preview_that_comes_meanwhile_is_rested_after_by_itself(qtbot: QtBot) -> None:
    computed = iter([0.0, 0.02, 0.02, 0.021])
    drawing = Drawing(lambda: next(computed), cores=2)
    rests = []
    drawing.rested.connect(lambda: rests.append(drawing._resting.interval()))
    drawing.begin()
    qtbot.wait_until(drawing._resting.isActive)
    drawing.begin()
    qtbot.wait_until(lambda: rests == [24])
    qtbot.wait(20)
    assert rests == [24]
