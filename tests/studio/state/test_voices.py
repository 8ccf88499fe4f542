"""The user's voices beside the shipped ones: kept, renamed, deleted and brought back."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.cards import CardFile
from engine.api.errors import BadInput, Failure
from engine.api.voices import Voice, write_voice
from studio.state.voices import PACE, Voices
from tests.studio.playback.sounds import tone, write_floats

WORDS = "When the sunlight strikes raindrops in the air."


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_floats(tmp_path / "trimmed.wav", tone(200, seconds=4))


@pytest.fixture
def voices(qapp: QApplication, tmp_path: Path, sound: Path) -> Voices:
    """With one that came with Quartet."""
    shipped = Voice(
        id="heart", title="Heart", language="english", transcript=WORDS, sound=CardFile(name="?"), durations=(2000,)
    )
    write_voice(shipped, sound, tmp_path / "shipped")
    return Voices(tmp_path / "shipped", tmp_path / "own")


def add(voices: Voices, sound: Path, title: str = "Meera", **changes: str) -> Voice:
    told = dict(language="english", transcript=WORDS, consent="Meera said yes.") | changes
    return voices.add(title, sound=sound, **told)


def test_a_new_voice_is_there_now_and_after_a_restart(voices: Voices, sound: Path, tmp_path: Path) -> None:
    kept = add(voices, sound)
    again = Voices(tmp_path / "shipped", tmp_path / "own")
    assert [voice.title for voice in voices.all()] == [voice.title for voice in again.all()] == ["Heart", "Meera"]
    assert again.get(kept.id) == kept and again.is_own(kept.id) and not again.is_own("heart")


def test_changes_are_told(voices: Voices, sound: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(voices.changed):
        kept = add(voices, sound)
    with qtbot.waitSignal(voices.changed):
        voices.rename(kept.id, "Asha")
    with qtbot.waitSignal(voices.changed):
        voices.delete(kept.id)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "  "}, "no name"),
        ({"title": "heart"}, "already"),
        ({"title": "[x]"}, "no \\[ or \\]"),
        ({"title": "x" * 61}, "60 letters"),
        ({"transcript": " "}, "just what you hear"),
        ({"consent": ""}, "who agreed"),
    ],
)
def test_a_voice_that_lacks_something_is_not_kept(
    voices: Voices, sound: Path, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        add(voices, sound, **changes)
    assert not (tmp_path / "own").exists()


def test_a_renamed_voice_is_known_by_its_new_name_only(voices: Voices, sound: Path, tmp_path: Path) -> None:
    kept = add(voices, sound)
    voices.rename(kept.id, " Asha  Rao ")
    assert voices.pick("asha rao").id == kept.id
    assert Voices(tmp_path / "shipped", tmp_path / "own").all()[1].title == "Asha Rao"
    voices.rename(kept.id, "ASHA RAO")  # its own name is not taken
    with pytest.raises(BadInput):
        voices.pick("Meera")


def test_a_deleted_voice_is_gone_until_it_is_brought_back(voices: Voices, sound: Path, tmp_path: Path) -> None:
    kept, other = add(voices, sound), add(voices, sound, "Ravi")
    voices.delete(kept.id)
    voices.delete(other.id)
    assert [voice.title for voice in voices.all()] == ["Heart"]
    voices.restore(kept.id)
    voices.restore(other.id)
    assert voices.get(kept.id) == kept and voices.get(other.id) == other


def test_what_was_deleted_is_gone_for_good_at_the_next_start(voices: Voices, sound: Path, tmp_path: Path) -> None:
    voices.delete(add(voices, sound).id)
    Voices(tmp_path / "shipped", tmp_path / "own").sweep()
    assert [path.name for path in (tmp_path / "own").iterdir()] == []


def test_a_voice_that_cannot_be_read_is_said_and_the_others_stay(voices: Voices, tmp_path: Path) -> None:
    (tmp_path / "own" / "broken").mkdir(parents=True)
    (tmp_path / "own" / "broken" / "voice.toml").write_text("?")
    said: list[str] = []
    voices.complained.connect(said.append)
    assert [voice.title for voice in voices.all()] == ["Heart"]
    assert len(said) == 1 and "broken" in said[0]


def test_the_pace_comes_from_what_is_written_or_from_the_sound(voices: Voices, sound: Path) -> None:
    assert voices.pace("heart") == pytest.approx(len(WORDS) / 2)
    assert voices.pace(add(voices, sound).id) == pytest.approx(len(WORDS) / 4)
    assert voices.pace("nobody") == PACE


def test_a_disk_that_refuses_is_said(voices: Voices, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "own").touch()  # a file where the folder should be
    with pytest.raises(Failure):
        add(voices, sound)
