"""Which notes sound in a finished piece, frame by frame: chroma of the treble and of the bass, in the piece's tuning.

After Mauch & Dixon 2010 (approximate note transcription for the improved identification of difficult chords, ISMIR):
a spectrum of three bins a semitone, freed of its floor and whitened, is explained by notes with their harmonics
(non-negative, by the multiplicative steps of Lee & Seung 2001), and their octaves are folded into pitch classes.

Shapes: S samples, T frames, F frequencies of the transform, B log-frequency bins, N notes, 12 pitch classes from C.
Frame i is centred on i·HOP / RATE seconds.
"""

from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

RATE = 11_025  # Hz
WINDOW, HOP = 4096, 512  # samples: 0.37 s, 46 ms
FRAME = HOP / RATE  # s
LOWEST, HIGHEST = 28, 96  # MIDI notes: E1 to C7
A_SEMITONE = 3  # bins
HARMONICS, DECAY = 12, 0.65
FLOOR_WIDTH = 12 * A_SEMITONE  # bins about each whose mean is the floor
STEPS = 10  # of the multiplicative solution
MIDDLE, SLOPE = 48.0, 1.5  # where bass becomes treble, in MIDI notes, and how gently
FAINT = 1e-4  # of the loudest bin: nothing fainter is a note


@dataclass(frozen=True)
class Chroma:
    """`treble` and `bass` are how strongly each pitch class sounds; `tuning` is in semitones above 440 Hz."""

    treble: Tensor  # (T, 12)
    bass: Tensor  # (T, 12)
    tuning: float

    @property
    def all(self) -> Tensor:  # (T, 12)
        return self.treble + self.bass


def clarity(chroma: Tensor) -> float:  # (T, 12) ->
    """How far the loudest pitch class stands above the mean: 5 in music, below 3.3 in drums and noise, 0 in silence."""
    return float(chroma.max(1).values.mean() / (chroma.mean() + 1e-9))


def chroma(waveform: Tensor) -> Chroma:  # (S,) at RATE
    """The chroma of a sound, silent frames all zero."""
    spectrum = log_spectrum(waveform)
    tuning = tuning_of(spectrum)
    notes = notes_of(_shifted(spectrum, tuning * A_SEMITONE))
    low, high = _registers()
    return Chroma(_folded(notes * high), _folded(notes * low), tuning)


def log_spectrum(waveform: Tensor) -> Tensor:  # (S,) -> (T, B)
    """Magnitudes at three bins a semitone, a semitone more at either end."""
    padded = F.pad(waveform, (WINDOW // 2, WINDOW // 2))
    spectrum = torch.stft(padded, WINDOW, HOP, window=torch.hann_window(WINDOW), center=False, return_complex=True)
    return spectrum.abs().T @ _to_bins()


def tuning_of(spectrum: Tensor) -> float:  # (T, B) ->
    """How far the piece stands from 440 Hz, in (−0.5, 0.5] semitones: the phase of one wave a semitone."""
    heights = spectrum.mean(0)
    angles = 2 * torch.pi / A_SEMITONE * torch.arange(len(heights))
    wave = torch.complex((heights * angles.cos()).sum(), (heights * angles.sin()).sum())
    return float(wave.angle() / (2 * torch.pi)) if wave.abs() > 0 else 0.0


def notes_of(spectrum: Tensor) -> Tensor:  # (T, B) -> (T, N)
    """How loudly each note sounds."""
    seen, harmonics = whitened(spectrum), _harmonics()
    notes = seen @ harmonics.T + 1e-6
    gram, pull = harmonics @ harmonics.T, seen @ harmonics.T
    for _ in range(STEPS):
        notes = notes * pull / (notes @ gram + 1e-9)
    return notes


def whitened(spectrum: Tensor) -> Tensor:  # (T, B) -> (T, B)
    """What stands out of its surroundings, by how many times their spread: drums and timbre weigh less."""
    mean, square = _around(spectrum), _around(spectrum**2)
    spread = (square - mean**2).clamp(min=0).sqrt()
    over = (spectrum - mean).clamp(min=0)
    faint = FAINT * float(spectrum.max()) + 1e-9
    return over / (spread + faint) * (spectrum > faint)


def _around(values: Tensor) -> Tensor:
    half = FLOOR_WIDTH // 2
    return F.avg_pool1d(values[:, None], FLOOR_WIDTH + 1, 1, half, count_include_pad=False)[:, 0]


def _shifted(values: Tensor, bins: float) -> Tensor:
    """(T, B) -> (T, B): what stood `bins` higher, between bins by a straight line."""
    places = (torch.arange(values.shape[1]) + bins).clamp(0, values.shape[1] - 1.001)
    lower = places.long()
    return torch.lerp(values[:, lower], values[:, lower + 1], (places - lower)[None])


def _folded(notes: Tensor) -> Tensor:  # (T, N) -> (T, 12)
    classes = torch.arange(LOWEST, HIGHEST + 1) % 12
    return torch.zeros(len(notes), 12).index_add_(1, classes, notes)


@cache
def _registers() -> tuple[Tensor, Tensor]:
    """How much each note belongs to the bass, and to the treble: (N,), (N,)."""
    low = torch.sigmoid((MIDDLE - torch.arange(LOWEST, HIGHEST + 1)) / SLOPE)
    return low, 1 - low


@cache
def _bins() -> Tensor:
    """The middle of each bin as a MIDI number: (B,)."""
    count = (HIGHEST - LOWEST + 2) * A_SEMITONE + 1
    return LOWEST - 1 + torch.arange(count) / A_SEMITONE


@cache
def _to_bins() -> Tensor:
    """(F, B): at each bin's pitch the magnitude between two frequencies, or the mean of all that it covers."""
    frequencies = torch.arange(1, WINDOW // 2 + 1) * RATE / WINDOW
    pitches = 69 + 12 * (frequencies / 440).log2()
    bins = _bins()
    width = torch.maximum(torch.full_like(bins, 1 / A_SEMITONE), _step(bins))
    weights = (1 - (pitches[:, None] - bins).abs() / width).clamp(min=0)
    return F.pad(weights / weights.sum(0).clamp(min=1e-6), (0, 0, 1, 0))


def _step(pitches: Tensor) -> Tensor:
    """How many semitones lie between two frequencies of the transform there."""
    return 12 * (1 + RATE / WINDOW / (440 * 2 ** ((pitches - 69) / 12))).log2()


@cache
def _harmonics() -> Tensor:
    """(N, B): what the spectrum of each note looks like, through the window and the bins; of length one."""
    frequencies = torch.arange(WINDOW // 2 + 1) * RATE / WINDOW
    found = []
    for note in range(LOWEST, HIGHEST + 1):
        places = 440 * 2 ** ((note - 69) / 12) * torch.arange(1, HARMONICS + 1)
        heights = DECAY ** torch.arange(HARMONICS) * (places < RATE / 2)
        lobes = _lobe((frequencies[:, None] - places) * WINDOW / RATE)  # (F, harmonics)
        found.append(whitened(((lobes * heights).sum(1) @ _to_bins())[None])[0])
    return F.normalize(torch.stack(found), dim=1)


def _lobe(bins: Tensor) -> Tensor:
    """The main lobe of a Hann window, so many bins from its middle."""
    return (torch.sinc(bins) / (1 - bins**2 + 1e-9)).abs() * (bins.abs() < 2)
