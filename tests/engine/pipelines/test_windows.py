"""Long sound, worked on window by window, is one sound."""

import pytest
import torch
from torch import Tensor

from engine.pipelines.windows import faded, spans, windowed
from engine.samplers.contract import Level

LEVEL = Level(0.5, 0.7, 0.7)


@pytest.mark.parametrize("count", [1, 9, 10, 11, 25, 100, 101])
def test_windows_cover_everything_and_overlap_enough(count: int) -> None:
    found = list(spans(count, 10, 3))
    assert found[0].start == 0 and found[-1].stop == count
    assert all(span.stop - span.start == min(10, count) for span in found)
    assert all(after.start <= before.stop - 3 for before, after in zip(found, found[1:], strict=False))


@pytest.mark.parametrize("samples", [40, 400, 404])
def test_a_network_that_sees_each_sample_alone_answers_as_if_there_were_no_windows(samples: int) -> None:
    def within(x: Tensor, level: Level, span: slice) -> Tensor:
        return x * 2 + torch.arange(span.start, span.stop)

    x = torch.randn(1, 2, samples, dtype=torch.float64)
    found = windowed(within, 100, 20, 4)(x, LEVEL)
    assert torch.allclose(found, x * 2 + torch.arange(samples))


def test_one_window_goes_over_into_the_next() -> None:
    """Each answers its own number: between them it rises evenly and nowhere jumps."""
    calls: list[slice] = []

    def within(x: Tensor, level: Level, span: slice) -> Tensor:
        calls.append(span)
        return torch.full_like(x, float(len(calls)))

    found = windowed(within, 100, 20, 1)(torch.zeros(1, 1, 180), LEVEL)[0, 0]
    assert [(span.start, span.stop) for span in calls] == [(0, 100), (80, 180)]
    assert (found[:80] == 1).all() and (found[100:] == 2).all()
    assert found.diff().max() < 0.06 and found.diff().min() >= 0


def test_a_window_without_overlap_is_whole() -> None:
    assert (faded(7, 0) == 1).all()
