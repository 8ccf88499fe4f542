"""The shipped vocoder before its judge: clearly nearer to the truth than Griffin-Lim, on speech and on music.

Needs the judges (tests/quality/judges.py) and a speech corpus (`QUARTET_SPEECH_CORPUS`, a folder that
engine.training.speech_corpus made); without them these tests are skipped.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from engine.api import paths
from tests.quality import judges
from tests.quality.vocoder_judge import griffin_lim, held_out_speech, judge, load_vocoder, music

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    folder = paths.assets() / "models" / "pocket-vocoder"
    if not (folder / "network.safetensors").exists():
        pytest.skip("no pocket-vocoder checkpoint is shipped")
    if not os.environ.get("QUARTET_JUDGES"):
        pytest.skip(judges.missing())
    corpus = Path(os.environ.get("QUARTET_SPEECH_CORPUS", "/nonexistent"))
    if not (corpus / "shards").exists():
        pytest.skip("QUARTET_SPEECH_CORPUS names no corpus")
    vocoders = {"ours": load_vocoder(folder), "griffin_lim": griffin_lim}
    return judge(vocoders, {"speech": held_out_speech(corpus, 1), "music": music(None, 4)})


def test_speech_is_nearer_to_the_truth_than_griffin_lim_s(figures: dict[str, Any]) -> None:
    ours, theirs = figures["speech"]["ours"], figures["speech"]["griffin_lim"]
    assert ours["pesq"] > theirs["pesq"] + 0.1 and ours["stft"] < 0.95 * theirs["stft"]


def test_music_is_nearer_to_the_truth_than_griffin_lim_s(figures: dict[str, Any]) -> None:
    assert figures["music"]["ours"]["stft"] < 0.95 * figures["music"]["griffin_lim"]["stft"]


def test_it_takes_a_small_part_of_the_time_that_it_makes(figures: dict[str, Any]) -> None:
    assert figures["speech"]["ours"]["real_time_factor"] < 0.2
