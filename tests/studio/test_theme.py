"""The colours can be read and told apart, by everybody, and a change of theme reaches what is on the screen."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio import icons, theme
from studio.theme import DARK, LIGHT, Colours

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = ("background", "surface", "raised")

# What dichromats see of linear RGB; Machado, Oliveira & Fernandes 2009, severity 1.
EYES = {
    "all cones": np.eye(3),
    "no long": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no middle": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no short": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio, from 1 to 21."""
    dark, light = sorted(float(linear(colour) @ TO_XYZ[1]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@BOTH
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "ok", "warning", "error"])
def test_what_is_written_can_be_read_on_every_ground(colours: Colours, ink: str) -> None:
    assert min(contrast(getattr(colours, ink), getattr(colours, ground)) for ground in GROUNDS) >= 4.5


@BOTH
def test_text_can_be_read_on_tokens_selections_and_buttons(colours: Colours) -> None:
    grounds = [*colours.confidence, colours.masked, colours.fixed, colours.locked, colours.accent_soft]
    assert min(contrast(colours.text, ground) for ground in grounds) >= 4.5
    assert min(contrast(colours.accent_text, ground) for ground in (colours.accent, colours.accent_hover)) >= 4.5


@BOTH
@pytest.mark.parametrize("eye", EYES)
def test_the_confidence_colours_can_be_told_apart_by_every_eye(colours: Colours, eye: str) -> None:
    seen = [lab(EYES[eye] @ linear(colour)) for colour in colours.confidence]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) >= 10


@BOTH
def test_the_stylesheet_names_only_colours_of_the_theme(colours: Colours) -> None:
    sheet = theme.stylesheet(colours)
    known = {value for value in asdict(colours).values() if isinstance(value, str)}
    assert {word.strip(";,") for word in sheet.split() if word.startswith("#")} <= known
    assert "$" not in sheet


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    theme.apply(qapp, "light")
    yield qapp
    theme.apply(qapp, "light")


def test_the_theme_changes_while_a_window_is_open(app: QApplication, qtbot: QtBot) -> None:
    label = QLabel("words")
    qtbot.addWidget(label)
    assert theme.colours() is LIGHT
    theme.apply(app, "dark")
    assert theme.colours() is DARK
    assert label.palette().color(QPalette.ColorRole.Window).name() == DARK.background
    theme.apply(app, "light")
    assert label.palette().color(QPalette.ColorRole.Window).name() == LIGHT.background


def test_system_follows_the_desktop_also_later(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Qt.ColorScheme.Light
    monkeypatch.setattr(type(app.styleHints()), "colorScheme", lambda self: scheme)
    theme.apply(app, "system")
    assert theme.colours() is LIGHT
    scheme = Qt.ColorScheme.Dark
    app.styleHints().colorSchemeChanged.emit(scheme)
    assert theme.colours() is DARK
    theme.apply(app, "light")
    app.styleHints().colorSchemeChanged.emit(scheme)
    assert theme.colours() is LIGHT


def test_every_size_of_type_can_write_hindi(app: QApplication) -> None:
    for size in theme.SCALE:
        assert all(QFontMetrics(theme.font(size)).inFontUcs4(ord(letter)) for letter in "हिन्दी")
    assert set(theme.FALLBACK_FAMILIES) <= set(app.font().families())


def test_an_icon_takes_the_colour_of_the_present_theme(app: QApplication) -> None:
    icon = icons.icon("play-fill", "accent", checked="star-fill")
    for appearance, colours in (("light", LIGHT), ("dark", DARK)):
        theme.apply(app, appearance)  # type: ignore[arg-type]
        picture = icon.pixmap(64, 64).toImage()
        seen = {
            picture.pixelColor(x, y).name()
            for x in range(64)
            for y in range(64)
            if picture.pixelColor(x, y).alpha() == 255
        }
        assert seen == {colours.accent}
