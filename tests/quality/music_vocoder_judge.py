"""Judges music's vocoder by copy synthesis of held-out pieces, beside Griffin-Lim.

    python -m tests.quality.music_vocoder_judge --checkpoint FOLDER --corpus FOLDER [--count 16] [--note]

Both are given the bands of the mean of both sides (engine/codecs/music_bands.py). Griffin-Lim is librosa's accelerated
kind for 48 iterations, begun from the magnitudes that fit the bands best (non-negative least squares). The figures are
those of `tests.quality.vocoder_judge`.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import msgspec
import numpy as np
import soundfile
import torch

from engine.api.cards import CARD, read_card
from engine.codecs.music_bands import HOP, SAMPLE_RATE, WINDOW, bands_of, filters, powers
from engine.networks.vocos import Vocos, VocosConfig
from engine.runtime import weights
from engine.training.card import write_card
from engine.training.music_corpus import MusicCorpus
from tests.quality import judges
from tests.quality.vocoder_judge import ITERATIONS, Figures, Waveform, stft_distance

LONGEST = 10 * SAMPLE_RATE // HOP * HOP  # samples of a piece
Copy = Callable[[torch.Tensor], Waveform]  # (T, M) -> (S,)


def vocoder(folder: Path) -> Copy:
    card = read_card(folder / CARD)
    with torch.device("meta"), weights.NothingDrawn():
        empty = Vocos(msgspec.convert(card.network, VocosConfig))
    network = weights.load(empty, card.file("network"), torch.device("cpu"), torch.float32)
    return lambda bands: network(bands[None])[0].numpy()


def griffin_lim(bands: torch.Tensor) -> Waveform:
    librosa = judges.package("librosa")
    magnitudes = librosa.util.nnls(filters().numpy().T, bands.exp().numpy().T)
    return librosa.griffinlim(magnitudes, n_iter=ITERATIONS, hop_length=HOP, n_fft=WINDOW, random_state=0)


def judged(sounds: list[Waveform], copy: Copy) -> Figures:
    rows = []
    for true in sounds:
        bands = bands_of(powers(torch.from_numpy(true)[None]))[0]
        begun = time.perf_counter()
        made = copy(bands)
        taken = time.perf_counter() - begun
        rows.append((stft_distance(true[: len(made)], made[: len(true)]), taken * SAMPLE_RATE / len(true)))
    distance, factor = (round(fmean(column), 3) for column in zip(*rows, strict=True))
    return {"stft": distance, "real_time_factor": factor, "sounds": len(rows)}


def held_out(corpus: Path, count: int) -> list[Waveform]:
    music = MusicCorpus.load(corpus)
    kept = [each for each in music.of(held_out=True) if each.sound and not each.variation][:count]
    sounds = (soundfile.read(corpus / each.sound, dtype="float32", always_2d=True)[0] for each in kept)
    return [np.ascontiguousarray(sound.mean(1)[:LONGEST]) for sound in sounds]


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge a vocoder of music.")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--note", action="store_true", help="write the figures into the checkpoint's card")
    options = parser.parse_args(args)
    torch.set_num_threads(1)
    sounds = held_out(options.corpus, options.count)
    with torch.inference_mode():
        figures = {
            "ours": judged(sounds, vocoder(options.checkpoint)),
            "griffin_lim": judged(sounds, griffin_lim),
        }
    if options.note:
        card = read_card(options.checkpoint / CARD)
        write_card(msgspec.structs.replace(card, figures=card.figures | {"copy_synthesis": figures}))
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
