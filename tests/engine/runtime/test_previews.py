"""Previews keep to their share of the time."""

from functools import partial

import pytest

from engine.runtime.previews import ALLOWANCE, SHARE, PreviewBudget


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("cost", [0.0001, 0.001, 0.01, 0.1, 1.0])
@pytest.mark.parametrize("pace", [0.001, 0.1, 2.0])
def test_the_time_spent_stays_within_the_share_and_the_allowance(cost: float, pace: float) -> None:
    clock = Clock()
    budget = PreviewBudget(clock, clock)
    begun = clock.now
    for _ in range(500):
        if budget.affords():
            budget.pay(partial(clock.advance, cost))
        clock.advance(pace)
    budget.pay(partial(clock.advance, cost))  # the last one is always shown
    assert budget.spent <= SHARE * (clock.now - begun) + max(ALLOWANCE, 2 * cost) + 1e-9


def test_cheap_previews_are_all_affordable() -> None:
    clock = Clock()
    budget = PreviewBudget(clock, clock)
    for _ in range(100):
        assert budget.affords()
        budget.pay(partial(clock.advance, 0.001))
        clock.advance(0.05)


def test_a_dear_preview_is_affordable_again_after_a_while() -> None:
    clock = Clock()
    budget = PreviewBudget(clock, clock)
    assert budget.affords()
    budget.pay(partial(clock.advance, 0.1))
    clock.advance(1)
    assert not budget.affords()
    clock.advance(10)
    assert budget.affords()


def test_a_preview_that_breaks_is_paid_for_too() -> None:
    clock = Clock()
    budget = PreviewBudget(clock, clock)

    def breaks() -> None:
        clock.advance(0.3)
        raise ValueError

    with pytest.raises(ValueError):
        budget.pay(breaks)
    assert budget.spent == pytest.approx(0.3)


def test_what_others_have_of_the_processor_meanwhile_is_not_spent() -> None:
    clock, own = Clock(), Clock()
    budget = PreviewBudget(clock, own)

    def interrupted() -> None:
        own.advance(0.001)
        clock.advance(0.1)

    for _ in range(10):
        assert budget.affords()
        budget.pay(interrupted)
        clock.advance(0.03)
    assert budget.spent == pytest.approx(0.01)
