"""The text pipeline on a tiny random checkpoint: what holds whatever the weights are."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.api.requests import TextRequest
from engine.codecs.text_tokens import SPECIALS, TextTokens
from engine.pipelines import Live, Progress, text
from engine.pipelines.text import NO_GUESS, forbidden, pieces
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf

Write = Callable[..., "Written"]


class Written:
    """All that a run of the pipeline gave."""

    def __init__(self, request: TextRequest, shelf: Shelf, live: Live) -> None:
        self.request = request
        self.progress: list[Progress] = []
        steps = text(request, shelf, live)
        while True:
            try:
                self.progress.append(next(steps))
            except StopIteration as stop:
                self.text = stop.value.text
                return

    @property
    def previews(self) -> list[Any]:
        return [progress.preview() for progress in self.progress]


@pytest.fixture
def shelf(tiny_checkpoint: Path) -> Iterator[Shelf]:
    yield Shelf(choose("cpu"))


@pytest.fixture
def write(shelf: Shelf) -> Write:
    def written(**fields: object) -> Written:
        request = TextRequest(**{"length": 24, "steps": 5, "seed": 1, **fields})  # type: ignore[arg-type]
        return Written(request, shelf, Live(guidance=request.guidance, gamma=request.gamma))

    return written


@pytest.fixture
def codec(shelf: Shelf) -> TextTokens:
    tokens: TextTokens = shelf.codec(shelf.card("pocket-text"))
    return tokens


def test_the_prompt_stands_and_every_mask_is_filled(write: Write, codec: TextTokens) -> None:
    done = write(prompt="One evening")
    last = done.previews[-1]
    assert done.text.startswith("One evening")
    assert len(last.ids) == len(codec.encode("One evening")) + 24
    assert min(last.ids) >= 0
    assert done.progress[-1].level == 0


def test_the_level_falls_step_by_step_to_nothing(write: Write) -> None:
    levels = [progress.level for progress in write().progress]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 0


def test_the_same_request_gives_the_same_text_and_another_seed_another(write: Write) -> None:
    assert write(gamma=0.5).text == write(gamma=0.5).text
    assert write().text != write(seed=2).text


def test_only_gaps_are_filled(write: Write, codec: TextTokens) -> None:
    done = write(prompt="She ____ the river and sang.")
    known, rest = codec.encode("She"), codec.encode(" the river and sang.")
    ids = list(done.previews[-1].ids)
    assert ids[: len(known)] == known and ids[-len(rest) :] == rest
    assert len(ids) == len(known) + 2 + len(rest)


def test_what_is_locked_stays_while_gamma_takes_the_rest_back(write: Write, codec: TextTokens) -> None:
    known = tuple(codec.encode("One evening the old musician"))
    draft = known + (-1,) * 20
    locked = tuple(range(len(known) // 2))
    for preview in write(draft=draft, locked=locked, gamma=1.0, steps=8).previews:
        assert preview.ids[: len(locked)] == known[: len(locked)]
        assert preview.fixed == tuple(i in locked for i in range(len(draft)))


def test_a_long_text_is_written_chunk_by_chunk_and_no_step_undoes_the_chunks_before(write: Write) -> None:
    done = write(length=200, gamma=1.0, steps=3)
    assert done.progress[-1].step == done.progress[-1].steps > 3
    settled: dict[int, int] = {}
    for progress, preview in zip(done.progress, done.previews, strict=True):
        assert all(preview.ids[place] == token for place, token in settled.items())
        if progress.step % 3 == 0:  # a chunk is done
            settled = {place: token for place, token in enumerate(preview.ids) if token >= 0}
    assert len(settled) == 200


def test_guidance_is_the_same_in_one_batch_and_in_two_passes(shelf: Shelf) -> None:
    request = TextRequest(prompt="One evening", length=24, steps=4, seed=3, guidance=3.0)
    together, apart = (Written(request, shelf, Live(guidance=3.0, batched=batched)) for batched in (True, False))
    assert together.text == apart.text


def test_guidance_changes_what_is_written_and_one_is_none(shelf: Shelf) -> None:
    request = TextRequest(prompt="One evening", length=24, steps=4, seed=3, temperature=0)
    plain, guided = (Written(request, shelf, Live(guidance=w)) for w in (1.0, 8.0))
    assert plain.text != guided.text


def test_guidance_turned_meanwhile_holds_from_the_next_step(shelf: Shelf) -> None:
    request = TextRequest(prompt="One evening", length=40, steps=4, seed=3)
    passes: list[int] = []
    network = shelf.network(shelf.card("pocket-text"))
    hook = network.register_forward_pre_hook(lambda _, inputs: passes.append(len(inputs[0])))
    live = Live(guidance=1.0)
    for i, _ in enumerate(text(request, shelf, live)):
        live.guidance = 1.0 if i else 2.0
    hook.remove()
    assert passes == [1, 2, 1, 1]


def test_what_is_revealed_is_shown_without_the_guesses_beside_it(codec: TextTokens) -> None:
    letter, sign = codec.encode("क"), codec.encode("ा")
    ids, guesses = [*letter, *[-1] * len(sign)], [*letter, *sign]
    assert "".join(pieces(ids, guesses, codec)[: len(letter)]) == "क"
    assert "".join(pieces(guesses, guesses, codec)) == "का"


def test_a_token_of_a_chunk_to_come_has_no_guess(codec: TextTokens) -> None:
    assert pieces([-1, -1], [codec.mask, codec.encode("a")[0]], codec) == [NO_GUESS, "a"]


def test_closing_the_generator_ends_the_job(shelf: Shelf) -> None:
    steps = text(TextRequest(length=24, steps=50), shelf, Live())
    next(steps)
    steps.close()
    assert next(steps, None) is None


def test_a_token_counts_as_sure_only_where_it_was_given(write: Write, codec: TextTokens) -> None:
    last = write(prompt="One evening").previews[-1]
    known = len(codec.encode("One evening"))
    assert last.confidence[:known] == (1.0,) * known
    assert all(0 <= value <= 1 for value in last.confidence[known:])
    assert torch.tensor(last.confidence[known:]).lt(1).any()


@pytest.mark.parametrize("prompt", ["One", "एक दिन रवि", "She ____ and"])
def test_no_word_of_the_prompt_goes_on(write: Write, codec: TextTokens, prompt: str) -> None:
    open_ended, going_on = codec.word_ends
    for seed in range(8):
        last = write(prompt=prompt, length=12, temperature=2.0, seed=seed).previews[-1]
        for i in range(1, len(last.ids)):
            if last.fixed[i - 1] and not last.fixed[i] and open_ended[last.ids[i - 1]]:
                assert not going_on[last.ids[i]]


@pytest.mark.parametrize("language", ["english", "hindi"])
def test_what_is_written_keeps_to_its_script(language: str, write: Write, codec: TextTokens) -> None:
    """Even by a network that has learned nothing; what was given stays as it is."""
    done = write(prompt="रवि went", language=language, length=60, temperature=2.0, min_p=0.0)
    given = len(codec.encode("रवि went"))
    written = [token for token in done.previews[-1].ids[given:] if token != codec.end]
    assert done.text.startswith("रवि went") and not codec.foreign[language][written].any()


def test_in_any_language_scripts_may_be_mixed(codec: TextTokens) -> None:
    added = forbidden(codec, "any", codec.vocab_size)
    assert added.nonzero()[:, 0].tolist() == [token for token in range(len(SPECIALS)) if token != codec.end]
