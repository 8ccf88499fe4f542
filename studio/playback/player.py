"""Plays one sound at a time for the whole window: whoever plays another stops the first.

A device that is lost pauses the sound where it is, says so in one sentence, and is looked for again by the next play.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from engine.api.errors import BadInput, Failure
from studio.playback.clip import Clip, read_clip
from studio.playback.portaudio import Outputs, PortAudio, Stream
from studio.playback.pump import SILENT, Level, Mark, Pump
from studio.playback.reel import Reel

TICK = 33  # ms: 30 times a second
STALLED = 2.0  # seconds without a request for sound after which a device is lost
SLOWEST, FASTEST = 0.5, 2.0
LOST = "The sound device was lost; connect it or choose another one in the settings, then press play again."

Span = tuple[float, float]
"""From, to: seconds of a sound."""


class Player(QObject):
    """`moved` carries the position in seconds and `levelled` the level of each channel, 30 times a second."""

    moved = Signal(float)
    levelled = Signal(object)
    changed = Signal()
    """Another sound, playing or not, or another loop, span, speed, volume or output."""
    ended = Signal()
    """A sound was heard to its end, and does not loop."""
    complained = Signal(str)

    def __init__(self, outputs: Outputs | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._outputs, self._clock = outputs or PortAudio(), clock
        self._clip: Clip | None = None
        self._stream: Stream | None = None
        self._pump: Pump | None = None
        self._position, self._asked, self._lost = 0.0, 0.0, False
        self.loop, self.speed, self.volume, self.output = False, 1.0, 1.0, ""
        self.span: Span | None = None
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.tick)
        program = QCoreApplication.instance()
        if program is not None:  # the device's thread must not ask for sound while Python ends
            program.aboutToQuit.connect(self.pause)

    # --- what is played ---

    @property
    def path(self) -> str:
        """The sound that is there to be played; "" where none is."""
        return self._clip.path if self._clip else ""

    @property
    def seconds(self) -> float:
        return self._clip.seconds if self._clip else 0.0

    @property
    def position(self) -> float:
        return self._position

    @property
    def playing(self) -> bool:
        return self._stream is not None

    def load(self, path: str) -> bool:
        """Have this sound ready, from its beginning; False where it cannot be read, which is said."""
        self.pause()
        self._clip, self._position, self.span = None, 0.0, None
        try:
            self._clip = read_clip(path)
        except (BadInput, Failure) as error:
            self.complained.emit(str(error))
        self.changed.emit()
        return self._clip is not None

    def unload(self) -> None:
        """Nothing to play any more."""
        self.pause()
        self._clip = None
        self.changed.emit()

    # --- what the user does ---

    def play(self) -> None:
        """From where it stands; from the beginning if it stands at the end, or outside of the span."""
        if self._clip is None or self.playing:
            return
        start, stop = self.span or (0.0, self.seconds)
        if not start <= self._position < stop - 1 / self._clip.rate:
            self._position = start
        try:
            self._open(self._clip)
        except Failure as error:
            self._close()
            self._lost = True
            self.complained.emit(str(error))
        self.changed.emit()

    def pause(self) -> None:
        """Stand still here."""
        if self.playing:
            self._close()
            self.changed.emit()

    def toggle(self) -> None:
        self.pause() if self.playing else self.play()

    def seek(self, seconds: float) -> None:
        """Go there, and go on playing if it plays."""
        self._position = min(max(0.0, seconds), self.seconds)
        if self._pump and self._clip:
            self._pump.seek(self._position * self._clip.rate)
        self.moved.emit(self._position)

    def select(self, span: Span | None) -> None:
        """Play only this, over and over if it loops; None plays all."""
        self.span = span
        self._tell()
        if span and not span[0] <= self._position < span[1]:
            self.seek(span[0])
        self.changed.emit()

    def set_loop(self, loop: bool) -> None:
        self.loop = loop
        self._tell()
        self.changed.emit()

    def set_speed(self, speed: float) -> None:
        """From half to double; the pitch stays."""
        self.speed = min(max(SLOWEST, speed), FASTEST)
        self._tell()
        self.changed.emit()

    def set_volume(self, volume: float) -> None:
        """From 0 to 1, in steps that sound alike."""
        self.volume = min(max(0.0, volume), 1.0)
        self._tell()
        self.changed.emit()

    def set_output(self, name: str) -> None:
        """Play on this device from now on; "" is the system's own choice."""
        if name == self.output:
            return
        self.output = name
        if self.playing:
            self._close()
            self.play()
        self.changed.emit()

    def outputs(self) -> list[str]:
        """The devices to choose from; looked for again while nothing plays."""
        if not self.playing:
            self._outputs.refresh()
        return self._outputs.names()

    # --- what happens meanwhile ---

    def tick(self) -> None:
        """Tell where the sound is, and notice its end or the loss of the device."""
        stream = self._stream
        if stream is None or self._pump is None:
            return
        now, heard = self._clock(), self._pump.heard(self._clock())
        if heard:
            self._position = self._within(heard[-1].at(now))
            self.moved.emit(self._position)
            self.levelled.emit(loudest(heard))
        if self._stream is not stream:  # who was told has paused it
            return
        if heard and heard[-1].last and now >= heard[-1].due + heard[-1].seconds:
            self._end()
        elif not stream.active or now - self._asked > STALLED:
            self._lose()

    def _end(self) -> None:
        self._close()
        self._position = self.span[1] if self.span else self.seconds
        self.moved.emit(self._position)
        self.changed.emit()
        self.ended.emit()

    def _lose(self) -> None:
        self._close()
        self._lost = True
        self.complained.emit(LOST)
        self.changed.emit()

    # --- the device ---

    def _open(self, clip: Clip) -> None:
        """Begin to play. Raises Failure where there is nothing to play on."""
        if self._lost:
            self._outputs.refresh()
        stream = self._stream = self._outputs.open(self.output, clip.rate, clip.channels, self._fill)
        self._pump = Pump(Reel(clip), stream.rate, stream.channels)
        self._pump.seek(self._position * clip.rate)
        self._tell()
        self._asked, self._lost = self._clock(), False
        stream.start()
        self._timer.start()

    def _fill(self, out: memoryview, frames: int, lag: float) -> None:
        """In the device's own thread: write what comes next."""
        now, pump = self._clock(), self._pump
        self._asked = now
        if pump:
            pump.fill(out.cast("B"), frames, now + lag)

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        self._timer.stop()
        if stream is not None:
            stream.close()
        self._pump = None
        self.levelled.emit((SILENT,))

    def _tell(self) -> None:
        """The pump what the user wants."""
        if self._pump and self._clip:
            rate = self._clip.rate
            limits = (round(self.span[0] * rate), round(self.span[1] * rate)) if self.span else None
            self._pump.set(limits, self.loop, self.speed, self.volume**2)

    def _within(self, position: float) -> float:
        start, stop = self.span or (0.0, self.seconds)
        if self.loop and position > stop > start:
            position = start + (position - stop) % (stop - start)
        return min(max(0.0, position), self.seconds)


def loudest(marks: list[Mark]) -> tuple[Level, ...]:
    """Of all these blocks, for each channel."""
    return tuple(
        Level(max(level.peak for level in channel), max(level.rms for level in channel))
        for channel in zip(*(mark.levels for mark in marks), strict=True)
    )
