"""The small jobs beside the works: a recording made into a reference, the sound of a preview, music before it is made,
what is to be seen in a picture.

They wait for no work: whoever runs a job does them between its steps.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.messages import (
    Answered,
    Ask,
    Audition,
    Heard,
    Listen,
    Predict,
    Predicted,
    Prepare,
    Prepared,
    SoundWork,
    SpectrogramPreview,
    Worded,
)
from engine.api.params import validate
from engine.api.score import score_of
from engine.codecs import music_bands, soft_synth
from engine.codecs.mel import HOP, SAMPLE_RATE
from engine.codecs.sound_works import sound_work
from engine.codecs.spectrogram_previews import mel_of
from engine.conditioners.energy import Align
from engine.pipelines.contract import Shelf
from engine.pipelines.music_prediction import predicted
from engine.pipelines.music_sound import unshown
from engine.pipelines.references import prepare
from engine.pipelines.speech_reading import by_hearing
from engine.runtime.picture_errands import asked

HEARING = "pocket-prosody"
"""The checkpoint that hears where words are."""


def prepared(command: Prepare, shelf: Shelf) -> Prepared:
    """The reference of a sound file. Raises BadInput or Failure."""
    align = ears(shelf) if command.transcript else None
    with torch.inference_mode():
        work = prepare(Path(command.path), command.transcript, command.language, command.trim, align)
    return Prepared(job=command.job, work=work)


def ears(shelf: Shelf) -> Align | None:
    """What finds words by hearing them; None where no checkpoint does."""
    try:
        return by_hearing(shelf.network(shelf.card(HEARING)))
    except BadInput:
        return None


def heard(command: Listen, shelf: Shelf) -> Heard:
    """The sound of a preview, as long as it is. Raises BadInput or Failure."""
    return Heard(job=command.job, work=sounded(command.preview, command.vocoder, shelf))


def auditioned(command: Audition, shelf: Shelf) -> Heard:
    """The chords and beats that a request lays out, as long as its music will be. Raises BadInput."""
    score = score_of(validate(command.request))
    if not (command.click or command.chords):
        raise BadInput("Nothing is to be heard; choose the chords, the click or both.")
    if not (command.click or any(each.chord.pitches for each in score.chords)):
        raise BadInput("There are no chords to hear; write some in the lane, like Am F C G, or choose the click.")
    samples = soft_synth.audition(score, command.chords, command.click)
    return Heard(job=command.job, work=sound_work(samples, soft_synth.RATE))


def foretold(command: Predict, shelf: Shelf) -> Predicted:
    """What the prompt makes of what was left empty. Raises BadInput or Failure."""
    with torch.inference_mode():
        reading = predicted(command.request, shelf)
    return Predicted(job=command.job, **vars(reading))


Outcome = Prepared | Heard | Predicted | Generator[Worded, None, Answered]

ERRANDS: dict[type, Callable[[Any, Shelf], Outcome]] = {
    Prepare: prepared,
    Listen: heard,
    Audition: auditioned,
    Predict: foretold,
    Ask: asked,
}
"""Command → what does it; at once, or by a generator of what is told meanwhile."""


@dataclass(frozen=True)
class Spectrogram:
    """A kind of spectrogram that previews show: its frames, and how its bands are had back of what is shown."""

    rate: int
    hop: int
    bands: Callable[[Tensor], Tensor]


SPECTROGRAMS = {
    "audioldm": Spectrogram(16_000, 160, lambda shown: shown),
    "music": Spectrogram(music_bands.SAMPLE_RATE, music_bands.HOP, unshown),
}
"""By the card's `mel`; all others are as speech has them."""

SPEECH = Spectrogram(SAMPLE_RATE, HOP, lambda shown: shown)


def sounded(preview: SpectrogramPreview, vocoder: str, shelf: Shelf) -> SoundWork:
    """(T, M) of bytes -> (T, M) -> (T·hop,), which this vocoder, or that of this checkpoint, makes of it."""
    card, role = vocoder_of(vocoder, shelf)
    kind = SPECTROGRAMS.get(card.mel, SPEECH)
    mel = at_full_rate(kind.bands(mel_of(preview)), preview.hop, kind)
    if card.network.get("bands", mel.shape[1]) != mel.shape[1]:
        raise BadInput(f"{card.title} does not know spectrograms of {mel.shape[1]} bands; choose another vocoder.")
    network = shelf.network(card, role=role)
    closed = torch.cat([mel, mel[-1:]])[None]  # a vocoder makes sound between frames: the last one needs another
    with torch.inference_mode():
        # Not called as others are: what times and stops the running job's passes is no business of this one.
        waveform: Tensor = network.forward(closed.to(next(network.parameters()).device))
    return sound_work(waveform[0, : len(mel) * kind.hop].float().cpu().numpy(), kind.rate)


def vocoder_of(checkpoint: str, shelf: Shelf) -> tuple[ModelCard, str]:
    """This checkpoint if it is a vocoder, else the one among its parts or its companions: its card and its role there.

    Raises BadInput where there is none.
    """
    card = shelf.card(checkpoint)
    if "vocoder" in card.parts:
        return card, "vocoder"
    card = shelf.card(card.companions.get("vocoder", card.id))
    if card.modality not in ("vocoder", "music-vocoder"):
        raise BadInput(f"{card.title} makes {card.modality}; choose a vocoder.")
    return card, "network"


def at_full_rate(mel: Tensor, hop: float, kind: Spectrogram = SPEECH) -> Tensor:
    """(T, M) whose frames last `hop` seconds -> (kT, M), a frame every hop samples: stored previews are coarser."""
    times = max(1, round(hop * kind.rate / kind.hop))
    return F.interpolate(mel.T[None], scale_factor=times, mode="linear")[0].T if times > 1 else mel
