"""How the engine starts and ends when something is wrong: with torch, with its files, with who speaks to it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.api.messages import (
    Announced,
    Cancel,
    Cancelled,
    Failed,
    Finished,
    Ready,
    Stepped,
    Unload,
    Unloaded,
    Unready,
)
from engine.api.wire import MAGIC
from tests.engine_process import PATIENCE, ROOT, EngineProcess

pytestmark = pytest.mark.end_to_end
Start = Callable[..., EngineProcess]

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own guard is Linux's")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts engines that tests may break."""
    begun: list[EngineProcess] = []

    def begin(*arguments: str, **environment: str) -> EngineProcess:
        begun.append(EngineProcess(tmp_path / f"log{len(begun)}", *arguments, **environment))
        return begun[-1]

    yield begin
    for process in begun:
        process.__exit__(None, None, None)


def fake_torch(folder: Path, code: str) -> dict[str, str]:
    """An environment in which `import torch` runs this code."""
    (folder / "fake" / "torch").mkdir(parents=True)
    (folder / "fake" / "torch" / "__init__.py").write_text(code)
    return {"PYTHONPATH": str(folder / "fake")}


def test_it_announces_itself_before_torch_and_takes_jobs_meanwhile(start: Start, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    code = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.01)\nraise ImportError('broken')"
    engine = start(**fake_torch(tmp_path, code))
    engine.wait_for(Announced)
    engine.generate("early", length=8)
    engine.generate("never", length=8)
    engine.say(Cancel(job="never"), Unload())
    engine.wait_for(Cancelled, job="never")
    engine.wait_for(Unloaded)
    gate.touch()
    unready = engine.wait_for(Unready)
    assert unready.sentence == (
        "PyTorch, which does the computing, cannot be loaded; run the set-up again: bash packaging/run.sh"
    )
    assert "ImportError: broken" in unready.details
    failed = engine.wait_for(Failed, job="early")
    assert failed.sentence == unready.sentence
    engine.generate("later")
    assert engine.wait_for(Failed, job="later").sentence == unready.sentence
    assert engine.process.poll() is None


def test_stray_prints_do_not_reach_the_wire(start: Start, tmp_path: Path) -> None:
    code = (
        "import ctypes, os, sys\n"
        "print('stray from Python'); sys.stdout.flush()\n"
        "os.write(1, b'stray from the system\\n')\n"
        "libc = ctypes.CDLL(None); libc.puts(b'stray from C'); libc.fflush(None)\n"
        "os.system('echo stray from a child')\n"
        "raise ImportError('broken')"
    )
    engine = start(**fake_torch(tmp_path, code))
    engine.wait_for(Unready)
    engine.generate("a")
    engine.wait_for(Failed, job="a")
    log = engine.log.read_text()
    assert all(f"stray from {who}" in log for who in ("Python", "the system", "C", "a child"))


def test_a_device_that_cannot_be_used_is_said(start: Start) -> None:
    engine = start(QUARTET_DEVICE="toaster")
    assert engine.wait_for(Unready).sentence == "The device must be auto, cpu, cuda or mps, not “toaster”."


def test_cards_that_cannot_be_used_are_announced(start: Start, tiny_checkpoint: Path) -> None:
    (tiny_checkpoint / "card.toml").write_text("id = ")
    announced = start().wait_for(Announced)
    assert announced.cards == () and len(announced.complaints) == 1
    assert str(tiny_checkpoint) in announced.complaints[0]


def test_a_damaged_checkpoint_fails_the_job_and_not_the_engine(start: Start, tiny_checkpoint: Path) -> None:
    path = tiny_checkpoint / "network.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    engine = start("--device", "cpu").ready()
    engine.generate("a", length=8, steps=2)
    failed = engine.wait_for(Failed, job="a")
    assert failed.sentence.startswith(f"{path} is damaged") and not failed.bad_input
    path.write_bytes(whole)
    engine.generate("b", length=8, steps=2)
    assert isinstance(engine.end("b"), Finished)


def test_the_end_of_stdin_ends_it_in_the_middle_of_a_job(start: Start, tiny_checkpoint: Path) -> None:
    engine = start("--device", "cpu").ready()
    engine.generate("a", length=512, steps=200)
    engine.wait_for(Stepped)
    assert engine.process.stdin is not None
    engine.process.stdin.close()
    assert engine.exit_code() == 0


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n", b"QTET\x63" + bytes(40)], ids=["http", "later version"])
def test_another_protocol_ends_it_with_a_line_in_the_log(start: Start, noise: bytes) -> None:
    engine = start()
    engine.wait_for(Announced)
    engine.send(noise)
    assert engine.exit_code() == 3
    assert "the connection ends: " in engine.log.read_text()


def test_ctrl_c_in_the_studios_terminal_is_not_for_the_engine(start: Start) -> None:
    engine = start()
    engine.wait_for(Announced)
    engine.process.send_signal(signal.SIGINT)
    assert isinstance(engine.wait_for(Ready), Ready)


@on_linux
def test_it_dies_with_its_parent_even_when_all_pipes_stay_open() -> None:
    pipes = [*os.pipe(), *os.pipe()]
    commands, _, events, told = pipes
    program = (
        "import subprocess, sys, time\n"
        "command = [sys.executable, '-m', 'engine', 'serve']\n"
        f"print(subprocess.Popen(command, stdin={commands}, stdout={told}).pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    try:
        with subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[commands, told],
        ) as parent:
            assert parent.stdout is not None
            engine = int(parent.stdout.readline())
            assert os.read(events, 4) == MAGIC
            parent.kill()
        assert is_gone(engine)
    finally:
        for pipe in pipes:
            os.close(pipe)


def is_gone(pid: int) -> bool:
    """Whether it ends before patience does; a corpse that nobody buries is gone too."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return False
