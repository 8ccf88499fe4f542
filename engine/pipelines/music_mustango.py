"""Music by Mustango: text, beats and chords → MuNet → AudioLDM's autoencoder → HiFi-GAN.

Melechovsky et al. 2023, https://arxiv.org/abs/2311.08355. A clip always lasts 10.24 s and is cut to the sample. The
authors sample by DDPM in 200 steps, which is the sampler ddim with γ = 1 on Stable Diffusion 2.1's path, at their
timesteps 995, 990, …, 0; fewer steps, or another sampler, are not their setting. Their guidance 3 is our 3: prompt,
beats and chords are left out together.

Shapes: Z channels, H frames and W bands of the latent, T frames, M mel bands, S samples.
"""

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import Preview, SoundWork
from engine.api.mustango import complaint
from engine.api.requests import MusicRequest
from engine.api.score import Score
from engine.codecs.pieces import EMPTY, END
from engine.codecs.sound_works import sound_work
from engine.codecs.spectrogram_previews import spectrogram_preview
from engine.conditioners.flan_t5 import LONGEST
from engine.conditioners.music_events import beat_places, chord_places
from engine.denoiser import denoiser, doubled, guided
from engine.networks.munet import Conditions
from engine.pipelines.adjusting import adjusted
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.mustango_events import Events, events, within
from engine.pipelines.noise import normal
from engine.samplers import SAMPLERS
from engine.samplers.contract import Denoiser
from engine.samplers.paths import PATHS
from engine.samplers.spacings import leading, times

Making = Generator[Progress, None, SoundWork]


def mustango(request: MusicRequest, score: Score, shelf: Shelf, live: Live) -> Making:
    """One Progress a step. Raises BadInput with one sentence where Mustango cannot do what is asked."""
    if said := complaint(request, score):
        raise BadInput(said)
    card = shelf.card(request.checkpoint)
    told = events(request, score, shelf, card)
    network: Any = shelf.network(card)
    vae: Any = shelf.network(card, role="vae")
    vocoder: Any = shelf.network(card, role="vocoder")
    rate, hop = vocoder.config.sample_rate, vocoder.config.hop
    if score.samples(rate) > network.config.frames * hop:
        raise BadInput(f"{card.title} makes {network.config.frames * hop / rate:g} s at most; ask for fewer.")
    both = conditions(network, shelf.codec(card).encode(told.prompt), told)
    denoise = guess(network, both, card, live)
    draw = partial(preview, vae, hop / rate, -(-score.samples(rate) // hop))
    latent = yield from denoised(request, card, network, denoise, live, draw)
    samples = vocoder(vae(latent))[0, : score.samples(rate)]
    return sound_work(samples.float().cpu().numpy(), rate, notes=told.notes)


def denoised(
    request: MusicRequest,
    card: ModelCard,
    network: Any,
    denoise: Denoiser,
    live: Live,
    draw: Callable[[Tensor], Preview],
) -> Generator[Progress, None, Tensor]:
    """Yields a Progress a step; returns the latent (1, Z, H, W)."""
    noise = normal(request.seed)
    config, device = network.config, next(network.parameters()).device
    latent = noise(torch.empty(1, config.unet.in_channels, *config.latent, device=device))
    stops = leading(PATHS[card.path], times(request.spacing, request.steps, request.sway))
    sampler = SAMPLERS[request.sampler](denoise, latent, stops, noise, live.gamma)
    for number, step in enumerate(adjusted(sampler, live), 1):
        latent = step.x
        yield Progress(number, request.steps, step.level.t, partial(draw, step.x0))
    return latent


def conditions(network: Any, ids: list[int], told: Events) -> Conditions:
    """What the network is told, twice: as it is, and with nothing said, no beats and no chords."""
    within(ids, LONGEST - 1, "for Mustango, which reads 512 word pieces; shorten it")
    said = [*ids, END]
    words = torch.tensor([said, [END, *[EMPTY] * len(ids)]])
    mask = torch.ones_like(words, dtype=torch.bool)
    mask[1, 1:] = False
    beats = beat_places(told.beats).before(beat_places([]))
    chords = chord_places(told.chords).before(chord_places([]))
    return network.prepare(words, mask, beats, chords)


def guess(network: Any, both: Conditions, card: ModelCard, live: Live) -> Denoiser:
    """x (1, Z, H, W), level -> x0, guided. The first of `both` is the request."""
    path = PATHS[card.path]

    def bound(which: slice) -> Denoiser:
        seen = both.rows(which)
        return denoiser(lambda x, time: network(x, time, seen), card.prediction, lambda level: path.timestep(level.t))

    return guided(bound(slice(0, 1)), bound(slice(1, 2)), live, pair=doubled(bound(slice(0, 2))))


def preview(vae: Any, hop: float, frames: int, x0: Tensor) -> Preview:
    """So many frames of the present guess, which last `hop` seconds each."""
    return spectrogram_preview(vae(x0)[0, :frames], hop, scale="slaney")
