"""Who looks elsewhere is told what ended; who looks at the window is not."""

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from engine.api.messages import Failed
from engine.api.requests import TextRequest
from studio.panels.notification import Notification
from studio.state.jobs import Jobs
from tests.studio.fake_engine import FakeEngineClient, finished


class Elsewhere:
    """A desktop whose messages can be read, with the window behind another program's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[tuple[str, str]] = []
        self.looking = False
        monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
        monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
        monkeypatch.setattr(QSystemTrayIcon, "show", lambda tray: None)
        monkeypatch.setattr(
            QSystemTrayIcon, "showMessage", lambda tray, title, text, *_: self.said.append((title, text))
        )
        monkeypatch.setattr(QApplication, "activeWindow", lambda: object() if self.looking else None)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    return Elsewhere(monkeypatch)


def test_who_looks_elsewhere_is_told_when_all_is_done(
    ground: QWidget, jobs: Jobs, fake_engine: FakeEngineClient, elsewhere: Elsewhere
) -> None:
    Notification(ground, jobs)
    first, second = jobs.add(TextRequest(prompt="one")), jobs.add(TextRequest(prompt="two"))
    fake_engine.say(finished(first.id))
    assert elsewhere.said == []
    fake_engine.say(finished(second.id))
    assert elsewhere.said == [("Done", "2 works are ready.")]


def test_what_had_no_prompt_is_told_by_its_first_words(
    ground: QWidget, jobs: Jobs, fake_engine: FakeEngineClient, elsewhere: Elsewhere
) -> None:
    Notification(ground, jobs)
    fake_engine.say(finished(jobs.add(TextRequest()).id, "A kite flew."))
    assert elsewhere.said == [("Done", "“A kite flew.” is ready.")]


def test_a_failure_is_told_at_once(
    ground: QWidget, jobs: Jobs, fake_engine: FakeEngineClient, elsewhere: Elsewhere
) -> None:
    Notification(ground, jobs)
    job = jobs.add(TextRequest(prompt="one"))
    jobs.add(TextRequest(prompt="two"))
    fake_engine.say(Failed(job=job.id, sentence="The disk is full."))
    assert elsewhere.said == [("“one” was not made", "The disk is full.")]


def test_who_looks_at_the_window_is_not_told(
    ground: QWidget, jobs: Jobs, fake_engine: FakeEngineClient, elsewhere: Elsewhere
) -> None:
    notification = Notification(ground, jobs)
    elsewhere.looking = True
    fake_engine.say(finished(jobs.add(TextRequest(prompt="one")).id))
    assert elsewhere.said == []
    elsewhere.looking = False
    fake_engine.say(finished(jobs.add(TextRequest(prompt="two")).id))
    notification.seen()
    fake_engine.say(finished(jobs.add(TextRequest(prompt="three")).id))
    assert elsewhere.said == [("Done", "“two” is ready."), ("Done", "“three” is ready.")]


def test_a_job_that_was_cancelled_is_no_news(
    ground: QWidget, jobs: Jobs, fake_engine: FakeEngineClient, elsewhere: Elsewhere
) -> None:
    Notification(ground, jobs)
    fake_engine.die()
    jobs.cancel(jobs.add(TextRequest(prompt="one")).id)
    assert elsewhere.said == []
