"""Text by masked diffusion: all masked → predict → reveal the surest → again, until nothing is masked.

The window a network sees is [language][style][end] text… [end]; the ends stand only where the text begins and ends.
Guidance compares it with the same window without tags and fixed tokens (Nie et al. 2025, LLaDA, leave out the prompt
alike). A text longer than a window is written in chunks, each with noise of its own.

Shapes: B rows of a batch, L tokens of the text, N of a window, V vocabulary.
"""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
import torch
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import TextPreview, TextWork
from engine.api.params import validate
from engine.api.requests import TextRequest
from engine.codecs.text_tokens import SPECIALS, TextTokens
from engine.denoiser import guided
from engine.pipelines.adjusting import adjusted
from engine.pipelines.canvas import canvas_for, spans
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.noise import uniform
from engine.samplers.contract import Denoiser, Level, Step
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times
from engine.samplers.unmask import unmask

OVERHEAD = 4  # two tags and two ends
NEVER = -3e4  # a logit of nothing, finite so that two guesses can still be mixed, also in half precision
NO_GUESS = " …"  # shown for what the chunks to come will write


@dataclass(frozen=True)
class Page:
    """The text so far: `tokens` (L,) with the mask's id where nothing is revealed, the present `guess` everywhere."""

    tokens: Tensor
    guess: Tensor
    confidence: Tensor
    fixed: Tensor

    def after(self, place: slice, step: Step) -> "Page":
        """With what a step made of the window at `place`."""
        assert step.confidence is not None
        places = torch.arange(place.start, place.stop)
        return Page(
            self.tokens.index_copy(0, places, step.x),
            self.guess.index_copy(0, places, step.x0),
            self.confidence.index_copy(0, places, step.confidence),
            self.fixed,
        )


def text(request: TextRequest, shelf: Shelf, live: Live) -> Generator[Progress, None, TextWork]:
    """Writes the text, one Progress a step. Raises BadInput where the request does not fit the checkpoint."""
    card = shelf.card(request.checkpoint)
    validate(request, card.known(msgspec.structs.asdict(request)))
    codec: TextTokens = shelf.codec(card)
    check_fit(card, codec)
    canvas = canvas_for(request, codec)
    network = shelf.network(card)
    tokens = torch.tensor(canvas.tokens)
    hidden = tokens == codec.mask
    page = Page(tokens, tokens, (~hidden).float(), torch.tensor(canvas.fixed))
    path = levels(PATHS[card.path], times(request.spacing, request.steps, request.sway))
    count = partial(masks, mask=codec.mask)
    masked = count(tokens)
    windows = spans(hidden.tolist(), card.network["window"] - OVERHEAD)
    written = 0
    for chunk, (start, stop) in enumerate(windows):
        place = slice(start, stop)
        frozen = page.fixed[place] | (torch.arange(start, stop) < written)
        sampler = unmask(
            denoiser(request, codec, network, live, page, place),
            page.tokens[place],
            path,
            uniform(request.seed, chunk=chunk),
            live.gamma,
            mask=codec.mask,
            temperature=request.temperature,
            min_p=request.min_p,
            reveal_temperature=request.reveal_noise,
            confidence_stop=request.confidence_stop,
            frozen=frozen,
            joined=codec.joined,
            confidence=page.confidence[place],
        )
        elsewhere = count(page.tokens) - count(page.tokens[place])
        for i, step in enumerate(adjusted(sampler, live), start=chunk * request.steps + 1):
            left = (elsewhere + count(step.x)) / masked
            yield Progress(i, len(windows) * request.steps, left, drawing(page, place, step, codec))
        page = page.after(place, step)
        written = stop
    return TextWork(text=codec.decode(page.tokens.tolist()).strip())


def masks(tokens: Tensor, mask: int) -> int:
    """How many are masked; of so few, Python counts faster than tensors do."""
    found: list[int] = tokens.tolist()
    return found.count(mask)


def check_fit(card: ModelCard, codec: TextTokens) -> None:
    """Raises BadInput where the parts of a checkpoint do not belong together."""
    if card.path not in PATHS:
        raise BadInput(
            f"The card of {card.id} names the path “{card.path}”, which this Quartet does not know; correct it."
        )
    if missing := {"window", "vocab_size"} - card.network.keys():
        raise BadInput(f"The card of {card.id} lacks {', '.join(sorted(missing))} under [network]; add it.")
    if codec.vocab_size > card.network["vocab_size"]:
        raise BadInput(f"{card.title} has the tokenizer of another network; download it again.")


