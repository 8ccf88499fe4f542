"""Judges a vocoder by copy synthesis: the mel spectrogram of a true sound, made sound again, beside Griffin-Lim.

    python -m tests.quality.vocoder_judge --checkpoint FOLDER --corpus FOLDER [--music FOLDER] [--works FOLDER] [--note]

prints JSON and, with --note, writes the figures into the checkpoint's card; --works keeps the sounds to be heard. The
speech is the corpus's held-out sentences and its held-out voice, as often of each voice. The music are pieces of a seed
that training never uses or, with --music, the sound files of a folder. Griffin-Lim has librosa's accelerated kind for
48 iterations, begun from the magnitudes that fit the mel best (non-negative least squares).

- pesq: ITU-T P.862.2, wideband, 1 to 4.6, by the package pesq at 16 kHz; speech only.
- stft: over windows of 512, 1024 and 2048 samples, the mean of spectral convergence (the error's norm in that of the
  truth) and of the distance of log magnitudes; 0 is best.
- real_time_factor: seconds taken for each second of sound, on one thread.

Shapes: S samples at 24 kHz.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray

from engine.api.cards import CARD, read_card
from engine.codecs.mel import HOP, SAMPLE_RATE, VOCOS, filters, mel
from engine.networks.vocos import Vocos, VocosConfig
from engine.runtime import weights
from engine.training.card import write_card
from engine.training.speech_corpus import HELD_SENTENCE, HELD_VOICE, Corpus
from engine.training.tones import pieces
from tests.quality import judges

Waveform = NDArray[np.float32]
Vocoder = Callable[[Waveform], Waveform]
Figures = dict[str, float]

ITERATIONS = 48
WINDOWS = (512, 1024, 2048)
FAINT = 1e-3  # magnitude below which all is silence
UNTRAINED_SEED = 10_007
LONGEST = 8 * SAMPLE_RATE  # of a clip


def load_vocoder(folder: Path) -> Vocoder:
    """The checkpoint in a folder as the engine loads it: sound → mel → sound."""
    card = read_card(folder / CARD)
    with torch.device("meta"), weights.NothingDrawn():
        empty = Vocos(msgspec.convert(card.network, VocosConfig))
    network = weights.load(empty, card.file("network"), torch.device("cpu"), torch.float32)

    @torch.inference_mode()
    def copy(sound: Waveform) -> Waveform:
        return network(mel(torch.from_numpy(sound)[None]))[0].numpy()

    return copy


def griffin_lim(sound: Waveform) -> Waveform:
    """The same from the same mel, by librosa."""
    librosa = judges.package("librosa")
    bands = mel(torch.from_numpy(sound)[None])[0].exp().numpy().T
    magnitudes = librosa.util.nnls(filters(VOCOS).numpy().T, bands)
    return librosa.griffinlim(
        magnitudes, n_iter=ITERATIONS, hop_length=HOP, n_fft=VOCOS.window, length=len(sound), random_state=0
    )


def whole_hops(sound: Waveform) -> Waveform:
    """Cut to what a vocoder gives back: whole hops, not too many of them."""
    return sound[: min(len(sound), LONGEST) // HOP * HOP]


def held_out_speech(corpus: Path, each: int) -> list[Waveform]:
    """`each` utterances of every voice that training did not hear say them."""
    spoken = Corpus.load(corpus)
    found: dict[str, list[Waveform]] = {}
    for index in [*spoken.of(HELD_SENTENCE), *spoken.of(HELD_VOICE)]:
        clips = found.setdefault(spoken.utterances[index].voice, [])
        if len(clips) < each:
            clips.append(whole_hops(spoken.sound(index)))
    return [clip for voice in sorted(found) for clip in found[voice]]


def music(folder: Path | None, count: int) -> list[Waveform]:
    if folder is None:
        return [whole_hops(piece) for piece in pieces(count * 6 / 60, UNTRAINED_SEED, 6.0)]
    files = [path for path in sorted(folder.iterdir()) if path.suffix in (".wav", ".flac", ".ogg")]
    return [whole_hops(read(path)) for path in files[:count]]


def read(path: Path) -> Waveform:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(sound.mean(axis=1), rate, SAMPLE_RATE).astype(np.float32)


def pesq(true: Waveform, made: Waveform) -> float:
    sides = [soxr.resample(side, SAMPLE_RATE, judges.SAMPLE_RATE) for side in (true, made)]
    return float(judges.package("pesq").pesq(judges.SAMPLE_RATE, *sides, "wb"))


def stft_distance(true: Waveform, made: Waveform) -> float:
    return fmean(_distance(true, made, window) for window in WINDOWS)


def _distance(true: Waveform, made: Waveform, window: int) -> float:
    theirs, ours = (np.maximum(_magnitudes(side, window), FAINT) for side in (true, made))
    convergence = np.linalg.norm(theirs - ours) / np.linalg.norm(theirs)
    return float(convergence + np.abs(np.log(theirs / ours)).mean())


def _magnitudes(sound: Waveform, window: int) -> Waveform:  # (S,) -> (frames, frequencies)
    padded = np.pad(sound, window // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[:: window // 4]
    return np.abs(np.fft.rfft(frames * np.hanning(window + 1)[:-1])).astype(np.float32)


def judged(
    sounds: Iterable[Waveform], vocoder: Vocoder, spoken: bool, keep: Callable[[int, Waveform], None]
) -> Figures:
    """The means over the sounds; `keep` hears of each copy with its number."""
    rows: list[Figures] = []
    for number, true in enumerate(sounds):
        begun = time.perf_counter()
        made = vocoder(true)
        row = {"real_time_factor": (time.perf_counter() - begun) * SAMPLE_RATE / len(true)}
        row["stft"] = stft_distance(true, made)
        if spoken:
            row["pesq"] = pesq(true, made)
        keep(number, made)
        rows.append(row)
    return {name: round(fmean(row[name] for row in rows), 3) for name in rows[0]} | {"sounds": len(rows)}


def judge(vocoders: dict[str, Vocoder], sounds: dict[str, list[Waveform]], works: Path | None = None) -> dict[str, Any]:
    """By kind of sound, by vocoder: the figures."""

    def keeper(kind: str, name: str) -> Callable[[int, Waveform], None]:
        def keep(number: int, made: Waveform) -> None:
            if works:
                works.mkdir(parents=True, exist_ok=True)
                soundfile.write(works / f"{kind}-{number:02}-{name}.flac", np.clip(made, -1, 1), SAMPLE_RATE)

        return keep

    everyone: dict[str, Vocoder] = vocoders | ({"true": lambda sound: sound} if works else {})
    return {
        kind: {name: judged(clips, made, kind == "speech", keeper(kind, name)) for name, made in everyone.items()}
        for kind, clips in sounds.items()
    }


def note(figures: dict[str, Any], folder: Path) -> None:
    """Put the figures into the card in `folder`, beside those of its training."""
    card = read_card(folder / CARD)
    write_card(msgspec.structs.replace(card, figures=card.figures | {"copy_synthesis": figures}))


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge a vocoder checkpoint.")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--music", type=Path, help="folder of sound files (default: pieces made for it)")
    parser.add_argument("--works", type=Path, help="folder for the sounds that were judged")
    parser.add_argument("--each", type=int, default=4, help="utterances of each voice")
    parser.add_argument("--pieces", type=int, default=8)
    parser.add_argument("--note", action="store_true", help="write the figures into the checkpoint's card")
    options = parser.parse_args(args)
    torch.set_num_threads(1)
    sounds = {
        "speech": held_out_speech(options.corpus, options.each),
        "music": music(options.music, options.pieces),
    }
    vocoders = {"ours": load_vocoder(options.checkpoint), "griffin_lim": griffin_lim}
    figures = judge(vocoders, sounds, options.works)
    if options.note:
        note(figures, options.checkpoint)
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
