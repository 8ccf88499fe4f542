"""Voices on the disk: written whole, read back, and refused where they cannot be used."""

from pathlib import Path

import msgspec
import pytest

from engine.api import paths
from engine.api.cards import CardFile
from engine.api.errors import BadInput, Failure
from engine.api.files import sha256
from engine.api.voices import VOICE, Voice, find_voices, new_id, pick_voice, read_voice, rewrite_voice, write_voice


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "anything.WAV"
    path.write_bytes(b"RIFF" + bytes(range(200)))
    return path


def voice(id: str = "meera", **fields: object) -> Voice:
    told = dict(title="Meera", language="hindi", transcript="आज “सुबह”\nबारिश हुई।", sound=CardFile(name="?"))
    return Voice(id=id, **(told | fields))  # type: ignore[arg-type]


def test_what_is_written_is_read_back(tmp_path: Path, sound: Path) -> None:
    asked = voice(licence="CC-BY-4.0", consent="Meera agreed, by letter.", durations=(120, 80), symbols="ab")
    written = write_voice(asked, sound, tmp_path / "voices")
    read = read_voice(tmp_path / "voices" / "meera" / VOICE)
    assert read == written
    assert msgspec.structs.replace(read, sound=asked.sound, folder="") == asked
    assert read.path().read_bytes() == sound.read_bytes() and read.path().name == "voice.wav"
    assert (read.sound.sha256, read.sound.size) == (sha256(sound), sound.stat().st_size)


def test_nothing_but_the_voice_is_left_in_the_folder(tmp_path: Path, sound: Path) -> None:
    write_voice(voice(), sound, tmp_path / "voices")
    assert [path.name for path in (tmp_path / "voices").iterdir()] == ["meera"]


def test_a_voice_that_cannot_be_written_whole_is_not_there_at_all(tmp_path: Path, sound: Path) -> None:
    write_voice(voice(), sound, tmp_path / "voices")
    with pytest.raises(Failure):
        write_voice(voice(title="Another"), sound, tmp_path / "voices")  # the folder is taken
    with pytest.raises(Failure, match="was not kept"):
        write_voice(voice("other"), tmp_path / "none.wav", tmp_path / "voices")
    assert [path.name for path in (tmp_path / "voices").iterdir()] == ["meera"]
    assert read_voice(tmp_path / "voices" / "meera" / VOICE).title == "Meera"


def test_a_change_is_written_beside_the_same_sound(tmp_path: Path, sound: Path) -> None:
    written = write_voice(voice(), sound, tmp_path / "voices")
    rewrite_voice(msgspec.structs.replace(written, title="Asha"))
    assert read_voice(tmp_path / "voices" / "meera" / VOICE) == msgspec.structs.replace(written, title="Asha")


def test_the_users_voices_win_over_the_shipped_and_broken_ones_are_said(tmp_path: Path, sound: Path) -> None:
    write_voice(voice("one", title="Shipped"), sound, tmp_path / "shipped")
    write_voice(voice("two"), sound, tmp_path / "shipped")
    write_voice(voice("one", title="Mine"), sound, tmp_path / "own")
    (tmp_path / "own" / "broken").mkdir()
    (tmp_path / "own" / "broken" / VOICE).write_text("id = 3")
    (tmp_path / "own" / "sly").mkdir()
    (tmp_path / "own" / "sly" / VOICE).write_text(
        'id = "sly"\ntitle = "Sly"\nlanguage = "english"\ntranscript = "a"\n[sound]\nname = "../../secret.wav"\n'
    )
    voices, complaints = find_voices(tmp_path / "shipped", tmp_path / "own")
    assert {id: each.title for id, each in voices.items()} == {"one": "Mine", "two": "Meera"}
    assert len(complaints) == 2 and "outside its own folder" in complaints[1]


def test_a_voice_is_picked_by_id_or_by_name_whatever_the_case() -> None:
    voices = {"x-1": voice("x-1")}
    assert pick_voice("x-1", voices) is pick_voice(" MEERA ", voices) is voices["x-1"]
    with pytest.raises(BadInput, match="There is no voice “Ravi”; choose one of those there are: Meera."):
        pick_voice("Ravi", voices)


def test_the_users_voices_are_kept_in_the_data_folder(
    tmp_path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))
    assert Path(write_voice(voice(), sound).folder) == paths.voices()[1] / "meera"


@pytest.mark.parametrize(("title", "begin"), [("Meera Joshi!", "meera-joshi-"), ("Zoë", "zoe-"), ("मीरा", "")])
def test_ids_are_names_of_folders_everywhere(title: str, begin: str) -> None:
    made = new_id(title)
    assert made.startswith(begin) and made.isascii() and made.replace("-", "").isalnum() and made != new_id(title)


def test_a_voice_knows_its_length_where_that_is_written() -> None:
    assert voice(durations=(120, 80)).seconds == pytest.approx(0.2) and voice().seconds is None


def test_shipped_voices_can_be_used() -> None:
    voices, complaints = find_voices(paths.voices()[0])
    assert complaints == []
    assert [each.id for each in voices.values() if not (each.path().is_file() and each.licence and each.consent)] == []
