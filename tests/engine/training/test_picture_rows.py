"""What pictures are learned from: captions as pieces, where something is drawn, batches of like length."""

from pathlib import Path

import numpy as np
import pytest

from engine.api.errors import BadInput
from engine.codecs.prompt_words import PromptWords
from engine.training import picture_rows
from engine.training.picture_captions import Item, Scene
from engine.training.picture_corpus import TRAIN, Entry, PictureCorpus
from engine.training.picture_rows import BUCKETS, PictureRows, caption_tokenizer, pieces_of, places_drawn, read_codes

TEXTS = ("two red apples, flat", "a red apple", "लाल रंग में दो सेब", "a blue kite over a red apple in the sky")


def entry(number: int, part: str = TRAIN) -> Entry:
    item = Item(name="apple", key="apple", source="set", drawing="1", boxes=((8 * (number % 8), 60, 9, 20),))
    said = tuple(("hindi" if "ल" in text else "english", text) for text in TEXTS)
    return Entry(number=number, split=part, scene=Scene(look="flat", ground="plain", items=(item,)), captions=said)


@pytest.fixture
def corpus() -> PictureCorpus:
    return PictureCorpus([entry(n, "judge" if n % 3 == 1 else TRAIN) for n in range(30)], 128, np.zeros(0, np.uint8))


@pytest.fixture
def words(tmp_path: Path) -> PromptWords:
    path = tmp_path / "words.json"
    path.write_text(caption_tokenizer(TEXTS * 5, 400).to_str(), encoding="utf-8")
    return PromptWords.load(path)


def codes(count: int = 30) -> np.ndarray:
    return np.arange(count * 256).reshape(count, 256).astype(np.uint16) % 8192


def test_a_word_that_is_said_often_is_one_piece_in_either_script(words: PromptWords) -> None:
    assert len(words.encode("Red apple")) == 2
    assert len(words.encode("लाल रंग में दो सेब")) == 5
    assert words.tokenizer.decode(words.encode("दो लाल सेब, a kite")) == "दो लाल सेब, a kite"
    assert words.tokenizer.decode(words.encode("नया ☃")) == "नया ☃"


def test_what_is_drawn_lies_on_the_tokens_that_its_boxes_touch() -> None:
    grid = places_drawn(entry(2), 128, 16).reshape(16, 16)
    assert np.flatnonzero(grid.any(1)).tolist() == [7, 8, 9]
    assert np.flatnonzero(grid.any(0)).tolist() == [2, 3]


def test_only_pictures_of_the_part_that_are_encoded_are_learned_from(
    corpus: PictureCorpus, words: PromptWords, tmp_path: Path
) -> None:
    rows = PictureRows.load(corpus, codes(20), words, tmp_path / "captions.npz")
    numbers = [n for n in range(20) if n % 3 != 1]
    assert np.array_equal(rows.codes, codes()[numbers])
    assert sorted(np.concatenate(rows.buckets)) == list(range(4 * len(numbers)))
    drawn = rows.at(np.array([4 * 3 + 2]))
    assert words.tokenizer.decode(drawn.texts[0]) == TEXTS[2]
    assert np.array_equal(drawn.codes[0], codes()[numbers[3]])


def test_a_batch_is_of_like_length(corpus: PictureCorpus, words: PromptWords, tmp_path: Path) -> None:
    rows = PictureRows.load(corpus, codes(), words, tmp_path / "captions.npz")
    drawn = [rows.draw(8, np.random.default_rng(seed)) for seed in range(BUCKETS)]
    assert sum(len({len(text) for text in each.texts}) == 1 for each in drawn) > BUCKETS / 2
    assert len({len(each.texts[0]) for each in drawn}) > 2


@pytest.mark.parametrize("text", [*TEXTS, "Two  apples, (small)…  a-b", "", "सेब,नया", ", , x"])
def test_cut_word_by_word_a_caption_is_as_a_prompt_is(words: PromptWords, text: str) -> None:
    assert pieces_of(text, words, {}) == words.encode(text)


def test_captions_are_cut_once(
    corpus: PictureCorpus, words: PromptWords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = PictureRows.load(corpus, codes(), words, tmp_path / "captions.npz")
    with monkeypatch.context() as patch:
        patch.setattr(picture_rows, "pieces_of", None)
        again = PictureRows.load(corpus, codes(), words, tmp_path / "captions.npz")
    assert np.array_equal(first.pieces, again.pieces) and np.array_equal(first.firsts, again.firsts)


def test_codes_of_another_corpus_are_refused(corpus: PictureCorpus, tmp_path: Path) -> None:
    np.save(tmp_path / "more.npy", codes(31))
    with pytest.raises(BadInput, match="30 pictures"):
        read_codes(tmp_path / "more.npy", corpus)
    with pytest.raises(BadInput, match="encode the corpus"):
        read_codes(tmp_path / "none.npy", corpus)
