"""What the pocket Show-o is taught, against the network run on whole rows."""

import dataclasses

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.networks.showo import ShowO, ShowOConfig
from engine.networks.showo_layout import omni_mask, picture_rows, prompt_row, question_rows, reading_mask
from engine.training.picture_objective import Lessons, ShowObjective, hidden_places
from engine.training.picture_rows import PictureRows

CONFIG = ShowOConfig(
    width=32, depth=2, heads=2, middle=64, text_vocab=30, codes=16, end=1, text_length=8, picture=16, across=4
)
IDS = CONFIG.ids


@pytest.fixture
def rows() -> PictureRows:
    """Four captions of two pictures."""
    rng = np.random.default_rng(0)
    texts = [[5, 6], [7, 8, 9], [5], [10, 11, 12, 13]]
    return PictureRows(
        numbers=np.array([3, 8]),
        pictures=np.array([0, 0, 1, 1]),
        firsts=np.cumsum([0, *map(len, texts)]),
        pieces=np.concatenate(texts).astype(np.uint16),
        codes=rng.integers(16, size=(2, 16)).astype(np.uint16),
        places=rng.random((2, 16)) < 0.5,
        buckets=[np.array([0, 2]), np.array([1, 3])],
    )


@pytest.fixture
def network() -> ShowO:
    torch.manual_seed(0)
    network = ShowO(CONFIG)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network


def test_of_a_picture_the_cosines_share_is_hidden_and_at_least_one() -> None:
    luck = torch.rand(4, 256, generator=torch.Generator().manual_seed(0))
    hidden = hidden_places(torch.tensor([0.0, 1 / 3, 0.5, 1.0]), luck)
    assert hidden.sum(1).tolist() == [1, 128, 181, 256]
    assert not torch.equal(hidden[1], hidden[2] & hidden[1].roll(1))


def test_drawing_is_told_by_hidden_tokens_alone(rows: PictureRows, network: ShowO) -> None:
    lessons = Lessons(dropped=0.0, ground=0.25, read=0.0)
    objective, t = ShowObjective(rows, IDS, lessons), torch.tensor([0.4, 0.9])
    drawn = rows.at(np.array([1, 3]))
    found = objective.draw(network, drawn, t, np.random.default_rng(3))

    rng = np.random.default_rng(3)
    rng.random(), rng.random()  # whether each caption is left out
    codes = torch.from_numpy(drawn.codes)
    hidden = hidden_places(t, torch.from_numpy(rng.random((2, 16))))
    prompts = torch.tensor([prompt_row(text, IDS) for text in drawn.texts])
    tokens = torch.cat([prompts, picture_rows(codes.masked_fill(hidden, IDS.codes), IDS)], 1)
    logits = network(tokens, omni_mask(tokens, IDS))[:, -17:-1, IDS.first_code : IDS.mask]
    losses = F.cross_entropy(logits.flatten(0, 1), codes.flatten(), reduction="none").view(2, 16)
    weights = torch.where(torch.from_numpy(drawn.places), 1.0, 0.25) * hidden
    scale = 16 * 2 / torch.pi * np.where(rows.places, 1.0, 0.25).mean()
    assert torch.allclose(found, (losses * weights).sum(1) / scale, atol=1e-4)


def test_reading_is_the_next_word_and_the_end(rows: PictureRows, network: ShowO) -> None:
    objective = ShowObjective(rows, IDS, Lessons())
    drawn = rows.at(np.array([0, 3]))
    found = objective.read(network, drawn)
    losses = []
    for codes, text in zip(torch.from_numpy(drawn.codes), drawn.texts, strict=True):
        row = question_rows(codes[None], [*text, IDS.end], IDS)
        logits = network(row, reading_mask(row, IDS))[0]
        said = row[0, -len(text) - 1 :]
        losses += F.cross_entropy(logits[-len(text) - 2 : -1], said, reduction="none").tolist()
    assert found.item() == pytest.approx(np.mean(losses), abs=1e-4)


def test_a_share_of_the_captions_is_left_out(rows: PictureRows, network: ShowO) -> None:
    always = ShowObjective(rows, IDS, Lessons(dropped=1.0))
    other = dataclasses.replace(rows, pieces=rows.pieces + 1)
    t, drawn, changed = torch.tensor([0.5, 0.5]), rows.at(np.array([0, 3])), other.at(np.array([0, 3]))
    same = [always.draw(network, each, t, np.random.default_rng(0)) for each in (drawn, changed)]
    assert torch.equal(*same)
    never = ShowObjective(rows, IDS, Lessons(dropped=0.0))
    apart = [never.draw(network, each, t, np.random.default_rng(0)) for each in (drawn, changed)]
    assert not torch.equal(*apart)


def test_a_step_reaches_every_weight(rows: PictureRows, network: ShowO) -> None:
    objective = ShowObjective(rows, IDS, Lessons(read=0.5))
    losses = objective(network, torch.tensor([0.3, 0.6, 0.9, 1.0]), torch.Generator().manual_seed(0))
    assert losses.shape == (4,)
    losses.mean().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None and weight.grad.isfinite().all(), name
