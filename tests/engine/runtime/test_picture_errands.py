"""What is said of a picture: word by word, as the network would in one go, until its mark, 64 words or a Cancel."""

from pathlib import Path
from typing import Any

import pytest
import torch

from engine.api.messages import Answered, Ask, Cancelled, Event, Failed, Loading, Worded
from engine.codecs.pictures import read_picture, scaled, seen
from engine.networks.showo_layout import question_rows, reading_mask
from engine.pipelines import picture_reading
from engine.pipelines.picture_reading import put, spoken
from engine.runtime import worker
from engine.runtime.device import choose
from engine.runtime.jobs import Job
from engine.runtime.published import add
from engine.runtime.shelf import Shelf
from tests.tiny_pictures import SIDE, make, painted, tiny_pictures, tiny_pictures_template
from tests.tiny_showo import make as make_published

__all__ = ["tiny_pictures", "tiny_pictures_template"]


@pytest.fixture
def shelf(tiny_pictures: Path) -> Shelf:
    return Shelf(choose("cpu"))


@pytest.fixture
def picture(tmp_path: Path) -> str:
    painted(tmp_path / "a.png", SIDE, SIDE)
    return str(tmp_path / "a.png")


def told(command: Ask, shelf: Shelf) -> list[Event]:
    events: list[Event] = []
    worker.run(Job(command.job, command), shelf, events.append)
    return [event for event in events if not isinstance(event, Loading)]


def ask(picture: str, **fields: Any) -> Ask:
    return Ask(**{"job": "a", "checkpoint": "pocket-pictures", "picture": picture} | fields)


def test_a_picture_is_described_word_by_word(shelf: Shelf, picture: str) -> None:
    *words, end = told(ask(picture), shelf)
    assert isinstance(end, Answered) and end.text and all(isinstance(event, Worded) for event in words)
    texts = [event.text for event in words if isinstance(event, Worded)]
    assert texts[-1] == end.text and len(texts) > 1
    assert all(len(after) >= len(before) for before, after in zip(texts, texts[1:], strict=False))
    assert len(end.text.split()) <= 64


def test_each_token_is_the_likeliest_after_all_before_it(shelf: Shelf, picture: str) -> None:
    card = shelf.card("pocket-pictures")
    network: Any = shelf.network(card)
    tokenizer: Any = shelf.network(card, role="tokenizer")
    codes = tokenizer.encode(seen(scaled(read_picture(Path(picture))[0], SIDE, SIDE)))
    said: list[int] = []
    while len(said) < 12:
        row = question_rows(codes, said, network.ids)
        said.append(int(network(row, reading_mask(row, network.ids))[0, -1, : network.config.text_vocab].argmax()))
    assert network.ids.end not in said  # else the rest of this test would say nothing
    end = told(ask(picture), shelf)[-1]
    assert isinstance(end, Answered) and end.text.startswith(shelf.codec(card).decode(said).strip().rstrip("\ufffd"))


def test_chance_is_of_a_seed(shelf: Shelf, picture: str) -> None:
    texts = [told(ask(picture, temperature=1.5, seed=seed), shelf)[-1] for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


class Scripted:
    """Says these tokens, whatever it reads."""

    def __init__(self, *tokens: int) -> None:
        self.tokens = iter(tokens)
        self.ids = type("Ids", (), {"end": 1, "eoi": 3})()

    def read(self, tokens: torch.Tensor, visible: object = None, kept: object = None) -> tuple[int, None]:
        return next(self.tokens), None


def texts(*tokens: int) -> list[str]:
    network = Scripted(*tokens)
    return list(spoken(network, torch.tensor([[3]]), lambda ids: " ".join(map(str, ids)), lambda logits: int(logits)))


def test_it_ends_at_its_mark_or_after_64_words() -> None:
    assert texts(7, 8, 1, 9) == ["7", "7 8"] and texts(1) == []
    long = texts(*[5] * 300)
    assert len(long) == 64 and long[-1] == " ".join(["5"] * 64)


def test_text_without_spaces_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Scripted(*[5] * 1000)
    said = list(spoken(network, torch.tensor([[3]]), lambda ids: "あ" * len(ids), lambda logits: int(logits)))
    assert len(said[-1]) == picture_reading.MOST_TOKENS


def test_half_a_letter_is_not_shown() -> None:
    network = Scripted(7, 8, 1)
    said = spoken(network, torch.tensor([[3]]), lambda ids: {1: " a\ufffd", 2: " aé"}[len(ids)], lambda n: int(n))
    assert list(said) == ["a", "aé"]


def test_it_can_be_cancelled_between_two_words(shelf: Shelf, picture: str) -> None:
    job, events = Job("a", ask(picture)), list[Event]()

    def hear(event: Event) -> None:
        events.append(event)
        job.cancelled = sum(isinstance(each, Worded) for each in events) == 2

    worker.run(job, shelf, hear)
    assert isinstance(events[-1], Cancelled) and sum(isinstance(each, Worded) for each in events) == 2


def test_a_published_one_is_asked_as_its_authors_do(
    tmp_path: Path, picture: str, no_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert put(" What? ") == "USER: \nWhat? ASSISTANT:" and "describe this image" in put("")
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))
    card = add(make_published(tmp_path / "published"))
    shelf = Shelf(choose("cpu"))
    rows: list[list[int]] = []

    def rows_of(codes: torch.Tensor, text: list[int], ids: Any) -> torch.Tensor:
        rows.append(text)
        return question_rows(codes, text, ids)

    monkeypatch.setattr(picture_reading, "question_rows", rows_of)
    for question in ("on the blue sky", ""):
        end = told(ask(picture, checkpoint=card.id, question=question), shelf)[-1]
        assert isinstance(end, Answered), end
        assert rows.pop() == shelf.codec(card).encode(put(question)) != []


def test_one_with_clip_is_not_asked(
    tmp_path: Path, picture: str, no_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))
    card = add(make_published(tmp_path / "published", features=6))
    end = told(ask(picture, checkpoint=card.id), Shelf(choose("cpu")))[-1]
    assert isinstance(end, Failed) and "reads pictures by CLIP" in end.sentence


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (dict(picture=""), "Choose the picture that is to be looked at."),
        (dict(picture="/nowhere/a.png"), "/nowhere/a.png is not there; choose the picture again."),
        (dict(question="How many?"), "pocket-pictures describes pictures and answers no questions; leave the question"),
        (dict(question="a\x07"), "Question holds a control character"),
        (dict(temperature=2.5), "Temperature must be from 0 to 2, not 2.5."),
        (dict(checkpoint="none"), "There is no checkpoint “none” here"),
        (dict(checkpoint="mute"), "mute says nothing of pictures; choose a checkpoint of Show-o's kind."),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    shelf: Shelf, picture: str, tiny_pictures: Path, fields: dict[str, Any], said: str
) -> None:
    make(tiny_pictures, id="mute", architecture="image_dit")
    end = told(ask(**{"picture": picture} | fields), shelf)[-1]
    assert isinstance(end, Failed) and end.bad_input and end.sentence.startswith(said)
