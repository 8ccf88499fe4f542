"""A checkpoint to work with, and a command line to run in this process."""

import pytest

from engine.__main__ import main
from tests.engine.commands import Ran, Run
from tests.tiny_checkpoint import no_assets, tiny_checkpoint, tiny_template

__all__ = ["no_assets", "run", "tiny_checkpoint", "tiny_template"]


@pytest.fixture
def run(tiny_checkpoint: object, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, with the tiny checkpoint as the only one."""
    monkeypatch.setenv("QUARTET_DEVICE", "cpu")

    def ran(*arguments: str) -> Ran:
        code = main(list(arguments))
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran
