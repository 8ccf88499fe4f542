"""Seconds and pixels go to and fro, at every scale."""

import pytest

from studio.previews.time_scale import APART, FINEST, TimeScale, clock

SCALE = TimeScale(seconds=10, width=500, left=30)


def test_all_of_it_is_in_sight_at_first() -> None:
    assert (SCALE.x(0), SCALE.x(10), SCALE.density, SCALE.shown) == (30, 530, 50, 10)


@pytest.mark.parametrize("scale", [SCALE, SCALE.zoomed(3, 4), SCALE.zoomed(8, 0), SCALE.zoomed(8, 10)])
def test_a_pixel_leads_back_to_its_second(scale: TimeScale) -> None:
    for seconds in (0, 3.3, 10):
        assert scale.at(scale.x(seconds)) == pytest.approx(seconds)


def test_beside_the_sound_there_is_its_end() -> None:
    assert SCALE.at(-100) == 0 and SCALE.at(9999) == 10


def test_what_one_comes_closer_to_stays_where_it_is() -> None:
    closer = SCALE.zoomed(4, 6)
    assert closer.x(6) == pytest.approx(SCALE.x(6)) and closer.shown == pytest.approx(2.5)
    assert closer.zoomed(1 / 4, 6) == SCALE


def test_one_comes_no_closer_than_there_is_to_see_and_no_farther_than_all() -> None:
    assert SCALE.zoomed(1e9, 5).density == pytest.approx(FINEST)
    assert SCALE.zoomed(0.1, 5) == SCALE


def test_scrolling_ends_with_the_sound() -> None:
    closer = SCALE.zoomed(5, 0)
    assert closer.scrolled(-3).first == 0 and closer.scrolled(99).first == pytest.approx(8)


def test_the_page_is_turned_where_the_playhead_leaves_it() -> None:
    closer = SCALE.zoomed(5, 0)
    assert closer.showing(1.9) is closer
    assert closer.showing(2.1).first == pytest.approx(2.0)
    assert closer.scrolled(6).showing(0.5).first == pytest.approx(0.4)


@pytest.mark.parametrize("zoom", [1, 2, 7, 18])
@pytest.mark.parametrize("seconds", [0.4, 10, 47, 600])
def test_times_are_written_with_room_between_them(seconds: float, zoom: float) -> None:
    scale = TimeScale(seconds, 500).zoomed(zoom, seconds / 2)
    places = [scale.x(second) for second, _ in scale.ticks()]
    assert all(after - before >= APART for before, after in zip(places, places[1:], strict=False))
    assert all(-1 <= place <= 501 for place in places) and len(places) <= 7
    assert len({text for _, text in scale.ticks()}) == len(places)


def test_times_are_written_as_players_do() -> None:
    assert [clock(seconds) for seconds in (0, 3.24, 59.96, 605)] == ["0:00.0", "0:03.2", "1:00.0", "10:05.0"]
    assert clock(75, tenths=False) == "1:15"
    assert [text for _, text in SCALE.ticks()][:3] == ["0:00", "0:02", "0:04"]
