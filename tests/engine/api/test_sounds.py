"""Sounds and pictures on their way: names of their own, and no trace of what nobody has taken."""

import os
import time
from pathlib import Path

import pytest

from engine.api import paths
from engine.api.messages import PictureWork, TextWork
from engine.api.sounds import KEPT, discard, new_picture, new_sound, sweep
from tests.sounds import sound_work


def test_every_new_sound_has_a_name_of_its_own() -> None:
    names = {new_sound() for _ in range(100)}
    assert len(names) == 100 and {name.parent for name in names} == {paths.sounds()}
    pictures = {new_picture() for _ in range(100)}
    assert len(pictures) == 100 and {name.parent for name in pictures} == {paths.pictures()}


def test_a_discarded_work_leaves_nothing(tmp_path: Path) -> None:
    work = sound_work(tmp_path / "a.wav")
    for _ in range(2):
        discard(work)
    discard(TextWork(text="x"))
    (tmp_path / "a.png").touch()
    discard(PictureWork(path=str(tmp_path / "a.png"), width=8, height=8))
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_removed_troubles_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = sound_work(tmp_path / "a.wav")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("it is being played")

    monkeypatch.setattr(Path, "unlink", refuse)
    discard(work)


def test_only_what_nobody_has_taken_for_a_day_is_swept_out() -> None:
    old, half, young, kept = (
        sound_work(path).path
        for path in (new_sound(), paths.sounds() / ".quartet-x", new_sound(), paths.sounds() / "a.wav")
    )
    long_ago = time.time() - KEPT - 60
    for path in (old, half, kept):
        os.utime(path, (long_ago, long_ago))
    sweep()
    assert {str(path) for path in paths.sounds().iterdir()} == {young, kept}


def test_pictures_are_swept_out_as_well() -> None:
    paths.pictures().mkdir(parents=True)
    old, young, kept = new_picture(), new_picture(), paths.pictures() / "a.png"
    for path in (old, young, kept):
        path.touch()
    for path in (old, kept):
        os.utime(path, (0, 0))
    sweep()
    assert set(paths.pictures().iterdir()) == {young, kept}


def test_there_may_be_nothing_to_sweep() -> None:
    sweep()
    assert not paths.sounds().exists()


def test_a_folder_that_cannot_be_looked_into_troubles_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    sound_work(new_sound())
    for name in ("glob", "stat", "unlink"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, refuse)
            sweep()
    assert len(list(paths.sounds().iterdir())) == 1
