"""Show-o draws: all tokens hidden, or some of a picture's → predict → reveal the surest → again, until none is hidden.

Xie et al. 2024, https://arxiv.org/abs/2408.12528. The prompt is worked out once, with and without its words, and each
step runs the picture alone. A card whose path is "showo" has the authors' own schedule (engine/samplers/
showo_schedule.py); on any other path the user's spacing says how many tokens each step reveals.

Shapes: N tokens of a picture in raster order, K hidden ones, V codes, S the side of the picture in pixels.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

import torch
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import PicturePreview
from engine.api.requests import ImageRequest
from engine.codecs.pictures import Pixels, scaled, seen
from engine.conditioners.prompt_scripts import unreadable
from engine.networks.magvit import codes as codes_of
from engine.networks.showo_layout import prompt_row
from engine.pipelines.adjusting import adjusted
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.image import Making
from engine.pipelines.noise import uniform
from engine.pipelines.picture_easel import Easel, placed
from engine.pipelines.picture_scene import Frame, Made, Scene, touched
from engine.samplers import showo_schedule
from engine.samplers.contract import Denoiser, Level, Step
from engine.samplers.halton import turns
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times
from engine.samplers.unmask import unmask

AUTHORS = "showo"  # the card's path where their schedule is meant
CHOICE, ORDER = 1, 2  # the chunks of noise that say which tokens are forgotten, and where their order begins


@dataclass(frozen=True)
class Sheet:
    """What is drawn on: `tokens` (N,), hidden ones with the number of codes; `fixed` ones never change.

    `latent` (1, Z, h, w) is shown in their place: it lies between two pictures, and nothing of it is drawn anew.
    """

    tokens: Tensor
    fixed: Tensor
    latent: Tensor | None = None


def drawn(request: ImageRequest, scene: Scene | None, shelf: Shelf, live: Live) -> Making:
    """One Progress a step. Raises BadInput where the request or the card cannot be used."""
    card = shelf.card(request.checkpoint)
    if said := unreadable(request.prompt, card.languages):
        raise BadInput(said)
    network: Any = shelf.network(card)
    tokenizer: Any = shelf.network(card, role="tokenizer")
    words = shelf.codec(card)
    check_fit(card, network.config, words, tokenizer.config)
    text = words.encode(request.prompt)
    sheet = sheet_of(request, scene, network.config, tokenizer)
    easel, side = easel_of(tokenizer, sheet), isqrt(network.config.picture)
    sketch = sketch_of(card, shelf) or easel
    frame, whole = placed(scene, side * tokenizer.config.scale)
    path, order = schedule(request, card, sheet, network.config.codes)
    sampler = unmask(
        denoiser(network, text, live),
        sheet.tokens,
        path,
        uniform(request.seed),
        live.gamma,
        mask=network.config.codes,
        temperature=request.temperature,
        reveal_temperature=order,
        frozen=sheet.fixed,
        turns=spread(request, side),
    )
    for number, step in enumerate(adjusted(sampler, live), 1):
        show = sketch if (step.x == network.config.codes).any() else easel
        yield Progress(number, len(path) - 1, step.level.sigma, drawing(step, sheet, show, side, frame, whole))
    codes = tuple(step.x0.tolist())
    return Made(easel(step.x0), codes, (side, side), told_of(text, network.config.text_length))


def check_fit(card: ModelCard, config: Any, words: Any, tokenizer: Any) -> None:
    """Raises BadInput where the parts of a checkpoint do not belong together."""
    if card.path not in (AUTHORS, *PATHS):
        raise BadInput(
            f"The card of {card.id} names the path “{card.path}”, which this Quartet does not know; correct it."
        )
    if (
        words.size > config.text_vocab
        or 2**tokenizer.bits != config.codes
        or isqrt(config.picture) ** 2 != config.picture
    ):
        raise BadInput(f"{card.title} has the tokenizer of another network; download it again.")


def sheet_of(request: ImageRequest, scene: Scene | None, config: Any, tokenizer: Any) -> Sheet:
    """The tokens to begin with: the draft's, else the picture's, else all hidden."""
    if request.draft:
        draft = torch.tensor(request.draft)
        places = torch.arange(config.picture)
        return Sheet(draft.masked_fill(draft < 0, config.codes), torch.isin(places, torch.tensor(request.locked)))
    if scene is None:
        return Sheet(torch.full((config.picture,), config.codes), torch.zeros(config.picture, dtype=torch.bool))
    return given(request, scene, config, tokenizer)


def given(request: ImageRequest, scene: Scene, config: Any, tokenizer: Any) -> Sheet:
    """The picture's tokens, or those between two, without what is to be made anew.

    Of what the mask touches a share is forgotten, by the job's noise; of two pictures only that on which they differ.
    Beyond the picture there is nothing to remember: all of it is made anew.
    """
    side = isqrt(config.picture)
    latent = latent_of(scene.view, side, tokenizer)
    may = torch.from_numpy(touched(scene.anew, side, side)).flatten()
    if scene.other is not None:
        other = latent_of(scene.other, side, tokenizer)
        may &= (codes_of(latent) != codes_of(other)).flatten().cpu()
        latent = latent.lerp(other, request.between)
    tokens = codes_of(latent).flatten().cpu()
    chance = uniform(request.seed, chunk=CHOICE)(may.float())
    hidden = forgotten(may, chance, request.change) | torch.from_numpy(touched(scene.beyond, side, side)).flatten()
    as_it_is = latent if scene.other is not None and not hidden.any() else None
    return Sheet(tokens.masked_fill(hidden, config.codes), ~hidden, as_it_is)


def easel_of(tokenizer: Any, sheet: Sheet) -> Easel:
    """Shows tokens (N,)."""
    device = tokenizer.quant_conv.weight.device
    between = None if sheet.latent is None else tokenizer.pixels(sheet.latent)
    return Easel(lambda codes: tokenizer.decode(codes[None].to(device)), sheet.tokens, between)


def sketch_of(card: ModelCard, shelf: Shelf) -> Easel | None:
    """Shows guesses less sharply, in a fraction of the time; None where the checkpoint has nothing to do it with."""
    if "preview" not in card.parts:
        return None
    small: Any = shelf.network(card, role="preview")
    device = next(small.parameters()).device
    return Easel(lambda codes: small.decode(codes[None].to(device)))


def latent_of(pixels: Pixels, side: int, tokenizer: Any) -> Tensor:  # (S, S, 3) -> (1, Z, h, w)
    """What tokens are the signs of, within what the decoder learned from: −1 and 1."""
    width = side * tokenizer.config.scale
    weight = tokenizer.quant_conv.weight
    return tokenizer.latent(seen(scaled(pixels, width, width)).to(weight)).clamp(-1, 1)


def forgotten(may: Tensor, chance: Tensor, change: float) -> Tensor:  # 2 x (N,) -> (N,) bool
    """A random share of those that may be."""
    count = math.ceil(change * int(may.sum()) - 1e-6)
    order = chance.masked_fill(~may, 2.0).argsort()
    return torch.zeros_like(may).index_fill(0, order[:count], True)


def schedule(
    request: ImageRequest, card: ModelCard, sheet: Sheet, mask: int
) -> tuple[Sequence[Level], float | Sequence[float]]:
    """The levels, and the temperature of the order of reveal, of each step or at its beginning."""
    if card.path != AUTHORS:
        return levels(PATHS[card.path], times(request.spacing, request.steps, request.sway)), request.reveal_noise
    hidden = int((sheet.tokens == mask).sum())
    heats = showo_schedule.reveal_temperatures(request.steps, request.reveal_noise)
    return showo_schedule.levels(request.steps, len(sheet.tokens), max(hidden, 1)), heats


def spread(request: ImageRequest, side: int) -> Tensor | None:
    """Halton's order where it is wanted, begun anywhere by the job's noise."""
    if request.reveal_order != "halton":
        return None
    return turns(side, uniform(request.seed, chunk=ORDER)(torch.empty(2)))


def denoiser(network: Any, text: Sequence[int], live: Live) -> Denoiser:
    """x (N,), level -> logits (K, V) of the hidden ones, guided.

    Guidance mixes what comes before the head, which is linear: one product in place of two.
    """
    device = next(network.parameters()).device
    rows = [prompt_row(text, network.ids), prompt_row([], network.ids)]
    both = network.keep(torch.tensor(rows, device=device))
    prompted, bare = (both.rows(torch.tensor([row], device=device)) for row in (0, 1))

    def guess(x: Tensor, level: Level) -> Tensor:
        codes = x[None].to(device)
        hidden = codes[0] == network.config.codes
        w = live.guidance
        if w == 1 or not text:
            mixed = network.picture(codes, prompted)[0, hidden]
        elif live.batched:
            with_words, without = network.picture(codes.expand(2, -1), both)[:, hidden]
            mixed = without.lerp(with_words, w)
        else:
            without = network.picture(codes, bare)[0, hidden]
            mixed = without.lerp(network.picture(codes, prompted)[0, hidden], w)
        return network.project(mixed).float().cpu()

    return guess


def drawing(
    step: Step, sheet: Sheet, easel: Easel, side: int, frame: Frame, whole: tuple[int, int]
) -> Callable[[], PicturePreview]:
    """Draws the guess of this step."""

    def draw() -> PicturePreview:
        pixels = easel(step.x0)
        assert step.confidence is not None
        return PicturePreview(
            width=pixels.shape[1],
            height=pixels.shape[0],
            pixels=pixels.tobytes(),
            grid=(side, side),
            codes=tuple(torch.where(step.x == step.x0, step.x0, -1).tolist()),
            confidence=bytes((step.confidence * 255).round().byte().tolist()),
            fixed=tuple(sheet.fixed.tolist()),
            frame=frame,
            whole=whole,
        )

    return draw


def told_of(text: Sequence[int], length: int) -> tuple[str, ...]:
    """A prompt may be longer than what the network reads of it."""
    return ("The prompt is longer than this checkpoint reads: its end was left out.",) if len(text) > length - 2 else ()
