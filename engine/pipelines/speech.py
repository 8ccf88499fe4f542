"""Speech by flow matching: a text, sentence by sentence, in the voice of a reference.

F5-TTS (Chen et al. 2024, https://arxiv.org/abs/2410.06885): the network is given the reference's spectrogram, its words
and the words to come, and fills in the spectrogram that is missing; a vocoder makes it sound. Each piece has noise of
its own from (seed, take, piece), so that one can be made anew and the others stay.

Shapes: T mel frames of the reference, N of reference and text together, M mel bins, S samples.
"""

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec
import numpy as np
import torch
from torch import Tensor

from engine.api.errors import BadInput
from engine.api.messages import SoundPart, SoundWork, SpokenWord
from engine.api.requests import SpeechRequest
from engine.api.script import Line, lines
from engine.api.voices import Voice
from engine.codecs.mel import HOP, SAMPLE_RATE
from engine.codecs.sound import Samples
from engine.codecs.sound_works import sound_work
from engine.codecs.spectrogram_previews import spectrogram_preview
from engine.pipelines.contract import Live, Part, Progress, Shelf
from engine.pipelines.infilling import after, infilled
from engine.pipelines.noise import normal
from engine.pipelines.speaker import Speaker
from engine.pipelines.speech_edit import edited
from engine.pipelines.speech_kept import Sentence, kept_by, key_of
from engine.pipelines.speech_reading import Phonemes, Reference, Said
from engine.pipelines.speech_recordings import FRAMES_A_SECOND

OVERLAP = 0.15  # seconds in which a piece of a published network goes over into the next one
LEAD = 16  # frames of the reference before what is made, for the vocoder

Making = Generator[Progress | Part, None, SoundWork]


@dataclass(frozen=True)
class Piece:
    """A sentence on its way: who says it, what, and in how many frames."""

    line: Line
    voice: Voice
    reference: Reference
    said: Said
    take: int


def speech(request: SpeechRequest, shelf: Shelf, live: Live) -> Making:
    """Speaks the text, one Progress a step and one Part a sentence; those it has lately spoken it remembers.

    Raises BadInput with one sentence.
    """
    if not any(letter.isalnum() for letter in request.text):
        raise BadInput("There is nothing to say yet; write some words.")
    speaker = Speaker(request, shelf)
    if request.recording:
        return (yield from edited(request, speaker, live))
    pieces = planned(request, speaker)
    kept, keys = kept_by(speaker.network), [key_for(request, speaker, live, *each) for each in enumerate(pieces)]
    ready = [kept.get(key) for key in keys]
    costs = [1 if sentence else request.steps for sentence in ready]
    sounds: list[Samples] = []
    for number, (piece, sentence) in enumerate(zip(pieces, ready, strict=True)):
        told = partial(progress, pieces, number, sum(costs[:number]), sum(costs))
        if sentence:
            yield told(1, 0.0, sentence.spectrogram)
        else:
            sentence, steady = yield from spoken(request, speaker, live, piece, number, told)
            if steady:
                kept.add(keys[number], sentence)
        sounds.append(sentence.sound)
        if len(pieces) > 1:
            yield Part(number + 1, len(pieces), finished([piece], [sounds[-1]], 0))
    return finished(pieces, sounds, overlap(speaker))


def key_for(request: SpeechRequest, speaker: Speaker, live: Live, number: int, piece: Piece) -> Hashable:
    """What this piece is kept by."""
    return key_of(request, live, speaker.vocoder, piece.reference, piece.said, piece.take, number)


def planned(request: SpeechRequest, speaker: Speaker) -> list[Piece]:
    """The sentences with their lengths: as the voices take, by speed, or so that they last the seconds asked for."""
    sentences = lines(request.text, lambda text: True)
    cut = [part for sentence in sentences for part in parts_that_fit(sentence, speaker)]
    voices = [speaker.voice(line.voice) for line in cut]
    seconds = [
        speaker.reader.seconds(line.text, speaker.reference(voice)) for line, voice in zip(cut, voices, strict=True)
    ]
    lap = overlap(speaker) * (len(cut) - 1)
    scale = (request.seconds + lap) / sum(seconds) if request.seconds else 1 / request.speed
    frames = whole([each * scale * FRAMES_A_SECOND for each in seconds])
    takes = [*request.takes, *[0] * len(cut)]
    return [
        Piece(
            line, voice, speaker.reference(voice), speaker.reader.said(line.text, speaker.reference(voice), count), take
        )
        for line, voice, count, take in zip(cut, voices, frames, takes, strict=False)
    ]


