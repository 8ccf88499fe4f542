"""DiT: what it hears, that a prompt's length beside another's changes nothing, and how it begins."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from engine.networks.image_dit import DiTConfig, ImageDiT, joined, places
from engine.networks.transfusion import cut

CLASSES = DiTConfig(size=8, width=16, depth=2, heads=2, classes=5)
WORDS = replace(CLASSES, classes=0, words=20, memory=8, text_depth=1, text_heads=2, learns_range=False)


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def network(config: DiTConfig) -> ImageDiT:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = ImageDiT(config)
        for weight in net.parameters():  # also those that begin at zero
            if weight.requires_grad:
                nn.init.normal_(weight, std=0.2)
    return net.eval()


def noise(batch: int = 1) -> Tensor:
    return torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(2)).expand(batch, -1, -1, -1)


def answer(net: ImageDiT, words: list[list[int]], time: float = 500.0) -> Tensor:
    told = net.prepare(words=torch.tensor(words))
    found: Tensor = net(noise(len(words)), time, told)
    return found


def test_the_answer_has_as_many_channels_again_where_the_range_is_learned() -> None:
    labels = torch.tensor([3])
    for config, channels in ((CLASSES, 8), (replace(CLASSES, learns_range=False), 4)):
        net = network(config)
        assert net(noise(), 10, net.prepare(labels)).shape == (1, channels, 8, 8)


def test_time_class_and_their_absence_are_heard() -> None:
    net = network(CLASSES)
    found = [
        net(noise(), time, net.prepare(torch.tensor([label]))) for time, label in ((10, 3), (900, 3), (10, 2), (10, 5))
    ]
    assert all((a - b).abs().max() > 1e-3 for i, a in enumerate(found) for b in found[:i])


def test_words_their_order_and_their_absence_are_heard() -> None:
    net = network(WORDS)
    found = [answer(net, words) for words in ([[3, 4, 5]], [[3, 5, 4]], [[3, 4, 6]], [[0, 0, 0]])]
    assert all((a - b).abs().max() > 1e-4 for i, a in enumerate(found) for b in found[:i])


def test_a_longer_prompt_or_none_beside_it_changes_nothing() -> None:
    net = network(WORDS)
    together = answer(net, [[3, 4, 0, 0], [5, 6, 7, 8], [0, 0, 0, 0]])
    for row, words in enumerate(([[3, 4]], [[5, 6, 7, 8]], [[0]])):
        torch.testing.assert_close(together[row : row + 1], answer(net, words), rtol=1e-4, atol=1e-5)


def test_no_prompt_is_a_learned_word_and_not_zeros() -> None:
    net = network(WORDS)
    assert net.prompt is not None and net.prompt.null is not None and net.prompt.null.requires_grad
    before = answer(net, [[0]])
    nn.init.normal_(net.prompt.null, mean=1.0)
    assert (answer(net, [[0]]) - before).abs().max() > 1e-3
    with torch.enable_grad():
        answer(net, [[0, 0]]).sum().backward()
    assert net.prompt.null.grad is not None and net.prompt.null.grad.abs().sum() > 0


def test_without_a_learned_null_no_prompt_is_zeros() -> None:
    net = network(replace(WORDS, learned_null=False))
    assert not any("null" in name for name in net.state_dict())
    read, there, _ = net.prompt(torch.tensor([[0, 0]]))  # type: ignore[misc]
    assert there.tolist() == [[True, False, False]] and read[0, 0].abs().max() == 0
    torch.testing.assert_close(answer(net, [[3, 4], [0, 0]])[1:], answer(net, [[0]]), rtol=1e-4, atol=1e-5)


def test_what_is_prepared_can_be_taken_row_by_row() -> None:
    net = network(WORDS)
    told = net.prepare(words=torch.tensor([[3, 4], [0, 0]]))
    for row in range(2):
        rows = slice(row, row + 1)
        found = net(noise(), 7, told.rows(rows))
        torch.testing.assert_close(found, net(noise(2), 7, told)[rows], rtol=1e-4, atol=1e-5)


def test_each_row_may_be_at_its_own_time() -> None:
    net = network(CLASSES)
    told = net.prepare(torch.tensor([1, 1]))
    both = net(noise(2), torch.tensor([10.0, 900.0]), told)
    torch.testing.assert_close(both[1:], net(noise(), 900, told.rows(slice(1, 2))), rtol=1e-4, atol=1e-5)


def test_an_untrained_network_answers_nothing_and_its_blocks_change_nothing() -> None:
    net = ImageDiT(WORDS)
    assert answer(net, [[3, 4]]).abs().max() == 0
    x = torch.randn(1, 16, 16)
    told = net.prepare(words=torch.tensor([[3, 4]]))
    assert torch.equal(net.blocks[0](x, told.vector, told.memories[0]), x)


def test_patches_stand_in_raster_order_and_come_together_again() -> None:
    picture = torch.arange(2 * 3 * 6 * 6.0).reshape(2, 3, 6, 6)
    patches = cut(picture, 2)
    assert patches.shape == (2, 9, 12)
    assert torch.equal(patches[0, 1].reshape(2, 2, 3).permute(2, 0, 1), picture[0, :, 0:2, 2:4])
    assert torch.equal(joined(patches, 2), picture)


def test_places_say_column_and_row() -> None:
    found = places(3, 16).unflatten(0, (3, 3))
    assert torch.equal(found[0, 1, :8], found[2, 1, :8])  # the same column
    assert torch.equal(found[1, 0, 8:], found[1, 2, 8:])  # the same row
    assert not torch.equal(found[0, 1, :8], found[0, 2, :8])


@pytest.mark.parametrize("config", [CLASSES, WORDS], ids=["classes", "words"])
def test_in_half_precision_it_takes_and_gives_single(config: DiTConfig) -> None:
    net = network(config)

    def found() -> Tensor:
        told = net.prepare(torch.tensor([3]) if config.classes else None, torch.tensor([[3, 4]]))
        answer: Tensor = net(noise(), 500, told)
        return answer

    expected = found()
    net.bfloat16()
    assert found().dtype == torch.float32
    torch.testing.assert_close(found(), expected, rtol=0.1, atol=0.1)


def test_it_learns_which_picture_belongs_to_which_prompt() -> None:
    """From its own beginning, where no block does anything yet."""
    torch.manual_seed(0)
    net = ImageDiT(replace(WORDS, width=32)).train()
    optimiser = torch.optim.AdamW((each for each in net.parameters() if each.requires_grad), 1e-2)
    words, latents = torch.tensor([[3, 4], [3, 5]]), torch.randn(2, 4, 8, 8)

    def loss(words: Tensor, seed: int) -> Tensor:
        """Of the data guessed from pure noise, of which the prompt alone tells anything."""
        drawn = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(seed))
        guess: Tensor = net(drawn, 999, net.prepare(words=words))
        return (guess - latents).square().mean()

    with torch.enable_grad():
        for step in range(100):
            optimiser.zero_grad()
            loss(words, step).backward()
            optimiser.step()
    assert loss(words, 500) < 0.5 < 1.0 < loss(words.flip(0), 500)
