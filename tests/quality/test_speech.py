"""The shipped voice before independent judges: is it understood, does it sound well, are the voices kept.

Needs the judges (`tests.quality.judges`; QUARTET_JUDGES names their folder); without them these tests are skipped.
Each held-out sentence is said by one of the trained voices of its language, in turns; some also by a stranger's.
"""

from pathlib import Path
from typing import Any

import pytest

from engine.api import paths
from tests.quality import judges
from tests.quality.speech_judge import judge, summary
from tests.quality.speech_works import first_of_each, read_sentences, speak

WORD_ERRORS = 0.06
SKELETON_ERRORS = 0.25
OPINION = 2.8
LIKENESS = 0.70
STRANGER = "aoede"
STRANGERS_SENTENCES = 20

pytestmark = pytest.mark.quality

Summary = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def checkpoint() -> Path:
    folder = paths.assets() / "models" / "pocket-speech"
    if not (folder / "network.safetensors").exists():
        pytest.skip("no pocket-speech checkpoint is shipped")
    if reason := judges.missing():
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="module")
def trained(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    """The figures of the voices that it was trained on."""
    works = tmp_path_factory.mktemp("trained")
    speak(checkpoint, read_sentences(), works, in_turns=True)
    return summary(judge(works))


@pytest.fixture(scope="module")
def stranger(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    """The figures of a voice that it has never heard."""
    works = tmp_path_factory.mktemp("stranger")
    english = [sentence for sentence in read_sentences() if sentence.language == "english"]
    speak(checkpoint, first_of_each(english, STRANGERS_SENTENCES), works, voices=[STRANGER])
    return summary(judge(works))


def test_english_is_understood(trained: Summary) -> None:
    assert len(trained["english"]["voices"]) >= 2
    assert trained["english"]["wer"] <= WORD_ERRORS


@pytest.mark.parametrize("language", ["hindi", "hinglish"])
def test_the_consonants_of_hindi_are_heard(trained: Summary, language: str) -> None:
    assert len(trained[language]["voices"]) >= 2
    assert trained[language]["skeleton_cer"] <= SKELETON_ERRORS


def test_every_language_sounds_well(trained: Summary) -> None:
    assert set(trained) == {"english", "hindi", "hinglish"}
    for language, figures in trained.items():
        assert figures["dnsmos"] >= OPINION, language


def test_every_trained_voice_is_kept(trained: Summary) -> None:
    for language, figures in trained.items():
        for voice, own in figures["voices"].items():
            assert own["speaker_cosine"] >= LIKENESS, (language, voice)
        assert figures["voice_recognised"] > 0.5, language


def test_a_voice_that_it_never_heard_is_understood_and_sounds_well(stranger: Summary) -> None:
    assert stranger["english"]["wer"] <= WORD_ERRORS
    assert stranger["english"]["dnsmos"] >= OPINION
