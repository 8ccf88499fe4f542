"""What every test stands on: an offscreen screen and a home that is nobody's.

The environment is set when this file is imported, before Qt and before any code of ours reads it, and child
processes inherit it. Each test then gets a Quartet folder of its own, so that no test sees another's works.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

HOME = Path(tempfile.mkdtemp(prefix="quartet-tests-"))
XDG = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DOCUMENTS_DIR")

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HOME"] = os.environ["USERPROFILE"] = str(HOME)
os.environ["QUARTET_HOME"] = str(HOME / "quartet")
os.environ.update({name: str(HOME / name.lower()) for name in XDG})
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")

gc.disable()  # between tests only, and in the thread of the tests, as the studio does: widgets may not die in another
hypothesis.settings.register_profile("unhurried", deadline=None)  # no test fails because the machine is busy
hypothesis.settings.load_profile("unhurried")


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def quartet_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that QUARTET_HOME names for the length of one test."""
    folder = tmp_path_factory.mktemp("quartet")
    monkeypatch.setenv("QUARTET_HOME", str(folder))
    yield folder


@pytest.fixture(autouse=True)
def _freed() -> Iterator[None]:
    from studio import garbage

    yield
    garbage.collect()
