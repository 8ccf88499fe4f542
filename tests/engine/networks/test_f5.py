"""Our own options of F5's network, which no other implementation has: checked against what they are said to mean."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.networks.f5 import DiT, F5Config

POCKET = F5Config(
    dim=32,
    depth=2,
    heads=2,
    dim_head=16,
    mel_dim=6,
    text_num_embeds=12,
    text_dim=16,
    conv_layers=2,
    attn_mask_enabled=True,
    frames_per_token=2,
    position="convnext",
    aligned=True,
    learned_null=True,
)
FRAMES, TOKENS = 24, 12


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def network(**options: Any) -> DiT:
    made = DiT(replace(POCKET, **options)).eval()
    generator = torch.Generator().manual_seed(1)
    for parameter in made.parameters():
        nn.init.normal_(parameter, std=0.2, generator=generator)
    return made


def sound(batch: int = 1, frames: int = FRAMES) -> tuple[Tensor, Tensor]:
    return torch.randn(2, batch, frames, 6, generator=torch.Generator().manual_seed(2)).unbind()  # type: ignore[return-value]


def ids(batch: int = 1, tokens: int = TOKENS) -> Tensor:
    return torch.randint(0, 12, (batch, tokens), generator=torch.Generator().manual_seed(3))


def close(found: Tensor, expected: Tensor) -> bool:
    assert expected.abs().max() > 0.1
    return torch.allclose(found, expected, atol=1e-5)


def test_stacked_frames_are_one_wide_frame() -> None:
    stacked, wide = network(), network(frames_per_token=1, mel_dim=12)
    wide.load_state_dict(stacked.state_dict())
    x, cond = sound()
    expected = wide(x.reshape(1, TOKENS, 12), 0.4, wide.prepare(cond.reshape(1, TOKENS, 12), ids()))
    assert close(stacked(x, 0.4, stacked.prepare(cond, ids())).reshape(1, TOKENS, 12), expected)


def test_a_last_token_that_is_not_full_is_filled_with_zeros() -> None:
    dit = network()
    x, cond = sound(frames=FRAMES - 1)
    found = dit(x, 0.4, dit.prepare(cond, ids()))
    filled = dit(nn.functional.pad(x, (0, 0, 0, 1)), 0.4, dit.prepare(nn.functional.pad(cond, (0, 0, 0, 1)), ids()))
    assert close(found, filled[:, :-1])


@pytest.mark.parametrize("options", [{}, {"position": "grouped_conv"}, {"qk_norm": "rms_norm"}, {"conv_layers": 0}])
def test_padding_changes_nothing(options: dict[str, Any]) -> None:
    dit = network(**options)
    x, cond = sound(3)
    text, lengths = ids(3), torch.tensor([FRAMES, 17, 6])
    together = dit(x, torch.tensor([0.1, 0.5, 0.9]), dit.prepare(cond, text, lengths))
    for item, (length, time) in enumerate(zip([24, 18, 6], [0.1, 0.5, 0.9], strict=True)):
        own = slice(item, item + 1)
        alone = dit(x[own, :length], time, dit.prepare(cond[own, :length], text[own, : length // 2]))
        assert close(together[own, :length], alone)


def test_what_stands_in_the_padding_does_not_matter() -> None:
    dit = network()
    x, cond = sound(2)
    text, lengths = ids(2), torch.tensor([FRAMES, 12])
    changed = (x.clone(), cond.clone(), text.clone())
    changed[0][1, 12:], changed[1][1, 12:], changed[2][1, 6:] = 7, -7, 11
    found = dit(changed[0], 0.5, dit.prepare(changed[1], changed[2], lengths))
    assert close(found[1, :12], dit(x, 0.5, dit.prepare(cond, text, lengths))[1, :12])


def test_what_is_left_out_is_replaced_by_what_was_learned() -> None:
    """A dropped condition is the learned frame everywhere; a dropped text leaves nothing of which text it was."""
    dit = network()
    x, cond = sound()
    assert dit.input_embed.null_cond is not None
    null = dit.input_embed.null_cond.reshape(1, 2, 6).repeat(1, TOKENS, 1)
    dropped = dit(x, 0.5, dit.prepare(cond, ids(), drop_audio=True))
    assert close(dropped, dit(x, 0.5, dit.prepare(null, ids())))
    silent = dit(x, 0.5, dit.prepare(cond, ids(), drop_text=True))
    assert close(silent, dit(x, 0.5, dit.prepare(cond, (ids() + 1) % 12, drop_text=True)))
    assert not torch.allclose(silent, dit(x, 0.5, dit.prepare(cond, ids())), atol=1e-2)


def test_items_of_a_batch_leave_out_what_they_like() -> None:
    dit = network()
    x, cond = sound(4)
    audio, words = torch.tensor([False, True, False, True]), torch.tensor([False, False, True, True])
    together = dit(x, 0.5, dit.prepare(cond, ids(4), drop_audio=audio, drop_text=words))
    for item in range(4):
        own = slice(item, item + 1)
        alone = dit.prepare(cond[own], ids(4)[own], drop_audio=bool(audio[item]), drop_text=bool(words[item]))
        assert close(together[own], dit(x[own], 0.5, alone))


def test_aligned_text_has_no_place_of_its_own() -> None:
    """Only neighbours and the response norm read it: the same letters anywhere say the same, shifted."""
    dit = network(conv_layers=1)
    text = torch.full((1, 40), -1)
    text[:, 10:15] = torch.tensor([3, 1, 4, 1, 5])
    keep = torch.zeros(1, dtype=torch.bool)
    features = dit.text_embed(text, 40, None, keep)
    assert close(dit.text_embed(text.roll(9, 1), 40, None, keep)[:, 15:30], features[:, 6:21])


def test_times_worked_out_ahead_change_nothing() -> None:
    dit = network()
    x, cond = sound()
    ahead, later = dit.prepare(cond, ids(), times=[0.0, 0.3, 1.0]), dit.prepare(cond, ids())
    for time in (0.0, 0.3, 1.0):
        assert close(dit(x, time, ahead), dit(x, time, later))
        assert close(dit(x, torch.tensor([time]), later), dit(x, time, later))
    assert not later.times and set(ahead.times) == {0.0, 0.3, 1.0}


def test_fused_weights_are_held_once_and_saved_as_before() -> None:
    dit = network()
    x, cond = sound()
    before, expected = dit.state_dict(), dit(x, 0.5, dit.prepare(cond, ids()))
    dit.fuse()
    assert close(dit(x, 0.5, dit.prepare(cond, ids())), expected)
    assert {name: tensor.tolist() for name, tensor in dit.state_dict().items()} == {
        name: tensor.tolist() for name, tensor in before.items()
    }
    attention = dit.blocks()[0].attn
    assert attention.qkv_weight is not None
    assert attention.to_k.weight.untyped_storage().data_ptr() == attention.qkv_weight.untyped_storage().data_ptr()


@pytest.mark.parametrize("precise", [True, False])
def test_every_weight_learns_also_in_bfloat16(precise: bool) -> None:
    dit = network().train()
    x, cond = sound(3)
    drops = torch.tensor([True, False, False])
    with torch.enable_grad(), torch.autocast("cpu", torch.bfloat16, enabled=not precise):
        conditions = dit.prepare(cond, ids(3), torch.tensor([24, 20, 8]), drop_audio=drops, drop_text=drops)
        velocity = dit(x, torch.tensor([0.2, 0.5, 0.8]), conditions)
        velocity.float().square().mean().backward()
    assert conditions.given.dtype == torch.float32
    assert [name for name, each in dit.named_parameters() if each.grad is None or not each.grad.abs().max() > 0] == []


def test_half_precision_changes_little_and_gives_back_what_came() -> None:
    dit, half = network(), network().to(torch.bfloat16)
    half.rotary_embed.inv_freq = dit.rotary_embed.inv_freq
    x, cond = sound()
    found = half(x, 0.5, half.prepare(cond, ids(), times=[0.5]))
    assert found.dtype == torch.float32
    assert (found - dit(x, 0.5, dit.prepare(cond, ids()))).abs().max() < 0.1 * found.abs().max()


def test_an_untrained_network_says_nothing() -> None:
    dit = DiT(POCKET)
    x, cond = sound()
    assert not dit(x, 0.5, dit.prepare(cond, ids())).any()


@pytest.mark.parametrize(
    "options",
    [
        {"position": "none"},
        {"qk_norm": "layer_norm"},
        dict(text_embedding_average_upsampling=True, text_mask_padding=False),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        F5Config(**options)
