"""Text survives its tokens, letters stay whole, and nothing a user types is a special token."""

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import Failure
from engine.codecs.text_tokens import SPECIALS, TextTokens
from engine.training.tokenizer import train_tokenizer

HINDI = "एक समय की बात है, राम और श्याम जंगल में गए। क्षमा करो, मित्र! विद्यार्थी का जगत् है ज़रूर। स्त्री कर्ता "
ENGLISH = "Once upon a time, there wasn't a fox in 1984; the man's dog said: hello. "
TOKENS = TextTokens(train_tokenizer([HINDI] * 3 + [ENGLISH] * 5, 500))
IDS = st.lists(st.integers(0, TOKENS.vocab_size - 1), max_size=40)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_in_nfc(text: str) -> None:
    assert TOKENS.decode(TOKENS.encode(text)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["<mask>", "a <end> b", "<hindi><story>", "<mask", "".join(SPECIALS)])
def test_what_looks_like_a_special_token_is_plain_text(text: str) -> None:
    ids = TOKENS.encode(text)
    assert min(ids) >= len(SPECIALS)
    assert TOKENS.decode(ids) == text


@given(IDS)
def test_the_pieces_of_any_tokens_make_their_text(ids: list[int]) -> None:
    pieces = TOKENS.pieces(ids)
    assert len(pieces) == len(ids)
    assert "".join(pieces) == TOKENS.decode(ids)


def test_specials_are_dropped_and_the_end_is_a_blank_line() -> None:
    ids = [TOKENS.tag("hindi"), TOKENS.tag("story"), TOKENS.end, *TOKENS.encode("मित्र"), TOKENS.mask, TOKENS.end]
    assert TOKENS.decode(ids) == "\n\nमित्र\n\n"
    assert TOKENS.pieces([TOKENS.mask, *TOKENS.encode("a")]) == ["", "a"]


def test_an_unfinished_character_is_replaced() -> None:
    assert TOKENS.decode(TOKENS.encode("中")[:2]) == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("cluster", ["ॐ", "ङ्ङ", "é", "👍🏽", "中", "👨‍👩‍👧", "ख्रू"])
def test_a_cluster_of_several_tokens_stands_whole_at_its_first(cluster: str) -> None:
    ids = TOKENS.encode("x" + cluster)
    assert len(ids) > 2
    assert TOKENS.pieces(ids) == ["x", cluster, *[""] * (len(ids) - 2)]


def test_merges_stay_within_words_digits_and_clusters() -> None:
    assert TOKENS.pieces(TOKENS.encode("in 1984"))[-4:] == [" 1", "9", "8", "4"]
    for piece in TOKENS.bytes:
        text = piece.decode("utf-8", "ignore").strip()
        consonants = [letter for letter in text if "क" <= letter <= "ह"]
        assert len(consonants) <= 1 + text.count("\u094d")
        assert text.isascii() or not any(letter.isascii() for letter in text)


def test_joined_binds_bytes_marks_and_conjuncts_but_no_words() -> None:
    for text in ["ङ्ङ", "ॐ", "中", "ख्रू"]:
        assert TOKENS.joined(torch.tensor(TOKENS.encode(text)))[1:].all(), text
    words = torch.tensor(TOKENS.encode("जगत् है, Once upon a time"))
    starts = [piece != "" for piece in TOKENS.pieces(words.tolist())]
    assert (~TOKENS.joined(words)).tolist() == starts


@given(IDS)
def test_joined_agrees_with_what_is_shown(ids: list[int]) -> None:
    """Whoever reveals what is joined together never shows part of a character."""
    joined = TOKENS.joined(torch.tensor(ids, dtype=torch.long)).tolist()
    assert all(piece == "" for piece, joins in zip(TOKENS.pieces(ids), joined, strict=True) if joins)
    for (left, right), joins in zip(pairwise(ids), joined[1:], strict=True):
        if left < len(SPECIALS) or right < len(SPECIALS):
            assert not joins


def test_joined_works_on_batches() -> None:
    ids = torch.tensor([TOKENS.encode("ङ्ङ ab")[:6], TOKENS.encode("abcdef")[:6]])
    assert torch.equal(TOKENS.joined(ids), torch.stack([TOKENS.joined(row) for row in ids]))


@pytest.mark.parametrize(
    ("language", "foreign", "own"),
    [
        ("english", "रवि", "Ravi sang, née 3 €"),
        ("hinglish", "बाज़ार", "Ravi bazaar gaya!"),
        ("hindi", "bazaar é", "रवि बाज़ार गया। 3 €"),
    ],
)
def test_letters_of_another_script_are_foreign(language: str, foreign: str, own: str) -> None:
    """In whatever tokens they come, down to the bytes."""
    table = TOKENS.foreign[language]
    assert not table[TOKENS.encode(own)].any() and not table[: len(SPECIALS)].any()
    letters = [token for token in TOKENS.encode(foreign) if TOKENS.bytes[token].strip()]
    left = TOKENS.decode([token for token in letters if not table[token]])
    assert table[letters].any() and not any(letter.isalpha() for letter in left)


def test_a_saved_tokenizer_is_the_same_and_a_foreign_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    TOKENS.tokenizer.save(str(path))
    assert TextTokens.load(path).encode(HINDI + ENGLISH) == TOKENS.encode(HINDI + ENGLISH)
    path.write_text("{}")
    with pytest.raises(Failure, match="cannot be read"):
        TextTokens.load(path)
