"""The session: what was half done comes back, whatever it was."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from engine.api.requests import TextRequest
from studio.state import session as module
from studio.state.database import Database
from studio.state.session import Session


@pytest.fixture(autouse=True)
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DELAY", 1)


def test_what_is_remembered_comes_back(session: Session, database: Database) -> None:
    values = {"tab": 2, "geometry": b"\x00\xff", "scrub.text": None, "tabs": ["text"], "open": True}
    for key, value in values.items():
        session.remember(key, value)
    session.flush()
    assert {key: Session(database).recall(key) for key in values} == values


def test_a_change_is_saved_by_itself_soon_after(session: Session, database: Database, qtbot: QtBot) -> None:
    session.remember("prompt", "One rainy")
    session.remember("prompt", "One rainy evening")
    assert session.recall("prompt") == "One rainy evening"
    assert Session(database).recall("prompt") is None
    qtbot.wait_until(lambda: Session(database).recall("prompt") == "One rainy evening")


def test_endless_typing_is_saved_meanwhile(database: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The delay counts from the first unsaved letter, not from the last, and is longer than from letter to letter."""
    monkeypatch.setattr(module, "DELAY", 100)
    session = Session(database)
    typed = 0

    def saved_while_typing() -> bool:
        nonlocal typed
        typed += 1
        session.remember("prompt", typed)
        return bool(Session(database).recall("prompt"))

    qtbot.wait_until(saved_while_typing)


def test_what_is_missing_or_of_another_type_is_the_default(session: Session, database: Database) -> None:
    assert session.recall("tab", 0) == 0
    session.remember("tab", "third")
    session.flush()
    assert Session(database).recall("tab", 0) == 0


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(prompt=st.text(st.characters(), max_size=50))  # lone surrogates and control characters too
def test_any_half_typed_prompt_comes_back(session: Session, database: Database, prompt: str) -> None:
    form = TextRequest(prompt=prompt, length=24, draft=(1, -1))
    session.remember_form(form)
    session.flush()
    assert Session(database).recall_form("text") == form


def test_a_prompt_of_a_hundred_thousand_letters_comes_back(session: Session, database: Database) -> None:
    form = TextRequest(prompt="अ🌧" * 50_000 + "\ud83d")
    session.remember_form(form)
    session.flush()
    assert Session(database).recall_form("text") == form


@pytest.mark.parametrize("stored", ["", "garbage", "[]", "{}", '{"modality": "smell"}', '{"modality": ["text"]}'])
def test_a_form_that_cannot_be_read_is_an_empty_form(session: Session, stored: str) -> None:
    session.remember("form.text", stored)
    assert session.recall_form("text") == TextRequest()


def test_a_form_of_another_version_keeps_the_fields_that_fit(session: Session) -> None:
    session.remember("form.text", '{"modality": "text", "prompt": "Meera", "steps": null, "octave": 4, "gamma": 1}')
    assert session.recall_form("text") == TextRequest(prompt="Meera", gamma=1.0)
