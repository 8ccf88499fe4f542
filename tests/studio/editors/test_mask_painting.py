"""The mask: painted in dabs and shapes, kept in tiles, taken back and done again to the bit."""

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from studio.editors.mask_brush import Brush, Stroke, box, fill
from studio.editors.mask_painting import TILE, Painting
from studio.editors.mask_pyramid import Pyramid

SOFT = Brush(60, 0.5)


def painting(width: int = 700, height: int = 501) -> Painting:
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    return Painting(picture, None, (0, 0, height))


def shade(made: Painting, x: float, y: float) -> int:
    return made.mask.pixelColor(int(x), int(y)).red()


def stroke(made: Painting, *points: tuple[float, float], brush: Brush = SOFT, erase: bool = False) -> None:
    first, *others = (QPointF(*point) for point in points)
    drawn = Stroke(made, brush, erase, first)
    for point in others:
        drawn.to(point)
    made.close()


def lay(made: Painting, frame: tuple[int, int, int]) -> None:
    made.set_frame(frame)
    made.close()


def test_a_stroke_is_white_within_and_fades_to_its_edge(qtbot: QtBot) -> None:
    made = painting()
    stroke(made, (100, 100), (300, 100))
    across = [shade(made, 200, 100 + away) for away in range(0, 40)]
    assert across[:13] == [255] * 13 and across[31:] == [0] * 9
    assert across == sorted(across, reverse=True) and len(set(across)) > 10
    along = [shade(made, x, 120) for x in range(110, 290)]
    assert max(along) - min(along) <= 12, "no pearls on a string"


def test_a_hard_brush_has_an_edge_of_a_pixel_or_two(qtbot: QtBot) -> None:
    made = painting()
    stroke(made, (100, 100), brush=Brush(40, 0.0))
    assert len([x for x in range(60, 140) if 0 < shade(made, x, 100) < 255]) <= 4
    assert 38 <= len([x for x in range(60, 140) if shade(made, x, 100) > 127]) <= 41


def test_a_stroke_that_crosses_itself_is_no_denser(qtbot: QtBot) -> None:
    once, twice = painting(), painting()
    stroke(once, (100, 100), (300, 100))
    stroke(twice, (100, 100), (300, 100), (100, 100), (300, 100))
    assert abs(shade(once, 200, 122) - shade(twice, 200, 122)) <= 12


def test_erasing_takes_away_what_was_painted_and_leaves_the_rest(qtbot: QtBot) -> None:
    made = painting()
    fill(made, box(QPointF(0, 0), QPointF(400, 400)), erase=False)
    stroke(made, (200, 200), erase=True)
    assert (shade(made, 200, 200), shade(made, 300, 300), shade(made, 500, 200)) == (0, 255, 0)


def test_a_rectangle_is_exact_and_stays_within_the_picture(qtbot: QtBot) -> None:
    made = painting()
    fill(made, box(QPointF(650, 480), QPointF(900, 900)), erase=False)
    assert [shade(made, x, 490) for x in (649, 650, 699)] == [0, 255, 255]
    assert [shade(made, 660, y) for y in (479, 480, 500)] == [0, 255, 255]


def test_every_step_is_taken_back_and_done_again_to_the_bit(qtbot: QtBot) -> None:
    made = painting()
    states = [made.mask.copy()]
    frames = [made.frame]
    for act in (
        lambda: stroke(made, (10, 10), (690, 490)),
        lambda: fill(made, box(QPointF(340, 240), QPointF(360, 252)), erase=True),
        made.invert,
        lambda: lay(made, (-50, 7, 333)),
        made.clear,
    ):
        act()
        states.append(made.mask.copy())
        frames.append(made.frame)
    for state, frame in zip(states[-2::-1], frames[-2::-1], strict=True):
        made.undo()
        assert (made.mask == state, made.frame) == (True, frame)
    assert not made.can_undo()
    for state, frame in zip(states[1:], frames[1:], strict=True):
        made.redo()
        assert (made.mask == state, made.frame) == (True, frame)
    assert not made.can_redo()


def test_a_step_keeps_the_tiles_that_changed_and_no_others(qtbot: QtBot) -> None:
    made = painting(6 * TILE, 4 * TILE)
    stroke(made, (TILE, TILE))
    assert made._done[-1].tiles.keys() == {(0, 0), (1, 0), (0, 1), (1, 1)}
    assert sum(map(len, made._done[-1].tiles.values())) < 4000
    stroke(made, (3 * TILE, 3 * TILE), erase=True)
    assert len(made._done) == 1, "nothing was there to be erased"


def test_a_new_step_forgets_what_was_taken_back(qtbot: QtBot) -> None:
    made = painting()
    stroke(made, (100, 100))
    made.undo()
    stroke(made, (300, 300))
    assert made.can_undo() and not made.can_redo()


def test_what_is_dropped_was_never_there(qtbot: QtBot) -> None:
    made = painting()
    Stroke(made, Brush(60, 0.5), False, QPointF(100, 100)).to(QPointF(300, 300))
    made.drop()
    assert not made.masked() and not made.can_undo()


def test_only_what_changed_is_to_be_drawn_again(qtbot: QtBot) -> None:
    made = painting()
    rooms: list[QRect] = []
    made.painted.connect(rooms.append)
    stroke(made, (100, 100))
    assert rooms and all(room.width() <= 62 and room.height() <= 62 for room in rooms)


def test_what_is_painted_comes_to_every_size(qtbot: QtBot) -> None:
    made = painting(2048, 1024)
    fill(made, box(QPointF(512, 256), QPointF(1536, 768)), erase=False)
    for level, image in enumerate(made.tint.levels):
        grey = [image.pixelColor(x >> level, 512 >> level).red() for x in (100, 520, 1024, 1500, 1900)]
        assert grey == [0, 255, 255, 255, 0]
    whole = Pyramid(made.mask.copy())
    assert [a == b for a, b in zip(whole.levels, made.tint.levels, strict=True)] == [True] * len(whole.levels)


def test_the_size_that_is_drawn_has_a_pixel_for_each_on_the_screen(qtbot: QtBot) -> None:
    pyramid = Pyramid(QImage(6000, 4000, QImage.Format.Format_Grayscale8))
    assert [pyramid.level(scale) for scale in (2.0, 1.0, 0.51, 0.5, 0.2, 0.01)] == [0, 0, 0, 1, 2, 5]
