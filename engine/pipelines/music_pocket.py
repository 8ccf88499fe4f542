"""Pocket music: a U-Net along time makes bands of a spectrogram, a vocoder makes them sound.

v-prediction on the cosine path (Salimans & Ho 2022). Guidance leaves out prompt and key, and apart from them, with a
weight of its own, chords, beats and form: all together, these drown out the prompt. Given a recording, the network is
told what stays, and what stays is then taken from the recording itself, sample for sample. A loop is made with its own
end before it and its own beginning after it, and these are kept alike at every step.

Shapes: T frames, C channels, S samples.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import torch
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import SoundPart
from engine.api.pocket_music import complaint
from engine.api.requests import MusicRequest
from engine.api.score import Score, Section, Sounding
from engine.codecs.music_bands import FRAMES_A_SECOND, HOP, SAMPLE_RATE, encoded
from engine.codecs.prompt_words import PromptWords
from engine.codecs.sound import Samples, read_raw, read_sound
from engine.codecs.sound_works import sound_work
from engine.codecs.spectrogram_previews import spectrogram_preview
from engine.conditioners.prompt_scripts import unreadable
from engine.denoiser import denoiser, rescaled
from engine.pipelines.adjusting import adjusted
from engine.pipelines.contract import Live, Progress, Shelf
from engine.pipelines.music import Making
from engine.pipelines.music_sound import circular, faded, shown, sounded, spliced, unclipped
from engine.pipelines.music_told import ALL, Window, told
from engine.pipelines.noise import normal
from engine.samplers import SAMPLERS
from engine.samplers.contract import Denoiser, Level
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times

LEAD = 1.5  # seconds of a loop that are made twice, before and after it
UNPROMPTED = frozenset(("words", "key"))
RESCALED = 0.7  # of the way to the loudness of what is guessed without guidance
GUIDED_FROM = 0.4  # t: what is left to do below is treble, which guidance makes too much of
AS_HEARD = (6.0, 24.0)  # beginning and length that are told of a loop: it is in the middle of something

Side = frozenset[str]
"""Kinds of what is told that are left out of a guess."""

UNGUIDED: dict[Side, float] = {frozenset(): 1.0}


@dataclass(frozen=True)
class Canvas:
    """What is made: `frames` of a score from `window` on. Of `given` (T, C), whitened, what is `kept` (T,) stays.

    `lead` frames before and after are the loop's own end and beginning.
    """

    window: Window
    given: Tensor
    kept: Tensor
    lead: int = 0

    @property
    def frames(self) -> int:
        return len(self.given)


def pocket(request: MusicRequest, score: Score, shelf: Shelf, live: Live) -> Making:
    """One Progress a step. Raises BadInput with one sentence."""
    card = shelf.card(request.checkpoint)
    languages = [name.lower() for name in card.languages]
    if said := complaint(request, score, card) or unreadable(request.prompt, languages):
        raise BadInput(said)
    recording = recorded(request, score)
    network, words = shelf.network(card), shelf.codec(card)
    vocoder = shelf.network(shelf.card(card.companions["vocoder"]))
    canvas = canvas_of(request, score, recording, network)
    channels = canvas.given
    for number, (left, channels) in enumerate(denoised(request, canvas, card, network, words, live), 1):
        seen = shown(channels[canvas.lead : canvas.lead + round(score.seconds * FRAMES_A_SECOND)])
        yield Progress(
            number, request.steps, left, partial(spectrogram_preview, seen, 1 / FRAMES_A_SECOND, scale="music")
        )
    sound = finished(request, score, sounded(channels, vocoder), recording, canvas)
    parts = [SoundPart(text=each.name, start=each.start, stop=each.stop) for each in score.sections]
    return sound_work(sound, SAMPLE_RATE, parts=parts)


def recorded(request: MusicRequest, score: Score) -> Samples | None:
    """The recording as it is, stereo at our rate, (S, 2). Raises BadInput where it cannot be used as asked."""
    if not request.recording:
        return None
    path = Path(request.recording)
    read_sound(path)  # says what is wrong with it
    raw, rate = read_raw(path)
    both = raw[:, :2] if raw.shape[1] > 1 else np.repeat(raw, 2, axis=1)
    sound = both if rate == SAMPLE_RATE else soxr.resample(both, rate, SAMPLE_RATE).astype(np.float32)
    seconds = len(sound) / SAMPLE_RATE
    if not request.anew and seconds > score.seconds - 0.1:
        raise BadInput(
            f"The recording lasts {seconds:.1f} s already; ask for more than that, or say which bars are made anew."
        )
    if len(request.anew) % 2 or list(request.anew) != sorted(request.anew):
        raise BadInput("What is made anew must be beginnings and ends in their order, in ms; choose the bars again.")
    if request.anew and request.anew[0] / 1000 >= min(seconds, score.seconds):
        raise BadInput(
            f"What is made anew begins at {request.anew[0] / 1000:.1f} s, after the end; choose earlier bars."
        )
    return sound


def anew_spans(request: MusicRequest, recording: Samples, samples: int) -> list[tuple[int, int]]:
    """In samples; what lies beyond the recording is always made."""
    rate = SAMPLE_RATE / 1000
    spans = [(round(start * rate), min(round(stop * rate), samples)) for start, stop in batched(request.anew)]
    return [*(span for span in spans if span[0] < span[1]), (min(len(recording), samples), samples)]


def batched(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Two and two."""
    return zip(numbers[::2], numbers[1::2], strict=True)


