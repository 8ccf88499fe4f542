"""One studio at a time, and a studio that was killed is not in the way."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.state.lock import claim

HOLD = """
import pathlib, sys, time
from studio.state.lock import claim
held = claim(pathlib.Path(sys.argv[1]))
print("held" if held else "refused", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other_studio(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_studio_gets_no_claim(tmp_path: Path) -> None:
    first = claim(tmp_path)
    assert first is not None
    assert claim(tmp_path) is None
    first.release()
    assert claim(tmp_path) is not None


def test_another_process_gets_no_claim_until_the_first_is_killed(
    tmp_path: Path, other_studio: subprocess.Popen[str]
) -> None:
    assert claim(tmp_path) is None
    other_studio.kill()
    other_studio.wait()
    assert claim(tmp_path) is not None


def test_a_folder_that_takes_no_lock_does_not_stop_the_studio(read_only_folder: Callable[..., Path]) -> None:
    folder = read_only_folder()
    assert claim(folder) is not None
    assert claim(folder / "new") is not None
