import json
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.api.errors import Failure
from engine.training import sources, text_corpus
from engine.training.sources import Document

PAGE = """<html><h1>Heading</h1>
<p id="par_1" class="paragraph">Now click the <b>Save</b> button to keep&nbsp;the document and close it.</p>
<table><tr><td><p id="par_2" class="paragraph" dir="auto">This cell of a table is left out.</p></td></tr></table>
<p id="par_3" class="paragraph" dir="auto">मौजूदा दस्तावेज़ को सहेजने के लिए बटन पर क्लिक करें.</p>
<p id="par_4" class="paragraph" dir="auto">See https://example.org for many more of the details.</p></html>"""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache in which every package lies unpacked, tiny."""

    def put(path: str, data: str | bytes) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data.encode() if isinstance(data, str) else data)

    for package, code in (("libreoffice-help-en-us", "en-US"), ("libreoffice-help-hi", "hi")):
        put(f"{package}/usr/share/libreoffice/help/{code}/text/swriter/page.html", PAGE)
    for name in sources.SAYINGS:
        put(
            f"fortunes/usr/share/games/fortunes/{name}",
            f"A saying about {name} is a short and friendly thing to read\n\t\t-- Nobody\n%\n",
        )
    gloss = (
        '00001 06 n 01 paper_lantern 0 000 | a lamp with a thin cover of paper; "she carried a paper lantern home"\n'
    )
    for kind in ("noun", "verb", "adj", "adv"):
        put(f"wordnet-base/usr/share/wordnet/data.{kind}", gloss)
    put("bible-kjv-text/usr/lib/bible.data", b"\0" * 0x200)
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_corpus, "SHARES", dict.fromkeys(text_corpus.SHARES, 150_000))


def read(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_corpus_has_all_languages_and_says_its_sources(cache: Path, tmp_path: Path, small: None) -> None:
    text_corpus.build(tmp_path / "out", cache=cache)
    train, held_out = read(tmp_path / "out/train.jsonl"), read(tmp_path / "out/held_out.jsonl")
    assert {d["language"] for d in train} == {d["language"] for d in held_out} == {"english", "hindi", "hinglish"}
    account = json.loads((tmp_path / "out/sources.json").read_text())
    assert sum(row["documents"] for row in account) == len(train) + len(held_out)
    assert all(row["licence"] for row in account)
    assert {"grammar", "libreoffice-help-en-us", "fortunes", "wordnet-base"} <= {row["package"] for row in account}


def test_documents_are_clean_and_of_the_right_size(cache: Path, tmp_path: Path, small: None) -> None:
    text_corpus.build(tmp_path / "out", cache=cache)
    for document in read(tmp_path / "out/train.jsonl"):
        text = document["text"]
        assert text == unicodedata.normalize("NFC", text).strip()
        assert "  " not in text and "<" not in text and "{" not in text
        assert text_corpus.SHORTEST <= len(text.encode()) <= text_corpus.LONGEST


def test_nothing_held_out_was_trained_on(cache: Path, tmp_path: Path, small: None) -> None:
    text_corpus.build(tmp_path / "out", cache=cache)
    train = {d["text"] for d in read(tmp_path / "out/train.jsonl")}
    held_out = {d["text"] for d in read(tmp_path / "out/held_out.jsonl")}
    assert train and held_out and not train & held_out


def test_a_seed_decides_every_byte(cache: Path, tmp_path: Path, small: None) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        text_corpus.build(tmp_path / name, seed, cache)
    a, b, c = ((tmp_path / name / "train.jsonl").read_bytes() for name in "abc")
    assert a == b != c


def test_help_pages_lose_markup_tables_addresses_and_the_other_language(cache: Path) -> None:
    (english,) = sources.guide("english", "en-US", "libreoffice-help-en-us", cache)
    (hindi,) = sources.guide("hindi", "hi", "libreoffice-help-hi", cache)
    assert english.text == "Now click the Save button to keep the document and close it."
    assert hindi.text == "मौजूदा दस्तावेज़ को सहेजने के लिए बटन पर क्लिक करें।"


def test_a_definition_has_its_word_and_its_examples(cache: Path) -> None:
    text = next(iter(sources.definitions(cache))).text
    assert text == "paper lantern: a lamp with a thin cover of paper. She carried a paper lantern home."


def test_sayings_lose_their_attribution(cache: Path) -> None:
    assert next(iter(sources.sayings(cache))).text == "A saying about wisdom is a short and friendly thing to read"


def test_long_texts_are_cut_between_sentences_and_nothing_is_lost() -> None:
    text = " ".join(f"This is sentence number {i} of a rather long story." for i in range(100))
    cut = list(text_corpus.pieces(text))
    assert len(cut) > 1 and all(len(piece) <= text_corpus.LONGEST and piece.endswith(".") for piece in cut)
    assert " ".join(cut) == text


def test_repeats_short_scraps_and_unwanted_words_are_dropped() -> None:
    good = "A little boat sailed slowly down the river in the evening light."
    scraps = [good, good, "Too short.", "The drunken man fell into the river and nobody in the village saw him."]
    kept = list(text_corpus.usable(Document("english", "saying", "fortunes", "g", text) for text in scraps))
    assert [document.text for document in kept] == [good]


@pytest.mark.parametrize("missing", ["apt-get", "dpkg-deb"])
def test_a_system_without_the_package_client_is_told_so(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == missing else f"/usr/bin/{tool}")
    with pytest.raises(Failure, match=missing):
        sources.unpack("fortunes", tmp_path)


def test_a_package_that_cannot_be_had_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuse: Callable[..., object]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda tool: tool)
    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(Failure, match="fortunes could not be downloaded") as caught:
        sources.unpack("fortunes", tmp_path)
    assert "\n" not in str(caught.value)


@pytest.fixture
def refuse() -> Callable[..., object]:
    def run(command: list[str], **_: object) -> object:
        return subprocess.CompletedProcess(command, 100, "", "E: Unable to locate package")

    return run
