"""Show-o's transformer against transformers' Phi, its masks against the authors' rules, and the published sizes."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import PhiConfig, PhiForCausalLM

from engine.networks.showo import ShowO, ShowOConfig
from engine.networks.showo_layout import ShowOIds, omni_mask, picture_rows, prompt_row, question_rows, reading_mask
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange
from tests.parity.references import difference

pytestmark = pytest.mark.parity

TINY = ShowOConfig(width=64, depth=3, heads=4, middle=128, text_vocab=40, codes=32, end=3, text_length=12, picture=16)


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def drawn(network: nn.Module) -> Any:
    """With random weights, norms included, small enough to stay numbers and large enough to matter."""
    torch.manual_seed(3)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.2)
    return network.eval()


@pytest.fixture(scope="module")
def phi() -> Any:
    settings: dict[str, Any] = dict(
        vocab_size=TINY.ids.vocab_size,
        hidden_size=TINY.width,
        intermediate_size=TINY.middle,
        num_hidden_layers=TINY.depth,
        num_attention_heads=TINY.heads,
        partial_rotary_factor=TINY.turned,
        qk_layernorm=True,
        pad_token_id=None,
        bos_token_id=3,
        eos_token_id=3,
        attn_implementation="eager",
    )
    with torch.no_grad():
        return drawn(PhiForCausalLM(PhiConfig(**settings)))


@pytest.fixture(scope="module")
def ours(phi: Any) -> ShowO:
    """With the weights of the other, under the names that Show-o publishes them with."""
    network = ShowO(TINY)
    published = {f"showo.{name}": tensor for name, tensor in phi.state_dict().items()}
    network.load_state_dict(arrange(published, LAYOUTS["showo"]), strict=True)
    return network.eval()


def rows() -> tuple[Tensor, Tensor]:
    """Prompts of six words and of none, (2, 13), and a picture of which some is hidden, (2, 16)."""
    prompts = torch.tensor([prompt_row([7, 9, 30, 11, 25, 8], TINY.ids), prompt_row([], TINY.ids)])
    picture = torch.randint(TINY.codes, (2, TINY.picture), generator=torch.Generator().manual_seed(1))
    picture[:, ::3] = TINY.codes
    return prompts, picture


def phi_logits(phi: Any, tokens: Tensor, visible: Tensor) -> Tensor:
    added = torch.zeros(visible.shape).masked_fill(~visible, torch.finfo(torch.float32).min)
    places = torch.arange(tokens.shape[1])[None].expand(len(tokens), -1)
    found: Tensor = phi(input_ids=tokens, attention_mask=added, position_ids=places, use_cache=False).logits
    return found


def authors_mask(row: list[int], ids: ShowOIds) -> Tensor:
    """Place by place, as their code says it of a row that is padded on the left and draws a picture."""
    start, end = row.index(ids.soi), row.index(ids.eoi)
    pads = [place for place, token in enumerate(row) if token == ids.pad]
    last = pads[-1] if pads else -1
    visible = torch.zeros(len(row), len(row), dtype=torch.bool)
    for i in range(len(row)):
        for j in range(len(row)):
            if start <= i <= end:
                visible[i, j] = j not in pads
            else:
                visible[i, j] = j <= i and not (i > last and j <= last)
    return visible


def test_whole_rows_have_the_logits_of_phi(phi: Any, ours: ShowO) -> None:
    prompts, picture = rows()
    tokens = torch.cat([prompts, picture_rows(picture, TINY.ids)], 1)
    visible = omni_mask(tokens, TINY.ids)
    assert difference(ours(tokens, visible), phi_logits(phi, tokens, visible)) <= 1e-4


def test_a_picture_behind_a_kept_prompt_has_the_logits_of_phi(phi: Any, ours: ShowO) -> None:
    prompts, picture = rows()
    tokens = torch.cat([prompts, picture_rows(picture, TINY.ids)], 1)
    first = TINY.ids.first_code
    whole = phi_logits(phi, tokens, omni_mask(tokens, TINY.ids))
    asked = whole[:, -(TINY.picture + 1) : -1, first:-1]
    kept = ours.keep(prompts)
    assert kept.seen.shape[1] == 9 < prompts.shape[1]
    assert difference(ours.project(ours.picture(picture, kept)), asked) <= 1e-4


def test_guidance_before_the_head_is_guidance_behind_it(phi: Any, ours: ShowO) -> None:
    prompts, picture = rows()
    picture = picture[:1].expand(2, -1)
    tokens = torch.cat([prompts, picture_rows(picture, TINY.ids)], 1)
    cond, uncond = phi_logits(phi, tokens, omni_mask(tokens, TINY.ids))
    g = 1.75  # the authors'; ours is 1 + g
    theirs = ((1 + g) * cond - g * uncond)[-(TINY.picture + 1) : -1, TINY.ids.first_code : -1]
    with_prompt, without = ours.picture(picture, ours.keep(prompts))
    assert difference(ours.project(without.lerp(with_prompt, 1 + g)), theirs) <= 1e-4


def test_reading_word_by_word_has_the_logits_of_phi(phi: Any, ours: ShowO) -> None:
    tokens = question_rows(rows()[1][:1] % TINY.codes, [5, 6, 7, 12, 9], TINY.ids)
    whole = phi_logits(phi, tokens, reading_mask(tokens, TINY.ids))[0]
    begun = tokens[:, :-3]
    logits, kept = ours.read(begun, reading_mask(begun, TINY.ids))
    found = [logits[0]]
    for place in range(tokens.shape[1] - 3, tokens.shape[1]):
        logits, kept = ours.read(tokens[:, place : place + 1], kept=kept)
        found.append(logits[0])
    assert difference(torch.stack(found), whole[-4:]) <= 1e-4


@pytest.mark.parametrize("words", [0, 6, 11, 30])
def test_masks_are_the_authors(words: int) -> None:
    row = prompt_row(list(range(4, 4 + words)), TINY.ids)
    tokens = torch.cat([torch.tensor([row]), picture_rows(rows()[1][:1], TINY.ids)], 1)
    assert torch.equal(omni_mask(tokens, TINY.ids)[0, 0], authors_mask(tokens[0].tolist(), TINY.ids))


@pytest.mark.parametrize("features", [0, 1024])
def test_as_large_as_published(features: int) -> None:
    with torch.device("meta"), NothingDrawn():
        network = ShowO(ShowOConfig(features=features))
    projector = 1024 * 2048 + 2048 + 2048 * 2048 + 2048 if features else 0
    assert sum(each.numel() for each in network.parameters()) == 1_448_176_770 + projector
