"""The engine as the studio sees it: a child process that hears commands on stdin and tells events on stdout.

    starting ──Ready──> ready ──it died──> restarting ──Ready──> ready
    five deaths with no Ready between them, or an engine that cannot work ──> broken ──restart()──> starting

An engine that dies is started again: at once, then after 1, 2 and 4 s. One that does not end a cancelled job within
5 s, or says what is not a frame, is killed first. Its stderr goes to engine.log in the log folder.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

import engine
from engine.api import paths, wire
from engine.api.messages import TERMINAL, Announced, Ask, Cancel, Command, Event, Ready, Unready

PAUSES = (0, 1000, 2000, 4000)  # ms before the next start, by deaths since the last Ready
PATIENCE = 5000  # ms from a Cancel to its answer
FAREWELL = 3000  # ms from the end of stdin to a kill
LOG = "engine.log"
LOG_CAP = 2**20  # bytes; a larger log becomes engine.log.1 at the next start


def serve_arguments(device: str = "auto", memory_gb: float = 0) -> list[str]:
    """How Python is asked to serve, by the user's settings; no memory limit is 0."""
    limit = ["--memory", str(memory_gb)] if memory_gb else []
    return ["-u", "-m", "engine", "serve", "--device", device, *limit]


class EngineClient(QObject):
    """Starts the engine, speaks to it, and starts it again when it dies.

    `state` is one of "starting", "ready", "restarting", "stopped", "broken"; `died` brings one sentence. New
    `arguments` hold from the next start on.
    """

    announced = Signal(object)
    ready = Signal(object)
    received = Signal(object)
    state_changed = Signal(str)
    died = Signal(str)

    def __init__(self, program: str = sys.executable, arguments: Sequence[str] | None = None) -> None:
        super().__init__()
        self.program, self.arguments = program, list(arguments or serve_arguments())
        self.state = "stopped"
        self.announcement: Announced | None = None
        self.device: Ready | None = None
        self._deaths = 0
        self._reason = ""
        self._cancelling: set[str] = set()
        self._asked: set[str] = set()  # questions: nobody waits for their end, and works would end with the engine
        self._decoder = wire.event_decoder()
        self._process = QProcess(self)  # one for all starts: it is never deleted while its events are on their way
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._mourn)
        self._process.errorOccurred.connect(self._miss)
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._launch)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._lose_patience)

    def start(self) -> None:
        """Start the engine, unless it runs already."""
        if self.state == "stopped":
            self._deaths = 0
            self._become("starting")
            self._launch()

    def restart(self) -> None:
        """End the engine, if it lives, and start it again; a running job is interrupted."""
        self._deaths = 0
        self._pause.stop()
        if self._lives():
            self._kill("The engine was restarted; the job it was doing can be run again.")
        else:
            self._become("starting")
            self._launch()

    def stop(self) -> None:
        """End the engine: close its stdin, wait 3 s, kill."""
        self._pause.stop()
        self._let_go()
        self._become("stopped")
        if self._lives():
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(FAREWELL):
                self._process.kill()
                self._process.waitForFinished(FAREWELL)

    def send(self, command: Command) -> None:
        """Say this to the engine. Where none listens it is dropped: whoever waits for an answer hears `died`."""
        if not self._lives() or self.state == "stopped":
            return
        if isinstance(command, Ask):
            self._asked.add(command.job)
        if isinstance(command, Cancel) and command.job not in self._asked:
            self._cancelling.add(command.job)
            self._patience.start()
        self._process.write(wire.encode(command))

    @property
    def outdated(self) -> bool:
        """Whether the engine that runs was started with other arguments than it would be now."""
        return self._lives() and self._process.arguments() != self.arguments

    # --- the process ---

    def _lives(self) -> bool:
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def _launch(self) -> None:
        self._decoder = wire.event_decoder()
        self._process.setProcessEnvironment(_environment())
        self._process.setStandardErrorFile(_log_file(), QProcess.OpenModeFlag.Append)
        self._process.start(self.program, self.arguments)

    def _read(self) -> None:
        data = bytes(self._process.readAllStandardOutput().data())
        try:
            for event, _ in self._decoder.feed(data):
                if self.state == "stopped":  # by whoever heard the event before this one
                    return
                self._hear(event)
        except wire.WireError as error:
            self._kill(f"The engine said what Quartet cannot read ({error}); it starts again.")

    def _hear(self, event: Event) -> None:
        if isinstance(event, Announced):
            self.announcement = event
            self.announced.emit(event)
        elif isinstance(event, Ready) and not self._reason:
            self._deaths = 0
            self.device = event
            self._become("ready")
            self.ready.emit(event)
        elif isinstance(event, Unready):
            self._become("broken")
            self.died.emit(event.sentence)
        elif isinstance(event, TERMINAL):
            self._cancelling.discard(event.job)
            self._asked.discard(event.job)
        self.received.emit(event)

    def _miss(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # after any other error comes `finished`
            self._mourn()

    def _mourn(self) -> None:
        """The process is dead and all it said was heard: say so, and start the next one."""
        if self.state in ("stopped", "broken"):  # asked to end; or it has said itself why it cannot work
            return
        sentence = self._reason or _obituary(self._process)
        self._let_go()
        self._deaths += 1
        if self._deaths > len(PAUSES):
            self._become("broken")
            sentence = (
                f"The engine ended {self._deaths} times without getting ready; see {_log_file()}, then restart it."
            )
        else:
            self._become("restarting")
            self._pause.start(PAUSES[self._deaths - 1])
        self.died.emit(sentence)

    def _kill(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._become("restarting")  # at once: what it still says may make nobody send it another job
        self._process.kill()

    def _lose_patience(self) -> None:
        if self._cancelling:
            self._kill("The engine did not stop its job within 5 seconds, so it was ended; it starts again.")

    def _let_go(self) -> None:
        """Nothing is expected of the engine any more."""
        self.device, self._reason = None, ""
        self._cancelling.clear()
        self._asked.clear()
        self._patience.stop()

    def _become(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _obituary(process: QProcess) -> str:
    if process.error() is QProcess.ProcessError.FailedToStart:
        return f"The engine cannot be started ({process.errorString()}); install Quartet again if this stays so."
    crashed = process.exitStatus() is QProcess.ExitStatus.CrashExit
    how = f"{'signal' if crashed else 'exit code'} {process.exitCode()}"
    return f"The engine ended unexpectedly ({how}) and starts again; if memory is short, close other programs."


def _environment() -> QProcessEnvironment:
    """The engine finds the package that this studio was started from, wherever the user stands."""
    environment = QProcessEnvironment.systemEnvironment()
    places = [str(Path(engine.__file__).parents[1]), environment.value("PYTHONPATH")]
    environment.insert("PYTHONPATH", os.pathsep.join(filter(None, places)))
    environment.insert("PYTHONUTF8", "1")
    return environment


def _log_file() -> str:
    """Where the engine's stderr goes; nowhere, if the log folder takes no file."""
    path = paths.logs() / LOG
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_CAP:
            os.replace(path, path.with_name(LOG + ".1"))
        path.open("ab").close()
    except OSError:
        return QProcess.nullDevice()
    return str(path)
