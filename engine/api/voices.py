"""Voices: who can speak. One `voice.toml` in a folder of its own beside its sound, shipped or the user's.

The sound is mono, at most 12 s, and `transcript` says exactly what is heard in it: the two are kept together, since a
network that is told other words than it hears speaks badly.
"""

import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from engine.api import paths
from engine.api.cards import CardFile
from engine.api.errors import BadInput, Failure
from engine.api.files import ADVICE, sha256, write_atomically, writing

VOICE = "voice.toml"
UNFINISHED = ".unfinished"  # beside the voices: folders on their way to become one
LONGEST = 12.0  # seconds of a reference


class Voice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who speaks: a reference, its words, and on which terms it may be used."""

    id: str
    title: str
    language: str
    transcript: str
    sound: CardFile
    licence: str = ""
    consent: str = ""
    """Who agreed to the use of this voice, in the user's own words."""
    symbols: str = ""
    """The transcript as phonemes, and `durations`, how long each is heard, in ms; none where they are to be found."""
    durations: tuple[int, ...] = ()
    trained: tuple[str, ...] = ()
    """Ids of the checkpoints that were trained on this voice."""
    folder: str = ""
    """Set when read: where the sound is."""

    def path(self) -> Path:
        """The sound's file."""
        return Path(self.folder) / self.sound.name

    @property
    def seconds(self) -> float | None:
        """How long it speaks, where that is written down."""
        return sum(self.durations) / 1000 or None


def read_voice(path: Path) -> Voice:
    """The voice at `path`; raises BadInput with one sentence where it cannot be used."""
    try:
        voice = msgspec.toml.decode(path.read_bytes(), type=Voice)
    except OSError as error:
        raise BadInput(f"The voice {path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"The voice {path} is not usable: {error}; correct it or remove the folder.") from error
    if Path(voice.sound.name).name != voice.sound.name or voice.sound.name in ("", ".."):
        raise BadInput(f"The voice {path} names a sound outside its own folder; move the file beside it.")
    return msgspec.structs.replace(voice, folder=str(path.parent))


def find_voices(*folders: Path) -> tuple[dict[str, Voice], list[str]]:
    """All usable voices by id (the user's win over the shipped ones), and a sentence for each that is not usable."""
    voices: dict[str, Voice] = {}
    complaints = []
    for folder in folders or paths.voices():
        for path in sorted(folder.glob(f"*/{VOICE}")):
            try:
                voice = read_voice(path)
                voices[voice.id] = voice
            except BadInput as error:
                complaints.append(str(error))
    return voices, complaints


def pick_voice(wanted: str, voices: Mapping[str, Voice], complaints: Iterable[str] = ()) -> Voice:
    """The voice of this id or, whatever the case, of this title. Raises BadInput with those there are."""
    if wanted in voices:
        return voices[wanted]
    for voice in voices.values():
        if voice.title.casefold() == wanted.strip().casefold():
            return voice
    there = ", ".join(sorted(voice.title for voice in voices.values())) or "none yet"
    named = (complaint for complaint in complaints if f"/{wanted}/" in complaint)
    raise BadInput(next(named, f"There is no voice “{wanted[:80]}”; choose one of those there are: {there}."))


def write_voice(voice: Voice, sound: Path, folder: Path | None = None) -> Voice:
    """A new voice under its id in `folder` (the user's), a copy of `sound` beside it; whole or not at all.

    Raises Failure with one sentence where the disk refuses.
    """
    target = (folder or paths.voices()[1]) / voice.id
    made = target.parent / UNFINISHED / voice.id
    copy = made / f"voice{sound.suffix.lower()}"
    try:
        with sound.open("rb") as source, writing(copy) as file:
            shutil.copyfileobj(source, file)
        written = CardFile(name=copy.name, sha256=sha256(copy), size=copy.stat().st_size)
        rewrite_voice(msgspec.structs.replace(voice, sound=written, folder=str(made)))
        made.rename(target)
    except OSError as error:
        reason = ADVICE.get(error.errno or 0, error.strerror or str(error))
        raise Failure(f"The voice {voice.title} was not kept: {reason}.") from error
    finally:
        shutil.rmtree(made.parent, ignore_errors=True)
    return msgspec.structs.replace(voice, sound=written, folder=str(target))


def rewrite_voice(voice: Voice) -> None:
    """Write what has changed of a voice into its folder. Raises Failure with one sentence where the disk refuses."""
    told = msgspec.to_builtins(msgspec.structs.replace(voice, folder=""))
    needed = {field.name for field in msgspec.structs.fields(Voice) if field.required}
    kept = {name: value for name, value in told.items() if value or name in needed}
    write_atomically(Path(voice.folder) / VOICE, msgspec.toml.encode(kept))


def new_id(title: str) -> str:
    """A name for the folder of a new voice: what ASCII has of its title, and four letters that no other has."""
    ascii = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join([*re.findall("[a-z0-9]+", ascii)[:4], secrets.token_hex(2)])
