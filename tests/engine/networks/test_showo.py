"""Show-o's transformer and rows: what sees what, what is kept, what it can be trained with."""

import dataclasses

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.showo import Kept, ShowO, ShowOConfig, looked, turn_rates
from engine.networks.showo_layout import (
    ShowOIds,
    looking_mask,
    omni_mask,
    picture_rows,
    prompt_row,
    question_rows,
    reading_mask,
)
from engine.runtime.weights import NothingDrawn

TINY = ShowOConfig(
    width=32, depth=2, heads=2, middle=64, text_vocab=30, codes=16, end=2, text_length=10, picture=9, features=6
)
IDS = TINY.ids
PUBLISHED = ShowOIds()


@pytest.fixture
def network() -> ShowO:
    torch.manual_seed(0)
    network = ShowO(TINY)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network.eval().requires_grad_(False)


def prompts() -> Tensor:
    return torch.tensor([prompt_row([5, 6, 7], IDS), prompt_row([], IDS), prompt_row(list(range(3, 20)), IDS)])


def some_codes(rows: int = 3) -> Tensor:
    return torch.randint(IDS.codes + 1, (rows, TINY.picture), generator=torch.Generator().manual_seed(4))


def test_ids_are_the_published_ones() -> None:
    specials = [PUBLISHED.special(name) for name in ("soi", "eoi", "t2i", "mmu")]
    assert (PUBLISHED.pad, specials) == (50295, [50296, 50297, 50300, 50301])
    assert (PUBLISHED.first_code, PUBLISHED.mask, PUBLISHED.vocab_size) == (50305, 58497, 58498)


def test_a_prompt_is_padded_on_the_left_and_ends_by_its_mark() -> None:
    assert prompt_row([11, 12], PUBLISHED) == [50295] * 124 + [50300, 50256, 11, 12, 50256]
    assert prompt_row([], PUBLISHED)[-3:] == [50300, 50256, 50256]
    long = prompt_row(list(range(500)), PUBLISHED)
    assert len(long) == 129 and long[:4] == [50300, 50256, 0, 1] and long[-2:] == [125, 50256]


@pytest.mark.parametrize(("tokens", "length"), [(256, 387), (1024, 1155)])
def test_rows_are_as_long_as_published(tokens: int, length: int) -> None:
    assert len(prompt_row([], PUBLISHED)) + picture_rows(torch.zeros(1, tokens).long(), PUBLISHED).shape[1] == length


def test_a_hidden_code_is_the_mask() -> None:
    assert picture_rows(torch.tensor([[0, 8191, 8192]]), PUBLISHED).tolist() == [[50296, 50305, 58496, 58497, 50297]]


def test_text_sees_what_is_before_it_and_a_picture_everything_but_padding() -> None:
    tokens = torch.cat([prompts()[:1], picture_rows(some_codes(1), IDS)], 1)
    visible = omni_mask(tokens, IDS)[0, 0]
    pads, text = 5, slice(5, 11)
    assert torch.equal(visible[text, text], torch.ones(6, 6).tril().bool())
    assert visible[11:, pads:].all() and not visible[pads:, :pads].any()
    assert not visible[:11, 11:].any() and visible.any(1).all()


def test_a_picture_that_is_read_never_sees_what_is_said_of_it() -> None:
    tokens = question_rows(some_codes(2) % IDS.codes, [4, 5], IDS)
    visible = reading_mask(tokens, IDS)[1, 0]
    assert visible[:, :12].all() and not visible[:12, 12:].any()
    assert torch.equal(visible[12:, 12:], torch.ones(3, 3).tril().bool())


def test_features_are_seen_by_what_is_before_them() -> None:
    visible = looking_mask(9, 3, 4, torch.device("cpu"))[0, 0]
    assert visible[:, 3:7].all() and not visible[0, 1] and not visible[6, 7] and visible[8].all()


