"""The shipped text checkpoint before its judge: below the 5-gram byte model, and each language in its own script.

Needs the corpus (`QUARTET_CORPUS`, a folder with train.jsonl and held_out.jsonl); without it these tests are skipped.
"""

import os
from pathlib import Path

import pytest

from engine.api import paths
from tests.quality import text_judge
from tests.quality.text_judge import Checkpoint

LANGUAGES = ("english", "hindi", "hinglish")
WRONG_SCRIPT = 0.02

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    folder = paths.assets() / "models" / "pocket-text"
    if not (folder / "network.safetensors").exists():
        pytest.skip("no pocket-text checkpoint is shipped")
    return text_judge.load_checkpoint(folder)


@pytest.fixture(scope="module")
def corpus() -> Path:
    folder = Path(os.environ.get("QUARTET_CORPUS", "/nonexistent"))
    if not (folder / "held_out.jsonl").exists():
        pytest.skip("QUARTET_CORPUS names no corpus")
    return folder


def test_every_language_costs_fewer_bits_than_the_byte_model_needs(checkpoint: Checkpoint, corpus: Path) -> None:
    figures = text_judge.bits_per_byte(checkpoint, corpus, most=40)
    assert set(figures) == set(LANGUAGES)
    for language, figure in figures.items():
        assert figure["network"] < figure["five_gram"], language


def test_no_language_is_written_in_the_script_of_another(checkpoint: Checkpoint, corpus: Path) -> None:
    kinds = list(text_judge.read_documents(corpus / "held_out.jsonl"))
    for language, figure in text_judge.script_consistency(checkpoint, kinds, texts=50).items():
        assert figure["wrong_script"] <= WRONG_SCRIPT, language
