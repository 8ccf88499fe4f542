"""DiT and Transfusion paint: noise in the latents of an autoencoder → guess → less noise → again → decoded.

Peebles & Xie 2023, https://arxiv.org/abs/2212.09748; Zhou et al. 2024, https://arxiv.org/abs/2408.11039. What is asked
for, a class or a prompt, is worked out once, with and without it. Of a picture that is given what stays is put into
the guess at every step (Song et al. 2021, https://arxiv.org/abs/2011.13456, section 5), and `change` says how far back
towards noise the rest begins (SDEdit: Meng et al. 2022, https://arxiv.org/abs/2108.01073).

Shapes: Z channels and h = w sides of the latent, s the side of the picture, W words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import PicturePreview
from engine.api.requests import ImageRequest
from engine.codecs.pictures import Pixels, scaled, seen
from engine.conditioners.prompt_scripts import unreadable
from engine.denoiser import apart, denoiser, doubled, guided, ranged, without_range
from engine.pipelines.adjusting import adjusted
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.image import Making
from engine.pipelines.noise import normal
from engine.pipelines.picture_easel import Decode, Easel, placed
from engine.pipelines.picture_scene import Frame, Made, Scene, touched
from engine.samplers import SAMPLERS
from engine.samplers.contract import Denoiser, Level, Steps
from engine.samplers.ddpm import ddpm
from engine.samplers.paths import PATHS, Path
from engine.samplers.spacings import levels, spaced, times

MARK = 1  # ends a text, and begins the picture behind it: engine/training/picture_rows.py
TIMESTEPS = 1000  # that a network of a continuous path was told from 0 to 1


@dataclass(frozen=True)
class Autoencoder:
    """Pixels (1, 3, s, s) in [−1, 1] to latents (1, Z, h, w) and back."""

    side: int
    encode: Decode
    decode: Decode
    like: Tensor


@dataclass(frozen=True)
class Canvas:
    """Of `latent` (1, Z, h, w) what is `kept` (h, w) stays; the rest is painted from `change` of all noise on."""

    latent: Tensor
    kept: Tensor
    change: float


def dit(request: ImageRequest, scene: Scene | None, shelf: Shelf, live: Live) -> Making:
    """One Progress a step. Raises BadInput where the request or the card cannot be used."""
    card = shelf.card(request.checkpoint)
    path = path_of(card)
    network: Any = shelf.network(card)
    config, device = network.config, network.pos_embed.device
    words = words_of(request, card, shelf, device) if config.words else None
    named = config.classes if config.words else label(request.prompt, card, config.classes, shelf)
    labels = torch.tensor([named, config.classes], device=device)
    told = network.prepare(labels, words)
    kind = ranged if config.learns_range else denoiser

    def bound(rows: slice) -> Denoiser:
        some = told.rows(rows)
        return kind(lambda x, time: network(x, time, some), card.prediction, lambda level: timestep(path, level))

    guess = both_sides(request, bound, live, config.guided or None)
    return (yield from painted(request, scene, card, shelf, live, guess, config))


def transfusion(request: ImageRequest, scene: Scene | None, shelf: Shelf, live: Live) -> Making:
    """The same, the prompt being read once as words before the picture."""
    card = shelf.card(request.checkpoint)
    path_of(card)
    network: Any = shelf.network(card)
    words = words_of(request, card, shelf, network.token.weight.device, MARK)
    _, prefix = network.read(words)

    def bound(rows: slice) -> Denoiser:
        some = prefix.rows(rows)
        return denoiser(lambda x, time: network.show(x, time, some)[0], card.prediction, "t")

    guess = both_sides(request, bound, live, None)
    return (yield from painted(request, scene, card, shelf, live, guess, network.config))


def path_of(card: ModelCard) -> Path:
    if card.path not in PATHS:
        raise BadInput(
            f"The card of {card.id} names the path “{card.path}”, which this Quartet does not know; correct it."
        )
    return PATHS[card.path]


def timestep(path: Path, level: Level) -> float:
    """What DiT is told: the number of the training step."""
    return path.timestep(level.t) if path.timesteps else level.t * (TIMESTEPS - 1)


def words_of(request: ImageRequest, card: ModelCard, shelf: Shelf, device: torch.device, *ending: int) -> Tensor:
    """The prompt, and under it no prompt (2, W), 0 where there is nothing. Raises BadInput where it cannot be read."""
    if said := unreadable(request.prompt, card.languages):
        raise BadInput(said)
    words = shelf.codec(card)
    rows = [[*words.encode(request.prompt), *ending], [*ending]]
    width = max(len(rows[0]), 1)
    return torch.tensor([row + [0] * (width - len(row)) for row in rows], device=device)


def label(prompt: str, card: ModelCard, classes: int, shelf: Shelf) -> int:
    """The class that a prompt names, by its name or its number; that of none where there is no prompt.

    Raises BadInput with names that are near it.
    """
    name = prompt.strip()
    if not name:
        return classes
    if name.isdecimal():
        if int(name) >= classes:
            raise BadInput(f"{card.title} knows the classes 0 to {classes - 1}, not {name[:20]}.")
        return int(name)
    if not card.codec:
        raise BadInput(
            f"{card.title} knows its classes by number alone, 0 to {classes - 1}: write one, or add the folder again "
            "with the published model_index.json in it, which has their names."
        )
    names = shelf.codec(card)
    if names.count != classes:
        raise BadInput(f"The names of {names.count:,} classes lie beside {card.title}, which knows {classes:,}.")
    number: int = names.number(name)
    return number


def both_sides(request: ImageRequest, bound: Callable[[slice], Denoiser], live: Live, channels: int | None) -> Denoiser:
    """Guided by the row that is asked for and the one that is not; without a prompt there is the latter alone."""
    if not request.prompt.strip():
        return bound(slice(1, 2))
    pair = doubled(bound(slice(0, 2)))
    return guided(bound(slice(0, 1)), bound(slice(1, 2)), live, pair=pair, channels=channels)


def autoencoder(card: ModelCard, shelf: Shelf, config: Any) -> Autoencoder:
    """Stable Diffusion's, or our tokenizer of pictures with latents in place of their signs, cut at −1 and 1: beyond
    that its decoder has learned nothing, and a latent that is so cut decodes better than its signs do."""
    role = "vae" if "vae" in card.parts else "tokenizer"
    network: Any = shelf.network(card, role=role)
    like = network.quant_conv.weight
    if role == "vae":
        channels, scale = network.config.latent, network.config.shrink
        encode, decode = network.encode, network
    else:
        channels, scale = network.config.bits, network.config.scale
        encode, decode = (lambda x: network.latent(x).clamp(-1, 1)), (lambda x: network.pixels(x.clamp(-1, 1)))
    if channels != config.channels:
        raise BadInput(f"{card.title} has the autoencoder of another network; download it again.")
    return Autoencoder(config.size * scale, lambda x: encode(x.to(like)).float(), lambda x: decode(x.to(like)), like)


def canvas_of(request: ImageRequest, scene: Scene | None, codec: Autoencoder, config: Any) -> Canvas:
    """The picture's latent, or one between two; beyond the picture nothing is remembered, so that all is anew."""
    if scene is None:
        empty = torch.zeros(1, config.channels, config.size, config.size, device=codec.like.device)
        return Canvas(empty, torch.zeros_like(empty[0, 0], dtype=torch.bool), 1.0)
    latent = codec.encode(seen(scaled(scene.view, codec.side, codec.side)))
    if scene.other is not None:
        latent = latent.lerp(codec.encode(seen(scaled(scene.other, codec.side, codec.side))), request.between)
    kept = ~torch.from_numpy(touched(scene.anew, config.size, config.size)).to(latent.device)
    return Canvas(latent, kept, 1.0 if scene.beyond.any() else request.change)