def test_what_is_kept_of_prompts_is_what_is_worked_out_with_the_picture(network: ShowO) -> None:
    rows, codes = prompts(), some_codes()
    tokens = torch.cat([rows, picture_rows(codes, IDS)], 1)
    whole = network(tokens, omni_mask(tokens, IDS))[:, -10:-1, IDS.first_code : IDS.mask]
    assert torch.allclose(network.project(network.picture(codes, network.keep(rows))), whole, atol=2e-5)


def test_what_is_kept_serves_every_step(network: ShowO) -> None:
    rows = prompts()
    kept = network.keep(rows)
    before = [(k.clone(), v.clone()) for k, v in kept.layers]
    for seed in range(3):
        codes = torch.randint(17, (3, TINY.picture), generator=torch.Generator().manual_seed(seed))
        assert torch.equal(network.picture(codes, kept), network.picture(codes, network.keep(rows)))
    assert all(
        torch.equal(a, b)
        for pair, kept_pair in zip(before, kept.layers, strict=True)
        for a, b in zip(pair, kept_pair, strict=True)
    )


def test_a_row_does_not_depend_on_the_rows_beside_it(network: ShowO) -> None:
    rows, codes = prompts(), some_codes()
    together = network.picture(codes, network.keep(rows))
    for i in range(3):
        alone = network.picture(codes[i : i + 1], network.keep(rows[i : i + 1]))
        assert torch.allclose(alone, together[i : i + 1], atol=2e-5)


def test_one_prompt_serves_several_pictures(network: ShowO) -> None:
    kept, codes = network.keep(prompts()), some_codes(4)
    which = torch.tensor([0, 0, 1, 1])
    assert torch.allclose(
        network.picture(codes, kept.rows(which)), network.picture(codes, network.keep(prompts()[which])), atol=2e-5
    )


def test_only_as_much_padding_is_kept_as_the_longest_prompt_leaves(network: ShowO) -> None:
    kept = network.keep(prompts()[:2])
    assert kept.seen.shape == (2, 6) and kept.seen.sum(1).tolist() == [6, 3]
    assert kept.place == IDS.text_length + 1
    assert network.keep(prompts()[:1]).visible(4) is None


def test_reading_on_is_reading_from_the_beginning(network: ShowO) -> None:
    tokens = question_rows(some_codes(2) % IDS.codes, [4, 5, 6, 7], IDS)
    whole = network(tokens, reading_mask(tokens, IDS))
    kept: Kept | None = None
    begun = tokens[:, :-2]
    logits, kept = network.read(begun, reading_mask(begun, IDS))
    assert torch.allclose(logits, whole[:, -3], atol=2e-5)
    for place in (-2, -1):
        logits, kept = network.read(tokens[:, place][:, None], kept=kept)
        assert torch.allclose(logits, whole[:, place], atol=2e-5)


def test_reading_on_after_padding_never_sees_it(network: ShowO) -> None:
    rows, word = prompts(), torch.tensor([[4], [5], [6]])
    tokens = torch.cat([rows, word], 1)
    logits, _ = network.read(word, kept=network.keep(rows))
    assert torch.allclose(logits, network(tokens, omni_mask(tokens, IDS))[:, -1], atol=2e-5)


def test_features_take_the_place_of_a_picture(network: ShowO) -> None:
    before, after = torch.tensor([[36, 5]]), torch.tensor([[32, 2]])
    features = torch.randn(1, 4, 6)
    embedded = network.look(before, features, after)
    hidden, _ = network.run(embedded, looking_mask(8, 2, 4, embedded.device))
    moved, _ = network.run(network.look(before, features + 1, after), looking_mask(8, 2, 4, embedded.device))
    assert ((moved - hidden).abs().amax((0, 2)) > 1e-4).all()


def test_what_is_trained_on_a_cpu_looks_as_what_is_used() -> None:
    q, k, v = torch.randn(3, 2, 2, 5, 8).unbind(0)
    visible = torch.rand(2, 1, 5, 5) < 0.5
    visible |= torch.eye(5).bool()
    plain = [looked(q, k, v, seen) for seen in (visible, None)]
    with torch.no_grad():
        fused = [looked(q, k, v, seen) for seen in (visible, None)]
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(plain, fused, strict=True))


