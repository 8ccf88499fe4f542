"""One SQLite file that holds the queue, the library, the settings and the session.

What the studio shows stands in memory; this file is how it comes back. So nothing here stops the user: a write that
the disk refuses is kept and tried again with the next one, and its reason is given back as a sentence, once. Opening
follows the same rule. A damaged file is set aside and a new one begun; where nothing can be written, what can be read
is copied into memory. Only a file that another program holds locked, or that a newer Quartet made, is a Failure.
"""

import contextlib
import json
import os
import sqlite3
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from engine.api.errors import Failure

Statement = tuple[str, Sequence[Any]]

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE works (
            id TEXT PRIMARY KEY, medium TEXT NOT NULL, text TEXT NOT NULL, request TEXT NOT NULL, recipe TEXT NOT NULL,
            created REAL NOT NULL, elapsed REAL NOT NULL, favourite INTEGER NOT NULL DEFAULT 0, deleted REAL)""",
        "CREATE TABLE timelines (work TEXT PRIMARY KEY REFERENCES works ON DELETE CASCADE, steps BLOB NOT NULL)",
        """CREATE TABLE jobs (
            id TEXT PRIMARY KEY, place INTEGER NOT NULL, request TEXT NOT NULL, state TEXT NOT NULL,
            created REAL NOT NULL, ended REAL, step INTEGER NOT NULL, steps INTEGER NOT NULL, elapsed REAL NOT NULL,
            sentence TEXT NOT NULL, details TEXT NOT NULL, work_id TEXT)""",
        "CREATE TABLE kept (name TEXT PRIMARY KEY, value ANY)",
    ),
    ("ALTER TABLE works ADD COLUMN sound BLOB",),
    ("ALTER TABLE works ADD COLUMN picture BLOB",),
)
"""Entry n takes a file from version n to n + 1; an entry that was released never changes."""

CHECKED = ("works", "jobs", "kept")  # not the timelines: reading them all would hold up the window
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "its folder does not allow writing; make it writable",
    sqlite3.SQLITE_CANTOPEN: "its folder does not allow writing; make it writable",
    sqlite3.SQLITE_PERM: "its folder does not allow writing; make it writable",
    sqlite3.SQLITE_IOERR: "the disk does not take it; check that it is there and has space",
    sqlite3.SQLITE_BUSY: "another program is using the file; close that program",
    sqlite3.SQLITE_LOCKED: "another program is using the file; close that program",
    sqlite3.SQLITE_CORRUPT: "the file was damaged meanwhile; restart Quartet to set it aside",
    sqlite3.SQLITE_NOTADB: "the file was damaged meanwhile; restart Quartet to set it aside",
}
PATIENCE_AT_START, PATIENCE = 2000, 200  # ms to wait for a lock; the second is spent while the user waits


class Database:
    """An open database. `notice` is a sentence for the user where opening was not plain."""

    def __init__(self, connection: sqlite3.Connection, notice: str | None = None) -> None:
        self.notice = notice
        self._connection = connection
        self._unwritten: list[Statement] = []
        self._complained = False

    def read(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; none where the file cannot be read any more."""
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error:
            return []

    def write(self, *statements: Statement) -> str | None:
        """One transaction. A sentence where the disk refuses it, the first time; it is tried again with the next."""
        self._unwritten += statements
        try:
            _transact(self._connection, self._unwritten)
        except sqlite3.Error as error:
            said, self._complained = self._complained, True
            return None if said else f"Your latest changes are not saved yet: {_reason(error)}."
        self._unwritten.clear()
        self._complained = False
        return None

    def keep(self, values: Mapping[str, Any]) -> str | None:
        """Keep named values, for `kept`: bytes, or whatever JSON can hold. A sentence as from `write`."""
        return self.write(
            *(("REPLACE INTO kept VALUES (?, ?)", (name, _packed(value))) for name, value in values.items())
        )

    def kept(self, name: str, default: Any = None) -> Any:
        """The value kept under this name, `default` where there is none that can be read."""
        rows = self.read("SELECT value FROM kept WHERE name = ?", (name,))
        try:
            return json.loads(rows[0][0]) if rows and isinstance(rows[0][0], str) else rows[0][0]
        except (IndexError, ValueError):
            return default

    def close(self) -> str | None:
        """Write what is still unwritten; a sentence where something will be missing next time."""
        self._complained = False
        complaint = self.write() if self._unwritten else None
        self._connection.close()
        return complaint


