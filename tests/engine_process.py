"""A real engine process for tests, and what it says."""

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from engine.api.messages import TERMINAL, Command, Event, Generate, Loading, Ready, Stepped, Unready
from engine.api.requests import TextRequest
from engine.api.wire import WireError, encode, event_decoder

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds; what is waited for comes at once or is never coming
E = TypeVar("E", bound=Event)


class EngineProcess:
    """`python -m engine serve`, spoken with over pipes. Use it in a `with`."""

    def __init__(self, log: Path, *arguments: str, **environment: str) -> None:
        self.log = log
        self.heard: list[Event] = []
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "engine", "serve", *arguments],
                cwd=ROOT,
                env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> "EngineProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def say(self, *commands: Command) -> None:
        self.send(b"".join(encode(command) for command in commands))

    def send(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def generate(self, job: str, previews: bool = False, **fields: Any) -> None:
        self.say(Generate(job=job, request=TextRequest(**fields), previews=previews))

    def wait_for(self, kind: type[E], **fields: Any) -> E:
        """The next event of this kind with these fields; those before it are in `heard`."""
        while True:
            event = self.hear()
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return event
            assert not isinstance(event, Unready) or kind is Unready, event

    def hear(self) -> Event:
        """The next event, whatever it is."""
        event = self._events.get(timeout=PATIENCE)
        assert event is not None, f"the engine went away; its log:\n{self.log.read_text()}"
        self.heard.append(event)
        return event

    def ready(self) -> "EngineProcess":
        self.wait_for(Ready)
        return self

    def end(self, job: str) -> Event:
        """The job's terminal event."""
        while True:
            event = self.hear()
            if isinstance(event, TERMINAL) and event.job == job:
                return event

    def ends(self) -> list[tuple[str, str]]:
        """(job, kind) of every terminal event heard so far."""
        return [(event.job, type(event).__name__) for event in self.heard if isinstance(event, TERMINAL)]

    def steps(self, job: str) -> list[Stepped]:
        return [event for event in self.heard if isinstance(event, Stepped) and event.job == job]

    def loadings(self, job: str) -> list[Loading]:
        return [event for event in self.heard if isinstance(event, Loading) and event.job == job]

    def exit_code(self) -> int:
        return self.process.wait(PATIENCE)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        decoder = event_decoder()
        try:
            while data := os.read(self.process.stdout.fileno(), 2**16):
                for event, _ in decoder.feed(data):
                    self._events.put(event)
        except (WireError, OSError, ValueError) as error:
            if self.process.poll() is None:
                self.log.open("a").write(f"\nnot understood: {error!r}\n")
        self._events.put(None)
