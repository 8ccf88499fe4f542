"""The shipped examples are usable, and a broken one does no harm."""

from pathlib import Path

import pytest

from engine.api import paths
from engine.api.requests import REQUESTS, TextRequest
from studio.tabs.examples import shipped


def test_every_shipped_example_can_be_used_and_english_comes_first() -> None:
    found = [example for request_type in REQUESTS.values() for example in shipped(request_type)]
    assert len(found) == len(list((paths.assets() / "examples").glob("*.toml")))
    examples = shipped(TextRequest)
    assert examples[0].prompt == "One rainy evening, Meera"
    assert {example.language for example in examples} == {"english", "hindi", "hinglish"}


def test_a_broken_example_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "good.toml").write_text('modality = "text"\nprompt = "fine"\n')
    (tmp_path / "examples" / "bad.toml").write_text("modality = ")
    (tmp_path / "examples" / "other.toml").write_text('modality = "smell"\n')
    monkeypatch.setenv("QUARTET_ASSETS", str(tmp_path))
    assert [example.prompt for example in shipped(TextRequest)] == ["fine"]
