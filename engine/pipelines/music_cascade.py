"""Noise2Music: a generator of slow, coarse sound, a cascader and a super-resolution network that make it fine.

Huang et al. 2023, https://arxiv.org/abs/2302.03917. Each stage is a diffusion of its own, with its own steps, guidance,
γ and spacing, over samples: text, and here the lanes of the score, make 3.2 kHz; these, brought to the next rate by
their Fourier coefficients, and the text make 16 kHz; these alone make 24 kHz. A card may have one, two or three stages.

Shapes: C channels, S samples.
"""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import SoundPart, SoundWork, SpectrogramPreview
from engine.api.noise2music import complaint
from engine.api.requests import MusicRequest
from engine.api.score import Score
from engine.codecs.fft_resampling import resampled
from engine.codecs.mel import HOP, SAMPLE_RATE, VOCOS, mel
from engine.codecs.sound_works import sound_work
from engine.codecs.spectrogram_previews import spectrogram_preview
from engine.conditioners.music_lanes import LANES, RHYTHM, lanes
from engine.denoiser import clipped, denoiser, doubled, guided
from engine.networks.byte_text import byte_ids, is_read_whole
from engine.networks.noise2music import Asked, Noise2MusicConfig
from engine.pipelines.adjusting import adjusted
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.noise import normal
from engine.pipelines.windows import Within, windowed
from engine.samplers import SAMPLERS
from engine.samplers.contract import Denoiser, Level
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times

LAP = 0.5  # seconds in which windows go over into each other
UNREAD = "The prompt was too long to be read whole: what is said at its end was left out."

Making = Generator[Progress, None, SoundWork]


@dataclass(frozen=True)
class Stage:
    """One network on its way: its role on the card, its knobs, what it is given, and which part of the job it is."""

    role: str
    steps: int
    spacing: str
    sway: float
    live: Live
    number: int
    done: int  # steps before it
    steps_of_all: int
    stages: int


def cascade(request: MusicRequest, score: Score, shelf: Shelf, live: Live) -> Making:
    """One Progress a step, stage after stage. Raises BadInput with one sentence."""
    card = shelf.card(request.checkpoint)
    if said := complaint(request, score, card):
        raise BadInput(said)
    sound, rate = torch.zeros(0), 0
    for stage in planned(request, card, live):
        network: Any = shelf.network(card, role=stage.role)
        sound = yield from made(stage, request, score, card, network, sound)
        rate = network.config.rate
    samples = sound[:, : score.samples(rate)].T.contiguous().numpy()
    parts = [SoundPart(text=each.name, start=each.start, stop=each.stop) for each in score.sections]
    return sound_work(samples, rate, parts=parts, notes=() if is_read_whole(prompt_of(request)) else (UNREAD,))


def prompt_of(request: MusicRequest) -> str:
    """The prompt and the key, which no lane tells, in the words of the captions that networks learn from."""
    return request.prompt if request.key == "any" else f"{request.prompt} The key is {request.key}.".strip()


def planned(request: MusicRequest, card: ModelCard, live: Live) -> list[Stage]:
    """The stages that the card has, in their order. What is turned while the job runs turns the generator."""
    knobs = [
        ("network", request.steps, request.spacing, request.sway, live),
        ("cascader", *of_stage(request, "cascader", live)),
        ("upsampler", *of_stage(request, "upsampler", live)),
    ]
    there = [each for each in knobs if each[0] in ("network", *card.parts)]
    counts = [each[1] for each in there]
    return [
        Stage(*each, number=i, done=sum(counts[:i]), steps_of_all=sum(counts), stages=len(there))
        for i, each in enumerate(there)
    ]


def of_stage(request: MusicRequest, name: str, live: Live) -> tuple[int, str, float, Live]:
    """Steps, spacing, sway, guidance and γ of a later stage."""
    steps, spacing, guidance, gamma = (
        getattr(request, f"{name}_{knob}") for knob in ("steps", "spacing", "guidance", "gamma")
    )
    return steps, spacing, 0.0, Live(guidance, gamma, live.batched)


