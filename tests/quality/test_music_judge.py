"""From what is heard to figures: known hearings give known figures, and the renders are listened to once."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile

from engine.api.cards import CardFile, ModelCard, read_card
from engine.api.chords import parse_chord, parse_key
from engine.api.requests import MusicRequest
from engine.api.score import Sounding, score_of
from engine.training.card import write_card
from tests.quality import music_judge
from tests.quality.music_hearing_judges import Heard, Rhythm
from tests.quality.music_judge import Judged, Verdict
from tests.quality.music_works import Case, Work

REQUEST = MusicRequest(key="A minor", tempo=120, metre="4", chords="Am F C G", seconds=8.0)
CASE = Case(number=0, request=REQUEST, lead="violin", true="true/000.flac")
RIGHT = {
    "tempo",
    "tempo_free",
    "tb",
    "tbt",
    "bm",
    "bm_even",
    "ck",
    "ckd",
    "pcm",
    "ecm",
    "cmo",
    "cmot",
    "chords",
    "bass",
}


def heard(tempo: float = 120, bar: int = 4, key: str = "A minor", chords: str = "Am F C G", free: float = 0) -> Heard:
    lane = tuple(Sounding(parse_chord(name), 2.0 * at, 2.0 * at + 2) for at, name in enumerate(chords.split()))
    return Heard(Rhythm(free or tempo, tempo, bar), lane, parse_key(key))


def followed(request: MusicRequest = REQUEST, **what: Any) -> dict[str, float]:
    return music_judge.followed(score_of(request), heard(**what))


def test_what_is_heard_as_asked_for_is_right_in_all() -> None:
    assert followed() == dict.fromkeys(RIGHT, 1.0)


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ({"free": 60}, {"tempo_free", "tb", "tbt"}),
        ({"free": 145}, {"tempo_free", "tb"}),
        ({"tempo": 125, "free": 120}, {"tempo"}),
        ({"bar": 2}, {"bm"}),
        ({"bar": 3}, {"bm", "bm_even"}),
        ({"bar": 0}, {"bm", "bm_even"}),
        ({"key": "C major"}, {"ck"}),
        ({"key": "A major"}, {"ck", "ckd"}),
    ],
)
def test_each_error_is_counted_where_it_belongs(what: dict[str, Any], wrong: set[str]) -> None:
    figures = followed(**what)
    assert {name for name, value in figures.items() if value == 0} == wrong
    assert all(figures[name] == 1 for name in RIGHT - wrong)


def test_no_key_is_judged_where_none_was_asked_for() -> None:
    figures = followed(MusicRequest(tempo=120, chords="Am F C G", seconds=8.0))
    assert set(figures) == RIGHT - {"ck", "ckd"}


def test_a_length_is_wrong_by_samples() -> None:
    score = score_of(REQUEST)
    sound = np.random.default_rng(0).normal(0, 0.1, (8 * 24_000 - 7, 1)).astype(np.float32)
    figures = music_judge.sounding(sound, 24_000, score)
    assert figures["length_error"] == 7 and figures["silence_at_end"] == 0


def verdict(number: int, **figures: float) -> Verdict:
    return Verdict(number=number, tempo=120, bar=4, key="", chords="", lead="", figures=figures)


def test_figures_are_means_but_the_worst_of_lengths() -> None:
    rng = np.random.default_rng(0)
    rows = [rng.normal(0, 1, (400, 3)).astype(np.float32) for _ in range(2)]
    verdicts = [verdict(0, chords=1, length_error=0, ck=1), verdict(1, chords=0.5, length_error=3)]
    told = music_judge.figures(Judged(verdicts, {"mel": rows}), {"mel": rng.normal(2, 1, (800, 3)).astype(np.float32)})
    assert (told["chords"], told["length_error"], told["ck"]) == (0.75, 3, 1)
    assert told["mel_distance"] == pytest.approx(12, rel=0.1)


def test_works_stand_beside_renders() -> None:
    found = music_judge.compared({"chords": 0.72, "length_error": 0.0}, {"chords": 0.9, "length_error": 0.0})
    assert found["chords"] == {"works": 0.72, "renders": 0.9, "of_renders": 0.8}
    lines = music_judge.table(found, {"real_time_factor": 0.4}).splitlines()
    assert lines[1].split() == ["chords", "0.72", "0.9", "0.8"] and lines[-1].split()[:2] == ["real_time_factor", "0.4"]


def test_pace_is_of_what_was_asked_for() -> None:
    assert music_judge.pace([Work(number=0, file="a", seconds=2.0)], [CASE]) == 0.25
    assert music_judge.pace([Work(number=0, file="a")], [CASE]) is None


def test_the_works_followed_worst_come_first() -> None:
    verdicts = [verdict(0, chords=0.9), verdict(1, chords=0.1)]
    cases = [CASE, Case(number=1, request=REQUEST, lead="flute", true="")]
    assert music_judge.worst(verdicts, cases, 1).startswith("001  chords 0.10  120 BPM")


def test_renders_are_heard_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sounds = []
    for part in ("true", "others"):
        (tmp_path / part).mkdir()
        soundfile.write(tmp_path / part / "000.flac", np.zeros(100), 8000)

    def features(path: Path) -> dict[str, music_judge.Features]:
        sounds.append(path)
        return {"mel": np.ones((2, 3), np.float32), "network": np.zeros((1, 4), np.float32)}

    monkeypatch.setattr(music_judge, "judge", lambda case, path: verdict(case.number, chords=0.5))
    monkeypatch.setattr(music_judge, "features", features)
    first = music_judge.renders(tmp_path, [CASE])
    again = music_judge.renders(tmp_path, [CASE])
    assert len(sounds) == 2 and first[0].verdicts == again[0].verdicts == [verdict(0, chords=0.5)]
    assert again[1]["mel"].shape == (2, 3) and again[0].features["network"][0].shape == (1, 4)


def test_mel_statistics_are_a_row_a_second() -> None:
    rows = music_judge.mel_statistics(np.random.default_rng(0).normal(0, 0.1, 60_000).astype(np.float32))
    assert rows.shape == (2, 2 * music_judge.BANDS)
    assert music_judge.mel_statistics(np.zeros(5000, np.float32)).shape == (1, 2 * music_judge.BANDS)


def test_figures_are_noted_in_the_card(tmp_path: Path) -> None:
    (tmp_path / "network.safetensors").write_bytes(b"1")
    common: dict[str, Any] = dict(id="a", title="A", modality="music", architecture="music_unet", licence="CC0-1.0")
    files = {"network": CardFile(name="network.safetensors")}
    card = ModelCard(**common, network={"told": 1}, parameters=1, files=files, figures={"training": 1})
    write_card(msgspec.structs.replace(card, folder=str(tmp_path)))
    found = {"works": 12, "chords": {"works": 0.7}}
    music_judge.note(found, tmp_path)
    assert read_card(tmp_path / "card.toml").figures == {"training": 1, "held_out": found}
