"""Words of a recording changed: only the spans around them are made anew, the rest stays sample for sample.

As F5-TTS edits speech (https://arxiv.org/abs/2410.06885): the spectrogram around a change is given, that of the change
is filled in, at the speaker's own pace. Each change sees as much of the recording as the network takes in one piece.

Shapes: T mel frames of the recording, N of a window, M mel bins, S samples, C channels.
"""

from bisect import bisect_right
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soxr
import torch
from torch import Tensor

from engine.api.errors import BadInput
from engine.api.messages import SoundPart, SoundWork, SpokenWord
from engine.api.requests import SpeechRequest
from engine.api.words import Written, changes, written
from engine.codecs.mel import HOP, SAMPLE_RATE
from engine.codecs.sound import Samples, read_raw, read_sound
from engine.codecs.sound_works import sound_work
from engine.codecs.spectrogram_previews import spectrogram_preview
from engine.conditioners.voice import check_transcript, louder
from engine.pipelines.contract import Live, Progress
from engine.pipelines.infilling import Gap, infilled
from engine.pipelines.noise import normal
from engine.pipelines.speaker import Speaker
from engine.pipelines.speech_recordings import FRAMES_A_SECOND, Recording

LEAD = 16  # mel frames of what is around, for the vocoder
FADE = 0.01  # seconds at either end of what is new


@dataclass(frozen=True)
class Change:
    """Words [a, b) of the recording, heard in frames [start, stop), become words [c, d) in `frames` frames."""

    a: int
    b: int
    c: int
    d: int
    start: int
    stop: int
    frames: int


@dataclass(frozen=True)
class Patch:
    """What takes the place of frames [start, stop): a sound (S,) at the engine's rate."""

    change: Change
    sound: Samples


def edited(request: SpeechRequest, speaker: Speaker, live: Live) -> Generator[Progress, None, SoundWork]:
    """The recording with the words of the request's text; one Progress a step. Raises BadInput with one sentence."""
    path = Path(request.recording)
    samples, gain = louder(read_sound(path).samples)
    check_transcript(request.transcript, len(samples) / SAMPLE_RATE)
    recording = speaker.reader.recording(samples, speaker.heard(samples), request.transcript, words_at(request))
    wanted = planned(request, recording)
    patches: list[Patch] = []
    for number, change in enumerate(wanted):
        filled = yield from made(request, speaker, live, recording, wanted, number)
        patches.append(Patch(change, filled / np.float32(gain)))
    return finished(request, recording, patches)


def words_at(request: SpeechRequest) -> tuple[tuple[float, float], ...]:
    """Where the user says that the words are, in seconds; nothing where that is to be found out."""
    if not request.boundaries:
        return ()
    edges, words = [edge / 1000 for edge in request.boundaries], written(request.transcript)
    if len(edges) != 2 * len(words) or edges != sorted(edges):
        raise BadInput("The boundaries do not belong to this transcript; have its words found again.")
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def planned(request: SpeechRequest, recording: Recording) -> list[Change]:
    """The changes in their order, with the frames that go and the frames that come."""
    found = changes(request.transcript, request.text)
    if not found:
        raise BadInput("The text says what the recording says already; change some of its words.")
    new = written(request.text)
    plan = []
    for a, b, c, d in found:
        start, stop = recording.cut(a), recording.cut(b)
        frames = recording.frames([word.text for word in new[c:d]]) / request.speed if d > c else 0
        plan.append(Change(a, b, c, d, start, stop, recording.rounded(frames)))
    return plan


def made(
    request: SpeechRequest, speaker: Speaker, live: Live, recording: Recording, changes: Sequence[Change], number: int
) -> Generator[Progress, None, Samples]:
    """The sound of one change."""
    change = changes[number]
    if change.frames == 0:
        return np.zeros(0, np.float32)
    before, behind = around(recording, changes, number, speaker.reader.longest)
    left, right = recording.mel[before : change.start], recording.mel[change.stop : behind]
    words = [word.text for word in written(request.text)[change.c : change.d]]
    ids = recording.ids(before, change.start, words, change.frames, change.stop, behind)
    mel = torch.cat([left, left.new_zeros(change.frames, left.shape[1]), right])
    frame = torch.arange(len(mel))
    inside = (frame >= len(left)) & (frame < len(left) + change.frames)
    take = dict(enumerate(request.takes)).get(number, 0)
    noise = normal(request.seed, take, number)
    steps = infilled(Gap(mel, ~inside, ids), speaker.network, speaker.card.path, request, live, noise)
    done, given = number * request.steps, ((0, len(left)), (len(left) + change.frames, len(mel)))
    while True:
        try:
            noise_left, spectrogram = next(steps)
        except StopIteration as end:
            return sounded(speaker, end.value, len(left), change.frames)
        done += 1
        level = (len(changes) - number - 1 + noise_left) / len(changes)
        preview = partial(spectrogram_preview, spectrogram, 1 / FRAMES_A_SECOND, before / FRAMES_A_SECOND, given)
        yield Progress(done, len(changes) * request.steps, level, preview)


