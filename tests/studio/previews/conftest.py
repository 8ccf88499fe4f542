"""What is asked of every preview."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget


@pytest.fixture
def unnamed() -> Callable[[QWidget], list[str]]:
    """The widgets that can have the focus and have no accessible name."""

    def found(widget: QWidget) -> list[str]:
        return [
            repr(child) for child in (widget, *widget.findChildren(QWidget)) if focusable(child) and not name(child)
        ]

    return found


def focusable(widget: QWidget) -> bool:
    own = widget.focusProxy() is None and widget.isVisible()
    return own and widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""
