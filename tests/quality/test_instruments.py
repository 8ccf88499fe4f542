"""The home-made classifier: what it is told apart from, and that it can learn at all."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.codecs.music_bands import FLOOR
from engine.training.music_writer import tables
from tests.quality import instruments, judges
from tests.quality.instruments import NAMES, USED_BANDS, WINDOW, Example, Listener
from tests.quality.music_hearing_judges import missing
from tests.quality.music_works import held_out, read_cases

RNG = np.random.default_rng(2)


def tone(family: int) -> Example:
    """A few bands, higher for each family, with noise."""
    bands = RNG.normal(np.log(FLOOR), 0.3, (WINDOW + 40, USED_BANDS))
    bands[:, 20 + 30 * family : 25 + 30 * family] += 4
    return Example(torch.tensor(bands, dtype=torch.float32), family)


def test_every_lead_that_is_written_belongs_to_one_family() -> None:
    leads = {lead for style in tables()["styles"].values() for lead in style["leads"]}
    assert leads <= set(instruments.FAMILY)
    assert len(instruments.FAMILY) == sum(len(members) for members in instruments.FAMILIES.values())


def test_loudness_is_not_heard() -> None:
    bands = tone(0).bands[None]
    torch.testing.assert_close(instruments.normal(bands), instruments.normal(bands + 1.5))


def test_it_learns_to_tell_two_kinds_apart() -> None:
    network = instruments.trained([tone(number % 2) for number in range(12)], steps=25)
    assert instruments.accuracy(network, [tone(number % 2) for number in range(10)]) == 1


def test_a_sound_shorter_than_a_window_is_scored() -> None:
    found = instruments.scores(Listener().eval(), tone(1).bands[:30])
    assert found.shape == (len(NAMES),) and found.exp().sum() <= 1 + 1e-5


@pytest.mark.quality
def test_it_knows_the_leads_of_held_out_renders(tmp_path: Path) -> None:
    if reason := missing():
        pytest.skip(reason)
    if not (judges.folder() / instruments.FILE).exists() or not held_out().exists():
        pytest.skip("no classifier or no held-out renders are set up")
    import soundfile

    cases = read_cases(held_out())[:30]
    right = [
        instruments.heard(*soundfile.read(held_out() / case.true, dtype="float32", always_2d=True))
        == instruments.FAMILY[case.lead]
        for case in cases
    ]
    assert sum(right) / len(right) >= 0.8
