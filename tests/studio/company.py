"""What editors need around them, for tests: voices in a folder, a player nobody hears, an engine asked to listen."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.api.cards import CardFile
from engine.api.messages import Prepared, SoundWork, SpokenWord
from engine.api.voices import Voice, write_voice
from engine.api.words import written
from studio.editors.surroundings import Surroundings
from studio.playback.player import Player
from studio.state.voices import Voices
from tests.studio.playback.sounds import FakeOutputs, tone, write_floats

WORDS = "When the sunlight strikes raindrops in the air."


class FakePreparing(QObject):
    """The part of the queue that has the engine listen to files: what was asked stands in `asked`."""

    prepared = Signal(str, object)
    refused = Signal(str, str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.asked: list[tuple[str, str, str, bool]] = []

    def prepare(self, path: str, transcript: str = "", language: str = "english", trim: bool = True) -> str:
        self.asked.append((path, transcript, language, trim))
        return str(len(self.asked))

    def answer(self, *notes: str, seconds: float = 4.0) -> SoundWork:
        """The engine has listened to what was asked last."""
        path = self._folder / f"prepared-{len(self.asked)}.wav"
        write_floats(path, tone(200, seconds=seconds))
        work = heard(path, self.asked[-1][1], seconds, *notes)
        self.prepared.emit(str(len(self.asked)), Prepared(job=str(len(self.asked)), work=work))
        return work

    def refuse(self, sentence: str) -> None:
        self.refused.emit(str(len(self.asked)), sentence)


class FakePace(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.pace: float | None = None

    def expected(self, checkpoint: str, seconds: float, steps: int) -> float | None:
        return None if self.pace is None else self.pace * seconds * steps


def heard(path: Path, transcript: str, seconds: float, *notes: str) -> SoundWork:
    """A sound whose words are all of one length, side by side."""
    words = written(transcript)
    each = seconds / max(1, len(words))
    return SoundWork(
        path=str(path),
        sample_rate=8000,
        channels=1,
        seconds=seconds,
        peaks=bytes([200, 60] * 400),
        words=tuple(
            SpokenWord(text=word.text, start=i * each, stop=(i + 1) * each, first=word.first, last=word.last)
            for i, word in enumerate(words)
        ),
        notes=notes,
    )


def keep_voice(folder: Path, title: str, language: str = "english", seconds: float = 4.0) -> Voice:
    """A voice that says WORDS."""
    sound = write_floats(folder.parent / f"{title}.wav", tone(200, seconds=seconds))
    voice = Voice(
        id=title.lower(),
        title=title,
        language=language,
        transcript=WORDS,
        sound=CardFile(name="?"),
        licence="Apache-2.0",
        consent=f"{title} agreed.",
    )
    return write_voice(voice, sound, folder)


def surroundings(folder: Path) -> tuple[Surroundings, FakePreparing, FakeOutputs]:
    """Two shipped voices and one of the user's; what is asked of the engine; the loudspeakers."""
    keep_voice(folder / "shipped", "Heart")
    keep_voice(folder / "shipped", "Alpha", "hindi")
    keep_voice(folder / "own", "Meera", "hinglish", seconds=2.0)
    jobs, outputs = FakePreparing(folder), FakeOutputs()
    player = Player(outputs, outputs.clock)
    voices = Voices(folder / "shipped", folder / "own")
    return Surroundings(voices, player, jobs, FakePace()), jobs, outputs  # type: ignore[arg-type]
