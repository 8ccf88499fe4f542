"""Fields of a request that no modality has, so that every kind is tried at its edges."""

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.api.params import Field, Kind
from studio.editors.table import EDITORS

Made = Callable[..., Any]


@pytest.fixture
def edit(qtbot: QtBot) -> Made:
    """The editor of a kind, shown: edit(Number("Steps", 1, 9), int, 3)."""

    def made(kind: Kind, type: Any, default: Any) -> Any:
        editor = EDITORS[kind.__class__](Field("field", type, kind, default))
        qtbot.addWidget(editor)
        editor.show()
        return editor

    return made
