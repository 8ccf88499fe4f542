"""The status line: what the engine does now, on which device, with how much memory."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from engine.api.messages import Unloaded
from studio import theme
from studio.editors.caption import describe
from studio.engine_client import EngineClient
from studio.panels.blank import Picture
from studio.panels.words import progress
from studio.previews.elided import ElidedLabel
from studio.previews.progress import show_progress
from studio.state.job import JobState
from studio.state.jobs import Jobs

STATES = {
    "starting": ("Starting the engine…", "circle-dashed", "muted"),
    "ready": ("Ready", "circle-fill", "ok"),
    "restarting": ("The engine ended and is starting again…", "circle-dashed", "warning"),
    "stopped": ("The engine is not running", "circle", "muted"),
    "broken": ("The engine cannot start", "warning-circle-fill", "error"),
}
GIB = 2**30
WHILE = 6000  # ms that a passing remark stays


class StatusLine(QWidget):
    """One line at the foot of the window: the running job's step and time left, or the engine's state."""

    restart_requested = Signal()

    def __init__(self, client: EngineClient, jobs: Jobs) -> None:
        super().__init__()
        self._client, self._jobs = client, jobs
        self._memory = 0
        self._light = Picture("circle", 14)
        self._doing, self._bar, self._device = QLabel(), QProgressBar(), ElidedLabel()
        self._restart = QPushButton("Restart the engine")
        self._remark, self._while = ElidedLabel(), QTimer(self, singleShot=True, interval=WHILE)
        self._lay_out()
        self._while.timeout.connect(lambda: self._remark.setText(""))
        self._restart.clicked.connect(self.restart_requested)
        client.state_changed.connect(self._state_changed)
        client.ready.connect(self._refresh)
        client.received.connect(self._received)
        for signal in (jobs.job_added, jobs.job_changed, jobs.job_removed):
            signal.connect(self._refresh)
        self._refresh()

    def remark(self, sentence: str) -> None:
        """Say something that needs no answer, for a while."""
        self._remark.setText(sentence)
        self._while.start()

    def _received(self, event: object) -> None:
        if isinstance(event, Unloaded):
            self._memory = event.memory
            self._refresh()

    def _state_changed(self) -> None:
        self._memory = 0
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        job = self._jobs.running()
        sentence, glyph, tint = STATES[self._client.state]
        if job:
            self._doing.setText(progress(job))
            self._light.show_glyph("circle-fill", "accent")
            show_progress(self._bar, job.step, job.steps if job.step else 0)
        else:
            self._doing.setText(sentence + self._waiting())
            self._light.show_glyph(glyph, tint)
        self._bar.setVisible(job is not None)
        self._restart.setVisible(self._client.state in ("broken", "stopped"))
        self._device.setText(self._device_words())

    def _waiting(self) -> str:
        waiting = sum(job.state is JobState.waiting for job in self._jobs.all())
        return f" · {waiting} waiting" if waiting else ""

    def _device_words(self) -> str:
        device = self._client.device
        if device is None:
            return ""
        used = f" · {size(self._memory)} in use" if self._memory else ""
        return f"{device.device.upper()} · {device.name} · {size(device.memory)}{used}"

    def _lay_out(self) -> None:
        self._doing.setAccessibleName("What the engine does")
        self._remark.setAccessibleName("What has just been done")
        self._device.setAccessibleName("Device and memory")
        self._device.setProperty("role", "muted")
        self._bar.setAccessibleName("Progress of the running job")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._restart.setProperty("role", "quiet")
        describe(self._restart, "Restart the engine")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 2, theme.GAP, 2)
        row.setSpacing(theme.GAP)
        for widget in (self._light, self._doing, self._bar, self._restart, self._remark):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._device)


def size(count: int) -> str:
    """Bytes for people: "640 MB", "15.6 GB"."""
    return f"{count / GIB:.1f} GB" if count >= GIB else f"{count / 2**20:.0f} MB"
