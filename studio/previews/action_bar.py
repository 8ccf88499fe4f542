"""A small bar that floats over a view and offers what can be done with what is selected."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from studio import theme

ABOVE = 14  # the edge of the view, in pixels, unless another height is set


class ActionBar(QFrame):
    """A caption and a button for each action; the last one is what it all leads to. `name` says what it is about."""

    def __init__(self, actions: list[QAction], parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._over, self.above = parent, ABOVE
        self.setProperty("role", "surface")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(name)
        self._caption = QLabel()
        self._caption.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(theme.GAP // 2)
        row.addWidget(self._caption)
        row.addSpacing(theme.GAP)
        for action in actions:
            row.addWidget(button(action, "primary" if action is actions[-1] else "quiet", self))
        self.hide()

    def say(self, caption: str) -> None:
        """Show the bar with this caption, or hide it where there is none."""
        self._caption.setText(caption)
        self.setVisible(bool(caption))
        self.place()

    def place(self) -> None:
        """Stand in the middle of the parent's lower edge; without the caption where there is no room for it."""
        self._caption.show()
        self._caption.setVisible(self.sizeHint().width() <= self._over.width())
        self.resize(self.sizeHint())
        self.move((self._over.width() - self.width()) // 2, self._over.height() - self.height() - self.above)
        self.raise_()


def button(action: QAction, role: str, owner: QWidget) -> QPushButton:
    """A push button that does and shows what the action does and is; shown without an owner it would be a window."""
    made = QPushButton(owner)
    made.setProperty("role", role)
    menu = action.menu()
    if isinstance(menu, QMenu):
        made.setMenu(menu)
    made.clicked.connect(action.trigger)

    def follow() -> None:
        made.setText(action.text())
        made.setIcon(action.icon())
        made.setToolTip(action.toolTip())
        made.setEnabled(action.isEnabled())
        made.setVisible(action.isVisible())
        made.setAccessibleName(action.text())
        made.setAccessibleDescription(action.toolTip())

    action.changed.connect(follow)
    follow()
    return made