def test_the_published_turning_is_the_one_of_su() -> None:
    assert torch.allclose(turn_rates(4), torch.tensor([1.0, 0.1, 0.01, 0.001]))


def test_turning_by_rows_comes_round_with_each_of_them() -> None:
    rates = turn_rates(8, across=16)
    rounds = rates * 16 / (2 * torch.pi)
    assert torch.allclose(rounds[:4], rounds[:4].round()) and (rounds[:4] >= 1).all()
    assert (rounds[4:] <= 0.5).all() and (rounds[4:].diff() < 0).all()


@pytest.fixture
def placed() -> ShowO:
    """One that is told rows and columns."""
    torch.manual_seed(0)
    network = ShowO(dataclasses.replace(TINY, across=3, turned=1.0))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network.eval().requires_grad_(False)


def test_places_are_told_to_a_pictures_tokens_in_their_order(placed: ShowO) -> None:
    assert placed.places is not None
    tokens = torch.cat([prompts(), picture_rows(some_codes(), IDS)], 1)
    told = placed.embed(tokens) - placed.embed_tokens(tokens)
    assert torch.allclose(told[:, -10:-1], placed.places.weight.expand(3, -1, -1), atol=1e-6)
    assert not told[:, :-10].any() and not told[:, -1].any()


def test_what_is_kept_of_prompts_is_so_with_places_as_well(placed: ShowO) -> None:
    rows, codes = prompts(), some_codes()
    tokens = torch.cat([rows, picture_rows(codes, IDS)], 1)
    whole = placed(tokens, omni_mask(tokens, IDS))[:, -10:-1, IDS.first_code : IDS.mask]
    assert torch.allclose(placed.project(placed.picture(codes, placed.keep(rows))), whole, atol=2e-5)
    said = question_rows(codes % IDS.codes, [4, 5], IDS)
    _, kept = placed.read(said[:, :-1], reading_mask(said[:, :-1], IDS))
    on, _ = placed.read(said[:, -1:], kept=kept)
    assert torch.allclose(on, placed(said, reading_mask(said, IDS))[:, -1], atol=2e-5)


def test_both_objectives_reach_every_parameter() -> None:
    torch.manual_seed(1)
    network = ShowO(
        ShowOConfig(width=32, depth=2, heads=2, middle=64, text_vocab=30, codes=16, end=2, text_length=10, picture=9)
    )
    codes = some_codes() % IDS.codes
    drawn = torch.cat([prompts(), picture_rows(codes.masked_fill(codes % 2 == 0, IDS.codes), IDS)], 1)
    read = question_rows(codes, [4, 5, 6], IDS)

    def loss() -> Tensor:
        hidden, _ = network.run(network.embed_tokens(drawn), omni_mask(drawn, IDS))
        painted = F.cross_entropy(network.project(hidden[:, -10:-1]).flatten(0, 1), codes.flatten())
        said = network(read, reading_mask(read, IDS))[:, -4:-1]
        return painted + F.cross_entropy(said.flatten(0, 1), read[:, -3:].flatten())

    first = loss()
    for _ in range(8):
        network.zero_grad()
        loss().backward()
        with torch.no_grad():
            for parameter in network.parameters():
                assert parameter.grad is not None and parameter.grad.isfinite().all()
                parameter.sub_(parameter.grad, alpha=0.3)
    assert loss() < 0.8 * first


def test_a_pocket_size_is_the_same_code() -> None:
    config = ShowOConfig(width=384, depth=8, heads=6, middle=1536, text_vocab=4000, codes=8192, end=0, text_length=64)
    with torch.device("meta"), NothingDrawn():
        count = sum(each.numel() for each in ShowO(config).parameters())
    assert 10e6 < count < 27e6
