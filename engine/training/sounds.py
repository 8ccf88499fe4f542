"""What a vocoder hears while it learns: clips of the speech corpus, of music-like pieces, and of the two at once.

Shapes: B clips, S samples.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.api.errors import BadInput
from engine.api.files import writing
from engine.training.speech_corpus import LOUDEST, RATE, TRAIN, Corpus
from engine.training.tones import pieces

MUSIC_MINUTES = 8.0
MUSIC_SHARE = 0.3  # of the clips
MIXED_SHARE = 0.1  # of the clips: speech over music
SOFTEST = -24.0  # dB, of a clip's loudest sample; the loudest is at -0.5 dB
LOUD = -0.5


class Sounds:
    """Clips by kind; `speech` is heard voice by voice as often, however much there is of each."""

    def __init__(self, speech: Sequence[Sequence[NDArray[np.int16]]], music: Sequence[NDArray[np.int16]]) -> None:
        self.speech, self.music = speech, music

    def draw(self, count: int, samples: int, rng: np.random.Generator) -> Tensor:  # -> (B, S)
        return torch.from_numpy(np.stack([self.clip(samples, rng) for _ in range(count)]))

    def clip(self, samples: int, rng: np.random.Generator) -> NDArray[np.float32]:  # -> (S,)
        kind = rng.random()
        music = excerpt(self.music, samples, rng) if kind < MUSIC_SHARE + MIXED_SHARE else np.zeros(samples, np.float32)
        if kind < MUSIC_SHARE:
            return at_volume(music, rng)
        voice = self.speech[int(rng.integers(len(self.speech)))]
        return at_volume(excerpt(voice, samples, rng) + music * np.float32(rng.uniform(0.1, 1.0)), rng)


def excerpt(sounds: Sequence[NDArray[np.int16]], samples: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Consecutive samples of one of the sounds, silence after a sound that is too short."""
    sound = sounds[int(rng.integers(len(sounds)))]
    start = int(rng.integers(max(1, len(sound) - samples + 1)))
    cut = sound[start : start + samples]
    return np.pad(np.divide(cut, LOUDEST, dtype=np.float32), (0, samples - len(cut)))


def at_volume(clip: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Scaled to a random peak; a silent clip stays silent."""
    peak = 10 ** (rng.uniform(SOFTEST, LOUD) / 20)
    return clip * np.float32(peak / max(float(np.abs(clip).max()), 1e-2))


def gather(corpus: Corpus, folder: Path, seed: int, more: Path | None = None) -> Sounds:
    """The training voices of a corpus, music that is made once and kept in `folder`, and sound files in `more`."""
    voices = sorted({corpus.utterances[index].voice for index in corpus.of(TRAIN)})
    spoken: dict[str, list[NDArray[np.int16]]] = {voice: [] for voice in voices}
    for index in corpus.of(TRAIN):
        shard, start = corpus.places[index]
        utterance = corpus.utterances[index]
        spoken[utterance.voice].append(corpus.shards[shard][start : start + utterance.samples])
    return Sounds(list(spoken.values()), music_in(folder, seed) + sounds_in(more))


def music_in(folder: Path, seed: int) -> list[NDArray[np.int16]]:
    path = folder / "music.npy"
    if not path.exists():
        made = np.stack([np.round(piece * LOUDEST).astype(np.int16) for piece in pieces(MUSIC_MINUTES, seed)])
        with writing(path) as file:
            np.save(file, made)
    return list(np.load(path, mmap_mode="r"))


def sounds_in(folder: Path | None) -> list[NDArray[np.int16]]:
    """All WAV, FLAC and Ogg files of a folder at 24 kHz, their channels mixed."""
    paths = sorted(folder.iterdir()) if folder else []
    files = [path for path in paths if path.suffix.lower() in (".wav", ".flac", ".ogg")]
    if folder and not files:
        raise BadInput(f"There is no WAV, FLAC or Ogg file in {folder}: name the folder that holds the music.")
    return [np.round(read(path).clip(-1, 1) * LOUDEST).astype(np.int16) for path in files]


def read(path: Path) -> NDArray[np.float32]:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(sound.mean(axis=1), rate, RATE)
