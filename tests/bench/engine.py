"""The engine measured from outside: a real `python -m engine serve`, and what it says its time went into."""

import os
import random
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from engine.api.messages import TERMINAL, Acknowledge, Cancel, Cancelled, Finished, Stepped
from tests.bench.size import Size
from tests.bench.table import Row
from tests.engine_process import EngineProcess

MB = 2**20
ENDLESS: dict[str, Any] = {"length": 512, "steps": 200}  # a job that is cancelled long before its end


def rows(size: Size, home: Path) -> list[Row]:
    """Every figure of the engine."""
    begun = time.monotonic()
    threads = os.environ.get("OMP_NUM_THREADS", "")
    with EngineProcess(home / "engine.log", "--device", "cpu", OMP_NUM_THREADS=threads) as engine:
        engine.ready()
        started, empty = time.monotonic() - begun, resident(engine)
        done(engine, "cold", size, previews=False)
        unwatched, watched = [], []
        for number in range(size.jobs):  # in turns, so that both meet the same machine
            unwatched.append(done(engine, f"unwatched {number}", size, previews=False))
            watched.append(done(engine, f"watched {number}", size, previews=True))
        answers = [cancelled(engine, f"cancelled {number}") for number in range(size.cancels)]
        return [
            Row("engine, start to ready", started, "s", 3),
            *work_rows(size, unwatched, watched),
            cancel_row(answers),
            Row("engine, resident after jobs", resident(engine) / MB, "MB", 1024, f"{empty / MB:.0f} MB when ready"),
        ]


def work_rows(size: Size, unwatched: list[Finished], watched: list[Finished]) -> list[Row]:
    """Where the time of warm jobs went."""
    alone, seen = (median(job.elapsed for job in jobs) for jobs in (unwatched, watched))
    network = median(job.network_time for job in unwatched)
    outside = sum(job.elapsed - job.network_time for job in unwatched)
    shown = sum(job.preview_time for job in watched)
    return [
        Row(f"{size.tokens} tokens in {size.steps} steps", alone, "s", 2, f"{network:.2f} s in the network"),
        Row("engine overhead", share(outside, unwatched), "%", 3, f"{1000 * outside / len(unwatched):.1f} ms a job"),
        Row("preview cost", share(shown, watched), "%", 5, f"a watched job takes {seen / alone:.2f} of another"),
    ]


def share(seconds: float, jobs: list[Finished]) -> float:
    return 100 * seconds / sum(job.elapsed for job in jobs)


def cancel_row(answers: list[tuple[float, float]]) -> Row:
    late, step = max((answer - step, step) for answer, step in answers)
    return Row("cancel, answered after a step and", 1000 * max(late, 0), "ms", 50, f"a step of {1000 * step:.0f} ms")


def done(engine: EngineProcess, job: str, size: Size, previews: bool) -> Finished:
    """A job's end; each preview is acknowledged as soon as it is there."""
    engine.generate(job, previews, **request(size))
    while not isinstance(event := engine.hear(), TERMINAL):
        if isinstance(event, Stepped) and event.preview is not None:
            engine.say(Acknowledge(job=job))
    assert isinstance(event, Finished), event
    return event


def cancelled(engine: EngineProcess, job: str) -> tuple[float, float]:
    """Seconds from a Cancel, said at any moment of a step, to its answer; and the longest step until then."""
    engine.generate(job, **ENDLESS)
    engine.wait_for(Stepped, job=job, step=4)
    took = longest(engine.steps(job))
    time.sleep(took * random.random())
    begun = time.monotonic()
    engine.say(Cancel(job=job))
    end = engine.end(job)
    answer = time.monotonic() - begun
    assert isinstance(end, Cancelled), end
    return answer, longest(engine.steps(job))


def longest(steps: list[Stepped]) -> float:
    return max(after.elapsed - before.elapsed for before, after in pairwise(steps))


def request(size: Size) -> dict[str, Any]:
    return {"length": size.tokens, "steps": size.steps, "seed": 1}


def resident(engine: EngineProcess) -> int:
    """Bytes."""
    return int(psutil.Process(engine.process.pid).memory_info().rss)
