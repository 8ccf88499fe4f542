"""Keys in a sound lead by a share of what is in sight, or from word to word."""

import pytest
from PySide6.QtCore import Qt

from studio.previews.lanes import Scene
from studio.previews.sound_keys import FAR, target
from studio.previews.time_scale import TimeScale
from tests.studio.previews.spoken import work

SCENE = Scene((), work())  # words at 0, 0.5 … 3.5; 4 s
SCALE = TimeScale(4, 800)
KEY = Qt.Key


@pytest.mark.parametrize(
    ("key", "control", "at", "leads_to"),
    [
        (KEY.Key_Right, False, 1.0, 1.0 + 4 / FAR),
        (KEY.Key_Left, False, 0.1, 0.0),
        (KEY.Key_Home, False, 2.0, 0.0),
        (KEY.Key_End, False, 2.0, 4.0),
        (KEY.Key_PageDown, False, 1.0, 3.0),
        (KEY.Key_Right, True, 1.2, 1.5),
        (KEY.Key_Right, True, 1.5, 2.0),
        (KEY.Key_Right, True, 3.7, 4.0),
        (KEY.Key_Left, True, 1.7, 1.5),
        (KEY.Key_Left, True, 1.5, 1.0),
        (KEY.Key_Left, True, 0.0, 0.0),
        (KEY.Key_A, False, 1.0, None),
    ],
)
def test_a_key_leads_there(key: Qt.Key, control: bool, at: float, leads_to: float | None) -> None:
    found = target(SCENE, SCALE, at, key, control)
    assert found == (None if leads_to is None else pytest.approx(leads_to))


def test_closer_to_it_the_steps_are_smaller() -> None:
    assert target(SCENE, SCALE.zoomed(4, 0), 1.0, KEY.Key_Right, False) == pytest.approx(1.0 + 1 / FAR)


def test_without_words_control_changes_nothing() -> None:
    assert target(Scene(), TimeScale(2, 100), 1.0, KEY.Key_Right, True) == pytest.approx(1.0 + 2 / FAR)
