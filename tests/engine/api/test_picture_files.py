"""Pictures leave with their words in them and not a pixel changed; whatever comes in costs little and does no harm."""

import struct
import xml.etree.ElementTree as xml
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engine.api.errors import BadInput, Failure
from engine.api.picture_files import (
    MOST_TEXT,
    PICTURE_ENDINGS,
    SIGNATURE,
    export_picture,
    png_chunks,
    read_texts,
    tagged_jpeg,
    tagged_png,
    tagged_webp,
)
from engine.api.picture_tags import DESCRIPTION, PARAMETERS, RECIPE, SOFTWARE
from engine.commands.encode import encode
from tests.pictures import pixels, read_pixels, write_picture

TAGS = {
    DESCRIPTION: "a red house 🏠 पीली",
    PARAMETERS: "a red house 🏠 पीली\nSteps: 3",
    SOFTWARE: "Quartet 1",
    RECIPE: '{"a": "\\u0915 <&>"}',
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A picture of the engine, into which some program has put words of its own."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret")
    words.add_itxt("Author", "secret", "hi", "लेखक", zip=True)
    path = tmp_path / "source.png"
    Image.fromarray(pixels()).save(path, pnginfo=words, exif=b"Exif\0\0MM\0*secret")
    return path


def exported(source: Path, path: Path, tags: dict[str, str], quality: int = 0) -> Path:
    export_picture(source, path, tags, encode, quality)
    return path


def test_another_program_reads_the_words_of_a_png_before_its_pixels(source: Path, tmp_path: Path) -> None:
    path = exported(source, tmp_path / "a.PNG", TAGS)
    with Image.open(path) as picture:
        assert {key: str(text) for key, text in picture.info.items()} == TAGS
        assert isinstance(picture.info[DESCRIPTION], PngImagePlugin.iTXt)
        picture.load()  # checks every CRC
    assert np.array_equal(read_pixels(path), pixels())


@pytest.mark.parametrize(("name", "exact"), [("a.webp", True), ("a.jpg", False), ("a.jpeg", False)])
def test_another_program_reads_the_words_of_the_others(source: Path, tmp_path: Path, name: str, exact: bool) -> None:
    path = exported(source, tmp_path / name, TAGS)
    with Image.open(path) as picture:
        exif = picture.getexif()
        assert exif.get_ifd(0x8769)[0x9286][8:].decode("utf-16-be") == TAGS[PARAMETERS]
        packet = xml.fromstring(picture.info["xmp"])
        assert packet.findtext(".//{urn:x-quartet:recipe}recipe") == TAGS[RECIPE]
    difference = np.abs(read_pixels(path).astype(int) - pixels()).mean()
    assert difference == 0 if exact else 0 < difference < 4


@pytest.mark.parametrize("ending", PICTURE_ENDINGS)
def test_the_recipe_is_found_again(source: Path, tmp_path: Path, ending: str) -> None:
    assert read_texts(exported(source, tmp_path / f"a{ending}", TAGS))[RECIPE] == TAGS[RECIPE]


@pytest.mark.parametrize("ending", PICTURE_ENDINGS)
def test_a_stripped_file_says_nothing_of_itself(source: Path, tmp_path: Path, ending: str) -> None:
    path = exported(source, tmp_path / f"a{ending}", {})
    data = path.read_bytes()
    for word in (b"secret", b"Quartet", b"quartet", b"house", b"Exif", b"iTXt", b"tEXt", b"zTXt", b"ns.adobe", b"XMP "):
        assert word not in data
    assert read_texts(path) == {} and read_pixels(path).shape == (16, 24, 3)


@pytest.mark.parametrize("ending", [".webp", ".jpg"])
def test_less_quality_makes_a_smaller_file(source: Path, tmp_path: Path, ending: str) -> None:
    sizes = [exported(source, tmp_path / f"{n}{ending}", {}, n).stat().st_size for n in (10, 60, 95, 100)]
    assert sizes == sorted(sizes) and len(set(sizes)) == 4


TAGGED: dict[str, Callable[[bytes, dict[str, str]], bytes]] = {
    "PNG": tagged_png,
    "WEBP": tagged_webp,
    "JPEG": tagged_jpeg,
}


@pytest.mark.parametrize("format", TAGGED)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_words_come_and_go_and_the_picture_stays(tmp_path: Path, format: str, mode: str) -> None:
    if (format, mode) == ("JPEG", "RGBA"):
        mode = "L"
    picture, path = Image.fromarray(pixels()).convert(mode), tmp_path / "a"
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    picture.save(path, format, lossless=True, exact=True)
    before = Image.open(path)
    before.load()
    tagged = TAGGED[format](path.read_bytes(), TAGS)
    (tmp_path / "b").write_bytes(tagged)
    (tmp_path / "c").write_bytes(TAGGED[format](TAGGED[format](tagged, TAGS), {}))
    for name in "bc":
        with Image.open(tmp_path / name) as after:
            assert after.size == before.size and after.mode == before.mode
            assert np.array_equal(np.asarray(after), np.asarray(before))
    assert read_texts(tmp_path / "b")[RECIPE] == TAGS[RECIPE] and read_texts(tmp_path / "c") == {}


def test_lossy_webp_with_and_without_alpha_takes_words(tmp_path: Path) -> None:
    for mode in ("RGB", "RGBA"):
        Image.fromarray(pixels(130, 97)).convert(mode).save(tmp_path / "a", "WEBP", quality=50)
        (tmp_path / "b").write_bytes(tagged_webp((tmp_path / "a").read_bytes(), TAGS))
        with Image.open(tmp_path / "b") as picture:
            assert picture.size == (130, 97)
            assert b"quartet:recipe" in picture.info["xmp"] and picture.getexif()


