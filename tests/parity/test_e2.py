"""The network of E2-TTS against f5-tts: the same random weights, all of them, the same sound, text and time.

At the published size only where QUARTET_FULL_SIZE is set: it takes 2 GB of memory and a minute.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.networks.e2 import BASE, SMALL, E2Config, UNetT
from engine.runtime.weights import NothingDrawn
from tests.parity.references import difference, f5

pytestmark = [
    pytest.mark.parity,
    pytest.mark.filterwarnings("ignore:attn_mask_enabled:UserWarning", "ignore::DeprecationWarning"),
]

TINY: dict[str, Any] = dict(dim=64, depth=4, heads=4, dim_head=16, mel_dim=10, text_num_embeds=20)
CONFIGS = {
    "published": replace(BASE, **TINY),
    "queries and keys normed": E2Config(**TINY, qk_norm="rms_norm"),
    "attention within the mask": E2Config(**TINY, attn_mask_enabled=True),
    "skips added": E2Config(**TINY, skip_connect_type="add"),
    "no skips": E2Config(**TINY, skip_connect_type="none"),
    "text with layers, all heads turned": E2Config(**TINY, text_dim=32, conv_layers=2, pe_attn_head=None),
    "text with layers, masked": E2Config(**TINY, text_dim=32, conv_layers=2, text_mask_padding=True),
}
DROPS = [(False, False), (True, True), (True, False), (False, True)]
TIME = 0.3
FRAMES = 30


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def pair(config: E2Config, deviation: float = 0.1) -> tuple[nn.Module, UNetT]:
    torch.manual_seed(3)
    theirs = f5("model.backbones.unett").UNetT(**asdict(config)).eval()
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=deviation)
    with torch.device("meta"):
        ours = UNetT(config).eval()
    ours.load_state_dict(theirs.state_dict(), strict=True, assign=True)
    return theirs, ours


def sound(batch: int, bins: int = 10, frames: int = FRAMES) -> tuple[Tensor, Tensor]:
    x, cond = torch.randn(2, batch, frames, bins, generator=torch.Generator().manual_seed(5))
    cond[:, frames // 2 :] = 0
    return x, cond


def text(batch: int, letters: int, symbols: int = 20) -> Tensor:
    return torch.randint(0, symbols, (batch, letters), generator=torch.Generator().manual_seed(6))


@pytest.mark.parametrize("config", [BASE, SMALL], ids=["base", "small"])
def test_keys_and_shapes_are_the_published_ones(config: E2Config) -> None:
    with torch.device("meta"), NothingDrawn():
        theirs, ours = f5("model.backbones.unett").UNetT(**asdict(config)).state_dict(), UNetT(config).state_dict()
    assert {key: value.shape for key, value in ours.items()} == {key: value.shape for key, value in theirs.items()}
    if config is BASE:
        assert sum(value.numel() for key, value in ours.items() if key != "rotary_embed.inv_freq") == 333_470_444


@pytest.mark.parametrize("letters", [1, 9, 30, 47])
@pytest.mark.parametrize("name", CONFIGS)
def test_one_item_with_and_without_its_conditions(name: str, letters: int) -> None:
    theirs, ours = pair(CONFIGS[name])
    x, cond = sound(1)
    words = text(1, letters)
    for audio, null in DROPS:
        expected = theirs(x, cond, words, torch.tensor(TIME), drop_audio_cond=audio, drop_text=null)
        found = ours(x, TIME, ours.prepare(cond, words, drop_audio=audio, drop_text=null))
        assert difference(found, expected) < 1e-5


@pytest.mark.parametrize("name", CONFIGS)
def test_a_batch_of_different_lengths_texts_and_times(name: str) -> None:
    theirs, ours = pair(CONFIGS[name])
    x, cond = sound(4)
    words = text(4, 14)
    words[1, 6:], words[2, 1:] = -1, -1
    lengths = torch.tensor([FRAMES, 17, 8, FRAMES - 1])
    mask = torch.arange(FRAMES) < lengths[:, None]
    times = torch.tensor([0.0, 0.25, 0.6, 1.0])
    for audio, null in DROPS:
        expected = theirs(x, cond, words, times, mask=mask, drop_audio_cond=audio, drop_text=null)
        found = ours(x, times, ours.prepare(cond, words, lengths, drop_audio=audio, drop_text=null))
        assert difference(found, expected) < 1e-5


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("name", CONFIGS)
def test_both_guesses_of_guidance_from_one_batch(name: str, fused: bool) -> None:
    theirs, ours = pair(CONFIGS[name])
    if fused:
        ours.fuse()
    x, cond = sound(1)
    words = text(1, 11)
    expected = theirs(x, cond, words, torch.tensor(TIME), cfg_infer=True)
    null = torch.tensor([False, True])
    conditions = ours.prepare(cond.repeat(2, 1, 1), words.repeat(2, 1), drop_audio=null, drop_text=null, times=[TIME])
    assert difference(ours(x.repeat(2, 1, 1), TIME, conditions), expected) < 1e-5
    assert difference(ours(x, TIME, conditions[:1]), expected[:1]) < 1e-5
    assert difference(ours(x, TIME, conditions[1:]), expected[1:]) < 1e-5


@pytest.mark.full_size
@pytest.mark.skipif(not os.environ.get("QUARTET_FULL_SIZE"), reason="takes 2 GB and a minute: set QUARTET_FULL_SIZE=1")
def test_the_published_size_says_the_same() -> None:
    theirs, ours = pair(BASE, deviation=0.04)
    x, cond = sound(1, 100, 200)
    words = text(1, 60, 2545)
    expected = theirs(x, cond, words, torch.tensor(TIME), cfg_infer=True)
    ours.fuse()
    null = torch.tensor([False, True])
    conditions = ours.prepare(cond.repeat(2, 1, 1), words.repeat(2, 1), drop_audio=null, drop_text=null)
    assert difference(ours(x.repeat(2, 1, 1), TIME, conditions), expected) < 1e-4


def test_a_configuration_that_makes_no_sense_is_refused() -> None:
    mistakes: list[dict[str, Any]] = [dict(depth=3), dict(skip_connect_type="both")]
    for options in mistakes:
        with pytest.raises(ValueError):
            E2Config(**options)
