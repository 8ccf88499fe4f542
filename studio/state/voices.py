"""The voices that can speak: those that came with Quartet, and the user's own, each in a folder of its own.

The folders are the truth and are read when somebody asks first; nothing of them is in the database, so that a voice can
be carried to another machine by hand.
"""

import shutil
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.api import paths
from engine.api.cards import CardFile
from engine.api.errors import BadInput, Failure
from engine.api.files import ADVICE
from engine.api.voices import Voice, find_voices, new_id, pick_voice, rewrite_voice, write_voice
from studio.playback.clip import read_clip

DELETED = ".deleted"  # beside the user's voices: those that can be brought back until the next start
LONGEST_TITLE = 60
PACE = 14.0  # letters a second, of a voice that nothing is known of


class Voices(QObject):
    """`changed` when there are others, or when something of one is different."""

    changed = Signal()
    complained = Signal(str)

    def __init__(self, shipped: Path | None = None, own: Path | None = None) -> None:
        super().__init__()
        self._shipped, self._own = shipped or paths.voices()[0], own or paths.voices()[1]
        self._voices: dict[str, Voice] | None = None
        self._complaints: list[str] = []
        self._paces: dict[str, float] = {}
        self._deleted: dict[str, Path] = {}  # id → where its folder was

    # --- what there is ---

    def all(self) -> list[Voice]:
        """The shipped ones and then the user's, each by their names."""
        return sorted(self._known().values(), key=lambda voice: (self.is_own(voice.id), voice.title.casefold()))

    def get(self, id: str) -> Voice | None:
        return self._known().get(id)

    def is_own(self, id: str) -> bool:
        """Whether the user has made it, and may change it."""
        voice = self._known().get(id)
        return voice is not None and Path(voice.folder).parent == self._own

    def pick(self, name: str) -> Voice:
        """The voice of this id or name; raises BadInput with those there are."""
        return pick_voice(name, self._known(), self._complaints)

    def pace(self, id: str) -> float:
        """How many letters of a text it speaks in a second."""
        if id not in self._paces:
            voice = self.get(id)
            seconds = _seconds(voice) if voice else None
            self._paces[id] = len(voice.transcript) / seconds if voice and seconds else PACE
        return self._paces[id]

    # --- what the user does with them ---

    def check_title(self, title: str, besides: str = "") -> str:
        """The title as it is kept. Raises BadInput where there is none, where it is taken, or cannot stand in [ ]."""
        title = " ".join(title.split())
        if not title:
            raise BadInput("The voice has no name yet; write one.")
        if len(title) > LONGEST_TITLE or any(letter in title for letter in "[]"):
            raise BadInput(f"A voice's name has {LONGEST_TITLE} letters at most, and no [ or ] among them.")
        taken = [voice for voice in self.all() if voice.title.casefold() == title.casefold() and voice.id != besides]
        if taken:
            raise BadInput(f"There is a voice “{taken[0].title}” already; give this one another name.")
        return title

    def add(self, title: str, language: str, transcript: str, consent: str, sound: Path, licence: str = "") -> Voice:
        """Keep a new voice with a copy of its sound. Raises BadInput or Failure with one sentence."""
        title = self.check_title(title)
        voice = Voice(
            id=new_id(title),
            title=title,
            language=language,
            transcript=needed(transcript, "Write down just what you hear."),
            consent=needed(consent, "Write down who agreed to the use of this voice."),
            licence=licence.strip(),
            sound=CardFile(name=sound.name),
        )
        kept = write_voice(voice, sound, self._own)
        self._known()[kept.id] = kept
        self.changed.emit()
        return kept

    def rename(self, id: str, title: str) -> None:
        """Give one of the user's voices another name. Raises BadInput or Failure with one sentence."""
        voice = self._known()[id]
        renamed = msgspec.structs.replace(voice, title=self.check_title(title, besides=id))
        rewrite_voice(renamed)
        self._known()[id] = renamed
        self.changed.emit()

    def delete(self, id: str) -> None:
        """Out of sight at once; `restore` brings it back until the next start. Raises Failure where it cannot go."""
        folder = Path(self._known()[id].folder)
        _moved(folder, self._own / DELETED / folder.name)
        self._deleted[id] = folder
        self.refresh()

    def restore(self, id: str) -> None:
        """Undo `delete`. Raises Failure where it cannot come back."""
        folder = self._deleted[id]
        _moved(self._own / DELETED / folder.name, folder)
        del self._deleted[id]
        self.refresh()

    def sweep(self) -> None:
        """Remove for good what was deleted before."""
        shutil.rmtree(self._own / DELETED, ignore_errors=True)

    def refresh(self) -> None:
        """Read the folders again."""
        self._voices = None
        self._paces.clear()
        self.changed.emit()

    def _known(self) -> dict[str, Voice]:
        if self._voices is None:
            self._voices, self._complaints = find_voices(self._shipped, self._own)
            for complaint in self._complaints:
                self.complained.emit(complaint)
        return self._voices


def needed(text: str, otherwise: str) -> str:
    """What was written, without space around it. Raises BadInput with the other sentence where that is nothing."""
    if not text.strip():
        raise BadInput(otherwise)
    return text.strip()


def _seconds(voice: Voice) -> float | None:
    """How long it speaks, by what is written of it or by its sound; None where neither says."""
    try:
        return voice.seconds or read_clip(str(voice.path())).seconds
    except (BadInput, Failure):
        return None


def _moved(folder: Path, to: Path) -> None:
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(to)
    except OSError as error:
        reason = ADVICE.get(error.errno or 0, error.strerror or str(error))
        raise Failure(f"The voice's folder {folder} cannot be moved: {reason}.") from error
