"""Where Tab stops in a form, and in which order.

No editor has a focus proxy: Qt's Tab would go from one to the proxy of the next wherever that stands, and leave out
what is between them.
"""

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def stops(widget: QWidget) -> list[QWidget]:
    """The parts of a widget that Tab stops at, shown or not."""
    found = (widget, *widget.findChildren(QWidget))
    return [part for part in found if part.focusPolicy() & Qt.FocusPolicy.TabFocus and not part.focusProxy()]


def take_keys(widget: QWidget) -> None:
    """Let the keys go to the first part of a widget that can use them."""
    first = next((stop for stop in stops(widget) if stop.isVisibleTo(widget) and stop.isEnabled()), widget)
    first.setFocus()


def put_in_order(widgets: Iterable[QWidget]) -> None:
    """Have Tab go through these widgets in this order; what pops up from one of them is no part of it."""
    parts = [stop for widget in widgets for stop in stops(widget) if stop.window() is widget.window()]
    for one, following in pairwise(parts):
        QWidget.setTabOrder(one, following)