def made(
    stage: Stage, request: MusicRequest, score: Score, card: ModelCard, network: Any, before: Tensor
) -> Generator[Progress, None, Tensor]:
    """The sound (C, S) of one stage from that of the stage before; one Progress a step."""
    config: Noise2MusicConfig = network.config
    path, noise = PATHS[card.path], normal(request.seed, 0, stage.number)
    device = next(network.parameters()).device
    samples = -(-score.samples(config.rate) // config.hop) * config.hop
    low = conditioned(before, samples, config, path(config.low_noise), noise).to(device) if config.low_rate else None
    told = lanes_of(request, score, samples, config)
    asked = network.ask(byte_ids([prompt_of(request)]).to(device), told.to(device))
    stops = levels(path, times(stage.spacing, stage.steps, stage.sway))
    start = noise(torch.zeros(1, config.channels, samples, device=device)) * stops[0].sigma
    denoise = guess(network, asked, low, card.prediction, stage.live)
    sampler = SAMPLERS[request.sampler](denoise, start, stops, noise, stage.live.gamma)
    found = before
    for step, reached in enumerate(adjusted(sampler, stage.live), 1):
        found = reached.x0[0].float().cpu() / config.gain
        left = (stage.stages - stage.number - 1 + reached.level.sigma) / stage.stages
        yield Progress(stage.done + step, stage.steps_of_all, left, partial(preview, found, config.rate, score))
    return found


def conditioned(sound: Tensor, samples: int, config: Noise2MusicConfig, level: Level, noise: Any) -> Tensor:
    """The sound of the stage before (C, S) as the network takes it (1, C, samples), noisy up to that level."""
    low = resampled(sound, config.low_rate, config.rate, samples)[None] * config.gain
    return level.alpha * low + level.sigma * noise(low) if level.sigma else low


def lanes_of(request: MusicRequest, score: Score, samples: int, config: Noise2MusicConfig) -> Tensor:
    """The score as the bottom of the network takes it, (1, LANES, samples / hop)."""
    if config.aligned not in (0, LANES):
        raise BadInput(f"The card of {request.checkpoint} must say that {LANES} lanes are aligned; correct it.")
    middles = (np.arange(samples // config.hop) + 0.5) * config.hop / config.rate
    found = lanes(score, middles.astype(np.float32))
    if request.beats != "as set":
        found[:, RHYTHM] = 0
    return torch.from_numpy(found).T[None]


def guess(network: Any, asked: Asked, low: Tensor | None, prediction: str, live: Live) -> Denoiser:
    """x (1, C, S), level -> x0: guided, window by window where the network sees no further, clipped dynamically."""
    config: Noise2MusicConfig = network.config

    def within(x: Tensor, level: Level, span: slice) -> Tensor:
        frames = slice(span.start // config.hop, span.stop // config.hop)

        def bound(*shown: bool) -> Denoiser:
            rows, there = torch.zeros(len(shown), dtype=torch.long), torch.tensor(shown, device=x.device)
            told, beside = asked.of(rows, frames), None if low is None else low[rows][..., span]
            return denoiser(lambda x, time: network(x, time, told, there, beside, config.low_noise), prediction)

        return guided(bound(True), bound(False), live, pair=doubled(bound(True, False)))(x, level)

    seen = by_windows(within, config) if config.has_windows else whole(within)
    return clipped(seen, config.clip, config.gain)


def by_windows(within: Within, config: Noise2MusicConfig) -> Denoiser:
    size, lap = (max(round(seconds * config.rate / config.hop), 1) for seconds in (config.window, LAP))
    return windowed(within, size * config.hop, min(lap, size // 2) * config.hop, config.hop)


def whole(within: Within) -> Denoiser:
    return lambda x, level: within(x, level, slice(0, x.shape[-1]))


def preview(sound: Tensor, rate: int, score: Score) -> SpectrogramPreview:
    """What the work would sound like now: the mean of (C, S), as far as it is asked for, at the vocoders' rate."""
    mono = resampled(sound.mean(0)[: score.samples(rate)], rate, SAMPLE_RATE, score.samples(SAMPLE_RATE))
    return spectrogram_preview(mel(mono[None], VOCOS)[0], HOP / SAMPLE_RATE)