# --- what cannot be written ---


def test_a_picture_has_its_endings(source: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"written as .png, .webp or .jpg, not “.gif”; change the name a.gif"):
        exported(source, tmp_path / "a.gif", {})


def test_a_picture_that_is_gone_or_changed_says_so(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="is no longer there; make it again"):
        exported(tmp_path / "none.png", tmp_path / "a.png", {})
    (tmp_path / "b.png").write_text("mine")
    with pytest.raises(Failure, match="was changed by another program; make it again"):
        exported(tmp_path / "b.png", tmp_path / "a.png", {})
    with pytest.raises(Failure, match="cannot be read"):
        exported(tmp_path, tmp_path / "a.png", {})


def test_settings_that_no_jpeg_can_hold_are_said(source: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too long for a JPEG; write it as .png or .webp"):
        exported(source, tmp_path / "a.jpg", TAGS | {RECIPE: "x" * 70_000})
    assert not (tmp_path / "a.jpg").exists()
    assert len(read_texts(exported(source, tmp_path / "a.webp", TAGS | {RECIPE: "x" * 70_000}))[RECIPE]) == 70_000


# --- what comes in ---


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9)
    blocks = [packer.compress(b"x" * 2**20) for _ in range(size // 2**20)]
    return b"".join([*blocks, packer.flush()])


def read(tmp_path: Path, *chunks_: bytes) -> dict[str, str]:
    (tmp_path / "a.png").write_bytes(SIGNATURE + b"".join(chunks_))
    return read_texts(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b"tEXt", b"quartet\0caf\xe9"),
        (b"zTXt", b"quartet\0\0" + zlib.compress(b"caf\xe9")),
        (b"iTXt", b"quartet\0\0\0fr\0quatuor\0" + "café".encode()),
        (b"iTXt", b"quartet\0\1\0\0\0" + zlib.compress("café".encode())),
    ],
)
def test_every_way_of_png_to_hold_a_text_is_read(tmp_path: Path, name: bytes, data: bytes) -> None:
    assert read(tmp_path, chunk(b"IHDR", bytes(13)), chunk(b"IDAT", b""), chunk(name, data)) == {RECIPE: "café"}


@pytest.mark.parametrize(
    "data", [b"", b"quartet", b"quartet\0", b"quartet\0\1", b"quartet\0\1\0\0\0garbage", b"quartet\0\0\0\0", b"\0\0\0"]
)
@pytest.mark.parametrize("name", [b"iTXt", b"zTXt"])
def test_a_text_that_is_cut_off_or_garbage_is_none(tmp_path: Path, name: bytes, data: bytes) -> None:
    assert read(tmp_path, chunk(name, data)).get(RECIPE, "") == ""


def test_a_bomb_is_none_and_only_one_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = bomb(4 * MOST_TEXT)
    assert len(packed) < MOST_TEXT // 100
    looked: list[int] = []
    decompressobj = zlib.decompressobj

    class Watched:
        def decompress(self, data: bytes, most: int) -> bytes:
            looked.append(most)
            return decompressobj().decompress(data, most)

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    bombs = [chunk(b"iTXt", b"quartet\0\1\0\0\0" + packed), chunk(b"zTXt", b"quartet\0\0" + packed)] * 3
    assert read(tmp_path, *bombs) == {} and looked == [MOST_TEXT + 1]


def test_a_chunk_that_says_it_is_longer_than_the_file_does_no_harm(tmp_path: Path) -> None:
    huge = struct.pack(">I", 0xFFFFFFF0) + b"iTXt" + b"quartet\0\0\0\0\0{}"
    assert read(tmp_path, huge) == {}


@pytest.mark.parametrize("ending", PICTURE_ENDINGS)
def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes(source: Path, tmp_path: Path, ending: str) -> None:
    whole = exported(source, tmp_path / f"a{ending}", TAGS).read_bytes()
    for stop in range(0, len(whole), 7):
        (tmp_path / "cut").write_bytes(whole[:stop])
        assert TAGS[RECIPE].startswith(read_texts(tmp_path / "cut").get(RECIPE, ""))
    assert read_texts(tmp_path / f"a{ending}")[RECIPE] == TAGS[RECIPE]


HEADS = [b"", SIGNATURE, b"\xff\xd8\xff\xe1", b"RIFF\0\0\0\0WEBP", b"RIFF\0\0\0\0WEBPXMP \x20\0\0\0"]


@given(st.sampled_from(HEADS), st.binary(max_size=300))
def test_anything_may_call_itself_a_picture(tmp_path_factory: pytest.TempPathFactory, head: bytes, rest: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.png"
    path.write_bytes(head + rest)
    assert set(read_texts(path)) <= {RECIPE, PARAMETERS}


def test_what_a_png_is_called_does_not_matter(source: Path, tmp_path: Path) -> None:
    exported(source, tmp_path / "a.png", TAGS).rename(tmp_path / "a.jpg")
    assert read_texts(tmp_path / "a.jpg")[RECIPE] == TAGS[RECIPE]


def test_words_stand_behind_the_head_of_a_png(source: Path, tmp_path: Path) -> None:
    names = [name for name, _, _ in png_chunks(exported(source, tmp_path / "a.png", TAGS).read_bytes())]
    assert names[:6] == [b"IHDR", b"iTXt", b"iTXt", b"iTXt", b"iTXt", b"IDAT"] and names[-1] == b"IEND"


def test_a_picture_of_another_program_has_no_words_of_ours(tmp_path: Path) -> None:
    for ending in PICTURE_ENDINGS:
        assert read_texts(write_picture(tmp_path / f"a{ending}")) == {}
