"""Every icon that the studio names is in the set, and showing one loads no more than it takes."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio import icons
from studio.panels import banner, job_row, status

ROOT = Path(__file__).parents[2]
NAMED_BY = {"icon": 0, "Blank": 0, "Picture": 0, "show_glyph": 0, "Entry": 3, "Button": 1, "glyph": 2}
"""What takes the name of an icon, and as which argument."""
TABLES = (job_row.LOOKS.values(), banner.GLYPHS.values(), (state[1:] for state in status.STATES.values()))


def named() -> Iterator[str]:
    """The names in the source: arguments, also of `checked`, and the tables that are not arguments."""
    for path in (ROOT / "studio").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            place = 1 if name == "_button" and path.parent.name == "tabs" else NAMED_BY.get(name)
            if place is not None:
                given = call.args[place : place + 1]
                given += [keyword.value for keyword in call.keywords if keyword.arg in ("checked", "glyph")]
                constants = [
                    part for argument in given for part in ast.walk(argument) if isinstance(part, ast.Constant)
                ]
                yield from (str(part.value) for part in constants if part.value)
    for table in TABLES:
        yield from (glyph for glyph, _ in table)


def test_every_icon_that_is_named_is_in_the_set() -> None:
    found = set(named())
    assert len(found) > 30
    assert sorted(found - icons.glyphs().keys()) == []


def test_an_icon_is_painted(qapp: QApplication) -> None:
    picture = icons.icon("star-fill").pixmap(32, 32).toImage()
    assert picture.pixelColor(16, 16).alpha() == 255


def test_a_name_that_is_not_in_the_set_paints_nothing(qapp: QApplication) -> None:
    picture = icons.icon("no-such-icon").pixmap(16, 16).toImage()
    assert all(picture.pixelColor(x, y).alpha() == 0 for x in range(16) for y in range(16))


@pytest.mark.parametrize("size", [12, 18, 24, 40])
def test_an_icon_fills_its_room_and_stays_in_it(qapp: QApplication, size: int) -> None:
    picture = icons.icon("circle-fill").pixmap(size, size).toImage()
    inked = [x for x in range(picture.width()) if picture.pixelColor(x, picture.height() // 2).alpha() > 128]
    assert 0.6 * picture.width() <= len(inked) <= picture.width()


def test_icons_bring_no_second_binding_of_qt() -> None:
    program = (
        "import os, sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from studio import icons\n"
        "icons.icon('star').pixmap(16, 16)\n"
        "print([name for name in ('qtawesome', 'qtpy', 'PySide6.QtOpenGL') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.stdout == "[]\n", ran.stderr
