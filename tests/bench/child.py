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
        stage.add_steps([stepped])
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


def showo_pictures(width: int, depth: int, steps: int, turns: int) -> None:
    """A guided picture of 256 tokens, in turns with Phi that works out prompt and picture anew at each step: the same
    weights, the same sampler, after one each to warm up. In seconds."""
    import torch
    from torch import Tensor
    from transformers import PhiConfig, PhiForCausalLM

    from engine.networks.showo import ShowO, ShowOConfig
    from engine.networks.showo_layout import omni_mask, picture_rows, prompt_row
    from engine.pipelines.contract import Live
    from engine.pipelines.noise import uniform
    from engine.pipelines.picture_tokens import denoiser
    from engine.runtime.weights import LAYOUTS, arrange
    from engine.samplers import showo_schedule
    from engine.samplers.contract import Denoiser, Level
    from engine.samplers.unmask import unmask

    config = ShowOConfig(
        width=width, depth=depth, heads=width // 64, middle=4 * width, text_vocab=6286, codes=1024, end=0
    )
    ids, live = config.ids, Live(guidance=2.75)
    settings: dict[str, Any] = dict(
        vocab_size=ids.vocab_size,
        hidden_size=width,
        intermediate_size=config.middle,
        num_hidden_layers=depth,
        num_attention_heads=config.heads,
        partial_rotary_factor=config.turned,
        qk_layernorm=True,
    )
    torch.manual_seed(0)
    theirs = PhiForCausalLM(PhiConfig(**settings)).eval().requires_grad_(False)
    with torch.device("meta"):
        ours = ShowO(config).eval()
    state = {f"showo.{name}": tensor for name, tensor in theirs.state_dict().items()}
    ours.load_state_dict(arrange(state, LAYOUTS["showo"]), assign=True)
    ours.requires_grad_(False)
    text = list(range(100, 112))  # as long as a short sentence
    prompts = torch.tensor([prompt_row(text, ids), prompt_row([], ids)])
    hidden = torch.full((config.picture,), config.codes)
    visible = omni_mask(torch.cat([prompts, picture_rows(hidden.expand(2, -1), ids)], 1), ids)
    added = torch.zeros(visible.shape).masked_fill(~visible, torch.finfo(torch.float32).min)

    def anew(x: Tensor, level: Level) -> Tensor:
        tokens = torch.cat([prompts, picture_rows(x.expand(2, -1), ids)], 1)
        logits = theirs(input_ids=tokens, attention_mask=added, use_cache=False).logits
        cond, uncond = logits[:, -(config.picture + 1) : -1, ids.first_code : ids.mask]
        guess: Tensor = uncond.lerp(cond, live.guidance)
        return guess

    def draw(denoise: Denoiser) -> None:
        path = showo_schedule.levels(steps, config.picture, config.picture)
        heats = showo_schedule.reveal_temperatures(steps)
        for _ in unmask(denoise, hidden, path, uniform(1), 0.0, mask=config.codes, reveal_temperature=heats):
            pass

    took: dict[str, list[float]] = {"theirs": [], "ours": []}
    with torch.inference_mode():
        first = Level(1.0, 0.0, 1.0)
        apart = float((denoiser(ours, text, live)(hidden, first) - anew(hidden, first)).abs().max())
        for _ in range(turns):
            begun = time.perf_counter()
            draw(anew)
            between = time.perf_counter()
            draw(denoiser(ours, text, live))
            took["ours"].append(time.perf_counter() - between)
            took["theirs"].append(between - begun)
    say(apart=apart, **took)


MEASURES: dict[str, Callable[..., None]] = {
    measure.__name__: measure
    for measure in (
        studio_paints,
        empty_window_paints,
        window_works,
        preview_repaints,
        shelf_loads,
        f5_steps,
        showo_pictures,
    )
}

if __name__ == "__main__":
    MEASURES[sys.argv[1]](*map(int, sys.argv[2:]))
