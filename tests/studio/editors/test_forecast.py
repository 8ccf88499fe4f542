"""What is said of a request before it is made, and which requests are not made at all."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.errors import BadInput
from engine.api.requests import SpeechRequest, TextRequest
from engine.api.script import lines
from studio.editors.forecast import forecast
from studio.editors.form import Form
from studio.editors.review import review
from studio.editors.surroundings import Surroundings
from tests.studio.company import WORDS, surroundings
from tests.studio.fake_engine import text_card


@pytest.fixture
def around(qtbot: QtBot, tmp_path: Path) -> Surroundings:
    """Heart says WORDS in 4 s, Meera in 2 s."""
    return surroundings(tmp_path)[0]


def test_length_comes_from_the_voice_and_its_speed(around: Surroundings) -> None:
    twice = SpeechRequest(text=f"{WORDS} {WORDS}", voice="heart")
    assert forecast(twice, around).startswith("about 8 s of speech · 2 parts")
    slow = SpeechRequest(text=f"{WORDS} {WORDS}", voice="heart", speed=0.5)
    assert forecast(slow, around).startswith("about 16 s")
    assert forecast(SpeechRequest(text=WORDS, voice="meera"), around).startswith("about 2 s of speech · 1 part")
    assert forecast(SpeechRequest(text=WORDS, voice="meera", seconds=30), around).startswith("about 30 s")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Version 2.5 is out and it is fast.", 1),  # a dot within a word ends nothing
        ("“Where are you going today?” she said. Nobody answered her.", 2),
        ("No. Not now, and not here either.", 1),  # too short to be said by itself
        ("Hm.", 1),
    ],
)
def test_parts_are_counted_as_the_engine_cuts_them(around: Surroundings, text: str, parts: int) -> None:
    assert f"· {parts} part{'s' if parts > 1 else ''}" in forecast(SpeechRequest(text=text, voice="heart"), around)
    assert len(lines(text, lambda _: True)) == parts


def test_a_sentence_longer_than_a_network_speaks_at_once_is_several_parts(around: Surroundings) -> None:
    words = WORDS.rstrip(".")
    long = SpeechRequest(text=f"{words}, {words}, {words}.", voice="heart")  # 3 × 4 s, and 6.9 s have room
    assert "3 parts" in forecast(long, around)
    assert "1 part" in forecast(SpeechRequest(text=long.text, voice="meera"), around)


def test_each_speaker_of_a_script_has_their_own_pace(around: Surroundings) -> None:
    script = SpeechRequest(text=f"[Heart] {WORDS}\n[Meera] {WORDS}", voice="alpha")
    assert forecast(script, around).startswith("about 6 s of speech · 2 parts")


def test_the_wait_is_known_after_the_first_one(around: Surroundings) -> None:
    request = SpeechRequest(text=WORDS, voice="heart", steps=16)
    assert forecast(request, around) == "about 4 s of speech · 1 part"
    around.pace.pace = 0.05  # type: ignore[attr-defined]
    assert forecast(request, around).endswith("about 3 s to make")


def test_of_a_recording_it_says_how_much_is_new(around: Surroundings) -> None:
    request = SpeechRequest(text="the dog sang", recording="a.wav", transcript="the cat sang")
    assert forecast(request, around) == "1 of 3 words are made anew"


@pytest.mark.parametrize("request_", [SpeechRequest(text=" … "), TextRequest(prompt="hello")])
def test_nothing_is_said_of_nothing(around: Surroundings, request_: SpeechRequest | TextRequest) -> None:
    assert forecast(request_, around) == ""


def test_unknown_speakers_are_named_before_anything_is_made(around: Surroundings) -> None:
    wrong = review(SpeechRequest(text="[Heart] Hello.\n[Ravi] Hi.", voice="heart"), around)
    assert wrong == {
        "text": "There is no voice “Ravi”; choose one of those there are: Alpha, Heart, Meera.",
    }
    assert review(SpeechRequest(text="[heart] Hello.", voice="gone"), around).keys() == {"voice"}
    assert review(SpeechRequest(text="[meera] Hello.", voice="heart"), around) == {}


def test_the_form_says_both(around: Surroundings, qtbot: QtBot) -> None:
    form = Form(SpeechRequest, [text_card(id="pocket-speech", modality="speech", options={})], around=around)
    qtbot.addWidget(form)
    form.show()
    form.load(SpeechRequest(text=f"[Heart] {WORDS}", voice="heart"))
    assert form._page.forecast.isVisible() and form._page.forecast.text().startswith("about 4 s")
    form.load(SpeechRequest(text="[Ravi] Hello.", voice="heart"))
    with pytest.raises(BadInput, match="There is no voice “Ravi”"):
        form.request()
    assert form._page.rows["text"].complaint().startswith("There is no voice")