def open_database(path: Path) -> Database:
    """The database at `path`, whatever its state. Raises Failure with one sentence where it must not be touched."""
    try:
        return Database(_open(path))
    except sqlite3.Error as error:
        if _code(error) in HELD:
            raise Failure(f"Another program is using {path}; close it and start Quartet again.") from error
        if _code(error) in DAMAGED:
            return _begin_anew(path)
        return _in_memory(path, _reason(error))
    except OSError as error:
        return _in_memory(path, (error.strerror or str(error)).lower())


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _closed_on_error(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE_AT_START}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last second, never the file
        _check(connection)
        _migrate(connection, path)
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        return connection


def _migrate(connection: sqlite3.Connection, path: Path | None = None) -> None:
    """Bring the file to the present version, and prove by a write that it can be written at all."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise Failure(f"{path} was made by a newer Quartet; install that version again, or move the file away.")
    steps = [(statement, ()) for migration in MIGRATIONS[version:] for statement in migration]
    _transact(connection, [*steps, (f"PRAGMA user_version = {len(MIGRATIONS)}", ())])
    connection.execute("PRAGMA foreign_keys = ON")


def _check(connection: sqlite3.Connection) -> None:
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    for table in known.intersection(CHECKED):
        verdict = connection.execute(f"PRAGMA quick_check({table})").fetchone()[0]
        if verdict != "ok":
            damage = sqlite3.DatabaseError(verdict)
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage


def _begin_anew(path: Path) -> Database:
    aside = _free_name(path, f"-damaged-{date.today().isoformat()}")
    try:
        for ending in ("-wal", "-shm", ""):
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{path}{ending}", f"{aside}{ending}")
        database = Database(_open(path))
    except (OSError, sqlite3.Error) as error:
        reason = _reason(error) if isinstance(error, sqlite3.Error) else str(error.strerror).lower()
        return Database(_blank(), f"Your library is damaged and nothing will be kept this time: {reason}.")
    database.notice = (
        f"Your library was damaged; it is kept as {aside.name} in {aside.parent}, and a new one was begun."
    )
    return database


def _in_memory(path: Path, reason: str) -> Database:
    """What can be read of the file, in memory: everything works until the window closes."""
    connection = _blank()
    for mode in ("mode=ro", "immutable=1"):  # without the right to write, a file in WAL mode opens only as immutable
        with contextlib.suppress(sqlite3.Error):
            with contextlib.closing(sqlite3.connect(_uri(path, mode), uri=True)) as source:
                source.backup(connection)
            _migrate(connection, path)
            break
        connection = _blank()
    return Database(connection, f"Nothing you do now will be kept, because {path} cannot be written: {reason}.")


def _blank() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _migrate(connection)
    return connection


def _packed(value: Any) -> Any:
    return value if isinstance(value, bytes) else json.dumps(value)


def _transact(connection: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # SQLite ends some failed transactions by itself
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


def _code(error: sqlite3.Error) -> int:
    """The primary result code; the rest of the number is detail."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _reason(error: sqlite3.Error) -> str:
    return REASONS.get(_code(error), str(error))


def _free_name(path: Path, addition: str) -> Path:
    names = (path.with_stem(path.stem + addition + (f"-{count}" if count else "")) for count in range(1000))
    return next(name for name in names if not name.exists())


def _uri(path: Path, mode: str) -> str:
    return f"file:{urllib.parse.quote(str(path))}?{mode}"
