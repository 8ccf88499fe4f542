"""Unmasking: what is hidden after each step, what never changes, what stays whole."""

from collections.abc import Callable, Sequence
from math import cos, floor, pi
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.api.errors import Failure
from engine.samplers.contract import Level, Noise, Step
from engine.samplers.paths import PATHS
from engine.samplers.spacings import SPACINGS, levels, times
from engine.samplers.unmask import unmask

WORDS = 12  # the vocabulary; the mask's id comes after it
MASK = WORDS

seeds = st.integers(0, 2**32)
shares = st.sampled_from([0.0, 0.1, 0.5, 1.0])
sizes = st.integers(1, 40)
spacings = st.sampled_from(sorted(SPACINGS))


def path(steps: int, spacing: str = "uniform") -> tuple[Level, ...]:
    return levels(PATHS["masked"], times(spacing, steps))


def uniform(seed: int) -> Noise:
    generator = torch.Generator().manual_seed(seed)
    return lambda like: torch.rand(like.shape, generator=generator)


def network(seed: int, spread: float = 2.0) -> Callable[[Tensor, Level], Tensor]:
    """Random logits that depend on every token and the level, as a network's do."""
    table = torch.randn(WORDS + 1, WORDS + 1, generator=torch.Generator().manual_seed(seed)) * spread

    def denoise(x: Tensor, level: Level) -> Tensor:
        places = torch.arange(x.shape[-1])
        mixed = table[x] + table[x.roll(1, -1)] + table[(places * 7 + int(level.t * 100)) % (WORDS + 1)]
        return mixed + table[x].mean(-2, keepdim=True)

    return denoise


def canvas(seed: int, size: int, hidden: float) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.randint(0, WORDS, (size,), generator=generator)
    return torch.where(torch.rand(size, generator=generator) < hidden, MASK, tokens)


def joins(tokens: Tensor) -> Tensor:
    """Letters like Devanagari's: tokens 0 to 3 are signs on what stands before them, 11 binds what comes after it."""
    joined = (tokens < 4) | (tokens.roll(1, -1) == 11)
    joined[..., 0] = False
    return joined


def run(seed: int, x: Tensor, steps: Sequence[Level], gamma: float = 0.0, **options: Any) -> list[Step]:
    return list(unmask(network(seed), x, steps, uniform(seed), gamma, mask=MASK, **options))


def hidden(tokens: Tensor) -> int:
    return int((tokens == MASK).sum())


@pytest.mark.parametrize(
    ("tokens", "steps", "published"),
    [(256, 18, [255, 252, 247, 240, 232, 221, 209, 196, 181, 164, 146, 128, 108, 87, 66, 44, 22, 0])],
)
def test_as_many_stay_hidden_as_in_show_o(tokens: int, steps: int, published: list[int]) -> None:
    assert [hidden(step.x) for step in run(1, torch.full((tokens,), MASK), path(steps))] == published


@pytest.mark.parametrize(("tokens", "steps"), [(256, 16), (1024, 50), (128, 12), (1024, 18), (256, 50)])
def test_the_counts_are_show_os_formula_at_other_sizes(tokens: int, steps: int) -> None:
    def kept(i: int, unknown: int) -> int:
        return max(1, min(unknown - 1, floor(tokens * cos(pi / 2 * (i + 1) / steps) + 1e-9)))

    expected = [tokens]
    for i in range(steps - 1):
        expected.append(kept(i, expected[-1]))
    assert [hidden(step.x) for step in run(1, torch.full((tokens,), MASK), path(steps))] == [*expected[1:], 0]


@given(seeds, sizes, st.floats(0, 1), st.integers(1, 12), spacings, shares)
def test_the_quota_holds_at_every_gamma(
    seed: int, size: int, share: float, steps: int, spacing: str, gamma: float
) -> None:
    x = canvas(seed, size, share)
    total, walked = hidden(x), path(steps, spacing)
    for step in run(seed, x, walked, gamma):
        assert hidden(step.x) <= max(1, int(total * step.level.sigma + 1e-4))
    assert hidden(step.x) == 0


