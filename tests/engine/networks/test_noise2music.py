"""Every route into Noise2Music's U-Net is heard, and what is withheld is not."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.networks.byte_text import END, LIMIT, PAD, byte_ids, is_read_whole
from engine.networks.noise2music import Asked, Block, Noise2Music, Noise2MusicConfig

TINY = Noise2MusicConfig(
    rate=3_200,
    low_rate=1_600,
    channels=2,
    aligned=3,
    text_width=16,
    text_depth=1,
    widths=(8, 8, 16),
    strides=(4, 3),
    blocks=(1, 2),
    self_attention=(False, True),
    cross_attention=(False, True),
)
SAMPLES = 8 * TINY.hop
YES, NO = torch.tensor([True]), torch.tensor([False])


def random(config: Noise2MusicConfig = TINY) -> Noise2Music:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Noise2Music(config).eval()
        for weight in network.parameters():
            nn.init.normal_(weight, std=0.2)
    return network.requires_grad_(False)


@pytest.fixture(scope="module")
def network() -> Noise2Music:
    return random()


def numbers(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def answer(network: Noise2Music, shown: Tensor = YES, **changes: Any) -> Tensor:
    given: dict[str, Any] = dict(time=0.5, low=numbers(2, 1, 2, SAMPLES), low_noise=0.2)
    asked: dict[str, Any] = dict(text="a slow piano", lanes=numbers(3, 1, 3, 8)) | {
        name: changes.pop(name) for name in ("text", "lanes") if name in changes
    }
    told = network.ask(byte_ids([asked["text"]]), asked["lanes"])
    found: Tensor = network(numbers(1, 1, 2, SAMPLES), asked=told, shown=shown, **(given | changes))
    return found


@pytest.mark.parametrize(
    "change",
    [
        {"time": 0.9},
        {"low": numbers(9, 1, 2, SAMPLES)},
        {"low_noise": 0.8},
        {"text": "a fast piano"},
        {"lanes": numbers(9, 1, 3, 8)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_route_is_heard(network: Noise2Music, change: dict[str, Any]) -> None:
    assert (answer(network) - answer(network, **change)).abs().max() > 1e-3


def test_what_is_withheld_is_not_heard(network: Noise2Music) -> None:
    other = answer(network, NO, text="something else", lanes=numbers(9, 1, 3, 8))
    assert torch.equal(answer(network, NO), other)
    assert torch.equal(other, answer_without(network))


def answer_without(network: Noise2Music) -> Tensor:
    found: Tensor = network(numbers(1, 1, 2, SAMPLES), 0.5, Asked(), NO, numbers(2, 1, 2, SAMPLES), 0.2)
    return found


def test_each_item_of_a_batch_is_its_own(network: Noise2Music) -> None:
    x, low = numbers(1, 1, 2, SAMPLES).repeat(2, 1, 1), numbers(2, 1, 2, SAMPLES).repeat(2, 1, 1)
    asked = network.ask(byte_ids(["a slow piano", "a very much longer prompt"]), numbers(3, 1, 3, 8).repeat(2, 1, 1))
    both = network(x, torch.tensor([0.5, 0.9]), asked, torch.tensor([True, False]), low, torch.tensor([0.2, 0.2]))
    assert (both[0] - answer(network)[0]).abs().max() < 1e-5
    assert (both[1] - answer(network, NO, time=0.9)[0]).abs().max() < 1e-5


def test_rows_and_spans_of_what_is_asked_for(network: Noise2Music) -> None:
    asked = network.ask(byte_ids(["one", "another"]), numbers(3, 2, 3, 8))
    part = asked.of(torch.tensor([1, 1]), slice(2, 5))
    assert part.text is not None and asked.text is not None and torch.equal(part.text[0], asked.text[1])
    assert part.aligned is not None and torch.equal(part.aligned[1], numbers(3, 2, 3, 8)[1, :, 2:5])


def test_an_untrained_network_answers_nothing() -> None:
    """Its last layer begins at 0, so that training begins from the mean."""
    network = Noise2Music(replace(TINY, low_rate=0))
    bias = network.head[-1].bias
    assert torch.allclose(network(numbers(1, 1, 2, SAMPLES), 0.3, Asked(), NO), bias[:, None].expand(2, SAMPLES)[None])  # type: ignore[index]


def test_a_block_combines_the_vector_after_its_first_convolution() -> None:
    """Written out a second time, by functions alone."""
    block, x, vector = Block(8, 16, 4), numbers(1, 2, 8, 20), numbers(2, 2, 4)
    for weight in block.parameters():
        nn.init.normal_(weight, std=0.3)
    F, p = nn.functional, dict(block.named_parameters())
    inner = F.silu(F.group_norm(x, 8, p["norm1.weight"], p["norm1.bias"]))
    inner = F.group_norm(
        F.conv1d(inner, p["conv1.weight"], p["conv1.bias"], padding=1), 8, p["norm2.weight"], p["norm2.bias"]
    )
    told = vector * vector.sigmoid() @ p["combine.layer.weight"].T + p["combine.layer.bias"]
    inner = F.silu(inner * (1 + told[:, :16, None]) + told[:, 16:, None])
    straight = F.conv1d(x, p["straight.weight"], p["straight.bias"])
    expected = straight + F.conv1d(inner, p["conv2.weight"], p["conv2.bias"], padding=1)
    assert torch.allclose(block(x, vector), expected, atol=1e-5)


@pytest.mark.parametrize("strides", [(1, 2), (2, 3), (5, 4)])
def test_any_strides_give_back_the_length(strides: tuple[int, int]) -> None:
    network = random(replace(TINY, strides=strides))
    x = numbers(1, 1, 2, 6 * network.config.hop)
    assert network(x, 0.5, Asked(), NO, x).shape == x.shape


def test_a_text_is_read_in_bytes_and_no_letter_is_cut() -> None:
    assert byte_ids(["hé", ""]).tolist() == [[104, 195, 169, END], [END, PAD, PAD, PAD]]
    ids = byte_ids(["ढोल " * 200])[0].tolist()
    assert len(ids) <= LIMIT and ids[-1] == END
    assert bytes(ids[:-1]).decode() == ("ढोल " * 200)[: len(bytes(ids[:-1]).decode())]
    assert is_read_whole("a" * (LIMIT - 1)) and not is_read_whole("a" * LIMIT)