def canvas_of(request: MusicRequest, score: Score, recording: Samples | None, network: Any) -> Canvas:
    config = network.config
    samples = score.samples(SAMPLE_RATE)
    lead = round(LEAD * FRAMES_A_SECOND) // network.stride * network.stride if request.loop == "on" else 0
    frames = -(-(-(-samples // HOP) + 1 + 2 * lead) // network.stride) * network.stride
    out = {name for name, told in untold(request, score).items() if told}
    window = Window(score, request.prompt, 0, frozenset(out))
    if lead:
        around = thrice(score)
        window = replace(window, score=around, start=round(score.seconds * FRAMES_A_SECOND) - lead, whole=AS_HEARD)
    given, kept = torch.zeros(frames, config.channels), torch.zeros(frames, dtype=torch.bool)
    if recording is not None:
        bands = encoded(torch.from_numpy(recording[:samples].T.copy()))[:frames]
        mean, deviation = (torch.tensor(part) for part in (config.mean, config.deviation))
        given[: len(bands)], kept[: len(bands)] = (bands - mean) / deviation, True
        for start, stop in anew_spans(request, recording, samples):
            kept[start // HOP : -(-stop // HOP) + 1] = False
    return Canvas(window, given, kept, lead)


def untold(request: MusicRequest, score: Score) -> dict[str, bool]:
    """Which kinds of what could be told are not."""
    free = request.beats == "from the prompt"
    return {
        "words": not request.prompt.strip(),
        "harmony": not score.chords,
        "chords": not score.chords,
        "rhythm": free,
        "beats": free,
        "form": not score.sections,
    }


def thrice(score: Score) -> Score:
    """The same three times, so that the middle one has neighbours. For whole bars only."""
    rounds = [number * score.seconds for number in range(3)]
    return replace(
        score,
        seconds=3 * score.seconds,
        beats=tuple((at + start, number) for start in rounds for at, number in score.beats),
        chords=tuple(Sounding(each.chord, each.start + at, each.stop + at) for at in rounds for each in score.chords),
        sections=tuple(Section(each.name, each.start + at, each.stop + at) for at in rounds for each in score.sections),
    )


def denoised(
    request: MusicRequest, canvas: Canvas, card: ModelCard, network: Any, words: PromptWords, live: Live
) -> Any:
    """Yields the share of noise left and the channels (T, C) as they are guessed, a step each."""
    config, device = network.config, next(network.parameters()).device
    mean, deviation = (torch.tensor(part) for part in (config.mean, config.deviation))
    noise = normal(request.seed)
    period = round((canvas.window.score.seconds / 3 if canvas.lead else 0) * FRAMES_A_SECOND)
    close = partial(closed, lead=canvas.lead, period=period)
    denoise = guess(canvas, network, words, live, request.lane_guidance, card.prediction, close)
    stops = levels(PATHS[card.path], times(request.spacing, request.steps, request.sway))
    begin = noise(torch.zeros(1, canvas.frames, config.channels)).to(device)
    sampler = SAMPLERS[request.sampler](denoise, closed(begin, canvas.lead, period), stops, noise, live.gamma)
    for step in adjusted(sampler, live):
        whitened = torch.where(canvas.kept[:, None], canvas.given, step.x0[0].float().cpu())
        yield step.level.sigma, whitened * deviation + mean


def closed(x: Tensor, lead: int, period: int) -> Tensor:  # (1, T, C) -> (1, T, C)
    """Of a loop: what comes before it is its end, what comes after it its beginning."""
    if not lead:
        return x
    out = x.clone()
    out[:, :lead] = x[:, period : period + lead]
    after = out[:, lead + period :]
    out[:, lead + period :] = out[:, lead : lead + after.shape[1]]
    return out


def guess(
    canvas: Canvas,
    network: Any,
    words: PromptWords,
    live: Live,
    lanes: float,
    prediction: str,
    close: Callable[[Tensor], Tensor],
) -> Denoiser:
    """x (1, T, C), level -> x0, guided. What does not change between steps is worked out at the first that needs it."""
    device, together = next(network.parameters()).device, network.config.together
    said = bool(canvas.window.prompt or canvas.window.score.key)
    ready: dict[tuple[Side, ...], Any] = {}

    def prepared(sides: tuple[Side, ...]) -> Any:
        windows = [replace(canvas.window, prompt="", out=side) if side else canvas.window for side in sides]
        given, kept = (part.expand(len(sides), *part.shape) for part in (canvas.given, canvas.kept))
        return network.prepare(type(t := told(windows, words, given, kept, together))(*(part.to(device) for part in t)))

    def bound(*sides: Side) -> Denoiser:
        def predict(x: Tensor, time: float) -> Tensor:
            if sides not in ready:
                ready[sides] = prepared(sides)
            return network(x, time, ready[sides])

        return denoiser(predict, prediction, "t")

    def whole(x: Tensor, level: Level) -> Tensor:
        shares = shares_of(live.guidance, lanes, said) if level.t >= GUIDED_FROM else UNGUIDED
        if live.batched:
            guesses = bound(*shares)(x.repeat(len(shares), 1, 1), level)
        else:
            guesses = torch.cat([bound(side)(x, level) for side in shares])
        x0 = torch.einsum("s,stc->tc", guesses.new_tensor([*shares.values()]), guesses)[None]
        return close(rescaled(x0, guesses[:1], RESCALED))

    return whole


def shares_of(guidance: float, lanes: float, said: bool = True) -> dict[Side, float]:
    """How much each guess counts, by what is left out of it: bare + lanes·(unprompted − bare) + w·(all − unprompted).

    So are several conditions guided each by itself (Brooks et al. 2023, https://arxiv.org/abs/2211.09800); both weights
    alike are the usual guidance. Guesses that count nothing are not made. said: whether there is a prompt or a key.
    """
    shares: dict[Side, float] = {frozenset(): guidance, UNPROMPTED: lanes - guidance, ALL: 1 - lanes}
    if not said:
        shares = {frozenset(): lanes, ALL: 1 - lanes}
    return {side: share for side, share in shares.items() if share}


def finished(request: MusicRequest, score: Score, sound: Samples, recording: Samples | None, canvas: Canvas) -> Samples:
    """Exactly as long as asked for."""
    samples = score.samples(SAMPLE_RATE)
    if canvas.lead:
        return unclipped(circular(sound, canvas.lead * HOP, samples))
    cut = sound[:samples]
    if recording is None:
        return unclipped(faded(cut))
    whole = spliced(cut, recording, anew_spans(request, recording, samples))
    return whole if len(recording) >= samples else faded(whole)