@given(seeds, sizes, st.integers(1, 12))
def test_without_gamma_what_is_shown_stays_as_it_is(seed: int, size: int, steps: int) -> None:
    before = canvas(seed, size, 0.8)
    for step in run(seed, before, path(steps)):
        assert torch.equal(step.x[before != MASK], before[before != MASK])
        assert hidden(step.x) < hidden(before) or hidden(before) == 0
        before = step.x


@given(seeds, sizes, st.integers(1, 12), shares, st.floats(0.2, 1.0))
def test_frozen_tokens_never_change(seed: int, size: int, steps: int, gamma: float, stop: float) -> None:
    x = canvas(seed, size, 0.7)
    frozen = x != MASK
    for step in run(seed, x, path(steps), gamma, frozen=frozen, confidence_stop=stop):
        assert torch.equal(step.x[frozen], x[frozen])
        assert step.confidence is not None
        assert (step.confidence[frozen] == 1).all()


@given(seeds, sizes, st.integers(1, 12), shares, shares, st.floats(0.2, 1.0), st.sampled_from([0.0, 0.3, 1.0]))
@settings(max_examples=300)
def test_a_letter_is_never_half_visible(
    seed: int, size: int, steps: int, gamma: float, heat: float, stop: float, locked: float
) -> None:
    before = canvas(seed, size, 0.7)
    frozen = (before != MASK) & (torch.rand(size, generator=torch.Generator().manual_seed(seed + 1)) < locked)
    options = dict(joined=joins, frozen=frozen, reveal_temperature=heat, confidence_stop=stop)
    for step in run(seed, before, path(steps), gamma, **options):
        was_hidden, is_hidden = before == MASK, step.x == MASK
        for letter in letters(step.x0):  # all that is hidden of it comes, or all that is shown of it goes, or neither
            shown, gone = letter & was_hidden & ~is_hidden, letter & ~was_hidden & is_hidden
            assert not shown.any() or (torch.equal(shown, letter & was_hidden) and not gone.any())
            assert not gone.any() or torch.equal(gone, letter & ~was_hidden)
        before = step.x
    assert hidden(before) == 0


@given(seeds, sizes, st.integers(1, 12))
def test_a_letter_longer_than_the_quota_is_still_shown(seed: int, size: int, steps: int) -> None:
    before = torch.full((size,), MASK)
    for step in run(seed, before, path(steps), joined=lambda tokens: torch.arange(size) % 5 > 0):
        assert hidden(step.x) < hidden(before)
        before = step.x


def letters(tokens: Tensor) -> list[Tensor]:
    number = (~joins(tokens)).cumsum(0)
    return [number == i for i in range(1, int(number.max()) + 1)]


@given(seeds, sizes, st.integers(1, 12), shares)
def test_the_candidate_agrees_with_what_is_shown(seed: int, size: int, steps: int, gamma: float) -> None:
    for step in run(seed, canvas(seed, size, 0.9), path(steps), gamma):
        visible = step.x != MASK
        assert torch.equal(step.x[visible], step.x0[visible])
        assert hidden(step.x0) == 0
        assert step.confidence is not None
        assert ((step.confidence >= 0) & (step.confidence <= 1)).all()


@given(seeds, shares, st.sampled_from([0.0, 0.7, 1.0]))
def test_the_same_noise_writes_the_same_text(seed: int, gamma: float, temperature: float) -> None:
    first, again = (
        run(seed, torch.full((20,), MASK), path(6), gamma, temperature=temperature, reveal_temperature=0.5)
        for _ in range(2)
    )
    assert [step.x.tolist() for step in first] == [step.x.tolist() for step in again]


def test_the_most_confident_are_revealed_first() -> None:
    was_hidden = torch.ones(64, dtype=torch.bool)
    for step in run(3, torch.full((64,), MASK), path(6))[:-1]:
        still = step.x == MASK
        assert step.confidence is not None
        assert step.confidence[was_hidden & ~still].min() >= step.confidence[still].max()
        was_hidden = still


def test_gamma_takes_back_the_least_confident_of_those_shown_before() -> None:
    steps = run(4, torch.full((64,), MASK), path(8), 0.5)
    taken = 0
    for before, after in zip(steps, steps[1:], strict=False):
        assert before.confidence is not None
        shown = before.x != MASK
        back = shown & (after.x == MASK)
        taken += int(back.sum())
        level = before.level
        assert int(back.sum()) == int(0.5 * min(1, after.level.sigma / level.alpha) * int(shown.sum()) + 1e-4)
        if back.any() and (shown & ~back).any():
            assert before.confidence[back].max() <= before.confidence[shown & ~back].min()
    assert taken > 20


