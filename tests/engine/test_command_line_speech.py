"""`python -m engine speech` and `voices`: sounds made without a window."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.__main__ import main
from engine.api import paths
from engine.api.recipe import read_recipe
from engine.api.requests import SpeechRequest
from tests.engine.commands import Ran, Run, assert_one_line
from tests.tiny_speech import tiny_speech, tiny_speech_template

__all__ = ["tiny_speech", "tiny_speech_template"]

TWO = "The river is wide today. Nobody wants to cross it now."
SAY = ("speech", "--text", TWO, "--voice", "Anna", "--steps", "4", "--seed", "1")


@pytest.fixture
def run(tiny_speech: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, with the tiny voice in the place of the shipped ones."""
    monkeypatch.setenv("QUARTET_DEVICE", "cpu")

    def ran(*arguments: str) -> Ran:
        code = main(list(arguments))
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


def left() -> list[Path]:
    return list(paths.sounds().glob("*"))


@pytest.mark.parametrize(
    ("name", "flags", "subtype"),
    [
        ("a.wav", (), "PCM_24"),
        ("a.wav", ("--sound-format", "16"), "PCM_16"),
        ("a.wav", ("--sound-format", "float"), "FLOAT"),
        ("a.flac", ("--sound-format", "16"), "PCM_16"),
    ],
)
def test_a_sound_is_written_with_its_recipe_and_nothing_is_left_elsewhere(
    run: Run, tmp_path: Path, name: str, flags: tuple[str, ...], subtype: str
) -> None:
    out = tmp_path / name
    assert run(*SAY, *flags, "--out", str(out)) == Ran(0, "", "")
    assert soundfile.info(out).subtype == subtype and soundfile.info(out).samplerate == 24_000
    assert read_recipe(out).request == SpeechRequest(text=TWO, voice="Anna", steps=4, seed=1)
    assert left() == []


def test_the_recipe_in_a_sound_makes_the_same_sound_again(run: Run, tmp_path: Path) -> None:
    first, second, flags = tmp_path / "a.flac", tmp_path / "b.wav", ("--sound-format", "16")
    run(*SAY, *flags, "--out", str(first))
    assert run("speech", "--recipe", str(first), *flags, "--out", str(second)) == Ran(0, "", "")
    assert np.array_equal(soundfile.read(first)[0], soundfile.read(second)[0])


def test_a_sound_may_be_written_without_its_recipe(run: Run, tmp_path: Path) -> None:
    assert run(*SAY, "--out", str(tmp_path / "a.wav"), "--no-recipe").code == 0
    assert_one_line(run("speech", "--recipe", str(tmp_path / "a.wav")), 2, "a.wav holds no Quartet recipe")


def test_without_a_file_it_says_where_the_sound_is(run: Run) -> None:
    ran = run(*SAY)
    (sound,) = left()
    assert ran == Ran(0, f"{sound}\n", "the sound is kept for a day; --out FILE keeps it for good\n")
    assert soundfile.info(sound).subtype == "FLOAT"


def test_events_tell_of_every_part_and_its_file(run: Run) -> None:
    ran = run(*SAY, "--json")
    assert (ran.code, ran.err) == (0, "")
    parts = [event for event in ran.events if event["type"] == "Rendered"]
    assert [(part["part"], part["parts"]) for part in parts] == [(1, 2), (2, 2)]
    told = [event["work"]["path"] for event in (*parts, ran.events[-1])]
    assert sorted(told) == sorted(str(path) for path in left()) and len(set(told)) == 3
    assert json.loads(ran.events[-1]["recipe"])["request"]["text"] == TWO


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "a.txt"), "The work is written as .wav or .flac, not “.txt”; change the name a.txt."),
        (("--sound-format", "8"), "--sound-format: invalid choice: '8'"),
        (("--voice", "nobody"), "There is no voice “nobody”; choose one of those there are: .*Anna"),
        (("--vocoder", "pocket-speech"), "pocket-speech makes speech; choose a vocoder."),
        (("--text", ""), "There is nothing to say"),
        (("--recording", "/nowhere/a.wav"), "There is no sound file /nowhere/a.wav; choose another one."),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_sound(run: Run, arguments: tuple[str, ...], said: str) -> None:
    assert_one_line(run(*SAY, *arguments), 2, said)
    assert left() == []


def test_a_text_knows_no_format_of_sounds(run: Run) -> None:
    assert_one_line(run("text", "--sound-format", "16"), 2, "unrecognized arguments: --sound-format 16")


def test_voices_are_listed_and_one_that_cannot_be_used_is_remarked_on(run: Run, tiny_speech: Path) -> None:
    listed = run("voices")
    assert (listed.code, listed.err) == (0, "")
    assert re.search(r"^Anna +english +no licence given$", listed.out, re.MULTILINE)
    assert re.search(r"^Heart +english +Apache-2.0$", listed.out, re.MULTILINE)
    (tiny_speech / "voices" / "anna" / "voice.toml").write_text("id =")
    broken = run("voices")
    assert broken.code == 0 and "Anna" not in broken.out
    assert broken.err.count("\n") == 1 and "is not usable" in broken.err


def test_voices_take_no_arguments(run: Run) -> None:
    assert_one_line(run("voices", "Anna"), 2, "unrecognized arguments: Anna")


def test_a_recipe_names_every_file_and_asks_for_a_recording_that_is_away(run: Run, tmp_path: Path) -> None:
    recording, work = tmp_path / "studio" / "talk.wav", tmp_path / "works" / "new.wav"
    recording.parent.mkdir()
    work.parent.mkdir()
    hum = 0.3 * np.sin(np.arange(2 * 24_000) / 20)
    soundfile.write(recording, hum, 24_000)
    said = ("--transcript", "She crossed the river.", "--boundaries", "100,400,450,900,950,1200,1250,1800")
    change = ("speech", "--text", "She crossed the road.", "--recording", str(recording), *said, "--seed", "1")
    assert run(*change, "--steps", "4", "--out", str(work)).code == 0
    assert set(read_recipe(work).files) == {
        "network.safetensors",
        "pocket-prosody/network.safetensors",
        "pocket-vocoder/network.safetensors",
        "recording/talk.wav",
    }
    assert str(tmp_path).encode() not in work.read_bytes()
    assert_one_line(run("speech", "--recipe", str(work)), 2, "The recording talk.wav does not lie beside this work")
    recording.rename(work.parent / "talk.wav")
    again = tmp_path / "again.wav"
    assert run("speech", "--recipe", str(work), "--out", str(again)).code == 0
    assert np.array_equal(soundfile.read(work)[0], soundfile.read(again)[0])
