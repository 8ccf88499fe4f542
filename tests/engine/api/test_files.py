"""Files appear whole or not at all, and what the disk refuses is said in one sentence."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.api import files
from engine.api.errors import Failure
from engine.api.files import sha256, write_atomically, writing


def refusing(number: int) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def test_a_file_is_written_with_the_folders_it_needs(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b.txt", "नमस्ते")
    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "नमस्ते"
    write_atomically(tmp_path / "a" / "b.txt", b"\x00")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"\x00"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full; free some space and try again"),
        (errno.EDQUOT, "your disk quota is used up; free some space and try again"),
        (errno.EROFS, "the folder is read-only; choose another one"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_disk_that_refuses_leaves_the_old_file_and_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    path = tmp_path / "work.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", refusing(number))
    with pytest.raises(Failure) as failure:
        write_atomically(path, "new")
    assert str(failure.value) == f"{path} was not written: {said}."
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["work.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Failure, match="does not allow writing; choose another one"):
        write_atomically(tmp_path / "work.txt", "new")


def test_a_file_in_the_place_of_a_folder_and_a_folder_in_the_place_of_a_file_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file" / "work.txt", tmp_path, tmp_path / ("n" * 300)):
        with pytest.raises(Failure, match="was not written"):
            write_atomically(path, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_breaks_off_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), writing(tmp_path / "work.txt") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_hash_is_told_as_it_is_made_and_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK", 10)
    path = tmp_path / "data"
    path.write_bytes(b"x" * 25)
    told: list[int] = []
    assert sha256(path, told.append) == hashlib.sha256(b"x" * 25).hexdigest()
    assert told == [10, 10, 5]
    with pytest.raises(ZeroDivisionError):
        sha256(path, lambda count: 1 // 0)  # type: ignore[arg-type]
