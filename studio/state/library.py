"""Every finished work with all that made it. In memory for showing and searching, in the database for next time."""

import time
import unicodedata
import uuid
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.api.errors import Failure
from engine.api.ingredients import name_of
from engine.api.messages import Finished, PictureWork, SoundWork, Stepped, TextWork
from engine.api.messages import Work as Made
from engine.api.requests import Request
from engine.api.sounds import discard
from studio.state.database import Database, Statement
from studio.state.given import moved, sweep
from studio.state.stored import modality, request_from_json, request_to_json
from studio.state.timelines import pack, unpack
from studio.state.work_files import FileWork, from_bytes, taken, to_bytes

UNDO_DAYS = 30
TITLE_LENGTH = 60
NAMING = "SELECT request FROM works", "SELECT request FROM jobs", "SELECT value FROM kept WHERE typeof(value) = 'text'"
"""What may name a picture that something was made from."""


@dataclass(frozen=True)
class Work:
    """A finished work. `created` in seconds since 1970, `elapsed` in seconds; `text` is what it is found by, of a sound
    what was spoken, of a picture what it was to show.
    """

    id: str
    modality: str
    medium: str
    text: str
    title: str
    request: Request
    recipe: str
    created: float
    elapsed: float
    favourite: bool = False
    sound: SoundWork | None = None
    picture: PictureWork | None = None


class Library(QObject):
    """The user's works, newest first."""

    work_added = Signal(object)
    work_changed = Signal(object)
    work_removed = Signal(str)
    complained = Signal(str)

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._works: dict[str, Work] = {}
        self._deleted: dict[str, Work] = {}
        self._timelines: dict[str, bytes] = {}  # of this session, so that what the disk refused is not lost
        self._haystacks: dict[str, str] = {}
        self._read()

    def add(self, finished: Finished, request: Request, steps: list[Stepped]) -> Work:
        """Keep a work that has just been made, with the steps that led to it."""
        id, medium = uuid.uuid4().hex, str(finished.work.__struct_config__.tag)
        made = time.time(), finished.elapsed, False, *_sorted(self._take(finished.work, id))
        work = _work_of(id, medium, _text_of(finished.work, request), request, finished.recipe, *made)
        timeline = pack(steps)
        self._works[work.id] = work
        self._timelines[work.id] = timeline
        self._write(_insertion(work), ("INSERT INTO timelines VALUES (?, ?)", (work.id, timeline)))
        self.work_added.emit(work)
        return work

    def all(self, search: str = "", favourites: bool = False) -> list[Work]:
        """Works that hold every word of `search`, in whatever case; newest first."""
        words = _folded(search).split()
        chosen = [work for work in self._works.values() if work.favourite or not favourites]
        found = [work for work in chosen if all(word in self._haystack(work) for word in words)]
        return sorted(found, key=lambda work: work.created, reverse=True)

    def get(self, id: str) -> Work | None:
        return self._works.get(id)

    def set_favourite(self, id: str, favourite: bool) -> None:
        self._works[id] = replace(self._works[id], favourite=favourite)
        self._write(("UPDATE works SET favourite = ? WHERE id = ?", (favourite, id)))
        self.work_changed.emit(self._works[id])

    def delete(self, id: str) -> None:
        """Out of sight at once; `restore` brings it back for 30 days."""
        self._deleted[id] = self._works.pop(id)
        self._write(("UPDATE works SET deleted = ? WHERE id = ?", (time.time(), id)))
        self.work_removed.emit(id)

    def restore(self, id: str) -> None:
        """Undo `delete`."""
        self._works[id] = self._deleted.pop(id)
        self._write(("UPDATE works SET deleted = NULL WHERE id = ?", (id,)))
        self.work_added.emit(self._works[id])

    def timeline(self, id: str) -> list[Stepped]:
        """The kept steps of a work; none where they cannot be read any more."""
        rows = self._database.read("SELECT steps FROM timelines WHERE work = ?", (id,))
        packed = self._timelines.get(id) or (rows[0][0] if rows else b"")
        return unpack(packed)

    def _take(self, work: Made, id: str) -> FileWork | None:
        """A work's file in the library's own place."""
        if isinstance(work, TextWork):
            return None
        try:
            return taken(work, id)
        except Failure as failure:
            self.complained.emit(str(failure))
            return work

    def _read(self) -> None:
        self._clear_out(time.time() - UNDO_DAYS * 86400)
        query = (
            "SELECT id, medium, text, request, deleted, sound, picture, favourite, recipe, created, elapsed FROM works"
        )
        for id, medium, text, stored, deleted, sound, picture, favourite, *made in self._database.read(query):
            request = request_from_json(stored)
            if request is not None:  # a modality this Quartet does not know stays in the file
                shelf = self._works if deleted is None else self._deleted
                files = from_bytes(sound, SoundWork), from_bytes(picture, PictureWork)
                shelf[id] = _work_of(id, medium, text, moved(request), *made, bool(favourite), *files)

    def _clear_out(self, before: float) -> None:
        """What was deleted long ago goes: first the files, so that no row is gone whose file is still there."""
        for sound, picture in self._database.read("SELECT sound, picture FROM works WHERE deleted < ?", (before,)):
            for work in (from_bytes(sound, SoundWork), from_bytes(picture, PictureWork)):
                discard(work) if work else None
        self._write(("DELETE FROM works WHERE deleted < ?", (before,)))
        sweep(str(text) for query in NAMING for (text,) in self._database.read(query))

    def _haystack(self, work: Work) -> str:
        if work.id not in self._haystacks:
            values = (getattr(work.request, name) for name in work.request.__struct_fields__)
            spoken = " ".join(value for value in values if isinstance(value, str))
            self._haystacks[work.id] = _folded(f"{work.text} {spoken} {work.modality}")
        return self._haystacks[work.id]

    def _write(self, *statements: Statement) -> None:
        complaint = self._database.write(*statements)
        if complaint:
            self.complained.emit(complaint)


def title_of(text: str) -> str:
    """The first words of a text, on one line."""
    line = " ".join(text[: 4 * TITLE_LENGTH].split())
    if len(line) <= TITLE_LENGTH:
        return line or "Untitled"
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"


def _text_of(work: Made, request: Request) -> str:
    """What it is known and found by: the text itself, what was spoken, what was to be heard or seen, or its source."""
    if isinstance(work, TextWork):
        return work.text
    words = (getattr(request, name, "") for name in ("text", "prompt", "chords"))
    return next((text for text in words if text.strip()), name_of(getattr(request, "picture", "")))


def _sorted(file: FileWork | None) -> tuple[SoundWork | None, PictureWork | None]:
    return file if isinstance(file, SoundWork) else None, file if isinstance(file, PictureWork) else None


def _work_of(id: str, medium: str, text: str, request: Request, *rest: Any) -> Work:
    """`rest` are the fields from the recipe on."""
    return Work(id, modality(request), medium, text, title_of(text), request, *rest)


def _insertion(work: Work) -> Statement:
    request, files = request_to_json(work.request), (to_bytes(work.sound), to_bytes(work.picture))
    return (
        "INSERT INTO works (id, medium, text, request, recipe, created, elapsed, sound, picture)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (work.id, work.medium, work.text, request, work.recipe, work.created, work.elapsed, *files),
    )


def _folded(text: str) -> str:
    """Comparable whatever the case, and however accents and nuktas were typed."""
    return unicodedata.normalize("NFC", text.casefold())