def test_full_gamma_hides_all_that_can_be_hidden() -> None:
    """At the largest rate every token of the next step's quota is one that was shown, where there are as many."""
    steps = run(5, torch.full((64,), MASK), path(8), 1.0)
    for before, after in zip(steps, steps[1:], strict=False):
        back = (before.x != MASK) & (after.x == MASK)
        assert int(back.sum()) == min(64 - hidden(before.x), hidden(after.x))


def test_a_gamma_that_is_sent_holds_from_the_next_step_on() -> None:
    steps = unmask(network(6), torch.full((64,), MASK), path(8), uniform(6), 0.0, mask=MASK)
    for _ in range(3):
        before = next(steps)
    after = steps.send(1.0)
    assert ((before.x != MASK) & (after.x == MASK)).any()
    again = steps.send(0.0)
    assert not ((after.x != MASK) & (again.x == MASK)).any()


def test_what_is_nearly_certain_is_revealed_at_once_and_the_work_ends_early() -> None:
    def certain_half(x: Tensor, level: Level) -> Tensor:
        logits = torch.zeros(*x.shape, WORDS)
        logits[: len(x) // 2, 3] = 50.0 if level.t == 1 else 0.0
        logits[len(x) // 2 :, 4] = 50.0 if level.t < 1 else 0.0
        return logits

    x = torch.full((40,), MASK)
    steps = list(unmask(certain_half, x, path(20), uniform(0), 0.0, mask=MASK, confidence_stop=0.9))
    assert [hidden(step.x) for step in steps] == [20, 0]
    assert len(list(unmask(certain_half, x, path(20), uniform(0), 0.0, mask=MASK))) == 20


def test_few_tokens_take_no_more_passes_than_there_are_tokens() -> None:
    assert len(run(1, torch.full((3,), MASK), path(16))) == 3


def test_where_nothing_is_hidden_one_step_tells_so_without_a_pass() -> None:
    def never(x: Tensor, level: Level) -> Tensor:
        raise AssertionError("the network ran")

    x = torch.arange(5)
    (step,) = unmask(never, x, path(8), uniform(0), 1.0, mask=MASK)
    assert torch.equal(step.x, x)
    assert step.level == path(8)[-1]


def test_the_mask_is_never_written_even_if_the_network_wants_it() -> None:
    def wants_masks(x: Tensor, level: Level) -> Tensor:
        logits = torch.zeros(*x.shape, WORDS + 1)
        logits[..., MASK] = 100.0
        return logits

    steps = list(unmask(wants_masks, torch.full((30,), MASK), path(4), uniform(0), 0.0, mask=MASK))
    assert hidden(steps[-1].x) == 0
    assert all(hidden(step.x0) == 0 for step in steps)


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0, 2.0])
def test_what_is_forbidden_is_never_written(temperature: float) -> None:
    def forbids(x: Tensor, level: Level) -> Tensor:
        logits = network(2)(x, level)
        logits[..., 5:] = float("-inf")
        return logits

    x = torch.full((500,), MASK)
    last = list(unmask(forbids, x, path(3), uniform(9), 0.3, mask=MASK, temperature=temperature))[-1]
    assert last.x.max() < 5


@pytest.mark.parametrize("min_p", [0.0, 0.1])
def test_a_network_that_answers_nan_is_a_failure_in_a_sentence(min_p: float) -> None:
    def answer(x: Tensor, level: Level) -> Tensor:
        return torch.full((*x.shape, WORDS), float("nan"))

    broken = unmask(answer, torch.full((4,), MASK), path(4), uniform(0), 0.0, mask=MASK, min_p=min_p)
    with pytest.raises(Failure, match="checkpoint"):
        next(broken)


