"""Show-o's schedule: the numbers of its authors' code, and that `unmask` keeps to them."""

import math

import pytest
import torch
from torch import Tensor

from engine.samplers.contract import Level
from engine.samplers.showo_schedule import levels, mask_lengths, reveal_temperatures
from engine.samplers.unmask import unmask

# As their code answered when it was run; 127 and not 128, since it counts in float32.
AUTHORS = [255, 252, 247, 240, 232, 221, 209, 196, 181, 164, 146, 127, 108, 87, 66, 44, 22, 0]
MASK = 8


def test_eighteen_steps_hide_as_many_as_the_authors() -> None:
    assert mask_lengths(18, 256, 256) == AUTHORS


def test_their_temperature_falls_cumulatively() -> None:
    found = reveal_temperatures(18)
    assert [round(each, 3) for each in found[:6]] == [0.944, 0.840, 0.700, 0.544, 0.393, 0.262]
    assert len(found) == 18 and found[-1] == 0
    assert reveal_temperatures(18, 2.0) == [2 * each for each in found]


def test_a_picture_of_which_little_is_hidden_begins_by_one_a_step() -> None:
    lengths = mask_lengths(18, 256, 100)
    assert lengths == [99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 89, 88, 87, 86, 66, 44, 22, 0]


@pytest.mark.parametrize("hidden", [1, 2, 5])
def test_no_more_steps_than_hidden_tokens(hidden: int) -> None:
    assert mask_lengths(18, 256, hidden) == list(range(hidden - 1, -1, -1))


@pytest.mark.parametrize(("tokens", "hidden", "steps"), [(256, 256, 18), (1024, 1024, 50), (1024, 391, 18), (16, 9, 4)])
def test_unmasking_hides_as_many(tokens: int, hidden: int, steps: int) -> None:
    x = torch.zeros(tokens, dtype=torch.long)
    x[:hidden] = MASK
    taken = unmask(
        lambda x, level: torch.zeros(*x.shape, MASK),
        x,
        levels(steps, tokens, hidden),
        lambda like: torch.rand(like.shape),
        0.0,
        mask=MASK,
        reveal_temperature=reveal_temperatures(steps),
    )
    assert [int((step.x == MASK).sum()) for step in taken] == mask_lengths(steps, tokens, hidden)


def test_the_same_tokens_stay_hidden_as_the_authors_say() -> None:
    """log p + T·Gumbel of the hidden ones; those below the value that stands at the wanted length are hidden again."""
    torch.manual_seed(0)
    drawn: list[Tensor] = []
    logits = torch.randn(18, 256, MASK)

    def noise(like: Tensor) -> Tensor:
        drawn.append(torch.rand(like.shape))
        return drawn[-1]

    path, heats = levels(18, 256, 256), reveal_temperatures(18)
    passes = iter(logits)

    def denoise(x: Tensor, level: Level) -> Tensor:
        row: Tensor = next(passes)
        return row

    hidden = torch.ones(256, dtype=torch.bool)
    start = torch.full((256,), MASK)
    for i, step in enumerate(unmask(denoise, start, path, noise, 0.0, mask=MASK, reveal_temperature=heats)):
        p = logits[i].softmax(-1).gather(1, step.x0[:, None])[:, 0]
        gumbel = -(-drawn[0][1, i].clamp(1e-20).log()).log() if heats[i] else torch.zeros(256)
        confidence = torch.where(hidden, p.log() + heats[i] * gumbel, math.inf)
        hidden = confidence < confidence.sort().values[AUTHORS[i]]
        assert torch.equal(step.x == MASK, hidden)
