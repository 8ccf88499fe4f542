"""Log-mel spectrograms as Vocos and as BigVGAN take them, without torchaudio or librosa.

Both: 24 kHz, windows of 1024 samples (Hann), one frame every 256, 100 bands from 0 Hz to 12 kHz, natural logarithm of
magnitudes (not powers), clamped from below at 1e-5. Vocos (https://arxiv.org/abs/2306.00814, as F5-TTS uses it):
frames centred on their sample, HTK's mel scale, triangles of height one. BigVGAN (https://arxiv.org/abs/2206.04658):
frames padded to lie between their samples, Slaney's mel scale, triangles of area one.

Shapes: B batch, S samples in [-1, 1], T frames, M mel bands, F frequencies of the transform.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.api.errors import BadInput

SAMPLE_RATE = 24_000  # Hz
HOP = 256  # samples a frame
BANDS = 100

SLANEY_LINEAR = 200 / 3  # Hz a mel, below the break
SLANEY_BREAK = 1000.0  # Hz, 15 mel
SLANEY_STEP = math.log(6.4) / 27  # of the logarithm of the frequency a mel, above the break


@dataclass(frozen=True)
class MelSettings:
    scale: str = "htk"  # or "slaney"
    even_area: bool = False  # every triangle has area one instead of height one
    centred: bool = True  # frame i is centred on sample i * hop: S // hop + 1 frames; otherwise S // hop
    magnitude_floor: float = 0.0  # added to squared magnitudes
    floor: float = 1e-5  # of a band before the logarithm
    sample_rate: int = SAMPLE_RATE
    window: int = 1024  # samples, also the size of the transform
    hop: int = HOP
    bands: int = BANDS

    @property
    def padding(self) -> int:
        """Samples mirrored onto either end."""
        return self.window // 2 if self.centred else (self.window - self.hop) // 2


VOCOS = MelSettings()
BIGVGAN = MelSettings(scale="slaney", even_area=True, centred=False, magnitude_floor=1e-9)


def mel(waveform: Tensor, settings: MelSettings = VOCOS) -> Tensor:  # (B, S) -> (B, T, M)
    """The log-mel spectrogram in float32, on the waveform's device. Raises BadInput where there is next to no sound."""
    bands = magnitudes(waveform, settings) @ filters(settings).to(waveform.device)
    return bands.clamp(min=settings.floor).log()


def frame_count(samples: int, settings: MelSettings = VOCOS) -> int:
    """How many frames `mel` makes of so many samples."""
    return (samples + 2 * settings.padding - settings.window) // settings.hop + 1


def magnitudes(waveform: Tensor, settings: MelSettings) -> Tensor:  # (B, S) -> (B, T, F)
    """The short-time Fourier transform without its phases."""
    if waveform.shape[-1] <= settings.padding:
        least = math.ceil(1000 * (settings.padding + 1) / settings.sample_rate)
        raise BadInput(f"The sound is too short to be analysed; give at least {least} ms of it.")
    padded = F.pad(waveform.float()[:, None], (settings.padding, settings.padding), mode="reflect")[:, 0]
    window = torch.hann_window(settings.window, device=waveform.device)
    spectrum = torch.stft(padded, settings.window, settings.hop, window=window, center=False, return_complex=True)
    if settings.magnitude_floor == 0:
        return spectrum.abs().mT
    return (spectrum.real.square() + spectrum.imag.square() + settings.magnitude_floor).sqrt().mT


@cache
@torch.inference_mode(False)  # training may ask for them later
def filters(settings: MelSettings) -> Tensor:  # -> (F, M)
    """Each band's weight of each frequency: triangles from one band's neighbour to the other."""
    to_mel, to_hertz = SCALES[settings.scale]
    nyquist = settings.sample_rate / 2
    frequencies = torch.linspace(0, nyquist, settings.window // 2 + 1, dtype=torch.float64)
    top = to_mel(torch.tensor(nyquist, dtype=torch.float64))
    corners = to_hertz(torch.linspace(0, float(top), settings.bands + 2, dtype=torch.float64))
    low, peak, high = corners[:-2], corners[1:-1], corners[2:]
    rising = (frequencies[:, None] - low) / (peak - low)
    falling = (high - frequencies[:, None]) / (high - peak)
    triangles = torch.minimum(rising, falling).clamp(min=0)
    return (triangles * 2 / (high - low) if settings.even_area else triangles).float()


def htk_mel(hertz: Tensor) -> Tensor:
    return 2595.0 * torch.log10(1 + hertz / 700)


def htk_hertz(mels: Tensor) -> Tensor:
    return 700.0 * (10 ** (mels / 2595) - 1)


def slaney_mel(hertz: Tensor) -> Tensor:
    """Linear up to 1 kHz, logarithmic from there on (Slaney 1998, Auditory Toolbox)."""
    above = (hertz.clamp(min=SLANEY_BREAK) / SLANEY_BREAK).log() / SLANEY_STEP
    return hertz.clamp(max=SLANEY_BREAK) / SLANEY_LINEAR + above


def slaney_hertz(mels: Tensor) -> Tensor:
    edge = SLANEY_BREAK / SLANEY_LINEAR
    return mels.clamp(max=edge) * SLANEY_LINEAR * ((mels.clamp(min=edge) - edge) * SLANEY_STEP).exp()


Curve = Callable[[Tensor], Tensor]
SCALES: dict[str, tuple[Curve, Curve]] = {"htk": (htk_mel, htk_hertz), "slaney": (slaney_mel, slaney_hertz)}
"""Mel scale → hertz to mel, mel to hertz."""
