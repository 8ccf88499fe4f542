"""The frame: a square that moves, grows and snaps, and says what the picture becomes."""

from hypothesis import given
from hypothesis import strategies as st

from studio.editors.picture_frame import (
    ASTRAY,
    LEAST,
    beyond,
    briefly,
    full,
    grown,
    neighbour,
    outside,
    place,
    resized,
    snapped,
    told,
    union,
    usual,
    whole,
    wrong,
)

SIZES = st.tuples(st.integers(LEAST, 8000), st.integers(LEAST, 8000))
PLACES = st.integers(-9000, 9000)


@given(size=SIZES)
def test_the_usual_frame_is_the_largest_square_in_the_middle_and_need_not_be_said(size: tuple[int, int]) -> None:
    left, top, side = usual(size)
    assert side == min(size) and not beyond((left, top, side), size)
    assert abs(2 * left + side - size[0]) <= 1 and abs(2 * top + side - size[1]) <= 1
    assert told((left, top, side), size) == () and full((), size) == (left, top, side)


@given(size=SIZES)
def test_the_whole_frame_holds_all_of_the_picture(size: tuple[int, int]) -> None:
    frame = whole(size)
    assert union(frame, size) == (frame[2], frame[2]) == (max(size), max(size))


@given(size=SIZES, x=PLACES, y=PLACES, corner=st.tuples(st.integers(0, 1), st.integers(0, 1)))
def test_a_corner_drawn_anywhere_leaves_the_one_across_and_a_square(
    size: tuple[int, int], x: int, y: int, corner: tuple[int, int]
) -> None:
    before = usual(size)
    left, top, side = resized(before, corner, x, y, size)
    across = [(before[axis] + before[2] * (1 - corner[axis])) for axis in (0, 1)]
    assert [(left, top)[axis] + side * (1 - corner[axis]) for axis in (0, 1)] == across
    assert LEAST <= side <= 4 * max(size)


def test_a_corner_goes_where_it_is_drawn_along_the_diagonal() -> None:
    assert resized((0, 0, 100), (1, 1), 160, 160, (300, 300)) == (0, 0, 160)
    assert resized((100, 100, 100), (0, 0), 40, 40, (300, 300)) == (40, 40, 160)


def test_a_neighbour_shares_half_of_the_frame() -> None:
    frame = (0, 0, 512)
    assert neighbour(frame, (1, 0)) == (256, 0, 512) and neighbour(frame, (0, -1)) == (0, -256, 512)
    assert union(neighbour(frame, (1, 0)), (512, 512)) == (768, 512)
    assert beyond(neighbour(frame, (-1, 0)), (512, 512)) and not outside(neighbour(frame, (-1, 0)), (512, 512))


def test_a_frame_snaps_to_sides_and_middle_but_not_from_afar() -> None:
    size = (300, 200)
    assert snapped((4, -3, 100), size, 5) == (0, 0, 100)
    assert snapped((197, 103, 100), size, 5) == (200, 100, 100)
    assert snapped((102, 52, 100), size, 5) == (100, 50, 100)
    assert snapped((302, -98, 100), size, 5) == (300, -100, 100), "side by side with the picture"
    assert snapped((20, 30, 100), size, 5) == (20, 30, 100)


def test_it_grows_about_its_middle() -> None:
    assert grown((100, 100, 100), 10, (300, 300)) == (90, 90, 120)
    assert grown((100, 100, 100), -60, (300, 300))[2] == LEAST


def test_it_says_what_the_picture_becomes() -> None:
    assert place((-256, 0, 512), (512, 512)) == "512 × 512 at −256, 0; grows to 768 × 512"
    assert place((0, 0, 512), (768, 512)) == "512 × 512 at 0, 0"
    assert briefly((-256, 0, 512), (512, 512)) == "512 pixels; grows to 768 × 512"
    assert briefly((0, 0, 512), (768, 512)) == "512 pixels"


def test_it_says_why_it_cannot_be_where_it_is() -> None:
    assert wrong((767, 0, 512), (768, 512)) == "" and wrong((768, 0, 512), (768, 512)) == ASTRAY
    assert wrong((0, 0, 12_000), (6000, 4000)).startswith("The picture would grow to 12,000 × 12,000, more than 64")
