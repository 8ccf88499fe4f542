"""How large a picture is shown and which part of it: places come back, and what is under the mouse stays there."""

from dataclasses import replace

import pytest

from studio.previews.picture_scale import KEPT, LARGEST, LEVELS, PAD, SMALLEST, PictureScale

SCALE = PictureScale().of(128, 64).within((640 + 2 * PAD, 480), 1.0)


def test_it_fits_at_first() -> None:
    assert SCALE.zoom == 5.0 and SCALE.wanted is None
    assert SCALE.origin == (PAD, (480 - 320) / 2)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_at_100_percent_each_pixel_is_one_of_the_device(ratio: float) -> None:
    scale = SCALE.within((501, 333), ratio).zoomed(1.0)
    left, top = scale.origin
    assert scale.density == 1 / ratio
    assert left * ratio == pytest.approx(round(left * ratio)) and top * ratio == pytest.approx(round(top * ratio))


@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.7, 20.0])
def test_what_is_under_the_mouse_stays_there(zoom: float) -> None:
    before = SCALE.to_picture(200, 150)
    after = SCALE.zoomed(zoom, (200, 150)).to_picture(200, 150)
    assert after == pytest.approx(before, abs=1 / zoom)


def test_places_come_back() -> None:
    scale = SCALE.zoomed(3.0, (20, 30)).moved(-17, 9)
    assert scale.to_picture(*scale.to_room(31.5, 12.25)) == pytest.approx((31.5, 12.25))


def test_a_push_moves_it_by_as_many_pixels() -> None:
    scale = SCALE.zoomed(8.0)
    left, top = scale.origin
    assert scale.moved(-30, 12).origin == (left - 30, top + 12)
    assert SCALE.moved(5, 5).wanted == SCALE.zoom, "what was pushed does not fit itself in any more"


def test_it_cannot_be_pushed_out_of_sight() -> None:
    for zoom in (0.5, 4.0, 30.0):
        far = SCALE.zoomed(zoom).moved(-1e6, -1e6)
        right, low = far.to_room(128, 64)
        assert right >= min(KEPT, 128 * zoom) - 1 and low >= min(KEPT, 64 * zoom) - 1


def test_keys_stop_at_round_sizes() -> None:
    assert SCALE.stepped(1).zoom == 6.0 and SCALE.stepped(-1).zoom == 4.0
    scale = SCALE
    for _ in range(60):
        scale = scale.stepped(1)
    assert scale.zoom == LEVELS[-1] == LARGEST
    assert SCALE.zoomed(1e-9).zoom == SMALLEST and SCALE.zoomed(1e9).zoom == LARGEST


def test_another_picture_of_the_same_size_is_seen_as_closely() -> None:
    closer = SCALE.zoomed(10.0, (40, 40))
    assert closer.of(128, 64) is closer
    assert closer.of(256, 256).wanted is None
    assert closer.fitted() == replace(SCALE, centre=(64, 32))


def test_no_room_and_no_picture_do_no_harm() -> None:
    assert PictureScale().of(0, 0).within((0, 0), 1.0).zoom > 0
