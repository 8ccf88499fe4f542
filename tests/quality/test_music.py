"""The shipped music before its judges: is it as good as Quartet promises?

The judges come from `tests.quality.judges`, what they compare with from `tests.quality.music_works` and `instruments`;
where QUARTET_JUDGES names no folder of them, all of this is skipped.
"""

import pytest

from engine.api import paths
from tests.quality import music_judge
from tests.quality.music_hearing_judges import missing
from tests.quality.music_works import held_out, lacking, play, read_cases

TEMPO = 0.92
CHORDS = 0.80  # of what is heard of true renders
KEY = 0.80
INSTRUMENT = 0.60

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> music_judge.Figures:
    """Of all held-out requests."""
    checkpoint = paths.assets() / "models" / "pocket-music"
    if not (checkpoint / "network.safetensors").exists():
        pytest.skip("no pocket-music checkpoint is shipped")
    if reason := missing() or lacking():
        pytest.skip(reason)
    cases, works = read_cases(held_out()), tmp_path_factory.mktemp("works")
    play(checkpoint, cases, works)
    return music_judge.beside_renders(cases, works)[0]


def test_the_tempo_is_kept(figures: music_judge.Figures) -> None:
    assert figures["tempo"]["works"] >= TEMPO


def test_the_chords_are_followed(figures: music_judge.Figures) -> None:
    assert figures["chords"]["of_renders"] >= CHORDS


def test_the_key_is_kept(figures: music_judge.Figures) -> None:
    assert figures["ck"]["works"] >= KEY


def test_the_length_is_exact(figures: music_judge.Figures) -> None:
    assert figures["length_error"]["works"] == 0


def test_the_instrument_of_the_caption_leads(figures: music_judge.Figures) -> None:
    assert figures["instrument"]["works"] >= INSTRUMENT
