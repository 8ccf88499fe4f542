"""Export: what goes out comes back in, under a name that every system takes."""

from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtWidgets import QApplication

from engine.api.errors import BadInput, Failure
from engine.api.recipe import NoRecipe
from engine.api.requests import ImageRequest, SpeechRequest, TextRequest
from engine.api.sounds import new_picture, new_sound
from studio.export import (
    FORMATS,
    NAME_LIMIT,
    copy,
    encode,
    export_work,
    file_name,
    formats,
    free_path,
    is_sound,
    read_dropped,
)
from studio.state.library import Library, Work
from tests.pictures import picture_work, pixels, read_pixels
from tests.sounds import sound_work
from tests.studio.fake_engine import drawn, finished, spoken

REQUEST = TextRequest(prompt="एक दिन रवि ______ 🌧", language="hindi", seed=7, gamma=0.25, draft=(1, -1, 3), locked=(0,))


@pytest.fixture
def work(library: Library) -> Work:
    return library.add(finished("a", "एक दिन रवि नदी पर गया।\n\nquartet: not a recipe", REQUEST), REQUEST, [])


@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_dropping_an_exported_file_restores_every_setting(work: Work, tmp_path: Path, ending: str) -> None:
    path = tmp_path / file_name(work.title, ending)
    export_work(work, path)
    assert work.text in path.read_text(encoding="utf-8")
    assert read_dropped(path) == REQUEST


def test_a_text_is_not_exported_under_another_ending(work: Work, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.txt or \.md"):
        export_work(work, tmp_path / "work.wav")


SPOKEN = SpeechRequest(text="एक दिन रवि नदी पर गया।", language="hindi", voice="alpha", seed=7, takes=(0, 2))


@pytest.fixture
def sound(library: Library) -> Work:
    return library.add(spoken("a", sound_work(new_sound()), SPOKEN), SPOKEN, [])


@pytest.mark.parametrize(
    ("format", "container", "subtype"),
    [
        ("wav-16", "WAV", "PCM_16"),
        ("wav-24", "WAV", "PCM_24"),
        ("wav-float", "WAV", "FLOAT"),
        ("flac-16", "FLAC", "PCM_16"),
        ("flac-24", "FLAC", "PCM_24"),
        ("", "WAV", "PCM_24"),
        ("of a newer Quartet", "WAV", "PCM_16"),
    ],
)
def test_a_sound_is_exported_in_every_format_and_comes_back_with_every_setting(
    sound: Work, tmp_path: Path, format: str, container: str, subtype: str
) -> None:
    path = tmp_path / file_name(sound.title, f".{container.lower()}")
    export_work(sound, path, format)
    found = soundfile.info(path)
    assert (found.format, found.subtype, found.frames) == (container, subtype, 12_000)
    assert read_dropped(path) == SPOKEN


def test_the_ending_that_was_typed_wins_over_the_format(sound: Work, tmp_path: Path) -> None:
    export_work(sound, tmp_path / "a.FLAC", "wav-16")
    assert (soundfile.info(tmp_path / "a.FLAC").format, read_dropped(tmp_path / "a.FLAC")) == ("FLAC", SPOKEN)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".txt", ".md"])
def test_a_work_can_be_exported_without_its_recipe(work: Work, sound: Work, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    export_work(sound if is_sound(path) else work, path, with_recipe=False)
    with pytest.raises(NoRecipe if is_sound(path) else BadInput):  # the text says something like a recipe itself
        read_dropped(path)


def test_a_sound_whose_file_is_gone_says_so(sound: Work, tmp_path: Path) -> None:
    assert sound.sound is not None
    Path(sound.sound.path).unlink()
    with pytest.raises(Failure, match="is no longer there; make it again."):
        export_work(sound, tmp_path / "a.wav")
    with pytest.raises(Failure, match="“एक दिन रवि नदी पर गया।” was damaged; make it again."):
        export_work(replace(sound, sound=None), tmp_path / "a.wav")
    assert list(tmp_path.glob("*.wav")) == []


def test_a_sound_is_not_exported_as_a_text(sound: Work, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"written as \.wav or \.flac"):
        export_work(sound, tmp_path / "a.txt")


def test_the_preferred_format_is_offered_first(work: Work, sound: Work) -> None:
    assert list(formats(sound, "flac-24")) == ["flac-24", "wav-16", "wav-24", "wav-float", "flac-16"]
    assert list(formats(sound, "flac-24")["flac-24"].ending) == list(".flac")
    assert list(formats(work, "flac-24")) == list(formats(work)) == list(FORMATS["text"])


def test_an_export_that_fails_says_why_and_leaves_nothing(work: Work, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Failure, match="choose another"):
        export_work(work, tmp_path / "file" / "work.txt")
    assert (tmp_path / "file").read_text() == "not a folder"


@pytest.mark.parametrize(
    "content", [b"", b"no recipe here", b"\xff\xfe\x00", b'quartet: {"version": 99, "request": {}}']
)
def test_dropping_anything_else_is_answered_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dropped.txt"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_dropped(path)
    assert "\n" not in str(caught.value)


def test_dropping_a_folder_is_answered_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read_dropped(tmp_path)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("One rainy evening, Meera…", "One rainy evening, Meera.txt"),
        ("एक दिन रवि", "एक दिन रवि.txt"),
        ('a/b\\c:d*e?f"g<h>i|j\nk', "a b c d e f g h i j k.txt"),
        ("con", "con-.txt"),
        ("...", "Untitled.txt"),
        ("", "Untitled.txt"),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title) == name


