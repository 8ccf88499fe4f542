"""The side panel shows what is asked for, and counts what is still to do."""

from PySide6.QtWidgets import QWidget

from engine.api.requests import TextRequest
from studio.panels.library import LibraryPanel
from studio.panels.queue import QueuePanel
from studio.panels.side import SidePanel
from studio.state.jobs import Jobs
from studio.state.library import Library
from tests.studio.fake_engine import FakeEngineClient, finished


def test_the_side_panel_shows_what_is_asked_for(
    ground: QWidget, jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    queue, panel = QueuePanel(jobs), LibraryPanel(library)
    side = SidePanel(queue, panel)
    side.setParent(ground)
    side.show()
    side.toggle()
    assert side.isHidden()
    side.search()
    assert side.isVisible() and side.currentWidget() is panel and panel.search.hasFocus()
    side.show_queue()
    assert side.currentWidget() is queue
    job = jobs.add(TextRequest())
    assert side.tabText(0) == "Queue · 1"
    fake_engine.say(finished(job.id))
    assert side.tabText(0) == "Queue"
