"""The side panel: the queue and the library, one behind the other."""

from PySide6.QtWidgets import QTabWidget

from studio.panels.library import LibraryPanel
from studio.panels.queue import QueuePanel

NARROWEST = 240  # pixels


class SidePanel(QTabWidget):
    """Can be hidden; whatever is asked of it shows it."""

    def __init__(self, queue: QueuePanel, library: LibraryPanel) -> None:
        super().__init__()
        self._queue, self._library = queue, library
        self.setDocumentMode(True)
        self.setMinimumWidth(NARROWEST)
        self.tabBar().setAccessibleName("Queue or library")
        self.addTab(queue, "Queue")
        self.addTab(library, "Library")
        queue.counted.connect(self._count)

    def show_queue(self) -> None:
        self._bring(self._queue)

    def show_library(self) -> None:
        self._bring(self._library)

    def search(self) -> None:
        """Type what to look for in the library."""
        self._bring(self._library)
        self._library.search.setFocus()
        self._library.search.selectAll()

    def toggle(self) -> None:
        """Hide it, or show it again."""
        self.setVisible(not self.isVisible())

    def _bring(self, panel: QueuePanel | LibraryPanel) -> None:
        self.show()
        self.setCurrentWidget(panel)
        panel.take_keys()

    def _count(self, count: int) -> None:
        """How much is still to do, to be seen from the library as well."""
        title, index = f"Queue · {count}" if count else "Queue", self.indexOf(self._queue)
        if title != self.tabText(index):  # Qt draws all of both panels anew for the same title too
            self.setTabText(index, title)
