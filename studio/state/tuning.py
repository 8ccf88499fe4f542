"""The engine as the settings want it: another device or memory limit takes another engine, once this one is idle."""

from PySide6.QtCore import QObject, QTimer

from studio.engine_client import EngineClient, serve_arguments
from studio.state.jobs import Jobs
from studio.state.settings import Settings

ENGINE_SETTINGS = ("device", "memory_gb")
QUIET = 600  # ms without another change, so that a number that is being turned starts one engine, not ten


class Tuning(QObject):
    """Gives the client its arguments, and restarts it when they have changed and no job runs. Lives with `jobs`."""

    def __init__(self, settings: Settings, client: EngineClient, jobs: Jobs) -> None:
        super().__init__(jobs)
        self._settings, self._client, self._jobs = settings, client, jobs
        self._quiet = QTimer(self, singleShot=True, interval=QUIET)
        self._quiet.timeout.connect(self._apply)
        settings.changed.connect(self._change)
        jobs.job_changed.connect(lambda: self._apply())
        self._set_arguments()

    def _change(self, name: str) -> None:
        if name in ENGINE_SETTINGS:
            self._set_arguments()
            self._quiet.start()

    def _set_arguments(self) -> None:
        chosen = self._settings.get()
        self._client.arguments = serve_arguments(chosen.device, chosen.memory_gb)

    def _apply(self) -> None:
        if self._client.outdated and not self._jobs.running() and not self._quiet.isActive():
            renew(self._client, self._jobs)


def renew(client: EngineClient, jobs: Jobs) -> None:
    """Another engine in place of this one. A running job is interrupted; without one, nobody need hear of it."""
    if jobs.running():
        return client.restart()
    client.stop()  # at once, so that the next job is not sent to it
    QTimer.singleShot(0, client, client.start)