def parts_that_fit(line: Line, speaker: Speaker) -> list[Line]:
    """One line in as few pieces as its voice's network can make."""
    voice = speaker.voice(line.voice)
    parts = lines(line.text, lambda text: speaker.fits(text, voice))
    return [replace(part, start=part.start + line.start, voice=line.voice) for part in parts]


def whole(numbers: Sequence[float]) -> list[int]:
    """Rounded so that the sums from the first on are as near as they can be; none is 0."""
    ends = np.round(np.cumsum(numbers))
    return [max(1, int(count)) for count in np.diff(ends, prepend=0)]


def progress(
    pieces: Sequence[Piece], number: int, before: int, total: int, done: int, left: float, spectrogram: Tensor
) -> Progress:
    """Step `done` of one piece, after `before` of those before it; a piece that was kept is one step."""
    begins = sum(each.said.frames for each in pieces[:number]) / FRAMES_A_SECOND
    preview = partial(spectrogram_preview, spectrogram, 1 / FRAMES_A_SECOND, begins)
    return Progress(before + done, total, (len(pieces) - number - 1 + left) / len(pieces), preview)


def spoken(
    request: SpeechRequest,
    speaker: Speaker,
    live: Live,
    piece: Piece,
    number: int,
    told: Callable[[int, float, Tensor], Progress],
) -> Generator[Progress, None, tuple[Sentence, bool]]:
    """One piece, a Progress a step; and whether nothing was turned meanwhile, so that it can be kept."""
    known = len(piece.reference.mel)
    gap = after(piece.reference.mel, piece.said.frames, piece.said.ids)
    noise = normal(request.seed, piece.take, number)
    steps = infilled(gap, speaker.network, speaker.card.path, request, live, noise)
    asked, steady, done = (live.guidance, live.gamma), True, 0
    while True:
        try:
            left, spectrogram = next(steps)
        except StopIteration as end:
            made = end.value[known:].clone()
            return Sentence(made, sounded(speaker, piece, made)), steady
        done += 1
        yield told(done, left, spectrogram[known:])
        steady = steady and (live.guidance, live.gamma) == asked


def sounded(speaker: Speaker, piece: Piece, spectrogram: Tensor) -> Samples:
    """The sound (S,) of a piece; a little of the reference goes through the vocoder with it, to begin as it ends."""
    lead = piece.reference.mel[-LEAD:]
    whole_mel = torch.cat([lead, spectrogram, spectrogram[-1:]])
    waveform = speaker.vocoder(whole_mel[None].to(speaker.device))[0].float().cpu().numpy()
    cut = waveform[len(lead) * HOP :][: len(spectrogram) * HOP]
    return np.asarray(cut / piece.reference.gain, dtype=np.float32)


def overlap(speaker: Speaker) -> float:
    """Seconds in which pieces go over into each other: those of aligned text begin and end in silence."""
    return 0.0 if isinstance(speaker.reader, Phonemes) else OVERLAP


def finished(pieces: Sequence[Piece], sounds: Sequence[Samples], lap: float) -> SoundWork:
    """One work of all pieces, each word at its time and its place in the text."""
    samples, starts = joined(sounds, round(lap * SAMPLE_RATE))
    words = [
        moved(word, start, piece.line.start)
        for piece, start in zip(pieces, starts, strict=True)
        for word in piece.said.words
    ]
    parts = [
        SoundPart(text=piece.line.text, start=start, stop=start + len(sound) / SAMPLE_RATE, voice=piece.voice.title)
        for piece, start, sound in zip(pieces, starts, sounds, strict=True)
    ]
    notes = dict.fromkeys(note for piece in pieces for note in piece.said.notes)
    return sound_work(samples, SAMPLE_RATE, words=tuple(words), parts=tuple(parts), notes=tuple(notes))


def moved(word: SpokenWord, seconds: float, letters: int) -> SpokenWord:
    """The same word, so much later and so much further on."""
    return msgspec.structs.replace(
        word,
        start=word.start + seconds,
        stop=word.stop + seconds,
        first=word.first + letters,
        last=word.last + letters,
    )


def joined(sounds: Sequence[Samples], lap: int) -> tuple[Samples, list[float]]:
    """One after the other, faded into each other over `lap` samples; and the second at which each begins."""
    whole, starts = sounds[0], [0.0]
    for sound in sounds[1:]:
        over = min(lap, len(whole), len(sound))
        ramp = np.linspace(0, 1, over, dtype=np.float32)
        starts.append((len(whole) - over) / SAMPLE_RATE)
        middle = whole[len(whole) - over :] * (1 - ramp) + sound[:over] * ramp
        whole = np.concatenate([whole[: len(whole) - over], middle, sound[over:]])
    return whole, starts
