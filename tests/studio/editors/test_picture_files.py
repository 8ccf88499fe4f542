"""Picture files: whether one can be used is told by its header; what the engine does not read is copied."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from engine.api import paths
from engine.api.errors import BadInput
from studio.editors.picture_files import is_ours, keep, read, size_of, taken, thumbnail

TURN = 0x0112  # the tag by which a camera says which side is up


def header_only(path: Path, width: int, height: int) -> Path:
    """A PNG that claims this size and holds hardly anything."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b""))
    return path


def test_a_plain_file_is_used_as_it_is(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.bmp"):
        Image.new("RGB", (30, 20), "red").save(tmp_path / name)
        assert taken(str(tmp_path / name)) == str(tmp_path / name)
    assert not paths.given().exists()


def test_a_huge_picture_is_refused_by_its_header(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"^“huge.png” has 30,000 × 30,000 pixels, more than the 64 million"):
        taken(str(header_only(tmp_path / "huge.png", 30_000, 30_000)))
    Image.new("RGB", (900, 7)).save(tmp_path / "thin.png")
    with pytest.raises(BadInput, match="at least 8 a side"):
        size_of(str(tmp_path / "thin.png"))
    with pytest.raises(BadInput, match="make it smaller first"):
        size_of(str(header_only(tmp_path / "long.png", 40_000, 2)))


@pytest.mark.parametrize("name", ["cut.png", "text.png", "empty.png", "gone.png"])
def test_what_is_no_whole_picture_is_said_in_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "cut.png":
        Image.effect_noise((200, 200), 60).save(path)
        path.write_bytes(path.read_bytes()[:5000])
    elif name != "gone.png":
        path.write_text("no picture at all" if name == "text.png" else "")
    with pytest.raises(BadInput) as refused:
        taken(str(path))
    assert str(refused.value).count(".") - name.count(".") <= str(path).count(".") + 1
    assert name in str(refused.value)


def test_what_the_engine_cannot_read_is_kept_as_a_copy(tmp_path: Path) -> None:
    for name in ("one.pbm", "two.ppm"):
        Image.new("1" if name == "one.pbm" else "RGB", (18, 16), 0).save(tmp_path / name)
        copy = taken(str(tmp_path / name))
        assert is_ours(copy) and Path(copy).name.startswith(name[:3])
        with Image.open(copy) as plain:
            assert (plain.format, plain.size, plain.convert("L").getpixel((3, 3))) == ("PNG", (18, 16), 0)


def test_depth_inks_and_motion_are_left_to_the_engine(tmp_path: Path) -> None:
    Image.new("I;16", (18, 16), 40_000).save(tmp_path / "deep.png")
    Image.new("CMYK", (18, 16), (0, 255, 255, 0)).save(tmp_path / "inks.jpg")
    moving = [Image.new("P", (18, 16), shade) for shade in (0, 1)]
    moving[0].save(tmp_path / "moving.gif", save_all=True, append_images=moving[1:])
    for name in ("deep.png", "inks.jpg", "moving.gif"):
        assert taken(str(tmp_path / name)) == str(tmp_path / name)
        assert read(str(tmp_path / name)).size() == QSize(18, 16)


def test_what_shines_through_is_laid_on_paper(tmp_path: Path) -> None:
    Image.new("RGBA", (18, 16), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    path = str(tmp_path / "clear.png")
    assert read(path).pixelColor(3, 3) == QColor("white")
    assert read(path, ground="black").pixelColor(3, 3) == QColor("black")


def test_a_photograph_is_seen_as_the_camera_was_held(tmp_path: Path) -> None:
    turned = Image.new("RGB", (40, 20), "blue")
    exif = turned.getexif()
    exif[TURN] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert size_of(str(tmp_path / "turned.jpg")) == QSize(20, 40)
    assert read(str(tmp_path / "turned.jpg"), QSize(10, 10)).size() == QSize(5, 10)


def test_the_same_picture_is_kept_once(tmp_path: Path) -> None:
    picture = QImage(10, 10, QImage.Format.Format_RGB32)
    picture.fill(QColor("green"))
    first, second = keep(picture, "pasted"), keep(picture.copy(), "pasted")
    picture.fill(QColor("red"))
    assert first == second and keep(picture, "pasted") != first
    assert len(list(paths.given().iterdir())) == 2


def test_a_mask_is_kept_in_eight_bit_grey() -> None:
    mask = QImage(7, 5, QImage.Format.Format_Grayscale8)
    mask.fill(0)
    mask.setPixelColor(2, 1, QColor(200, 200, 200))
    with Image.open(keep(mask, "mask")) as written:
        assert (written.mode, written.size, written.getpixel((2, 1))) == ("L", (7, 5), 200)


def test_a_thumbnail_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (400, 200), "red").save(path)
    assert thumbnail(str(path)).size() == QSize(400, 200)
    Image.new("RGB", (800, 3200), "red").save(path)
    assert thumbnail(str(path)).size() == QSize(80, 320)
    path.unlink()
    assert thumbnail(str(path)).isNull()
