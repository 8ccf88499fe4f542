"""Stable Audio's networks by themselves: what is dropped is dropped, and settings that do not fit are refused."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.networks.oobleck import Oobleck, OobleckConfig
from engine.networks.stable_audio import StableAudio, StableAudioConfig
from engine.networks.stable_audio_unet import StableAudioUNet, StableAudioUNetConfig

DIT = StableAudioConfig(
    io_channels=4, embed_dim=32, depth=2, num_heads=4, shared_heads=2, cond_token_dim=16, global_cond_dim=32, window=12
)
UNET = StableAudioUNetConfig(
    in_channels=4,
    channels=32,
    multipliers=(1, 1, 2),
    factors=(1, 2),
    num_blocks=(1, 1),
    attentions=(1, 1, 1),
    attention_heads=4,
    resnet_groups=8,
    context_embedding_features=16,
    context_embedding_max_length=7,
    window=12,
)
NETWORKS: dict[str, Any] = {"transformer": (StableAudio, DIT), "U-Net": (StableAudioUNet, UNET)}


def network(kind: str) -> Any:
    made, config = NETWORKS[kind]
    torch.manual_seed(1)
    drawn: nn.Module = made(config)
    for parameter in drawn.parameters():
        nn.init.normal_(parameter, std=0.2)
    return drawn.eval().requires_grad_(False)


def asked() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(2)
    return torch.randn(1, 4, 12), torch.randn(1, 7, 16), torch.ones(1, 7, dtype=torch.bool), torch.randn(1, 32)


@pytest.mark.parametrize("kind", NETWORKS)
def test_both_guesses_in_a_batch_are_those_alone(kind: str) -> None:
    made = network(kind)
    x, tokens, mask, timing = asked()
    both = made(x.expand(2, -1, -1), 0.4, made.prepare(tokens, mask, timing, 12, (False, True)))
    for item, dropped in enumerate((False, True)):
        alone = made(x, 0.4, made.prepare(tokens, mask, timing, 12, (dropped,)))
        assert torch.allclose(both[item], alone[0], atol=1e-4)
    assert (both[0] - both[1]).abs().max() > 1e-2


@pytest.mark.parametrize("kind", NETWORKS)
def test_what_is_dropped_depends_on_no_prompt(kind: str) -> None:
    made = network(kind)
    x, tokens, mask, timing = asked()
    once, again = (made(x, 0.4, made.prepare(each, mask, timing, 12, (True,))) for each in (tokens, 3 * tokens))
    assert torch.equal(once, again)


def test_the_timing_in_front_of_the_latents_is_never_dropped() -> None:
    made = network("transformer")
    x, tokens, mask, timing = asked()
    once, again = (made(x, 0.4, made.prepare(tokens, mask, each, 12, (True,))) for each in (timing, -timing))
    assert (once - again).abs().max() > 1e-3


@pytest.mark.parametrize("kind", NETWORKS)
def test_half_precision_stays_near_and_gives_back_the_type_of_its_input(kind: str) -> None:
    made = network(kind)
    x, tokens, mask, timing = asked()
    exact = made(x, 0.4, made.prepare(tokens, mask, timing, 12))
    for parameter in made.parameters():
        parameter.data = parameter.data.bfloat16()
    rough = made(x, 0.4, made.prepare(tokens, mask, timing, 12))
    assert rough.dtype == torch.float32
    assert (rough - exact).norm() < 0.1 * exact.norm()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: StableAudioConfig(num_heads=7), "do not divide"),
        (lambda: StableAudioConfig(shared_heads=7), "do not divide"),
        (lambda: StableAudioUNetConfig(factors=(1, 2)), "one fewer"),
        (lambda: StableAudioUNetConfig(attentions=(0, 1, 1, 1, 1)), "every level needs attention"),
        (lambda: Oobleck(OobleckConfig(strides=(2, 3, 4, 8, 8))), "every stride must be even"),
        (lambda: Oobleck(OobleckConfig(strides=(2, 4))), "differ in length"),
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said), torch.device("meta"):
        wrong()
