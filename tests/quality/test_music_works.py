"""What is asked for is held out, is true of its render, and is what the engine then plays."""

from collections import Counter
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from engine.api.recipe import read_recipe
from engine.api.score import score_of
from engine.training.music_corpus import pieces
from engine.training.music_render import RATE
from engine.training.music_writer import Piece, tables
from tests import tiny_music
from tests.quality import music_works
from tests.quality.music_works import Case, drawn


class Hum:
    """A player that hums for as long as each piece lasts."""

    def __init__(self, soundfont: Path) -> None:
        self.soundfont = soundfont

    def play(self, piece: Piece) -> np.ndarray:
        return np.full((round(piece.seconds * RATE), 2), 0.1, np.float32)


def test_a_case_is_drawn_again_as_it_was_and_no_corpus_has_it() -> None:
    assert drawn(7) == drawn(7) != drawn(8)
    trained = {(each.chords, each.tempo, each.lead) for seed in (0, 1) for each, _ in islice(pieces(seed), 200)}
    assert not {(case.request.chords, case.request.tempo, case.lead) for case, _ in map(drawn, range(60))} & trained


def test_a_caption_names_what_leads_in_either_language() -> None:
    instruments = tables()["instruments"]
    for number in range(60):
        case, _ = drawn(number)
        words = instruments[case.lead]["hindi" if number % 3 == 2 else "english"]
        assert any(word.lower() in case.request.prompt.lower() for word in words), case.request.prompt


def test_a_request_lays_out_the_piece_that_is_rendered() -> None:
    for case, piece in map(drawn, range(40)):
        score = score_of(case.request)
        assert score.samples(RATE) == round(piece.seconds * RATE)
        assert [each.chord for each in score.chords] == [span.chord for span in piece.spans]
        assert (score.key is None) == (not piece.in_key)


def test_cases_are_of_many_kinds() -> None:
    cases = [drawn(number) for number in range(music_works.COUNT)]
    assert len(Counter(case.lead for case, _ in cases)) >= 12
    assert {case.request.metre for case, _ in cases} == {"2", "3", "4", "6/8"}
    assert all(4 < piece.seconds < 25 for _, piece in cases)


def test_cases_are_written_with_their_renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(music_works, "Player", Hum)
    music_works.set_up(tmp_path, tmp_path / "a.sf2", 2)
    cases = music_works.read_cases(tmp_path)
    assert cases == [drawn(0)[0], drawn(1)[0]]
    assert soundfile.info(tmp_path / cases[1].true).frames == score_of(cases[1].request).samples(RATE)
    assert len(list((tmp_path / "others").iterdir())) == 2


def short(number: int) -> Case:
    case, _ = drawn(number)
    return msgspec.structs.replace(case, request=msgspec.structs.replace(case.request, seconds=1.7))


def test_the_engine_plays_what_is_to_be_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_music.make(tmp_path / "elsewhere")
    models, works = tmp_path / "elsewhere" / "models", tmp_path / "works"
    monkeypatch.setattr(music_works, "TIMED", 1.0)
    flags = ["--steps=2", "--device=cpu"]
    cases = [short(0), short(2)]
    taken = music_works.play(models / "pocket-music", cases, works, flags, [models / "pocket-music-vocoder"])
    assert taken > 0
    for case, work in zip(cases, music_works.read_works(works), strict=True):
        recipe = read_recipe(works / work.file).request
        assert recipe.prompt == case.request.prompt and recipe.chords == case.request.chords
        assert (recipe.seed, recipe.steps) == (case.number, 2)
        assert soundfile.info(works / work.file).frames == round(1.7 * RATE) and work.seconds
