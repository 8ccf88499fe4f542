"""Cards: the shipped and the user's, the usable and the others."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.cards import ModelCard, find_cards, pick, read_card
from engine.api.errors import BadInput

GOOD = """
id = "{id}"
title = "{title}"
modality = "text"
architecture = "masked_lm"
network = {{width = 8}}
codec = "text_tokens"
path = "masked"
prediction = "logits"
licence = "CC0-1.0"
parameters = 10
files = {{network = {{name = "{file}"}}}}
"""


def write(folder: Path, id: str = "one", title: str = "One", file: str = "network.safetensors") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "card.toml"
    path.write_text(GOOD.format(id=id, title=title, file=file), encoding="utf-8")
    return path


def test_a_card_knows_where_its_files_are(tmp_path: Path) -> None:
    card = read_card(write(tmp_path / "one"))
    assert card.file("network") == tmp_path / "one" / "network.safetensors"
    with pytest.raises(BadInput, match="The card of one names no file for “codec”"):
        card.file("codec")


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "..", ""])
def test_a_card_names_no_file_outside_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="outside its own folder"):
        read_card(write(tmp_path, file=name))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_are_refused_in_one_sentence(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("card") / "card.toml"
    path.write_bytes(noise)
    with pytest.raises(BadInput, match="is not usable"):
        read_card(path)


@given(st.integers(0, 300), st.text(max_size=10))
def test_a_card_with_any_letters_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, noise: str
) -> None:
    path = tmp_path_factory.mktemp("card") / "card.toml"
    text = GOOD.format(id="one", title="One", file="n")
    path.write_text(text[:place] + noise + text[place + 3 :], encoding="utf-8", newline="")
    with contextlib.suppress(BadInput):
        assert isinstance(read_card(path), ModelCard)


def test_the_users_card_wins_over_the_shipped_one_and_a_bad_card_hides_no_good_one(tmp_path: Path) -> None:
    write(tmp_path / "shipped" / "one", title="Shipped")
    write(tmp_path / "users" / "mine", title="The user's")
    write(tmp_path / "users" / "two", id="two")
    write(tmp_path / "users" / "bad").write_text("id = 3")
    cards, complaints = find_cards(tmp_path / "shipped", tmp_path / "users", tmp_path / "not there")
    assert {id: card.title for id, card in cards.items()} == {"one": "The user's", "two": "One"}
    assert len(complaints) == 1 and str(tmp_path / "users" / "bad") in complaints[0]


def test_a_checkpoint_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    write(tmp_path / "one")
    write(tmp_path / "bad").write_text("id = 3")
    cards, complaints = find_cards(tmp_path)
    assert pick("one", cards, complaints) is cards["one"]
    with pytest.raises(BadInput, match="There is no checkpoint “none” here; choose one of those there are: one."):
        pick("none", cards, complaints)
    with pytest.raises(BadInput, match="bad/card.toml is not usable"):
        pick("bad", cards, complaints)
    with pytest.raises(BadInput, match="set Quartet up again"):
        pick("one", {})


def test_a_card_may_know_fewer_words_beside_some_others(tmp_path: Path) -> None:
    path = write(tmp_path / "one")
    more = '[options]\nstyle = ["story", "verse"]\n[only.language.hindi]\nstyle = ["story"]\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    card = read_card(path)
    assert card.known({"language": "english"}) == {"style": ("story", "verse")}
    assert card.known({"language": "hindi", "style": "verse"}) == {"style": ("story",)}
