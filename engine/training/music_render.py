"""Written pieces played by a soundfont: stereo sound with the labels exact to the sample.

TinySoundFont renders General MIDI (Debian's fluid-soundfont-gm, MIT). Notes begin and end between two calls of the
renderer, at their own samples.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.training.music_writer import Piece

RATE = 44_100
DRUM_CHANNEL, DRUM_BANK = 9, 128
LOUDNESS = 0.09  # root mean square that a steady piece is brought to
PEAK = 0.97
FADE = 0.02  # seconds at the very end

Sound = NDArray[np.float32]  # (S, 2)


class Player:
    """A soundfont, loaded once. Raises BadInput where it cannot be."""

    def __init__(self, soundfont: Path) -> None:
        import tinysoundfont

        self.synth = tinysoundfont.Synth(samplerate=RATE, gain=-6)
        try:
            self.font = self.synth.sfload(str(soundfont))
        except Exception as error:
            raise BadInput(f"The soundfont {soundfont} cannot be read; name an SF2 or SF3 file.") from error

    def play(self, piece: Piece) -> Sound:
        """The piece from its first sample to the end of its last bar."""
        total = round(piece.seconds * RATE)
        self.silence(piece)
        parts, now = [], 0
        for at, kind, channel, pitch, velocity in events(piece):
            if min(at, total) > now:
                parts.append(self.render(min(at, total) - now))
                now = min(at, total)
            if kind == 1:
                self.synth.noteon(channel, pitch, velocity)
            else:
                self.synth.noteoff(channel, pitch)
        if total > now:
            parts.append(self.render(total - now))
        return levelled(np.concatenate(parts)[:total])

    def silence(self, piece: Piece) -> None:
        """Nothing sounds, and every channel has its instrument, place and volume."""
        self.synth.sounds_off()
        self.render(2048)
        for number, track in enumerate(piece.tracks):
            channel = DRUM_CHANNEL if track.program is None else number
            bank = DRUM_BANK if track.program is None else 0
            self.synth.program_select(channel, self.font, bank, track.program or 0, track.program is None)
            self.synth.control_change(channel, 10, round(64 + 63 * track.pan))
            self.synth.control_change(channel, 7, round(127 * track.volume))

    def render(self, samples: int) -> Sound:
        return np.frombuffer(bytes(self.synth.generate(samples)), np.float32).reshape(-1, 2).copy()


def events(piece: Piece) -> list[tuple[int, int, int, int, int]]:
    """(sample, 1 on or 0 off, channel, pitch, velocity) in order; what ends goes before what begins."""
    beat = 60 / piece.tempo * RATE
    found = []
    for note in piece.notes:
        channel = DRUM_CHANNEL if piece.tracks[note.track].program is None else note.track
        found.append((round(note.start * beat), 1, channel, note.pitch, note.velocity))
        found.append((round(note.stop * beat), 0, channel, note.pitch, 0))
    return sorted(found)


def levelled(sound: Sound) -> Sound:
    """At the common loudness, nothing clipped, faded where it is cut off."""
    level = float(np.sqrt(np.mean(sound**2))) + 1e-9
    peak = float(np.abs(sound).max()) + 1e-9
    scaled = sound * min(LOUDNESS / level, PEAK / peak)
    fade = round(FADE * RATE)
    scaled[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return scaled.astype(np.float32)