@given(st.text(max_size=400))
def test_no_title_makes_a_name_that_is_too_long_or_leaves_the_folder(title: str) -> None:
    name = file_name(title)
    assert Path(name).name == name
    assert len(name.encode()) <= NAME_LIMIT + 8
    assert not name.startswith((" ", "."))


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "River.txt").touch()
    (tmp_path / "River (2).txt").touch()
    assert free_path(tmp_path, "River.txt") == tmp_path / "River (3).txt"
    assert free_path(tmp_path, "Sea.txt") == tmp_path / "Sea.txt"


DRAWN = ImageRequest(prompt="एक लाल घर, flat", seed=7, change=0.5, draft=(1, -1, 3), locked=(0,))


@pytest.fixture
def picture(library: Library) -> Work:
    return library.add(drawn("a", picture_work(new_picture()), DRAWN), DRAWN, [])


@pytest.mark.parametrize(
    ("format", "container", "exact"),
    [
        ("png", "PNG", True),
        ("", "PNG", True),
        ("webp-lossless", "WEBP", True),
        ("webp-90", "WEBP", False),
        ("webp-75", "WEBP", False),
        ("jpeg-95", "JPEG", False),
        ("jpeg-80", "JPEG", False),
    ],
)
def test_a_picture_is_exported_in_every_format_and_comes_back_with_every_setting(
    picture: Work, tmp_path: Path, format: str, container: str, exact: bool
) -> None:
    path = tmp_path / file_name(picture.title, formats(picture, format)[format or "png"].ending)
    export_work(picture, path, format)
    with Image.open(path) as found:
        assert (found.format, found.size) == (container, (24, 16))
    assert (read_pixels(path) == pixels()).all() == exact
    assert read_dropped(path) == DRAWN


def test_less_quality_makes_smaller_files_and_another_ending_has_its_own(picture: Work, tmp_path: Path) -> None:
    sizes = {}
    for format in ("webp-lossless", "webp-90", "webp-75", "jpeg-95", "jpeg-80"):
        path = tmp_path / f"{format}{FORMATS['picture'][format].ending}"
        export_work(picture, path, format, with_recipe=False)
        sizes[format] = path.stat().st_size
    assert sizes["webp-lossless"] > sizes["webp-90"] > sizes["webp-75"] and sizes["jpeg-95"] > sizes["jpeg-80"]
    export_work(picture, tmp_path / "a.jpg", "webp-75", with_recipe=False)
    assert (tmp_path / "a.jpg").stat().st_size == sizes["jpeg-95"]
    export_work(picture, tmp_path / "a.JPEG", "jpeg-80", with_recipe=False)
    assert (tmp_path / "a.JPEG").stat().st_size == sizes["jpeg-80"]


@pytest.mark.parametrize("ending", [".png", ".webp", ".jpg", ".jpeg"])
def test_a_stripped_picture_tells_nobody_anything(picture: Work, tmp_path: Path, ending: str) -> None:
    export_work(picture, tmp_path / f"a{ending}", with_recipe=False)
    data = (tmp_path / f"a{ending}").read_bytes()
    assert not any(
        word in data.lower() for word in (b"quartet", "लाल".encode(), b"flat", b"exif", b"xmp", b"itxt", b"text")
    )
    with pytest.raises(NoRecipe):
        read_dropped(tmp_path / f"a{ending}")


def test_a_picture_whose_file_is_gone_says_so(picture: Work, tmp_path: Path) -> None:
    assert picture.picture is not None
    Path(picture.picture.path).unlink()
    for act in (lambda: export_work(picture, tmp_path / "a.png"), lambda: copy([picture])):
        with pytest.raises(Failure, match="is no longer there; make it again."):
            act()
    with pytest.raises(Failure, match="of the picture of “एक लाल घर, flat” was damaged; make it again."):
        export_work(replace(picture, picture=None), tmp_path / "a.png")


def test_what_is_no_picture_is_not_encoded() -> None:
    with pytest.raises(Failure, match="cannot be written as .webp .*; write it as .png."):
        encode(b"mine", ".webp", 90)


def test_a_picture_is_copied_as_a_picture_and_texts_as_text(picture: Work, work: Work, qapp: QApplication) -> None:
    copy([work, work])
    assert QApplication.clipboard().text() == f"{work.text}\n\n{work.text}"
    copy([work, picture])
    image = QApplication.clipboard().image()
    assert (image.width(), image.height()) == (24, 16)
    colour = image.pixelColor(3, 5)
    assert [colour.red(), colour.green(), colour.blue()] == pixels()[5, 3].tolist()
