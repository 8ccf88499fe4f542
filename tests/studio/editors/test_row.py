"""A row of the form: what is wrong with its value is said where it is seen."""

import pytest
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.api.params import fields
from engine.api.requests import ImageRequest
from studio.editors.picture_file import PictureFileEditor
from studio.editors.row import Row

pytestmark = pytest.mark.gui


def test_why_a_file_cannot_be_used_is_seen_also_below_the_fold(qtbot: QtBot) -> None:
    area, page = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    area.setWidget(page)
    area.setWidgetResizable(True)
    row = Row(next(field for field in fields(ImageRequest) if field.name == "picture"), PictureFileEditor)
    QVBoxLayout(page).addLayout(row)
    below = QLabel()
    below.setMinimumHeight(2_000)
    page.layout().addWidget(below)
    area.resize(360, 90)
    area.show()
    row.editor.setMinimumHeight(200)
    said = row._sentence
    row.editor.refused.emit("It is broken; choose another.")
    qtbot.waitUntil(lambda: not said.visibleRegion().isEmpty())
    assert said.text() == "It is broken; choose another."
