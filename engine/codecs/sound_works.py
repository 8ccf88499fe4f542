"""Samples to a finished sound: a WAV file of 32-bit floats under a name of its own, and what is drawn and said of it.

Shapes: S samples of float32 in [-1, 1], C channels.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.api.errors import Failure
from engine.api.messages import Conformity, SoundPart, SoundWork, SpokenWord
from engine.api.sounds import new_sound
from engine.codecs.sound import SAMPLE_RATE, Samples, peaks, write_sound


def sound_work(
    samples: Samples,
    sample_rate: int = SAMPLE_RATE,
    words: Sequence[SpokenWord] = (),
    parts: Sequence[SoundPart] = (),
    notes: Sequence[str] = (),
    path: Path | None = None,
    conformity: Conformity | None = None,
) -> SoundWork:
    """Write (S,) or (S, C) to `path`, or under a new name in the folder of sounds; the file belongs to the caller.

    Raises Failure where the samples are no sound or the disk refuses.
    """
    if not np.isfinite(samples).all():
        raise Failure("What was made is no sound, for it holds values that are no numbers; try less guidance.")
    target = path or new_sound()
    write_sound(target, samples, sample_rate)
    return SoundWork(
        path=str(target),
        sample_rate=sample_rate,
        channels=1 if samples.ndim == 1 else samples.shape[1],
        seconds=len(samples) / sample_rate,
        peaks=peaks(samples if samples.ndim == 1 else samples.mean(-1)),
        words=tuple(words),
        parts=tuple(parts),
        notes=tuple(notes),
        conformity=conformity,
    )