def painted(
    request: ImageRequest, scene: Scene | None, card: ModelCard, shelf: Shelf, live: Live, guess: Denoiser, config: Any
) -> Making:
    """The steps, and the picture at their end."""
    codec = autoencoder(card, shelf, config)
    canvas = canvas_of(request, scene, codec, config)
    easel = Easel(codec.decode)
    frame, whole = placed(scene, codec.side)
    x0 = canvas.latent
    if canvas.change == 0:
        yield Progress(1, 1, 0.0, drawing(easel, x0, frame, whole))
        return Made(easel(x0))
    path = walk(request, PATHS[card.path], canvas.change)
    steps = sampled(request, keeping(guess, canvas), canvas, path, live, getattr(config, "learns_range", False))
    for number, step in enumerate(adjusted(steps, live), 1):
        x0 = step.x0
        yield Progress(number, len(path) - 1, step.level.sigma, drawing(easel, x0, frame, whole))
    return Made(easel(x0))


def walk(request: ImageRequest, path: Path, change: float) -> Sequence[Level]:
    """From all the noise as DiT's authors space it, or from a part of the way."""
    moments = times(request.spacing, request.steps, request.sway)
    if change == 1 and path.timesteps:
        return spaced(path, moments)
    return levels(path, [change * t for t in moments])


def sampled(
    request: ImageRequest, guess: Denoiser, canvas: Canvas, path: Sequence[Level], live: Live, learns_range: bool
) -> Steps:
    """The sampler's steps. What the network says of its variance is ddim's γ: with γ = 1 its authors' DDPM."""
    noise = normal(request.seed)
    x = path[0].alpha * canvas.latent + path[0].sigma * noise(canvas.latent)
    if not learns_range:
        return SAMPLERS[request.sampler](guess, x, path, noise, live.gamma)
    if request.sampler == "ddim":
        return ddpm(apart(guess), x, path, noise, live.gamma)
    return SAMPLERS[request.sampler](without_range(guess), x, path, noise, live.gamma)


def keeping(guess: Denoiser, canvas: Canvas) -> Denoiser:
    """The same guess, with what stays in it."""
    if not canvas.kept.any():
        return guess

    def around(x: Tensor, level: Level) -> Tensor:
        answer = guess(x, level)
        channels = canvas.latent.shape[1]
        kept = torch.where(canvas.kept, canvas.latent, answer[:, :channels])
        return torch.cat([kept, answer[:, channels:]], 1)

    return around


def drawing(easel: Easel, x0: Tensor, frame: Frame, whole: tuple[int, int]) -> Callable[[], PicturePreview]:
    def draw() -> PicturePreview:
        pixels: Pixels = easel(x0)
        height, width = pixels.shape[:2]
        return PicturePreview(width=width, height=height, pixels=pixels.tobytes(), frame=frame, whole=whole)

    return draw
