"""How far two waveforms are apart to the ear: their mel spectrograms, and their spectra at several resolutions.

The spectral convergence and the log-magnitude distance of Yamamoto et al. 2020 (https://arxiv.org/abs/1910.11480),
each the mean over three window lengths; the mel distance of Kong et al. 2020 (https://arxiv.org/abs/2010.05646).

Shapes: B batch, S samples, T frames, F frequencies.
"""

import torch
from torch import Tensor

from engine.codecs.mel import VOCOS, filters

WINDOWS = (512, 1024, 2048)  # samples; a hop is a quarter
FAINT = 5e-3  # magnitude below which all is silence: noise of -72 dB


def transform_of(waveforms: Tensor, window: int) -> Tensor:  # (B, S) -> (B, T, F) complex
    hann = torch.hann_window(window, device=waveforms.device)
    return torch.stft(waveforms, window, window // 4, window=hann, return_complex=True).mT


def magnitudes(waveforms: Tensor, window: int) -> Tensor:  # (B, S) -> (B, T, F)
    spectrum = transform_of(waveforms, window)
    return (spectrum.real.square() + spectrum.imag.square()).clamp(min=FAINT**2).sqrt()


def convergence(made: Tensor, true: Tensor) -> Tensor:  # 2 x (B, T, F) -> ()
    """The error's norm in that of the truth, the mean over the batch."""
    return ((made - true).flatten(1).norm(dim=1) / true.flatten(1).norm(dim=1)).mean()


def mel_distance(made: Tensor, true: Tensor) -> Tensor:  # 2 x (B, T, F) of the mel's window -> ()
    bands = filters(VOCOS).to(made.device)
    made, true = ((side @ bands).clamp(min=VOCOS.floor).log() for side in (made, true))
    return (made - true).abs().mean()


def spectrum_distance(spectrum: Tensor, true: Tensor, window: int) -> Tensor:  # (B, T, F) complex, (B, S) -> ()
    """Of magnitudes that are said, not those that the waveform made of them has: log distance and convergence."""
    said = spectrum.abs().clamp(min=FAINT)
    with torch.no_grad():
        theirs = magnitudes(true, window)
    return (said.log() - theirs.log()).abs().mean() + convergence(said, theirs)


def spectral_distances(made: Tensor, true: Tensor) -> dict[str, Tensor]:  # 2 x (B, S) -> three of ()
    """ "mel", "log" and "convergence"; gradients flow into `made` alone."""
    found: dict[str, Tensor] = {}
    for window in WINDOWS:
        ours = magnitudes(made, window)
        with torch.no_grad():
            theirs = magnitudes(true, window)
        if window == VOCOS.window:
            found["mel"] = mel_distance(ours, theirs)
        for name, part in (
            ("log", (ours.log() - theirs.log()).abs().mean()),
            ("convergence", convergence(ours, theirs)),
        ):
            found[name] = found.get(name, torch.zeros((), device=made.device)) + part / len(WINDOWS)
    return found
