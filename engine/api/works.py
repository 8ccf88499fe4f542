"""Works: what a job makes, and what is said of it.

Conformity is of music: what an estimate hears in it, beside what the request laid out. It is heard by ear, as it were:
a chord heard otherwise may be the ear's mistake. Times in seconds, tempo in beats a minute, shares from 0 to 1, chords
and keys by their names (`engine.api.chords`).
"""

import msgspec


class TextWork(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """A finished text."""

    text: str


class SpokenWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word and when it is heard, in seconds; [first, last) is its span in the text that was asked for."""

    text: str
    start: float
    stop: float
    first: int = 0
    last: int = 0


class SoundPart(msgspec.Struct, frozen=True, kw_only=True):
    """What was made in one piece, a sentence or a few: its text, when it is heard (in seconds), and by whom."""

    text: str
    start: float
    stop: float
    voice: str = ""


class ChordHeard(msgspec.Struct, frozen=True, kw_only=True):
    """A chord that was asked for from `start` to `stop`, and the one heard for most of that time, "N" where none is.

    `share` is how much of the time has the right root and the right third: minor, major, or any where it has none.
    """

    asked: str
    heard: str
    start: float
    stop: float
    share: float


class Conformity(msgspec.Struct, frozen=True, kw_only=True):
    """`tempo_heard` is 0 and `beats_hit` 0 where no beat is heard, `key_heard` "" where no note is.

    `beats_hit` is the share of the asked beats within 70 ms of a heard one; `beats` are those heard. `key_agrees` says
    that both keys have the same notes (A minor and C major do); where no key was asked, any agrees. `chords_right` is
    the share of the time with the right chord; None where no chord was asked.
    """

    tempo_asked: float
    tempo_heard: float
    beats_hit: float
    key_asked: str
    key_heard: str
    key_agrees: bool
    chords_right: float | None = None
    chords: tuple[ChordHeard, ...] = ()
    beats: tuple[float, ...] = ()

    @property
    def tempo_agrees(self) -> bool:
        """Within 3 %."""
        return abs(self.tempo_heard - self.tempo_asked) <= 0.03 * self.tempo_asked


class SoundWork(msgspec.Struct, frozen=True, kw_only=True, tag="sound"):
    """A finished sound: a WAV file of 32-bit floats, which belongs to whoever hears of it.

    `peaks` are (least, greatest) of equal stretches, a signed byte each, in turns: what a waveform is drawn from.
    `notes` are sentences for the user: letters that could not be spoken, a recording that was made louder.
    `conformity` is of music: whether it is what was asked for.
    """

    path: str
    sample_rate: int
    channels: int
    seconds: float
    peaks: bytes
    words: tuple[SpokenWord, ...] = ()
    parts: tuple[SoundPart, ...] = ()
    notes: tuple[str, ...] = ()
    conformity: Conformity | None = None


class PictureWork(msgspec.Struct, frozen=True, kw_only=True, tag="picture"):
    """A finished picture: a PNG file of 8-bit sRGB, which belongs to whoever hears of it.

    `codes` are the tokens of what the network made, in raster order of a `grid` of (rows, columns), and (0, 0) where
    it makes none. `frame` is where in the picture that is: left, top, side, in pixels. `notes` are sentences for the
    user.
    """

    path: str
    width: int
    height: int
    codes: tuple[int, ...] = ()
    grid: tuple[int, int] = (0, 0)
    frame: tuple[int, int, int] = (0, 0, 0)
    notes: tuple[str, ...] = ()


Work = TextWork | SoundWork | PictureWork
"""Any work, tagged by its medium."""