@given(seeds, shares, st.booleans(), st.floats(0.3, 1.0))
def test_a_batch_keeps_every_row_to_its_own_quota(seed: int, gamma: float, clusters: bool, stop: float) -> None:
    x = torch.stack([canvas(seed + i, 24, share) for i, share in enumerate((0.0, 0.3, 1.0))])
    totals = (x == MASK).sum(-1)
    step: Step | None = None
    for step in run(seed, x, path(6), gamma, joined=joins if clusters else None, confidence_stop=stop):
        left = (step.x == MASK).sum(-1)
        if not clusters:
            assert (left <= (totals * step.level.sigma + 1e-4).long().clamp(min=1)).all()
        assert torch.equal(step.x[0], x[0])
    assert step is not None
    assert hidden(step.x) == 0


def test_a_branch_goes_on_from_a_step_with_its_confidence() -> None:
    walked = path(8)
    middle = run(7, torch.full((64,), MASK), walked)[3]
    rest = run(7, middle.x, walked[4:], 0.6, confidence=middle.confidence)
    assert middle.confidence is not None
    back = (middle.x != MASK) & (rest[0].x == MASK)
    assert back.any()
    assert middle.confidence[back].max() <= middle.confidence[(middle.x != MASK) & ~back].min()
    assert hidden(rest[-1].x) == 0


def test_a_number_for_the_heat_of_the_reveal_cools_with_the_level_and_a_sequence_is_taken_as_it_is() -> None:
    walked = path(6)
    cooled = [2.0 * after.sigma for after in walked[1:]]
    by_number = run(8, torch.full((64,), MASK), walked, reveal_temperature=2.0)
    by_sequence = run(8, torch.full((64,), MASK), walked, reveal_temperature=cooled)
    assert [step.x.tolist() for step in by_number] == [step.x.tolist() for step in by_sequence]
    without = run(8, torch.full((64,), MASK), walked)
    assert by_number[0].x.tolist() != without[0].x.tolist()


def test_logits_of_the_hidden_tokens_alone_will_do() -> None:
    whole = network(9)
    x, steps = canvas(9, 40, 0.7), path(8)

    def hidden_alone(x: Tensor, level: Level) -> Tensor:
        return whole(x, level)[x == MASK]

    expected, found = (list(unmask(denoise, x, steps, uniform(9), 0.5, mask=MASK)) for denoise in (whole, hidden_alone))
    assert [step.x.tolist() for step in found] == [step.x.tolist() for step in expected]
    assert [step.confidence.tolist() for step in found if step.confidence is not None] == [
        step.confidence.tolist() for step in expected if step.confidence is not None
    ]


def test_turns_take_the_place_of_confidence() -> None:
    order = torch.randperm(40, generator=torch.Generator().manual_seed(3)).float()
    steps = run(1, torch.full((40,), MASK), path(8), turns=order, reveal_temperature=5.0)
    for step in steps:
        shown = step.x != MASK
        assert sorted(order[shown].tolist()) == list(range(int(shown.sum())))


def test_the_order_of_reveal_is_confidence_with_gumbel_noise() -> None:
    """With temperature 1 on log p the first one revealed is each token as often as its share of Σp."""
    p = torch.tensor([0.9, 0.6, 0.3])

    def logits(x: Tensor, level: Level) -> Tensor:
        return torch.stack([p.log(), (1 - p).log()], -1).expand(*x.shape, 2)

    x = torch.full((20_000, 3), MASK)
    two = (Level(1.0, 0.0, 1.0), Level(0.5, 0.3, 0.7), Level(0.0, 1.0, 0.0))
    (step, *_) = unmask(logits, x, two, uniform(1), 0.0, mask=MASK, temperature=0.0, reveal_temperature=[1.0, 1.0])
    best = torch.tensor([0.9, 0.6, 0.7])
    found = (step.x != MASK).float().mean(0)
    assert found.tolist() == pytest.approx((best / best.sum()).tolist(), abs=0.015)


def test_show_os_cumulative_temperature_is_a_sequence() -> None:
    temperature, heats = 1.0, []
    for i in range(18):
        temperature *= 1 - (i + 1) / 18
        heats.append(temperature)
    assert heats[:4] == pytest.approx([0.944, 0.840, 0.700, 0.544], abs=1e-3)
    steps = run(1, torch.full((256,), MASK), path(18), reveal_temperature=heats)
    assert [hidden(step.x) for step in steps][:3] == [255, 252, 247]
