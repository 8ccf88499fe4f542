"""The home-made judge of captions: words of two scripts, and that it can learn which caption is of which picture."""

import numpy as np
import torch

from engine.training.picture_captions import Item, Scene
from engine.training.picture_corpus import Entry
from tests.quality import picture_reader as reader
from tests.quality.picture_metrics import ranks
from tests.quality.picture_sight import SIDE

COLORS = {"red": (220, 38, 38), "green": (34, 160, 70), "blue": (37, 99, 225), "black": (20, 20, 22)}


def test_words_are_those_of_both_scripts_without_marks() -> None:
    assert reader.words("Flat: a Red apple, on “white”.") == ["flat", "a", "red", "apple", "on", "white"]
    assert reader.words("पीली पृष्ठभूमि पर घर, सपाट शैली") == ["पीली", "पृष्ठभूमि", "पर", "घर", "सपाट", "शैली"]


def test_a_word_that_is_there_once_is_not_known() -> None:
    known = reader.vocabulary(["a red apple", "a red boat"])
    assert set(known) == {"a", "red"} and min(known.values()) > reader.UNKNOWN
    rows = reader.numbers(["red zebra", "", "a " * 100], known)
    assert rows.shape == (3, reader.LONGEST)
    assert rows[0].tolist()[:3] == [known["red"], reader.UNKNOWN, reader.NOTHING]
    assert (rows[1] != reader.NOTHING).sum() == 1 and (rows[2] == known["a"]).all()


def test_one_in_ten_of_the_judges_part_is_not_trained_on() -> None:
    scene = Scene(look="flat", ground="plain", items=(Item(name="a", key="a", source="", drawing=""),))

    def taught(number: int, split: str) -> bool:
        return reader.taught(Entry(number=number, split=split, scene=scene, captions=()))

    assert [taught(number, "judge") for number in (10, 11, 20, 29)] == [False, True, False, True]
    assert not taught(11, "held_out") and not taught(11, "train")


def test_it_learns_which_colour_a_caption_speaks_of() -> None:
    pictures = torch.zeros(4, 3, SIDE, SIDE, dtype=torch.uint8)
    for row, rgb in zip(pictures, COLORS.values(), strict=True):
        row[:] = torch.tensor(rgb, dtype=torch.uint8)[:, None, None]
    captions = [[f"a {name} thing", f"{name}"] for name in COLORS]
    known = reader.vocabulary(text for texts in captions for text in texts)
    network = reader.learned(pictures, captions, known, steps=40)
    with torch.inference_mode():
        looked = network.look(pictures.float() / 255)
        read = network.read(reader.numbers([f"a {name} thing" for name in COLORS], known))
    assert ranks(torch.nn.functional.normalize(looked), torch.nn.functional.normalize(read), range(4)) == [0] * 4
    assert not np.isnan(looked.numpy()).any()
