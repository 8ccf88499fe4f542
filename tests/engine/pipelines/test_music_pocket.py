"""Pocket music is as long as was asked for, keeps what it is given, ends where it begins, refuses in one sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray

from engine.api.errors import BadInput, Failure
from engine.api.messages import SoundWork
from engine.api.requests import MusicRequest
from engine.codecs.music_bands import SAMPLE_RATE
from engine.pipelines.contract import Live
from engine.pipelines.music import music
from engine.pipelines.music_pocket import UNPROMPTED, closed, shares_of
from engine.pipelines.music_sound import SPLICE, circular, spliced, unclipped
from engine.pipelines.music_told import ALL
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from tests.tiny_music import make

Sound = NDArray[np.float32]
SHORT = MusicRequest(prompt="calm piano", chords="Am F C G", key="A minor", tempo=120, seconds=2.5, steps=2, seed=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    make(folder)
    return folder


@pytest.fixture
def shelf(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("QUARTET_HOME", str(home))
    monkeypatch.setenv("QUARTET_ASSETS", str(tmp_path / "nothing"))
    yield Shelf(choose("cpu"))


def made(request: MusicRequest, shelf: Shelf, guidance: float = 3.0, batched: bool = True) -> tuple[Sound, list[Any]]:
    making = music(request, shelf, Live(guidance=guidance, batched=batched))
    told: list[Any] = []
    with torch.inference_mode():
        while True:
            try:
                told.append(next(making))
            except StopIteration as end:
                work: SoundWork = end.value
                assert (work.sample_rate, work.channels) == (SAMPLE_RATE, 2)
                sound, _ = soundfile.read(work.path, dtype="float32")
                return sound, told


def asked(**fields: object) -> MusicRequest:
    return MusicRequest(**({name: getattr(SHORT, name) for name in SHORT.__struct_fields__} | fields))


def test_it_lasts_as_long_as_was_asked_to_the_sample(shelf: Shelf) -> None:
    sound, told = made(asked(seconds=2.3456), shelf)
    assert len(sound) == round(2.3456 * SAMPLE_RATE)
    assert np.abs(sound).max() > 0
    assert [each.step for each in told] == [1, 2]
    assert told[-1].preview().bins == 144


def test_bars_win_over_seconds(shelf: Shelf) -> None:
    sound, _ = made(asked(bars=1, tempo=97), shelf)
    assert len(sound) == round(4 * 60 / 97 * SAMPLE_RATE)


def test_the_same_request_makes_the_same_music_and_two_passes_almost(shelf: Shelf) -> None:
    first, again = made(SHORT, shelf)[0], made(SHORT, shelf)[0]
    assert np.array_equal(first, again)
    other, _ = made(asked(seed=2), shelf)
    assert not np.array_equal(first, other)


def test_what_is_not_made_anew_stays_sample_for_sample(shelf: Shelf, tmp_path: Path) -> None:
    before, _ = made(SHORT, shelf)
    path = tmp_path / "before.wav"
    soundfile.write(path, before, SAMPLE_RATE, subtype="FLOAT")
    after, _ = made(asked(recording=str(path), anew=(1000, 1500), seed=7), shelf)
    start, stop = SAMPLE_RATE, round(1.5 * SAMPLE_RATE)
    assert np.array_equal(after[:start], before[:start])
    assert np.array_equal(after[stop:], before[stop:])
    assert not np.array_equal(after[start:stop], before[start:stop])


def test_a_recording_is_gone_on_from(shelf: Shelf, tmp_path: Path) -> None:
    before, _ = made(SHORT, shelf)
    path = tmp_path / "before.wav"
    soundfile.write(path, before, SAMPLE_RATE, subtype="FLOAT")
    after, _ = made(asked(recording=str(path), seconds=4.0), shelf)
    assert len(after) == 4 * SAMPLE_RATE
    assert np.array_equal(after[: len(before)], before)
    assert np.abs(after[len(before) :]).max() > 0
    with pytest.raises(BadInput, match="lasts 2.5 s already"):
        made(asked(recording=str(path)), shelf)


def test_a_loop_is_exact_and_whole_bars(shelf: Shelf) -> None:
    sound, _ = made(asked(loop="on", bars=1), shelf)
    assert len(sound) == 2 * SAMPLE_RATE
    with pytest.raises(BadInput, match="whole bars"):
        made(asked(loop="on", seconds=2.3), shelf)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"seconds": 40.0}, "30 s at most"),
        ({"bars": 1, "tempo": 240.0, "metre": "2"}, "ask for 1 s at least"),
        ({"chords": "C@0:4 G@2:4"}, "overlap"),
        ({"anew": (1000,), "recording": "there.wav"}, "no sound file"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_sentence(shelf: Shelf, fields: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        made(asked(**fields), shelf)


def test_a_missing_vocoder_is_named(home: Path, shelf: Shelf) -> None:
    (home / "models" / "pocket-music-vocoder").rename(home / "away")
    try:
        with pytest.raises((BadInput, Failure), match="pocket-music-vocoder"):
            made(SHORT, shelf)
    finally:
        (home / "away").rename(home / "models" / "pocket-music-vocoder")


def test_the_neighbours_of_a_loop_are_itself() -> None:
    x = torch.arange(20.0).view(1, 20, 1)
    round_ = closed(x, lead=4, period=10)[0, :, 0].tolist()
    assert round_[:4] == round_[10:14]
    assert round_[14:18] == round_[4:8]


def test_a_circle_closes() -> None:
    wave = np.sin(2 * np.pi * np.arange(60_000) / 1_000).astype(np.float32)
    sound = np.stack([wave, wave], 1)
    out = circular(sound, before=10_000, count=20_000)
    assert len(out) == 20_000
    assert abs(float(out[-1, 0] - out[0, 0])) < 0.02


def test_a_splice_fades_within_what_was_made() -> None:
    old, new = np.zeros((20_000, 2), np.float32), np.ones((20_000, 2), np.float32)
    out = spliced(new, old, [(5_000, 15_000)])[:, 0]
    assert not out[:5_001].any() and not out[15_000:].any()
    assert (out[5_000 + SPLICE : 15_000 - SPLICE] == 1).all()
    assert np.abs(np.diff(out)).max() < 2 / SPLICE


def test_what_is_too_loud_is_made_quieter_and_nothing_else_is() -> None:
    loud, soft = np.full((10, 2), 2.0, np.float32), np.full((10, 2), 0.5, np.float32)
    assert np.allclose(unclipped(loud), 0.98)
    assert np.array_equal(unclipped(soft), soft)


def test_prompt_and_lanes_are_guided_each_by_itself() -> None:
    told, unprompted, bare = frozenset[str](), UNPROMPTED, ALL
    assert shares_of(4.0, 2.0) == {told: 4.0, unprompted: -2.0, bare: -1.0}
    assert shares_of(3.0, 3.0) == {told: 3.0, bare: -2.0}
    assert shares_of(1.0, 1.0) == {told: 1.0}
    assert shares_of(4.0, 2.0, said=False) == {told: 2.0, bare: -1.0}


def test_the_guidance_of_the_lanes_changes_the_music(shelf: Shelf) -> None:
    assert not np.array_equal(made(asked(lane_guidance=1.0), shelf)[0], made(asked(lane_guidance=4.0), shelf)[0])


def test_three_guesses_at_once_are_like_three_passes(shelf: Shelf) -> None:
    at_once, one_by_one = made(SHORT, shelf)[0], made(SHORT, shelf, batched=False)[0]
    assert np.allclose(at_once, one_by_one, atol=1e-3)