def around(recording: Recording, changes: Sequence[Change], number: int, longest: float) -> tuple[int, int]:
    """The frames before and behind a change that are given: as many as there is room for, up to the next change."""
    change = changes[number]
    first = changes[number - 1].stop if number else 0
    last = changes[number + 1].start if number + 1 < len(changes) else len(recording.mel)
    room = max(0, int(longest * FRAMES_A_SECOND) - change.frames)
    behind = min(last - change.stop, max(room // 2, room - (change.start - first)))
    before = min(change.start - first, room - behind)
    return recording.rounded(change.start - before), change.stop + behind


def sounded(speaker: Speaker, mel: Tensor, start: int, frames: int) -> Samples:
    """The sound of frames [start, start + frames) of (N, M), with a little around for the vocoder."""
    first, stop = max(0, start - LEAD), start + frames + LEAD
    around = torch.cat([mel[first:stop], mel[-1:]])
    waveform = speaker.vocoder(around[None].to(speaker.device))[0].float().cpu().numpy()
    cut: Samples = waveform[(start - first) * HOP :][: frames * HOP]
    return cut.astype(np.float32)


def finished(request: SpeechRequest, recording: Recording, patches: Sequence[Patch]) -> SoundWork:
    """The recording as it is in its file, with each patch in its place, and when every word is heard now."""
    original, rate = read_raw(Path(request.recording))  # (S, C)
    pieces, moves, at, shift = [], [], 0, 0.0
    for patch in patches:
        start, stop = (round(frame * HOP * rate / SAMPLE_RATE) for frame in (patch.change.start, patch.change.stop))
        new = fitted(patch.sound, rate, original, start, stop)
        pieces += [original[at:start], new]
        shift += (len(new) - (stop - start)) / rate
        moves.append((patch.change, start / rate + shift - (len(new) - (stop - start)) / rate, len(new) / rate, shift))
        at = stop
    samples = np.concatenate([*pieces, original[at:]])
    words = timed(request, recording, moves)
    part = SoundPart(text=request.text.strip(), start=0.0, stop=len(samples) / rate)
    return sound_work(samples if samples.shape[1] > 1 else samples[:, 0], rate, words=words, parts=(part,))


def fitted(sound: Samples, rate: int, original: Samples, start: int, stop: int) -> Samples:  # -> (S, C)
    """A patch at the recording's rate and channels; it begins and ends as what it takes the place of did."""
    new = soxr.resample(sound, SAMPLE_RATE, rate) if len(sound) and rate != SAMPLE_RATE else sound
    new = np.repeat(new[:, None], original.shape[1], axis=1).astype(np.float32)
    over = min(round(FADE * rate), len(new), stop - start)
    ramp = np.linspace(0, 1, over, dtype=np.float32)[:, None]
    if over:
        new[:over] = original[start : start + over] * (1 - ramp) + new[:over] * ramp
        new[len(new) - over :] = new[len(new) - over :] * (1 - ramp) + original[stop - over : stop] * ramp
    return new


def timed(
    request: SpeechRequest, recording: Recording, moves: Sequence[tuple[Change, float, float, float]]
) -> tuple[SpokenWord, ...]:
    """When each word of the new text is heard: as before but moved, and in a patch by the lengths of the words."""
    new = written(request.text)
    times: dict[int, tuple[float, float]] = {}
    kept = [index for index in range(len(recording.words)) if not any(m.a <= index < m.b for m, *_ in moves)]
    stops = [move.b for move, *_ in moves]
    for index in kept:
        passed = bisect_right(stops, index)
        change, _, _, shift = moves[passed - 1] if passed else (None, 0.0, 0.0, 0.0)
        place = index if change is None else index - change.b + change.d
        start, stop = recording.words[index]
        times[place] = (start + shift, stop + shift)
    for change, start, seconds, _ in moves:
        times |= shared(new, change, start, seconds)
    return tuple(
        SpokenWord(text=word.text, start=times[i][0], stop=times[i][1], first=word.first, last=word.last)
        for i, word in enumerate(new)
    )


def shared(words: Sequence[Written], change: Change, start: float, seconds: float) -> dict[int, tuple[float, float]]:
    """The words of a patch, each with time in proportion to its letters."""
    letters = [len(word.text) for word in words[change.c : change.d]]
    ends = np.cumsum([0, *letters]) / max(1, sum(letters)) * seconds + start
    return {change.c + i: (float(ends[i]), float(ends[i + 1])) for i in range(len(letters))}
