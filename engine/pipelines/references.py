"""What becomes of a sound file that the user gives: a reference to speak with, or a recording to change words in.

sound file → mono → trimmed (a voice) or whole (a recording) → a WAV file, its waveform, its words where they are known
"""

import uuid
from functools import partial
from pathlib import Path

from engine.api.messages import SoundWork, SpokenWord
from engine.api.words import written
from engine.codecs.phonemes import phonemes
from engine.codecs.sound import SAMPLE_RATE, Samples, read_sound
from engine.codecs.sound_works import sound_work
from engine.conditioners.energy import Align, by_energy
from engine.conditioners.voice import check_transcript, trimmed, weight

READ = 60.0  # seconds of a voice's file, of which the first that are spoken are used
LONGEST_RECORDING = 180.0  # seconds
UNHEARD = 'ˈˌ ;:,.!?—…()“”"'
HURRY = 0.85  # of 0.7 to 1, the least error against the durations of synthesised speech: 75 ms a word, without 80 ms


def prepare(
    path: Path,
    transcript: str = "",
    language: str = "english",
    trim: bool = True,
    align: Align | None = None,
    folder: Path | None = None,
) -> SoundWork:
    """The sound as it will be used, in a new file in `folder`, which belongs to the caller.

    With a transcript, its words have their times. Raises BadInput with one sentence where either cannot be used.
    """
    sound = read_sound(path, first=READ) if trim else read_sound(path, longest=LONGEST_RECORDING)
    samples, notes = trimmed(sound.samples) if trim else (sound.samples, ())
    seconds = len(samples) / SAMPLE_RATE
    words: tuple[SpokenWord, ...] = ()
    if transcript.strip():
        check_transcript(transcript, seconds)
        words = (align or by_phonemes)(samples, transcript, language)
    target = folder / f"{uuid.uuid4().hex}.wav" if folder else None
    return sound_work(samples, words=words, notes=(*sound.notes, *notes), path=target)


def by_phonemes(samples: Samples, transcript: str, language: str) -> tuple[SpokenWord, ...]:
    """Alignment by energy, each word as long as it has phonemes; by its letters where it cannot be pronounced."""
    known = {word.text: sounding(word.text, language) for word in written(transcript)}
    return by_energy(samples, transcript, language, partial(dict.__getitem__, known))


def sounding(word: str, language: str) -> float:
    """How long a word is beside others: by its phonemes, of which many in one word are said faster."""
    symbols = phonemes(word, language).symbols if language != "chinese" else ""
    heard = sum(symbol not in UNHEARD for symbol in symbols)
    return float(heard or weight(word)) ** HURRY
