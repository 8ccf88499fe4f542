"""The studio measured: its first picture, its event loop while the engine works, its memory, its preview."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

from tests.bench.size import Size
from tests.bench.table import Row
from tests.engine_process import ROOT

MB = 2**20
TICK = 5.0  # ms between two looks at the event loop
PATIENCE = 300  # s
PREVIEW = 512, 32  # tokens and steps of the run that is drawn


def rows(size: Size) -> list[Row]:
    """Every figure of the studio, and how long a checkpoint takes to load."""
    return [paint_row(size), *work_rows(size), repaint_row(), load_row(size)]


def paint_row(size: Size) -> Row:
    painted("studio_paints")  # once for the disk's cache
    first, least = [], []
    for _ in range(size.starts):
        first.append(painted("studio_paints"))
        least.append(painted("empty_window_paints"))
    return Row("first paint", median(first), "s", 0.5, f"an empty window of Qt in {median(least):.2f} s")


def painted(measure: str) -> float:
    """Seconds from the start of a process to its first picture."""
    begun = time.monotonic()
    return float(child(measure)["at"]) - begun


def work_rows(size: Size) -> Iterator[Row]:
    seen = child("window_works", size.tokens, size.steps, size.long_job, size.jobs)
    assert set(seen["states"]) == {"finished"}, seen["states"]
    late = lateness(seen["ticks"])
    rank = quantiles(late, n=100)[98] if len(late) > 1 else float("nan")
    own = 1000 * max(after[1] - before[1] for before, after in pairwise(seen["ticks"]) if before[2])
    beside = f"the longest {max(late):.0f} ms, {own:.0f} ms computed at once, in {len(late) * TICK / 1000:.0f} s"
    yield Row("event loop stalls, p99", rank, "ms", 33, beside)
    watched, alone = (median(took for seen_by, took in seen["took"] if seen_by is each) for each in (True, False))
    slower = max(0.0, 100 * (watched / alone - 1))
    yield Row(
        "work watched in the window, slower by", slower, "%", 5, f"{alone:.2f} s unwatched, {watched:.2f} s watched"
    )
    yield Row("studio, resident after jobs", seen["resident"] / MB, "MB", 150)
    named = ", ".join(seen["heavy"])
    yield Row(
        "studio, libraries of the engine", len(seen["heavy"]), "loaded", 0, named or "torch, numpy, safetensors …"
    )


def lateness(ticks: list[tuple[float, float, bool]]) -> list[float]:
    """How late an event was, every 5 ms while a job ran: a stall of 100 ms holds up all that come meanwhile."""
    found = []
    for (before, _, running), (after, _, _) in pairwise(ticks):
        late = 1000 * (after - before) - TICK
        while running:
            found.append(max(late, 0.0))
            late -= TICK
            if late <= 0:
                break
    return found


def repaint_row() -> Row:
    seen = child("preview_repaints", *PREVIEW)
    took, plain = (1000 * median(seen[name]) for name in ("took", "plain"))
    beside = f"the same text in Qt's own editor {plain:.1f} ms"
    return Row(f"preview of {PREVIEW[0]} tokens, a step", took, "ms", 33, beside)


def load_row(size: Size) -> Row:
    seen = [child("shelf_loads") for _ in range(size.starts)]
    loaded, read, imported = (median(each[name] for each in seen) for name in ("loaded", "read", "imported"))
    beside = f"{seen[0]['size'] / MB:.0f} MB read in {1000 * read:.0f} ms, torch imported in {imported:.1f} s"
    return Row("checkpoint onto the shelf", loaded, "s", None, beside)


def child(measure: str, *arguments: int) -> dict[str, Any]:
    """What one of `tests.bench.child` says."""
    command = [sys.executable, "-m", "tests.bench.child", measure, *map(str, arguments)]
    found = os.environ | {"PYTHONPATH": str(ROOT)}  # the folder one stands in need not be where modules are looked for
    ran = subprocess.run(command, cwd=ROOT, env=found, timeout=PATIENCE, capture_output=True, text=True)
    assert ran.returncode == 0, f"{measure}: {ran.stderr[-2000:]}"
    said = json.loads(ran.stdout.splitlines()[-1])
    assert isinstance(said, dict)
    return said
