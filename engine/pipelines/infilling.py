"""What is missing of a spectrogram, filled in by an F5 network through the shared samplers.

Chen et al. 2024, https://arxiv.org/abs/2410.06885; Le et al. 2023, Voicebox, https://arxiv.org/abs/2306.15687. Guidance
leaves out text and sound together, both guesses in one batch. Shapes: N frames, M mel bins.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.api.requests import SpeechRequest
from engine.denoiser import denoiser, doubled, guided
from engine.pipelines.adjusting import adjusted
from engine.pipelines.contract import Live
from engine.samplers import SAMPLERS
from engine.samplers.contract import Denoiser
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times


@dataclass(frozen=True)
class Gap:
    """`mel` (N, M), log magnitudes, of which the `known` (N,) stand; `ids` of the whole text for the network."""

    mel: Tensor
    known: Tensor
    ids: Tensor


def after(mel: Tensor, frames: int, ids: Tensor) -> Gap:
    """So many frames after what is given, (T, M)."""
    whole = torch.cat([mel, mel.new_zeros(frames, mel.shape[1])])
    return Gap(whole, torch.arange(len(whole)) < len(mel), ids)


def infilled(
    gap: Gap, network: Any, path: str, request: SpeechRequest, live: Live, noise: Callable[[Tensor], Tensor]
) -> Generator[tuple[float, Tensor], None, Tensor]:
    """Yields the share of noise left and the spectrogram (N, M) as it is guessed, a step each; returns the last."""
    mean, deviation = getattr(network.config, "mel_mean", 0.0), getattr(network.config, "mel_deviation", 1.0)
    device = next(network.parameters()).device
    known = gap.known[:, None]
    cond = ((gap.mel - mean) / deviation).masked_fill(~known, 0)[None].to(device)
    stops = levels(PATHS[path], times(request.spacing, request.steps, request.sway))
    denoise = guess(network, cond, gap.ids[None].to(device), request, live, [level.alpha for level in stops[:-1]])
    spectrogram = gap.mel
    sampler = SAMPLERS[request.sampler](denoise, noise(torch.zeros_like(cond)), stops, noise, live.gamma)
    for step in adjusted(sampler, live):
        spectrogram = torch.where(known, gap.mel, step.x0[0].float().cpu() * deviation + mean)
        yield step.level.sigma, spectrogram
    return spectrogram


def guess(network: Any, cond: Tensor, ids: Tensor, request: SpeechRequest, live: Live, asked: list[float]) -> Denoiser:
    """x (1, N, M), level -> x0, guided. What does not change between steps is worked out at the first that needs it."""
    ready: dict[tuple[bool, ...], Any] = {}

    def bound(*dropped: bool) -> Denoiser:
        def predict(x: Tensor, time: float) -> Tensor:
            if dropped not in ready:
                count, drop = len(dropped), torch.tensor(dropped)
                ready[dropped] = network.prepare(
                    cond.expand(count, -1, -1), ids.expand(count, -1), drop_audio=drop, drop_text=drop, times=asked
                )
            return network(x, time, ready[dropped])

        return denoiser(predict, "flow", "progress")

    interval = (request.guidance_low, request.guidance_high)
    return guided(bound(False), bound(True), live, pair=doubled(bound(False, True)), interval=interval)