def denoiser(request: TextRequest, codec: TextTokens, network: Any, live: Live, page: Page, place: slice) -> Denoiser:
    """x (N,), level -> logits (K, V) of the masked ones in the window at `place`, guided, no special but the end.

    Of the masked ones alone: what is done with logits outside of the network costs time in proportion to them.
    """
    tags = [codec.mask if name == "any" else codec.tag(name) for name in (request.language, request.style)]
    before = [codec.end] if place.start == 0 else []
    after = [codec.end] if place.stop == len(page.tokens) else []
    first = len(tags + before)
    fixed, given = page.fixed[place], page.tokens[place]
    bare = [codec.mask] * len(tags)
    batch = torch.tensor([[*start, *before, *given.tolist(), *after] for start in (tags, bare)])  # filled in each step
    texts = batch[:, first : first + len(given)]
    length = batch.shape[1] - len(tags)
    device = next(network.parameters()).device
    never = forbidden(codec, request.language, network.config.vocab_size).to(device)

    def logits(x: Tensor, rows: slice, weights: tuple[float, ...]) -> Tensor:  # (N,) in these rows -> (K, V)
        texts.copy_(x)
        texts[1].masked_fill_(fixed, codec.mask)
        places = (x == codec.mask).nonzero()[:, 0]
        # Where the path has the row's share masked: gaps in a known text are a late time.
        t = [math.asin(masks(row, codec.mask) / length) * (2 / math.pi) for row in texts[rows]]
        answer: Tensor = network(
            batch[rows].to(device), torch.tensor(t, device=device), (places + first).to(device), weights, never
        )
        return answer[0, :, : codec.vocab_size].float().cpu()

    two_passes = guided(
        lambda x, level: logits(x, slice(0, 1), (1.0,)), lambda x, level: logits(x, slice(1, 2), (1.0,)), live
    )

    def guess(x: Tensor, level: Level) -> Tensor:
        w = live.guidance
        if w == 1 or not live.batched:
            return two_passes(x, level)
        return logits(x, slice(0, 2), (w, 1 - w))

    return with_whole_words(guess, codec, given, fixed)


def forbidden(codec: TextTokens, language: str, size: int) -> Tensor:  # -> (V,)
    """What is added to logits so that no special but the end is written, nor a letter of another script."""
    added = torch.zeros(size)
    added[[token for token in range(len(SPECIALS)) if token != codec.end]] = NEVER
    if language != "any":
        added[: codec.vocab_size].masked_fill_(codec.foreign[language], NEVER)
    return added


def with_whole_words(denoise: Denoiser, codec: TextTokens, tokens: Tensor, fixed: Tensor) -> Denoiser:
    """Logits (K, V) in which no word that was given goes on: who writes "एक दिन रवि" means the whole name."""
    open_ended, going_on = codec.word_ends
    forbidden = going_on.nonzero()[:, 0]
    after_word = torch.cat([torch.tensor([False]), (fixed & open_ended[tokens])[:-1]])  # (N,)
    if not (after_word & (tokens == codec.mask)).any():
        return denoise

    def denoise_words(x: Tensor, level: Level) -> Tensor:
        logits = denoise(x, level)
        rows = after_word[x == codec.mask].nonzero()
        if len(rows):
            logits[rows, forbidden] = -math.inf
        return logits

    return denoise_words


def drawing(page: Page, place: slice, step: Step, codec: TextTokens) -> Callable[[], TextPreview]:
    """Draws the page as it is after a step in the window at `place`."""

    def draw() -> TextPreview:
        now = page.after(place, step)
        ids = [-1 if token == codec.mask else token for token in now.tokens.tolist()]
        return TextPreview(
            ids=tuple(ids),
            pieces=tuple(pieces(ids, now.guess.tolist(), codec)),
            confidence=tuple(round(value, 3) for value in now.confidence.tolist()),
            fixed=tuple(now.fixed.tolist()),
        )

    return draw


def pieces(ids: list[int], guesses: list[int], codec: TextTokens) -> list[str]:
    """What to show for each token; a guess never alters a letter that is already revealed."""
    borders = {place for place in range(1, len(ids)) if (ids[place] < 0) != (ids[place - 1] < 0)}
    shown = codec.pieces(guesses, borders)
    return [NO_GUESS if token == codec.mask else piece for token, piece in zip(guesses, shown, strict=True)]
