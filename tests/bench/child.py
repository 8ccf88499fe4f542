"""What is measured from inside, each in a process of its own: `python -m tests.bench.child NAME`, which prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def say(**figures: Any) -> None:
    print(json.dumps(figures), flush=True)


def studio_paints() -> None:
    """`python -m studio` up to the moment in which its window is painted and it would start the engine."""
    from PySide6.QtWidgets import QApplication

    from studio.__main__ import main
    from studio.engine_client import EngineClient

    def painted(client: EngineClient) -> None:
        say(at=time.monotonic())
        QApplication.closeAllWindows()

    EngineClient.start = painted  # type: ignore[assignment, method-assign]
    sys.exit(main([]))


def empty_window_paints() -> None:
    """The least that a window of Qt costs."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    class Empty(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            QTimer.singleShot(0, painted)

    def painted() -> None:
        say(at=time.monotonic())
        app.quit()

    app = QApplication([])
    window = Empty()
    window.show()
    app.exec()


def window_works(tokens: int, steps: int, long_job: int, pairs: int) -> None:
    """The real window while the real engine works, watched and unwatched in turns.

    When it looked at its events, what it had computed by then, and whether a watched job was running; and how long each
    job took.
    """
    import psutil
    from PySide6.QtCore import Qt, QTimer

    from engine.api import paths
    from engine.api.requests import TextRequest
    from studio import app as studio
    from studio.engine_client import EngineClient
    from studio.state.database import open_database
    from studio.state.job import Job

    app = studio.make_application()
    database = open_database(paths.data() / studio.DATABASE)
    window = studio.assemble(app, database, EngineClient())
    jobs, ticks = window.parts.jobs, list[tuple[float, float, bool]]()
    plan = [(tokens, True), *[(tokens, watched) for _ in range(pairs) for watched in (True, False)], (long_job, True)]

    def place() -> int:
        return sum(job.state.ended for job in jobs.all())

    def begin() -> None:
        for length, _ in plan:
            jobs.add(TextRequest(length=length, steps=steps, seed=1))

    def look(job: Job) -> None:
        if place() == len(plan):
            app.quit()
        elif job.state.ended:
            jobs.show_previews(plan[place()][1])

    def tick() -> None:
        ticks.append((time.perf_counter(), time.thread_time(), jobs.running() is not None and plan[place()][1]))

    window.parts.client.ready.connect(begin)
    jobs.job_changed.connect(look)
    clock = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
    clock.timeout.connect(tick)
    clock.start()
    window.show()
    app.exec()
    resident = psutil.Process().memory_info().rss
    heavy = [name for name in ("torch", "numpy", "safetensors", "tokenizers") if name in sys.modules]
    took = [(watched, job.elapsed) for (_, watched), job in zip(plan, jobs.all(), strict=True)][1:-1]
    states = [job.state.value for job in jobs.all()]
    studio.say_farewell(window.parts, database)
    say(ticks=ticks, took=took, resident=resident, heavy=heavy, states=states)


def preview_repaints(tokens: int, steps: int) -> None:
    """A whole run on the stage, each step drawn anew; beside it Qt's own editor with the same text. In seconds."""
    from PySide6.QtWidgets import QPlainTextEdit

    from studio import theme
    from studio.app import make_application
    from studio.previews.stage import Stage
    from tests.studio.previews.runs import run

    app = make_application()
    theme.apply(app)
    words = ["One", " rainy", " evening", ",", " रवि", " ने", " कहा", " ki", " baarish", " hogi", "."]
    pieces = [words[i % len(words)] for i in range(tokens)]
    stage, editor = Stage(), QPlainTextEdit()
    for widget in (stage, editor):
        widget.resize(860, 720)
        widget.show()
    stage.begin("A run", steps)
    took, plain = [], []
    for stepped in run(steps, pieces, fixed=()):
        begun = time.perf_counter()
        stage.add_step(stepped)
        stage.grab()
        took.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        editor.setPlainText("".join(pieces))
        editor.grab()
        plain.append(time.perf_counter() - begun)
    say(took=took, plain=plain)


def shelf_loads() -> None:
    """A checkpoint from its files to a network and a codec that stand ready; beside it reading them. In seconds."""
    begun = time.perf_counter()
    import torch  # noqa: F401

    from engine.runtime.device import choose
    from engine.runtime.shelf import Shelf

    imported = time.perf_counter() - begun
    begun = time.perf_counter()
    shelf = Shelf(choose("cpu"))
    card = shelf.card("pocket-text")
    shelf.codec(card)
    shelf.network(card)
    loaded = time.perf_counter() - begun
    begun = time.perf_counter()
    size = sum(len(card.file(role).read_bytes()) for role in card.files)
    say(imported=imported, loaded=loaded, read=time.perf_counter() - begun, size=size)


def f5_steps(depth: int, frames: int, turns: int) -> None:
    """A guided step of F5-TTS v1 in turns with the authors', after one each to warm up. In seconds."""
    from dataclasses import asdict, replace

    import torch

    from engine.networks.f5 import V1_BASE, DiT
    from tests.parity.references import F5_OURS, f5

    config = replace(V1_BASE, depth=depth)
    options = {name: value for name, value in asdict(config).items() if name not in F5_OURS}
    theirs = f5("model.backbones.dit").DiT(**options).eval().requires_grad_(False)
    with torch.device("meta"):
        ours = DiT(config).eval()
    ours.load_state_dict(theirs.state_dict(), assign=True)
    ours.requires_grad_(False).fuse()
    x, cond = torch.randn(2, 1, frames, config.mel_dim)
    text, null, times = torch.randint(0, 2545, (1, frames // 4)), torch.tensor([False, True]), [0.1] * (turns + 1)
    figures: dict[str, list[float]] = {"theirs": [], "ours": []}
    with torch.no_grad():
        for _ in range(2):
            begun = time.perf_counter()
            both = ours.prepare(cond.repeat(2, 1, 1), text.repeat(2, 1), drop_audio=null, drop_text=null, times=times)
            prepared = time.perf_counter() - begun
        for t in times:
            begun = time.perf_counter()
            theirs(x, cond, text, torch.tensor(t), cfg_infer=True, cache=True)
            between = time.perf_counter()
            ours(x.repeat(2, 1, 1), t, both)
            figures["ours"].append(time.perf_counter() - between)
            figures["theirs"].append(between - begun)
    say(prepared=prepared, **{name: took[1:] for name, took in figures.items()})


MEASURES: dict[str, Callable[..., None]] = {
    measure.__name__: measure
    for measure in (studio_paints, empty_window_paints, window_works, preview_repaints, shelf_loads, f5_steps)
}

if __name__ == "__main__":
    MEASURES[sys.argv[1]](*map(int, sys.argv[2:]))
