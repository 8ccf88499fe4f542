"""Text to the lines of a vocab.txt, and what is said of one that cannot be used."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from engine.api.errors import BadInput, Failure
from engine.codecs.letters import Letters, symbols

VOCABULARY = " \n!\n\"\n'\n,\n.\na\nb\nc\nni3\nhao3\nB\n"


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    path = tmp_path / "vocab.txt"
    path.write_text(VOCABULARY, encoding="utf-8")
    return Letters.load(path)


def test_each_letter_is_the_number_of_its_line(letters: Letters) -> None:
    assert len(letters.ids) == 12
    assert letters.encode("cab, ab!") == [8, 6, 7, 4, 0, 6, 7, 1]


def test_unknown_letters_are_the_space_and_are_reported_once(letters: Letters) -> None:
    assert letters.encode("aèbèZ") == [6, 0, 7, 0, 0]
    assert letters.unknown("aèbèZ") == ("è", "Z")
    assert letters.unknown("cab “ab”; a") == ()


def test_quotes_are_straightened_and_semicolons_are_commas(letters: Letters) -> None:
    assert "".join(symbols("“It’s” ‘so’; yes")) == "\"It's\" 'so', yes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One,two", "One, two"),
        ("e-mail U.S.A. v1.0", "e-mail U.S.A. v1.0"),
        ("wait... no", "wait ... no"),
        ("a:bc 'de' \"fg\"", "a:bc 'de' \"fg\""),
        ("(end)", "( end)"),
        ("C++ and c# at AT&T", "C++ and c# at AT&T"),
        ("", ""),
    ],
)
def test_words_after_a_sign_get_a_space_as_in_training(text: str, expected: str) -> None:
    assert "".join(symbols(text)) == expected


def test_chinese_is_spelt_by_the_sounds_of_its_words(letters: Letters) -> None:
    pytest.importorskip("rjieba")
    pytest.importorskip("pypinyin")
    assert symbols("你好, ab。") == [" ", "ni2", " ", "hao3", ",", " ", "a", "b", "。"]  # two third tones: one bends
    assert symbols("重庆长大")[1::2] == ["chong2", "qing4", "zhang3", "da4"]
    assert letters.unknown("你好") == ("ni2",)


@pytest.mark.parametrize("package", ["rjieba", "pypinyin"])
def test_chinese_without_its_packages_is_one_sentence(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name == package:
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "".join(symbols("Hello, कैसे हो?")) == "Hello, कैसे हो?"
    with pytest.raises(BadInput, match="pip install pypinyin rjieba"):
        symbols("Hello 你好")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no vocabulary"),
        (b"a\nb\nc\n", "no vocabulary"),
        (b" \nhello, this is a sentence and no letter\n", "no vocabulary"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "no text file|not a text file"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_vocabulary_is_one_sentence(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Failure, match=said) as caught:
        Letters.load(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_last_line_counts_with_or_without_its_end(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes(ending.join([" ", "a", "b"]).encode())
    assert Letters.load(path).ids == {" ": 0, "a": 1, "b": 2}
    path.write_bytes(ending.join([" ", "a", "b", ""]).encode())
    assert Letters.load(path).ids == {" ": 0, "a": 1, "b": 2}
