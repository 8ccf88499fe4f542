"""What a request's text becomes: known tokens, masked ones, windows over them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import BadInput
from engine.api.requests import TextRequest
from engine.codecs.text_tokens import TextTokens
from engine.pipelines.canvas import canvas_for, spans


def test_a_prompt_is_followed_by_as_many_masks_as_asked(tiny_codec: TextTokens) -> None:
    canvas = canvas_for(TextRequest(prompt="One evening ", length=24), tiny_codec)
    known = tiny_codec.encode("One evening")
    assert canvas.tokens == known + [tiny_codec.mask] * 24
    assert canvas.fixed == [True] * len(known) + [False] * 24


def test_a_gap_is_a_token_and_one_for_each_underscore_after_the_third(tiny_codec: TextTokens) -> None:
    canvas = canvas_for(TextRequest(prompt="She ____ the river and ___.", length=24), tiny_codec)
    before, between, after = (tiny_codec.encode(part) for part in ("She", " the river and", "."))
    mask = tiny_codec.mask
    assert canvas.tokens == [*before, *[mask] * 2, *between, mask, *after]


def test_two_underscores_are_no_gap(tiny_codec: TextTokens) -> None:
    canvas = canvas_for(TextRequest(prompt="a__b", length=8), tiny_codec)
    assert canvas.tokens[-8:] == [tiny_codec.mask] * 8
    assert tiny_codec.decode(canvas.tokens[:-8]) == "a__b"


def test_a_draft_is_taken_as_it_is_and_its_locks_are_fixed(tiny_codec: TextTokens) -> None:
    ids = tuple(tiny_codec.encode("the river"))
    canvas = canvas_for(TextRequest(draft=(*ids, -1), locked=(0,)), tiny_codec)
    assert canvas.tokens == [*ids, tiny_codec.mask]
    assert canvas.fixed == [i == 0 for i in range(len(ids) + 1)]


@pytest.mark.parametrize("draft", [(10**6, -1), (0, -1), (20, 21)])
def test_a_draft_of_another_vocabulary_or_without_masks_is_refused(
    tiny_codec: TextTokens, draft: tuple[int, ...]
) -> None:
    with pytest.raises(BadInput):
        canvas_for(TextRequest(draft=draft), tiny_codec)


@given(st.lists(st.booleans(), max_size=300), st.integers(8, 128))
def test_windows_cover_every_masked_token_once_in_order(masked: list[bool], size: int) -> None:
    found = spans(masked, size)
    done = 0
    for start, stop in found:
        assert 0 <= start < stop <= len(masked) and stop - start <= size
        assert any(masked[max(start, done) : stop])
        assert not any(masked[done:start])
        done = stop
    assert not any(masked[done:])
