"""Sounds to look at: spectrograms with a tone in them, works with words and sentences, as an engine would send them."""

from array import array
from collections.abc import Sequence

from engine.api.messages import SoundPart, SoundWork, SpectrogramPreview, SpokenWord, Stepped

LOW, HIGH, HOP = -11.6, 3.0, 0.01
QUIET, LOUD = 0, 255
SENTENCES = ("The kettle sang.", "Nobody was in a hurry!")
PACE = 0.5  # seconds a word


def spectrogram(
    seconds: float = 2.0, band: int = 10, start: float = 0.0, given: Sequence[tuple[int, int]] = (), bins: int = 100
) -> SpectrogramPreview:
    """One band is loud all the time, the others silent."""
    frames = round(seconds / HOP)
    row = bytes(LOUD if each == band else QUIET for each in range(bins))
    return SpectrogramPreview(
        frames=frames, bins=bins, mel=row * frames, low=LOW, high=HIGH, hop=HOP, start=start, given=tuple(given)
    )


def run(steps: int = 4, seconds: float = 2.0, start: float = 0.0) -> list[Stepped]:
    """A run of one passage; in each step another band is loud."""
    return [
        Stepped(
            job="a",
            step=step,
            steps=steps,
            level=1 - step / steps,
            elapsed=0.25 * step,
            preview=spectrogram(seconds, band=10 * step, start=start),
        )
        for step in range(1, steps + 1)
    ]


def peaks(heights: Sequence[int]) -> bytes:
    """A waveform as high below as above."""
    return array("b", [part for height in heights for part in (-height, height)]).tobytes()


def work(
    sentences: Sequence[str] = SENTENCES,
    path: str = "/nowhere/work.wav",
    voices: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> SoundWork:
    """Sentences in which a word takes half a second, one after the other."""
    words: list[SpokenWord] = []
    parts: list[SoundPart] = []
    first, now = 0, 0.0
    for number, sentence in enumerate(sentences):
        begin = now
        for text in sentence.split():
            at = first + sentence.index(text, words[-1].last - first if now > begin else 0)
            bare = text.rstrip(".,!?")
            words.append(SpokenWord(text=bare, start=now, stop=now + PACE, first=at, last=at + len(bare)))
            now += PACE
        parts.append(SoundPart(text=sentence, start=begin, stop=now, voice=voices[number] if voices else "Heart"))
        first += len(sentence) + 1
    return SoundWork(
        path=path,
        sample_rate=8000,
        channels=1,
        seconds=max(now, 0.5),
        peaks=peaks([100] * 50),
        words=tuple(words),
        parts=tuple(parts),
        notes=tuple(notes),
    )
