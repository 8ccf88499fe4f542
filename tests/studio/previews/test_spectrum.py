"""The colours of spectrograms: even to the eye, from the surface on, told apart by everybody."""

import pytest
from PySide6.QtGui import QColor

from studio import theme
from studio.previews.spectrum import LOUD, QUIET, colour_table, lab

THEMES = {"light": theme.LIGHT, "dark": theme.DARK}


@pytest.mark.parametrize("name", THEMES)
def test_lightness_goes_in_a_straight_line(name: str) -> None:
    lightness = [lab(QColor(colour).name())[0] for colour in colour_table(THEMES[name].spectrum, QUIET, LOUD)]
    straight = [lightness[0] + (lightness[-1] - lightness[0]) * byte / 255 for byte in range(256)]
    assert lightness == pytest.approx(straight, abs=0.012)


@pytest.mark.parametrize("name", THEMES)
def test_silence_is_the_surface_and_loud_stands_out(name: str) -> None:
    table = colour_table(THEMES[name].spectrum, QUIET, LOUD)
    assert QColor(table[0]).name() == THEMES[name].surface
    assert abs(lab(QColor(table[255]).name())[0] - lab(THEMES[name].surface)[0]) > 0.6


def test_lightness_is_that_of_oklab() -> None:
    """White, black and the red of sRGB, as the author of OKLab gives them."""
    assert lab("#ffffff") == pytest.approx((1, 0, 0), abs=1e-3)
    assert lab("#000000") == pytest.approx((0, 0, 0), abs=1e-3)
    assert lab("#ff0000") == pytest.approx((0.628, 0.225, 0.126), abs=1e-3)


def test_a_byte_means_its_loudness_whatever_the_range() -> None:
    """The same log magnitude has the same colour in a preview of another range."""
    narrow, wide = (colour_table(theme.DARK.spectrum, *bounds) for bounds in ((QUIET, LOUD), (QUIET - 8.5, LOUD)))
    assert wide[255] == narrow[255] and wide[0] == wide[127] == narrow[0]
    assert wide[191] == pytest.approx(narrow[127], abs=0x030303)
