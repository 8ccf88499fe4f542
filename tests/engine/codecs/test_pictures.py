"""Any picture file is read as what one sees, or refused in one sentence; cutting and blending are exact."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from engine.api.errors import BadInput
from engine.codecs import pictures
from engine.codecs.pictures import blended, png, read_mask, read_picture, scaled, seen, shown, square
from tests.tiny_pictures import painted

WIDE, HIGH = 24, 16


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bare_png(width: int, height: int, depth: int, color: int, data: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as error:
        read_picture(path)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.bmp", "a.tiff"])
def test_pixels_are_read_as_they_are(tmp_path: Path, name: str) -> None:
    pixels = painted(tmp_path / "a.png")
    Image.fromarray(pixels).save(tmp_path / name, lossless=True)
    found, notes = read_picture(tmp_path / name)
    assert np.array_equal(found, pixels) and notes == []


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (12_000, 12_000), (9_000, 9_000)])
def test_how_large_it_is_is_looked_at_before_it_is_unpacked(
    tmp_path: Path, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = zlib.compress(bytes(10**6))  # far fewer pixels than the header promises
    (tmp_path / "bomb.png").write_bytes(bare_png(width, height, 8, 2, bomb))
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unpacked"))
    assert refused(tmp_path / "bomb.png") == "bomb.png has more than 64 million pixels; make it smaller first."


def test_texts_that_unpack_to_megabytes_are_no_way_in(tmp_path: Path) -> None:
    painted(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200 * 10**6), 9))
    (tmp_path / "b.png").write_bytes(data[:33] + bomb + data[33:])
    assert refused(tmp_path / "b.png").startswith("b.png is damaged or cut short")


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_is_cut_short_is_said_to_be(tmp_path: Path, name: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    assert refused(tmp_path / name).startswith((f"{name} is damaged or cut short", f"{name} is no picture"))


@settings(max_examples=60)
@given(st.integers(0, 2**31), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"]))
def test_whatever_is_in_a_file_is_one_sentence_at_worst(seed: int, kind: str) -> None:
    import tempfile

    rng = np.random.default_rng(seed)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)).save(file, kind)
    data = bytearray(file.getvalue())
    for place in rng.integers(0, len(data), 8):
        data[place] = rng.integers(0, 256)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(data)
        try:
            assert read_picture(path)[0].ndim == 3
        except BadInput as error:
            assert "\n" not in str(error)


def test_what_is_no_picture_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("Once upon a time")
    (tmp_path / "a.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\nshowpage\n")
    for name in ("a.png", "a.eps"):
        assert refused(tmp_path / name) == f"{name} is no picture that can be read; choose a PNG, JPEG or WebP."
    assert refused(tmp_path) == f"{tmp_path} is a folder; choose a picture in it."
    assert refused(tmp_path / "none.png") == f"{tmp_path / 'none.png'} is not there; choose the picture again."
    painted(tmp_path / "dot.png", 7, 40)
    assert refused(tmp_path / "dot.png") == "dot.png has 7 × 40 pixels; choose a picture of at least 8 a side."


def test_grey_of_16_bits_is_scaled_and_not_cut_off(tmp_path: Path) -> None:
    grey = np.linspace(0, 65_535, WIDE * HIGH).reshape(HIGH, WIDE).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "a.png")
    found, _ = read_picture(tmp_path / "a.png")
    assert np.array_equal(found, np.repeat(np.rint(grey / 257).astype(np.uint8)[..., None], 3, 2))


def test_colours_of_16_bits_are_read_by_their_upper_ones(tmp_path: Path) -> None:
    colors = np.random.default_rng(0).integers(0, 65_536, (HIGH, WIDE, 3)).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in colors)
    (tmp_path / "a.png").write_bytes(bare_png(WIDE, HIGH, 16, 2, zlib.compress(rows)))
    found, _ = read_picture(tmp_path / "a.png")
    assert np.abs(found - colors / 257).max() <= 1


def test_printers_colours_are_turned_into_those_of_a_screen(tmp_path: Path) -> None:
    for name, ink in (("cyan", (255, 0, 0, 0)), ("white", (0, 0, 0, 0)), ("black", (0, 0, 0, 255))):
        Image.new("CMYK", (16, 16), ink).save(tmp_path / f"{name}.tiff")
    colors = [tuple(read_picture(tmp_path / f"{name}.tiff")[0][0, 0]) for name in ("cyan", "white", "black")]
    assert colors == [(0, 255, 255), (255, 255, 255), (0, 0, 0)]
    Image.new("CMYK", (16, 16), (255, 0, 0, 0)).save(tmp_path / "a.jpg", quality=100)
    red, green, blue = read_picture(tmp_path / "a.jpg")[0][0, 0]
    assert red < 10 and min(green, blue) > 245


def test_of_a_film_the_first_picture_is_taken_and_that_is_said(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), color) for color in ("red", "blue")]
    for name in ("a.gif", "a.webp", "a.png"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], lossless=True)
        pixels, notes = read_picture(tmp_path / name)
        assert tuple(pixels[0, 0]) == (255, 0, 0)
        assert notes == [f"{name} moves or has several pictures: the first one is used."]


def test_a_picture_taken_sideways_stands_upright(tmp_path: Path) -> None:
    pixels = painted(tmp_path / "a.png", WIDE, HIGH)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned to the left: turn to the right
    Image.fromarray(pixels).save(tmp_path / "b.png", exif=exif)
    assert np.array_equal(read_picture(tmp_path / "b.png")[0], np.rot90(pixels, -1))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (16, 16), (200, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 8, 16))
    image.paste((0, 0, 0, 128), (4, 0, 8, 16)) if mode != "P" else None
    image.convert(mode).save(tmp_path / "a.png")
    pixels, _ = read_picture(tmp_path / "a.png")
    assert (pixels[:, 8:] == 255).all() and (pixels[:, :4] == 0).all()
    assert mode == "P" or (pixels[:, 4:8] == 127).all()


def test_a_profile_of_other_colours_is_followed(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = profile.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    turned = turned.replace("sRGB".encode("utf-16-be"), "turn".encode("utf-16-be")).replace(b"sRGB", b"turn")
    Image.new("RGB", (16, 16), (250, 128, 3)).save(tmp_path / "a.png", icc_profile=turned)  # red is blue there
    assert np.abs(read_picture(tmp_path / "a.png")[0][0, 0].astype(int) - (3, 128, 250)).max() <= 1


def test_a_profile_that_says_nothing_new_changes_nothing(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = painted(tmp_path / "a.png")
    for name, profile in (("srgb", usual), ("of another kind", lab), ("broken", b"nonsense")):
        Image.fromarray(pixels).save(tmp_path / "b.png", icc_profile=profile)
        assert np.array_equal(read_picture(tmp_path / "b.png")[0], pixels), name


def test_a_mask_is_white_where_its_picture_is(tmp_path: Path) -> None:
    pixels = painted(tmp_path / "a.png", WIDE, HIGH)
    image = Image.new("RGBA", (WIDE, HIGH), (255, 255, 255, 0))  # transparent: not painted at all
    image.paste((255, 255, 255, 255), (0, 0, 8, 8))
    image.paste((128, 128, 128, 255), (8, 0, 16, 8))
    image.save(tmp_path / "m.png")
    mask = read_mask(tmp_path / "m.png", pixels)
    assert mask.shape == (HIGH, WIDE) and (mask[:8, :8] == 255).all() and (mask[:8, 8:16] == 128).all()
    assert (mask[8:] == 0).all() and (mask[:, 16:] == 0).all()
    with pytest.raises(BadInput, match="The mask has 24 × 16 pixels and the picture 16 × 24; make them the same size."):
        read_mask(tmp_path / "m.png", pixels.transpose(1, 0, 2))


@given(st.integers(-30, 30), st.integers(-30, 30), st.integers(8, 40))
def test_a_square_shows_the_picture_and_beyond_it_its_edge(left: int, top: int, side: int) -> None:
    pixels = np.arange(HIGH * WIDE * 3).reshape(HIGH, WIDE, 3).astype(np.uint8)
    found = square(pixels, left, top, side)
    for y, x in ((0, 0), (side - 1, 0), (0, side - 1), (side // 2, side // 2)):
        expected = pixels[min(max(top + y, 0), HIGH - 1), min(max(left + x, 0), WIDE - 1)]
        assert np.array_equal(found[y, x], expected)


def test_blending_goes_from_one_to_the_other() -> None:
    below, above = np.full((1, 3, 3), 10, np.uint8), np.full((1, 3, 3), 210, np.uint8)
    assert blended(below, above, np.array([[0, 51, 255]], np.uint8))[0, :, 0].tolist() == [10, 50, 210]


@given(st.integers(0, 2**31))
def test_networks_see_every_pixel_as_it_is(seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 12, 3), dtype=np.uint8)
    x = seen(pixels)
    assert x.shape == (1, 3, 8, 12) and x.min() >= -1 and x.max() <= 1
    assert np.array_equal(shown(x), pixels) and np.array_equal(shown(x * 1e-9 + 7), np.full_like(pixels, 255))


def test_smaller_is_smoother_and_the_same_size_is_the_same(tmp_path: Path) -> None:
    board = np.indices((64, 64)).sum(0) % 2 * 255
    pixels = np.repeat(board[..., None], 3, 2).astype(np.uint8)
    assert scaled(pixels, 64, 64) is pixels
    assert np.abs(scaled(pixels, 8, 8)[2:-2, 2:-2].astype(int) - 127).max() <= 2


def test_a_png_holds_the_pixels(tmp_path: Path) -> None:
    pixels = painted(tmp_path / "a.png")
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png(pixels)))), pixels)
    assert torch.equal(seen(pixels), seen(read_picture(tmp_path / "a.png")[0])) and pictures.MOST >= 50_000_000
