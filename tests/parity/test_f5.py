"""The network of F5-TTS against f5-tts: the same random weights, all of them, the same sound, text and time.

At the published size only where QUARTET_FULL_SIZE is set: it takes 2 GB of memory and a minute.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.networks.f5 import V0_BASE, V0_SMALL, V1_BASE, V1_BASE_UPSAMPLED, V1_SMALL, DiT, F5Config
from engine.runtime.weights import NothingDrawn
from tests.parity.references import F5_OURS, difference, f5

pytestmark = [
    pytest.mark.parity,
    pytest.mark.filterwarnings("ignore:attn_mask_enabled:UserWarning", "ignore::DeprecationWarning"),
]

TINY: dict[str, Any] = dict(dim=64, depth=3, heads=4, dim_head=16, mel_dim=10, text_num_embeds=20, text_dim=32)
PUBLISHED = {"v1": V1_BASE, "v0": V0_BASE, "v1 small": V1_SMALL, "v0 small": V0_SMALL, "upsampled": V1_BASE_UPSAMPLED}
CONFIGS = {name: replace(config, **TINY, conv_layers=2) for name, config in PUBLISHED.items()} | {
    "queries and keys normed": F5Config(**TINY, conv_layers=2, qk_norm="rms_norm"),
    "attention within the mask": F5Config(**TINY, conv_layers=2, attn_mask_enabled=True),
    "a long skip": F5Config(**TINY, conv_layers=2, long_skip_connection=True),
    "text without layers": F5Config(**TINY, conv_layers=0),
    "text as wide as the mel": F5Config(**TINY | {"text_dim": None}, conv_layers=1),
    "three heads turned, nothing masked": F5Config(**TINY, conv_layers=1, pe_attn_head=3, text_mask_padding=False),
}
DROPS = [(False, False), (True, True), (True, False), (False, True)]
TIME = 0.3
FRAMES = 30


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def reference(config: F5Config, deviation: float = 0.1) -> nn.Module:
    """Theirs, with every weight drawn anew: those that begin as zeros or ones too."""
    options = {name: value for name, value in asdict(config).items() if name not in F5_OURS}
    torch.manual_seed(3)
    network: nn.Module = f5("model.backbones.dit").DiT(**options).eval()
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=deviation)
    return network


def pair(config: F5Config) -> tuple[nn.Module, DiT]:
    theirs, ours = reference(config), DiT(config).eval()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    return theirs, ours


def sound(batch: int, bins: int, frames: int = FRAMES) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(5)
    x, cond = torch.randn(2, batch, frames, bins, generator=generator)
    cond[:, frames // 2 :] = 0
    return x, cond


def text(batch: int, letters: int, symbols: int) -> Tensor:
    return torch.randint(0, symbols, (batch, letters), generator=torch.Generator().manual_seed(6))


def test_every_published_size() -> None:
    with torch.device("meta"), NothingDrawn():
        sizes = {name: sum(each.numel() for each in DiT(config).parameters()) for name, config in PUBLISHED.items()}
        tensors = len(DiT(V1_BASE).state_dict())
    assert sizes["v1"] == sizes["v0"] == sizes["upsampled"] == 337_096_804
    assert sizes["v1 small"] == sizes["v0 small"] == 159_228_772
    assert tensors == 364


@pytest.mark.parametrize("name", PUBLISHED)
def test_keys_and_shapes_are_the_published_ones(name: str) -> None:
    options = {key: value for key, value in asdict(PUBLISHED[name]).items() if key not in F5_OURS}
    with torch.device("meta"), NothingDrawn():
        theirs, ours = f5("model.backbones.dit").DiT(**options).state_dict(), DiT(PUBLISHED[name]).state_dict()
    assert {key: value.shape for key, value in ours.items()} == {key: value.shape for key, value in theirs.items()}


@pytest.mark.parametrize("letters", [1, 9, 30, 47])
@pytest.mark.parametrize("name", CONFIGS)
def test_one_item_with_and_without_its_conditions(name: str, letters: int) -> None:
    theirs, ours = pair(CONFIGS[name])
    x, cond = sound(1, 10)
    words = text(1, letters, 20)
    for audio, null in DROPS:
        expected = theirs(x, cond, words, torch.tensor(TIME), drop_audio_cond=audio, drop_text=null)
        found = ours(x, TIME, ours.prepare(cond, words, drop_audio=audio, drop_text=null))
        assert difference(found, expected) < 1e-5


@pytest.mark.parametrize("name", CONFIGS)
def test_a_batch_of_different_lengths_texts_and_times(name: str) -> None:
    theirs, ours = pair(CONFIGS[name])
    x, cond = sound(4, 10)
    words = text(4, 14, 20)
    words[1, 6:], words[2, 1:] = -1, -1
    lengths = torch.tensor([FRAMES, 17, 8, FRAMES - 1])
    mask = torch.arange(FRAMES) < lengths[:, None]
    times = torch.tensor([0.0, 0.25, 0.6, 1.0])
    for audio, null in DROPS:
        expected = theirs(x, cond, words, times, mask=mask, drop_audio_cond=audio, drop_text=null)
        found = ours(x, times, ours.prepare(cond, words, lengths, drop_audio=audio, drop_text=null))
        assert difference(found, expected) < 1e-5


@pytest.mark.parametrize("letters", [2, 11, 30])
@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("fused", [False, True])
def test_both_guesses_of_guidance_from_one_batch(name: str, letters: int, fused: bool) -> None:
    """The null of v1 depends on how long the text is, so each length is compared."""
    theirs, ours = pair(CONFIGS[name])
    if fused:
        ours.fuse()
    x, cond = sound(1, 10)
    words = text(1, letters, 20)
    expected = theirs(x, cond, words, torch.tensor(TIME), cfg_infer=True)
    null = torch.tensor([False, True])
    conditions = ours.prepare(cond.repeat(2, 1, 1), words.repeat(2, 1), drop_audio=null, drop_text=null, times=[TIME])
    assert difference(ours(x.repeat(2, 1, 1), TIME, conditions), expected) < 1e-5
    assert difference(ours(x, TIME, conditions[:1]), expected[:1]) < 1e-5
    assert difference(ours(x, TIME, conditions[1:]), expected[1:]) < 1e-5


@pytest.mark.parametrize("name", ["v1", "v0", "upsampled", "queries and keys normed"])
def test_gradients_are_the_same(name: str) -> None:
    theirs, ours = pair(CONFIGS[name])
    x, cond = sound(2, 10)
    words, lengths = text(2, 12, 20), torch.tensor([FRAMES, 20])
    mask = torch.arange(FRAMES) < lengths[:, None]
    times = torch.tensor([0.2, 0.7])
    with torch.enable_grad():
        theirs(x, cond, words, times, mask=mask).square().mean().backward()
        ours(x, times, ours.prepare(cond, words, lengths)).square().mean().backward()
    expected: dict[str, Any] = {key: each.grad for key, each in theirs.named_parameters()}
    for key, parameter in ours.named_parameters():
        assert parameter.grad is not None, key
        assert torch.allclose(parameter.grad, expected[key], rtol=1e-3, atol=1e-6), key


@pytest.mark.full_size
@pytest.mark.skipif(not os.environ.get("QUARTET_FULL_SIZE"), reason="takes 2 GB and a minute: set QUARTET_FULL_SIZE=1")
@pytest.mark.parametrize("name", ["v1", "v0"])
def test_the_published_size_says_the_same(name: str) -> None:
    theirs = reference(PUBLISHED[name], deviation=0.02)
    with torch.device("meta"):
        ours = DiT(PUBLISHED[name]).eval()
    ours.load_state_dict(theirs.state_dict(), strict=True, assign=True)
    x, cond = sound(1, 100, frames=200)
    words = text(1, 60, 2545)
    expected = theirs(x, cond, words, torch.tensor(TIME), cfg_infer=True)
    ours.fuse()
    null = torch.tensor([False, True])
    conditions = ours.prepare(cond.repeat(2, 1, 1), words.repeat(2, 1), drop_audio=null, drop_text=null, times=[TIME])
    assert difference(ours(x.repeat(2, 1, 1), TIME, conditions), expected) < 1e-4
