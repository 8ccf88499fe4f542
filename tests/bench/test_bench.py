"""The bench yields every row. Nothing is said of the figures: they belong to a machine with nothing else to do."""

import importlib.util
from math import isfinite
from pathlib import Path

import pytest

from tests.bench.__main__ import measure
from tests.bench.place import prepare
from tests.bench.size import SMALL
from tests.bench.studio import lateness
from tests.bench.table import Row, rendered

WHAT = {
    "engine, start to ready",
    "48 tokens in 4 steps",
    "engine overhead",
    "preview cost",
    "cancel, answered after a step and",
    "engine, resident after jobs",
    "first paint",
    "event loop stalls, p99",
    "work watched in the window, slower by",
    "studio, resident after jobs",
    "studio, libraries of the engine",
    "preview of 512 tokens, a step",
    "checkpoint onto the shelf",
    "a picture in 3 steps",
    "preview cost of a picture",
    "Show-o, 1 blocks of 64, 2 steps: a picture, of Phi's",
}

if importlib.util.find_spec("f5_tts"):
    WHAT.add("F5-TTS, 1 blocks, 16 frames: a step, of theirs")


@pytest.mark.bench
def test_every_row_is_there_and_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUARTET_HOME", "OMP_NUM_THREADS", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "")  # so that what is set below is undone
    prepare(tmp_path, threads=1, tiny=True)
    rows = measure(SMALL, tmp_path)
    assert {row.what for row in rows} == WHAT
    assert [row for row in rows if not isfinite(row.figure) or row.figure < 0] == []
    assert next(row for row in rows if row.what == "studio, libraries of the engine").figure == 0


def test_a_stall_counts_for_as_long_as_it_lasts() -> None:
    ticks = [(0.0, 0.0, True), (0.005, 0.0, True), (0.026, 0.0, True), (0.031, 0.0, False), (0.9, 0.0, False)]
    assert [round(late) for late in lateness(ticks)] == [0, 16, 11, 6, 1, 0]


def test_a_figure_over_its_bound_or_none_at_all_is_said() -> None:
    rows = [Row("a", 3.0, "%", 3), Row("b", 3.1, "%", 3), Row("c", float("nan"), "s"), Row("d", 1, "s")]
    assert [row.over for row in rows] == [False, True, True, False]
    assert [line.split()[0] for line in rendered(rows).splitlines()[1:]] == ["a", "b", "c", "d"]
    assert "OVER" in rendered(rows[1:2]) and "within" in rendered(rows[:1])
