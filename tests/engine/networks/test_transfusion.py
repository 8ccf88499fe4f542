"""Transfusion: who sees whom, that what is kept is exact, and what its objective rewards."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.networks.attention import waves
from engine.networks.transfusion import UNSEEN, Answer, Transfusion, TransfusionConfig, objective, turns

MATRIX = TransfusionConfig(words=30, channels=3, size=8, patch=2, width=32, depth=2, heads=2, inner=48)
UNET = replace(MATRIX, unet=8)
BOTH = pytest.mark.parametrize("config", [MATRIX, UNET, replace(UNET, patch=4)], ids=["matrix", "unet", "coarse"])
BEFORE, AFTER = torch.tensor([[3, 4, 5, 1]]), torch.tensor([[2, 7, 8, 9]])


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def network(config: TransfusionConfig = MATRIX) -> Transfusion:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = Transfusion(config)
        for weight in net.parameters():  # also those that begin at zero
            nn.init.normal_(weight, std=0.3)
    return net.eval()


def noise(seed: int = 1, batch: int = 1) -> Tensor:
    return torch.randn(batch, 3, 8, 8, generator=torch.Generator().manual_seed(seed))


def close(found: Any, expected: Any) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def apart(found: Tensor, expected: Tensor) -> bool:
    return bool((found - expected).abs().max() > 1e-4)


@BOTH
def test_the_picture_sees_all_words_before_it_and_none_after(config: TransfusionConfig) -> None:
    net = network(config)
    plain = net(BEFORE, noise(), 0.5, AFTER)
    for place in range(BEFORE.shape[1]):
        words = BEFORE.clone()
        words[0, place] = 11
        assert apart(net(words, noise(), 0.5, AFTER).noise, plain.noise)
    close(net(BEFORE, noise(), 0.5, AFTER + 1).noise, plain.noise)
    assert plain.noise.shape == (1, 3, 8, 8)


@BOTH
def test_words_before_a_picture_never_see_it_and_words_after_it_do(config: TransfusionConfig) -> None:
    net = network(config)
    plain, other = net(BEFORE, noise(), 0.5, AFTER), net(BEFORE, noise(2), 0.5, AFTER)
    assert torch.equal(plain.before, other.before)
    assert apart(plain.after, other.after)


def test_words_see_those_before_them_alone() -> None:
    net = network()
    plain = net(BEFORE, noise(), 0.5, AFTER).after
    changed = AFTER.clone()
    changed[0, 2] = 11
    found = net(BEFORE, noise(), 0.5, changed).after
    close(found[:, :2], plain[:, :2])
    assert apart(found[:, 2:], plain[:, 2:])


def test_patches_see_each_other_in_both_directions() -> None:
    net = network()
    plain = net(BEFORE, noise(), 0.5).noise
    for corner in (0, 7):
        x = noise()
        x[..., corner, corner] += 3
        assert apart(net(BEFORE, x, 0.5).noise[..., 7 - corner, 7 - corner], plain[..., 7 - corner, 7 - corner])


@BOTH
def test_one_stretch_after_another_is_one_pass_over_all_with_the_mask_of_the_paper(config: TransfusionConfig) -> None:
    """All at once, the mask written out: causal but for the square of the picture."""
    net = network(config)
    _, prefix = net.read(BEFORE)
    picture, prefix = net.show(noise(), 0.5, prefix)
    after, _ = net.read(AFTER, prefix)
    words, patches = BEFORE.shape[1], (config.size // config.patch) ** 2
    length = words + patches + AFTER.shape[1]
    sees = torch.ones(length, length).tril().bool()
    sees[words : words + patches, words : words + patches] = True
    expected = all_at_once(net, sees)
    close(after, expected.after)
    close(picture, expected.noise)


def all_at_once(net: Transfusion, sees: Tensor) -> Answer:
    seen: dict[str, Tensor] = {}

    def remember(x: Tensor, *rest: Any, **named: Any) -> Any:
        seen[f"{len(seen)}"] = x
        return kept(x, *rest, **named)

    kept, net.run = net.run, remember  # type: ignore[method-assign]
    net(BEFORE, noise(), 0.5, AFTER)
    net.run = kept  # type: ignore[method-assign]
    x = torch.cat(list(seen.values()), 1)
    width = net.config.width // net.config.heads
    mask = torch.zeros(sees.shape).masked_fill(~sees, UNSEEN)[None, None]
    turn = turns(torch.arange(x.shape[1])[None], width)
    for block in net.blocks:
        x, _ = block(x, turn, mask, None)
    hidden = net.norm(x)
    words, rest = BEFORE.shape[1], AFTER.shape[1]
    told = net.time(waves(torch.tensor([0.5]), 0.002, 4.0))
    skips = net.patches(noise(), told)[1]
    logits = nn.functional.linear(hidden, net.token.weight)
    return Answer(logits[:, :words], net.patches.back(hidden[:, words:-rest], skips, told), logits[:, -rest:])


def test_a_prompt_is_read_once_for_all_steps_with_and_without_it() -> None:
    """Kept keys and values are what would be worked out anew, for both rows of guidance at once."""
    net = network()
    both = torch.tensor([[3, 4, 5, 1], [1, 0, 0, 0]])
    _, prefix = net.read(both)
    for step, time in enumerate((0.9, 0.5, 0.1)):
        x = noise(step)
        found, _ = net.show(x.expand(2, -1, -1, -1), time, prefix)
        close(found[:1], net(BEFORE, x, time).noise)
        close(found[1:], net(torch.tensor([[1]]), x, time).noise)
        alone, _ = net.show(x, time, prefix.rows(slice(1, 2)))
        close(alone, found[1:])


def test_padding_on_either_side_changes_nothing() -> None:
    net = network()
    plain = net(BEFORE, noise(), 0.3, AFTER)
    for padded in ([0, 0, 3, 4, 5, 1], [3, 4, 5, 1, 0, 0]):
        found = net(torch.tensor([padded]), noise(), 0.3, AFTER)
        close(found.noise, plain.noise)
        close(found.after, plain.after)


def test_writing_word_by_word_is_reading_at_once() -> None:
    net = network()
    _, prefix = net.read(torch.tensor([[1]]))
    _, prefix = net.show(noise(), 0.0, prefix)
    whole, _ = net.read(AFTER, prefix)
    for place in range(AFTER.shape[1]):
        logits, prefix = net.read(AFTER[:, place : place + 1], prefix)
        close(logits[:, 0], whole[:, place])


@BOTH
def test_time_is_heard_row_by_row(config: TransfusionConfig) -> None:
    net = network(config)
    x = noise().expand(2, -1, -1, -1)
    found = net(BEFORE.expand(2, -1), x, torch.tensor([0.2, 0.8])).noise
    assert apart(found[0], found[1])
    close(found[1:], net(BEFORE, noise(), 0.8).noise)


def test_the_objective_counts_words_that_are_there_and_the_noise() -> None:
    net = network()
    before, after = torch.tensor([[3, 4, 1, 0], [5, 1, 0, 0]]), torch.tensor([[2, 7, 9, 0], [2, 9, 0, 0]])
    drawn = noise(4, 2)
    answer = net(before, noise(5, 2), 0.5, after)
    words, picture = objective(answer, before, drawn, after, weight=3.0)
    logs = [answer.before.log_softmax(-1), answer.after.log_softmax(-1)]
    expected = [logs[0][0, 0, 4], logs[0][0, 1, 1], logs[0][1, 0, 1], logs[1][0, 0, 7], logs[1][0, 1, 9]]
    expected.append(logs[1][1, 0, 9])
    close(words, -torch.stack(expected).mean())
    close(picture, 3 * (answer.noise - drawn).square().mean())


@BOTH
def test_it_learns_both_at_once(config: TransfusionConfig) -> None:
    """One caption, one picture: both losses fall far below where they began."""
    torch.manual_seed(0)
    net = Transfusion(config).train()
    latent, optimiser = noise(9), torch.optim.AdamW(net.parameters(), 1e-2)
    losses = []
    with torch.enable_grad():
        for step in range(40):
            time = 0.2 + 0.6 * (step % 7) / 7
            drawn = noise(100 + step % 5)
            x = (1 - time**2) ** 0.5 * latent + time * drawn
            words, picture = objective(net(BEFORE, x, time, AFTER), BEFORE, drawn, AFTER, 1.0)
            optimiser.zero_grad()
            (words + picture).backward()
            optimiser.step()
            losses.append((words.item(), picture.item()))
    assert losses[-1][0] < 0.3 * losses[0][0] and losses[-1][1] < 0.7 * losses[0][1]


def test_a_unet_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="power of two"):
        replace(UNET, patch=3)
    with pytest.raises(ValueError, match="multiple of 8"):
        replace(UNET, unet=12)


@BOTH
def test_in_half_precision_it_takes_and_gives_single(config: TransfusionConfig) -> None:
    net = network(config)
    expected = net(BEFORE, noise(), 0.5, AFTER).noise
    found = net.bfloat16()(BEFORE, noise(), 0.5, AFTER).noise
    assert found.dtype == torch.float32
    assert (found - expected).abs().mean() < 0.05 * expected.abs().mean()
