"""Tells who looks elsewhere that a job has ended: the window asks for attention, the desktop shows a message."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from studio.panels.words import title
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs

SHOWN = 8000  # ms
ENDS = (JobState.finished, JobState.failed, JobState.interrupted)


class Notification(QObject):
    """One message when nothing is left to do, or when something went wrong; none while the window is looked at."""

    clicked = Signal()

    def __init__(self, window: QWidget, jobs: Jobs) -> None:
        super().__init__(window)
        self._window, self._jobs = window, jobs
        self._unseen: list[Job] = []
        self._tray: QSystemTrayIcon | None = None
        jobs.job_changed.connect(self._hear)

    def seen(self) -> None:
        """The window is looked at again."""
        self._unseen.clear()
        if self._tray:
            self._tray.hide()

    def _hear(self, job: Job) -> None:
        if job.state not in ENDS or QApplication.activeWindow():
            return
        self._unseen.append(job)
        QApplication.alert(self._window)
        busy = any(not each.state.ended for each in self._jobs.all())
        if not busy or job.state is not JobState.finished:
            self._show(*self._words())

    def _show(self, heading: str, sentence: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._tray.setToolTip("Quartet")
            self._tray.messageClicked.connect(self.clicked)
            self._tray.activated.connect(lambda: self.clicked.emit())
        self._tray.show()
        self._tray.showMessage(heading, sentence, QApplication.windowIcon(), SHOWN)

    def _words(self) -> tuple[str, str]:
        """Heading and sentence for the jobs that ended unseen; the latest failure comes first."""
        failed = [job for job in self._unseen if job.state is not JobState.finished]
        if failed:
            return f"“{title(failed[-1])}” was not made", failed[-1].sentence
        if len(self._unseen) == 1:
            job = self._unseen[0]
            return "Done", f"“{title(job, self._jobs.work(job.id))}” is ready."
        return "Done", f"{len(self._unseen)} works are ready."
