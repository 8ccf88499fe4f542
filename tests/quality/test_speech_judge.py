"""The judge's own arithmetic, on works whose figures are known."""

import json
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from engine.api.cards import CARD, read_card
from tests.quality import judges, speech_judge, speech_works
from tests.quality.speech_judge import Verdict
from tests.quality.speech_works import Work

WORK = Work(file="a.wav", text="one two", language="english", voice="heart")


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("kitten", "sitting", 3),
        ("the cat sat", "the cat sat", 0),
        ("the cat sat down", "the bat sat", 2),
        ("the cat", "", 2),
        ("", "the cat", 2),
        ("a b c d", "b c d e", 2),
    ],
)
def test_distance_is_the_fewest_changes(said: str, heard: str, errors: int) -> None:
    words = (list(said), list(heard)) if " " not in said + heard else (said.split(), heard.split())
    assert speech_judge.distance(*words) == errors == speech_judge.distance(*reversed(words))


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("the pace setter won", "the pacesetter won", 0),
        ("a pacesetter", "a pace setter", 0),
        ("pacesetter", "pace set", 2),
        ("an ice cream cone", "an icecream bone", 1),
    ],
)
def test_a_compound_may_be_written_as_one_word_or_two(said: str, heard: str, errors: int) -> None:
    assert speech_judge.distance(said.split(), heard.split()) == errors


def test_words_in_brackets_are_counted() -> None:
    assert speech_judge.units("A (visible) sign [here]", "english", strip_brackets) == ["A", "visible", "sign", "here"]


def strip_brackets(text: str) -> str:
    """As Whisper's normaliser does it."""
    return re.sub(r"[\[(][^])]*[])]", "", text)


def test_english_is_counted_by_normalised_words_and_hindi_by_consonants() -> None:
    assert speech_judge.units("The CAT", "english", str.lower) == ["the", "cat"]
    assert speech_judge.units("मेरी बिल्ली", "hindi", str.lower) == list("mrbl")
    assert speech_judge.units("Meri billi", "hinglish", str.lower) == list("mrbl")


def verdict(errors: int, length: int, **fields: object) -> Verdict:
    known = {"dnsmos": 3.0, "cosines": {"heart": 0.9}, "duration": 2.0, "heard": ""} | fields
    work = msgspec.structs.replace(WORK, **{name: known.pop(name) for name in WORK.__struct_fields__ if name in known})
    return Verdict(work, errors=errors, length=length, **known)  # type: ignore[arg-type]


def test_error_rates_are_of_all_works_together_and_opinions_are_means() -> None:
    figures = speech_judge.figures(
        [verdict(1, 2, dnsmos=2.0, cosines={"heart": 0.6}), verdict(0, 8, dnsmos=3.0, cosines={"heart": 0.8})]
    )
    assert figures == {"works": 2, "wer": 0.1, "dnsmos": 2.5, "speaker_cosine": 0.7}


def test_the_real_time_factor_is_of_all_seconds_together() -> None:
    slow, fast = verdict(0, 1, seconds=1.0, duration=1.0), verdict(0, 1, seconds=1.0, duration=9.0)
    assert speech_judge.figures([slow, fast, verdict(0, 1)])["real_time_factor"] == pytest.approx(0.2)


def test_a_voice_is_recognised_where_no_other_is_nearer() -> None:
    kept, lost = {"heart": 0.9, "emma": 0.8}, {"heart": 0.8, "emma": 0.9}
    found = speech_judge.figures(
        [verdict(0, 1, cosines=kept), verdict(0, 1, cosines=kept), verdict(0, 1, cosines=lost)]
    )
    assert found["voice_recognised"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["speaker_cosine"] == pytest.approx(2.6 / 3, abs=1e-4)


def test_what_was_not_measured_has_no_figure() -> None:
    assert set(speech_judge.figures([verdict(0, 1, cosines={})])) == {"works", "wer", "dnsmos"}


def test_languages_and_voices_are_summed_up_apart() -> None:
    found = speech_judge.summary(
        [verdict(1, 4), verdict(3, 4, voice="emma"), verdict(1, 10, language="hindi", voice="alpha")]
    )
    assert found["english"]["wer"] == 0.5 and found["hindi"]["skeleton_cer"] == 0.1
    assert {name: each["wer"] for name, each in found["english"]["voices"].items()} == {"heart": 0.25, "emma": 0.75}
    rows = speech_judge.table(found).splitlines()
    assert [row.split()[:3] for row in rows[1:]] == [
        ["english", "all", "2"],
        ["english", "emma", "1"],
        ["english", "heart", "1"],
        ["hindi", "all", "1"],
        ["hindi", "alpha", "1"],
    ]


def test_the_worst_understood_come_first_and_the_well_understood_not_at_all() -> None:
    lines = speech_judge.worst([verdict(1, 9), verdict(0, 9), verdict(4, 9), verdict(2, 9)], most=2).splitlines()
    assert [line.split()[0] for line in lines] == ["4", "2"]


def test_figures_are_noted_in_the_card_beside_those_of_others(tmp_path: Path) -> None:
    (tmp_path / CARD).write_text(
        """
        id = "tiny"
        title = "Tiny"
        modality = "speech"
        architecture = "f5"
        network = {width = 8}
        codec = "mel"
        path = "flow"
        prediction = "flow"
        licence = "CC0-1.0"
        parameters = 1
        [files.network]
        name = "weights"
        [figures]
        training = {hours = 3}
        english = {old = 1}
        """
    )
    (tmp_path / "weights").touch()
    speech_judge.note(speech_judge.summary([verdict(1, 4)]), tmp_path)
    figures = read_card(tmp_path / CARD).figures
    assert figures["training"] == {"hours": 3}
    assert figures["english"]["wer"] == 0.25 and "old" not in figures["english"]


def test_a_manifest_is_judged_from_beginning_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.wav", "voice.wav"):
        soundfile.write(tmp_path / name, np.full(16_000, 0.1), 16_000)
    speech_works.write_works([msgspec.structs.replace(WORK, reference="voice.wav", seconds=0.5)], tmp_path)
    monkeypatch.setattr(judges, "listener", lambda name, threads: lambda waveform, language: "One, TOO!")
    monkeypatch.setattr(judges, "normaliser", lambda: lambda text: text.lower().replace(",", "").replace("!", ""))
    monkeypatch.setattr(judges, "opinion", lambda waveform: 3.5)
    monkeypatch.setattr(judges, "voice", lambda waveform: np.array([0.6, 0.8], np.float32))
    verdicts = speech_judge.judge(tmp_path)
    assert speech_judge.figures(verdicts) == {
        "works": 1, "wer": 0.5, "dnsmos": 3.5, "speaker_cosine": 1.0, "real_time_factor": 0.5,
    }  # fmt: skip
    written = json.loads((tmp_path / speech_judge.VERDICTS).read_text(encoding="utf-8"))
    assert written["heard"] == "One, TOO!" and written["work"]["file"] == "a.wav"
