"""The real window and the real engine, when the checkpoint or torch is broken: one sentence, and the queue goes on."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.requests import TextRequest
from studio import app, theme
from studio.engine_client import EngineClient
from studio.state.database import open_database
from studio.state.job import Job, JobState
from studio.window import Window

pytestmark = pytest.mark.end_to_end

PATIENCE = 60_000  # ms
Open = Callable[[], Window]


@pytest.fixture
def checkpoint(tiny_template: Path, quartet_home: Path) -> Path:
    """The user's own, which stands in for the shipped one of the same id."""
    return Path(shutil.copytree(tiny_template, quartet_home / "models" / "tiny"))


@pytest.fixture
def opened(qapp: QApplication, checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The studio as `python -m studio` puts it together."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    begun: list[Window] = []

    def open_window() -> Window:
        database = open_database(paths.data() / app.DATABASE)
        begun.append(app.assemble(qapp, database, EngineClient()))
        begun[-1].destroyed.connect(database.close)
        begun[-1].show()
        return begun[-1]

    yield open_window
    for window in begun:
        window.parts.client.stop()
        window.close()
        window.deleteLater()
    theme.apply(qapp, "system")


def ask(window: Window, **fields: object) -> Job:
    return window.parts.jobs.add(TextRequest(length=16, steps=2, **fields))  # type: ignore[arg-type]


def ended(window: Window, job: Job, qtbot: QtBot) -> Job:
    """The job as it ended."""

    def look() -> Job | None:
        found = window.parts.jobs.job(job.id)
        return found if found and found.state.ended else None

    qtbot.waitUntil(lambda: look() is not None, timeout=PATIENCE)
    found = look()
    assert found is not None
    return found


def damaged(data: bytes) -> bytes:
    """The same number of bytes, and most of them the same."""
    return data[:-4] + b"\x00\x00\xc0\x7f"  # a NaN, as safetensors writes it


DAMAGES: dict[str, Callable[[Path], object]] = {
    "network.safetensors is missing; ": Path.unlink,
    "network.safetensors is damaged: it holds ": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "network.safetensors is not the file its card describes (SHA-256 differs); ": lambda path: path.write_bytes(
        damaged(path.read_bytes())
    ),
}


def test_a_damaged_checkpoint_is_said_and_its_jobs_can_be_run_once_it_is_whole(
    opened: Open, checkpoint: Path, qtbot: QtBot
) -> None:
    path = checkpoint / "network.safetensors"
    whole = path.read_bytes()
    window, failed = opened(), list[Job]()
    for said, damage in DAMAGES.items():
        damage(path)
        failed.append(ended(window, ask(window, prompt=f"She {len(failed)}"), qtbot))
        assert failed[-1].state is JobState.failed
        assert said in window.banner.sentence and "download Tiny text again" in window.banner.sentence
        path.write_bytes(whole)
    for job in failed:
        assert ended(window, window.parts.jobs.retry(job.id), qtbot).state is JobState.finished
    assert {work.request for work in window.parts.library.all()} == {job.request for job in failed}


def test_weights_that_are_not_numbers_are_said(opened: Open, checkpoint: Path, qtbot: QtBot) -> None:
    path, card = checkpoint / "network.safetensors", checkpoint / "card.toml"
    path.write_bytes(damaged(path.read_bytes()))
    card.write_text(re.sub(r'sha256 = ".*"', 'sha256 = ""', card.read_text(encoding="utf-8")), encoding="utf-8")
    window = opened()
    assert ended(window, ask(window), qtbot).state is JobState.failed
    assert re.search(r"is damaged: .* holds values that are not numbers; download it again\.", window.banner.sentence)


def test_a_broken_torch_is_said_and_the_queue_goes_on_once_it_is_mended(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    broken = tmp_path / "torch.py"
    broken.write_text("raise OSError('libtorch_cpu.so: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    window = opened()
    jobs = [ask(window, prompt="She crossed"), ask(window, prompt="She sang")]
    qtbot.waitUntil(lambda: window.parts.client.state == "broken", timeout=PATIENCE)
    assert window.banner.sentence == (
        "PyTorch, which does the computing, cannot be loaded; run the set-up again: bash packaging/run.sh"
    )
    assert [job.state for job in window.parts.jobs.all()] == [JobState.waiting] * 2
    broken.unlink()
    window._restart_engine()
    assert [ended(window, job, qtbot).state for job in jobs] == [JobState.finished] * 2
