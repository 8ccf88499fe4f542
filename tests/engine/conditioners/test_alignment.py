"""Forced alignment finds what was laid out, and lengths always fill the recording."""

import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.conditioners.alignment import aligned, laid_out


def hearing(ids: list[int], symbols: int, doubt: float) -> torch.Tensor:
    """Log-probabilities (K, V) of ears that hear these ids, not without doubt."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(len(ids), symbols, generator=generator) * doubt
    logits[torch.arange(len(ids)), torch.tensor(ids)] += 4
    return logits.log_softmax(-1)


@pytest.mark.parametrize("doubt", [0.1, 1.0])
def test_the_path_that_was_laid_out_is_found(doubt: float) -> None:
    ids, lengths = [0, 5, 3, 9, 5, 0, 2, 7, 0], [4, 2, 6, 1, 3, 5, 2, 2, 3]
    tokens = laid_out(ids, lengths, sum(lengths))
    assert aligned(hearing(tokens, 12, doubt), ids) == lengths


def test_silence_that_is_not_heard_is_skipped() -> None:
    tokens = [5] * 4 + [3] * 3
    assert aligned(hearing(tokens, 12, 0.1), [0, 5, 0, 3, 0]) == [0, 4, 0, 3, 0]


def test_more_symbols_than_tokens_share_what_there_is() -> None:
    found = aligned(hearing([1, 2, 3], 12, 0.1), [1, 2, 3, 4, 5])
    assert len(found) == 5 and sum(found) == 3


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.integers(1, 60), st.integers(0, 99))
def test_every_token_belongs_to_one_symbol(ids: list[int], tokens: int, seed: int) -> None:
    heard = random.Random(seed).choices(range(10), k=tokens)
    lengths = aligned(hearing(heard, 10, 1.0), ids)
    assert len(lengths) == len(ids) and sum(lengths) == tokens and min(lengths) >= 0
