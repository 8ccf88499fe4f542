"""The shipped pictures before their judges: are they as good as Quartet promises?

The judges come from `tests.quality.judges`, `picture_eye` and `picture_reader`, what they compare with from
`tests.quality.picture_works`; where QUARTET_JUDGES names no folder of them, all of this is skipped.
"""

import pytest

from engine.api import paths
from engine.training.picture_corpus import HELD_OUT, PictureCorpus
from tests.quality import picture_judge, picture_works

COUNT = 40  # prompts of each part
COLOR = 0.70
RECALL = 0.40  # of what real pictures get
PSNR = 24.0

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> picture_judge.Figures:
    checkpoint = paths.assets() / "models" / "pocket-pictures"
    if not (checkpoint / "network.safetensors").exists():
        pytest.skip("no pocket-pictures checkpoint is shipped")
    if reason := picture_judge.missing():
        pytest.skip(reason)
    if not (picture_works.held_out() / "corpus.json").exists():
        pytest.skip("no held-out pictures are set up")
    corpus, works = PictureCorpus.load(picture_works.held_out()), tmp_path_factory.mktemp("works")
    cases = [case for part in picture_works.PARTS for case in picture_works.cases(corpus, part)[:COUNT]]
    picture_works.draw(checkpoint, cases, works)
    picture_works.ask(checkpoint, [case for case in cases if case.part == HELD_OUT], corpus, works)
    return picture_judge.beside_real(corpus, works, checkpoint, COUNT)


def test_things_have_the_colours_of_the_prompt(figures: picture_judge.Figures) -> None:
    assert figures["color"]["works"] >= COLOR


def test_pictures_are_told_by_their_prompts(figures: picture_judge.Figures) -> None:
    assert figures["recall"]["of_real"] >= RECALL
    assert figures["taught_recall"]["of_real"] >= RECALL


def test_the_tokenizer_keeps_pictures_as_they_are(figures: picture_judge.Figures) -> None:
    assert figures["psnr"]["recreated"] >= PSNR
