"""Music by Stable Audio: prompt and length → diffusion over the latents of its whole window → Oobleck → sound.

Evans et al. 2024, https://arxiv.org/abs/2402.04825, https://arxiv.org/abs/2404.10301, https://arxiv.org/abs/2407.14358.
The window is always the one that it was trained on; where the music is shorter silence follows, which is cut away at
the sample. The authors sample in 100 steps of DPM-Solver++(3M) as an SDE (γ = 1) on exponential sigmas from 500 to 0.3,
guidance 7: prompt and timing are left out of what is attended to, and the timing in front of the latents stays. Given a
recording, what stays of it is in the guess at every step and in the end is the recording itself.

Shapes: L latent channels, N frames of the window, M places of the prompt, E their width, C channels, S samples.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import soxr
import torch
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import Preview, SoundWork
from engine.api.requests import MusicRequest
from engine.api.score import Score
from engine.api.stable_audio import complaint, told, too_long
from engine.codecs.mel import HOP, SAMPLE_RATE, mel
from engine.codecs.music_bands import SAMPLE_RATE as RATE
from engine.codecs.sound import Samples
from engine.codecs.sound_works import sound_work
from engine.codecs.spectrogram_previews import spectrogram_preview
from engine.denoiser import denoiser, doubled, guided
from engine.pipelines.adjusting import adjusted
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.music_latents import Kept, keeping, kept, sounded
from engine.pipelines.music_pocket import anew_spans, recorded
from engine.pipelines.music_sound import faded, spliced
from engine.pipelines.noise import normal
from engine.samplers import SAMPLERS
from engine.samplers.contract import Denoiser
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times

SHOWN = 0.25  # of its loudness: the scale of previews is that of speech
QUIETER = "It was louder than the full scale and was made quieter as a whole."

Making = Generator[Progress, None, SoundWork]


@dataclass(frozen=True)
class Said:
    """What the network is told: places (1, M, E) of prompt, start and length, which of them hold anything (1, M), and
    start and length (1, 2 E) side by side."""

    tokens: Tensor
    mask: Tensor
    timing: Tensor


def stable_audio(request: MusicRequest, score: Score, shelf: Shelf, live: Live) -> Making:
    """One Progress a step. Raises BadInput with one sentence where Stable Audio cannot do what is asked."""
    card = shelf.card(request.checkpoint)
    if complains := complaint(request, score, card.architecture):
        raise BadInput(complains)
    recording = recorded(request, score)
    said = asked(request, score, shelf, card)
    vae, network = parts(score, shelf, card)
    samples = score.samples(vae.config.sample_rate)
    anew = [] if recording is None else anew_spans(request, recording, samples)
    stays = None if recording is None else kept(vae, recording, anew, network.config.window, said.tokens)
    latents = yield from denoised(request, card, network, said, live, stays, partial(preview, vae, score))
    made, notes = within_scale(sounded(vae, latents, samples))
    sound = made if recording is None else spliced(made, recording, anew)
    whole = recording is not None and len(recording) >= samples
    return sound_work(sound if whole else faded(sound), vae.config.sample_rate, notes=notes)


def parts(score: Score, shelf: Shelf, card: ModelCard) -> tuple[Any, Any]:
    """Autoencoder and network. Raises BadInput where the music is longer than the network's window."""
    vae: Any = shelf.network(card, role="vae")
    network: Any = shelf.network(card)
    if complains := too_long(card.title, score, network.config.window * vae.config.hop / vae.config.sample_rate):
        raise BadInput(complains)
    if (vae.config.sample_rate, vae.config.io_channels) != (RATE, 2):
        raise BadInput(f"{card.title} is not stereo at {RATE:,} Hz, as Stable Audio is; choose another checkpoint.")
    return vae, network


def asked(request: MusicRequest, score: Score, shelf: Shelf, card: ModelCard) -> Said:
    """Prompt and length as the card's text encoder and its timing say them. Raises BadInput for too long a prompt."""
    ids = shelf.codec(card).encode(told(request))
    encoder: Any = shelf.network(card, role="text")
    if len(ids) > encoder.config.places - 2:
        raise BadInput(
            f"The prompt is too long for {card.title}, which reads {encoder.config.places} word pieces; shorten it."
        )
    tokens, mask = encoder(ids)
    seconds: Any = shelf.network(card, role="timing")
    start, total = torch.zeros(1, device=tokens.device), torch.full((1,), score.seconds, device=tokens.device)
    timing = seconds(start, total)
    return Said(
        torch.cat([tokens, timing.to(tokens.dtype)], dim=1),
        torch.cat([mask, torch.ones_like(mask[:, :2])], dim=1),
        timing.flatten(1),
    )


def denoised(
    request: MusicRequest,
    card: ModelCard,
    network: Any,
    said: Said,
    live: Live,
    stays: Kept | None,
    draw: Callable[[Tensor], Preview],
) -> Generator[Progress, None, Tensor]:
    """Yields a Progress a step; returns the latents (1, L, N)."""
    noise, config = normal(request.seed), network.config
    stops = levels(PATHS[card.path], times(request.spacing, request.steps, request.sway))
    latents = noise(torch.zeros(1, config.io_channels, config.window, device=said.tokens.device)) * stops[0].sigma
    denoise = keeping(guess(network, said, card.prediction, live), stays)
    sampler = SAMPLERS[request.sampler](denoise, latents, stops, noise, live.gamma)
    for number, step in enumerate(adjusted(sampler, live), 1):
        latents = step.x
        yield Progress(number, request.steps, step.level.t, partial(draw, step.x0))
    return latents


def guess(network: Any, said: Said, prediction: str, live: Live) -> Denoiser:
    """x (1, L, N), level -> x0, guided. What does not change between steps is worked out at the first that needs it."""

    @cache
    def conditions(*dropped: bool) -> Any:
        return network.prepare(said.tokens, said.mask, said.timing, network.config.window, dropped)

    def bound(*dropped: bool) -> Denoiser:
        return denoiser(lambda x, time: network(x, time, conditions(*dropped)), prediction, "angle")

    return guided(bound(False), bound(True), live, pair=doubled(bound(False, True)))


def within_scale(samples: Samples) -> tuple[Samples, Sequence[str]]:
    """No louder than the full scale, and the sentence that says so."""
    peak = float(np.abs(samples).max())
    return (samples / peak, (QUIETER,)) if np.isfinite(peak) and peak > 1 else (samples, ())


def preview(vae: Any, score: Score, x0: Tensor) -> Preview:
    """What the work would sound like now, as the mean of its channels at the rate of the vocoder of speech."""
    rate = vae.config.sample_rate
    mono = sounded(vae, x0, score.samples(rate)).mean(-1)
    heard = soxr.resample(np.nan_to_num(mono) * SHOWN, rate, SAMPLE_RATE)
    return spectrogram_preview(mel(torch.from_numpy(np.ascontiguousarray(heard))[None])[0], HOP / SAMPLE_RATE)
