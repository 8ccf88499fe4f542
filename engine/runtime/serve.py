"""The engine as a program: commands in on stdin, events out on stdout, log on stderr. It ends when its parent does.

It announces itself before torch is imported. One thread hears commands while this one does the jobs, one at a time.
A bad frame ends the connection and the program (exit 3): who sent it speaks another protocol.
"""

import argparse
import ctypes
import logging
import os
import signal
import sys
import threading
import traceback
from typing import IO, TYPE_CHECKING, NoReturn

from engine import __version__
from engine.api.cards import find_cards
from engine.api.errors import BadInput, Failure
from engine.api.messages import (
    PROTOCOL,
    Acknowledge,
    Adjust,
    Announced,
    Ask,
    Audition,
    Cancel,
    Command,
    Event,
    Failed,
    Generate,
    Listen,
    Predict,
    Prepare,
    Ready,
    Unload,
    Unloaded,
    Unready,
)
from engine.api.requests import REQUESTS
from engine.api.wire import WireError, command_decoder, encode
from engine.runtime.jobs import Jobs
from engine.runtime.start import start

if TYPE_CHECKING:
    from engine.runtime.shelf import Shelf

log = logging.getLogger(__name__)

BAD_FRAME, BROKEN = 3, 4  # exit codes: what was heard is not our protocol; hearing itself broke
CHUNK = 2**16
LOG_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
PR_SET_PDEATHSIG = 1
NICENESS = 3  # more would hold up the engine where other programs keep the cores busy, each step waiting for one thread


def main(arguments: list[str]) -> NoReturn:
    """Serve until the parent ends or closes stdin."""
    wire = claim_stdout()
    die_with_parent()
    give_way()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the studio's terminal is the studio's to answer
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=LOG_LINE, force=True)
    options = _parser().parse_args(arguments)
    Server(wire).serve(options.device, None if options.memory is None else int(options.memory * 2**30))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine serve", description="The engine behind the studio.")
    parser.add_argument("--device", default="", metavar="NAME", help="auto, cpu, cuda, mps; else QUARTET_DEVICE says")
    parser.add_argument("--memory", type=float, metavar="GB", help="what loaded checkpoints may take together")
    return parser


def claim_stdout() -> IO[bytes]:
    """The real stdout for the wire alone: whatever else is printed, from Python or from C, goes to stderr."""
    sys.stdout.flush()
    private = os.dup(1)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(private, os.O_BINARY)
        msvcrt.setmode(0, os.O_BINARY)
    return os.fdopen(private, "wb", buffering=0)


def die_with_parent() -> None:
    """Have the kernel end this process with its parent, on Linux; elsewhere the end of stdin must do."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel knew
        os._exit(0)


def give_way() -> None:
    """Let the studio go first where there are fewer cores than work: its window answers at once while a job runs."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


class Server:
    """The two threads and what they share."""

    def __init__(self, wire: IO[bytes]) -> None:
        self._wire = wire
        self._jobs = Jobs(self._send)
        self._shelf: Shelf | None = None

    def serve(self, device: str, budget: int | None) -> NoReturn:
        threading.Thread(target=self._hear, name="commands", daemon=True).start()
        self._announce()
        try:
            self._shelf = start(device, budget)
        except (BadInput, Failure) as error:
            self._refuse(str(error), "".join(traceback.format_exception(error)))
        from engine.runtime.device import available  # it needs torch, which is there by now

        found = self._shelf.device
        log.info("ready on %s (%s)", found.name, found.kind)
        self._jobs.tell(Ready(device=found.kind, name=found.name, memory=found.memory, devices=available()))
        self._work(self._shelf)

    def _announce(self) -> None:
        cards, complaints = find_cards()
        makers = {card.modality for card in cards.values()}
        for complaint in complaints:
            log.warning("%s", complaint)
        self._jobs.tell(
            Announced(
                version=__version__,
                protocol=PROTOCOL,
                modalities=tuple(name for name in REQUESTS if name in makers),
                cards=tuple(cards.values()),
                complaints=tuple(complaints),
            )
        )

    def _work(self, shelf: "Shelf") -> NoReturn:
        from engine.runtime.worker import run

        while True:
            job = self._jobs.next()
            log.info("job %s begins", job.id)
            run(job, shelf, self._jobs.tell, self._jobs.errand)
            log.info("job %s ends", job.id)
            self._jobs.tell(Unloaded(memory=shelf.memory_in_use()))

    def _refuse(self, sentence: str, details: str) -> NoReturn:
        """Alive, but of no use: every job fails with the reason."""
        log.error("%s\n%s", sentence, details)
        self._jobs.tell(Unready(sentence=sentence, details=details))
        while True:
            self._jobs.tell(Failed(job=self._jobs.next().id, sentence=sentence, details=details))

    def _hear(self) -> NoReturn:
        """Runs in the thread of its own: what it hears it does at once, or queues."""
        try:
            decoder = command_decoder()
            while data := os.read(0, CHUNK):
                for command, _ in decoder.feed(data):
                    self._obey(command)
            log.info("the other side has gone")
            os._exit(0)
        except WireError as error:
            log.error("the connection ends: %s", error)
            os._exit(BAD_FRAME)
        except BaseException:
            log.exception("commands can no longer be heard")
            os._exit(BROKEN)

    def _obey(self, command: Command) -> None:
        match command:
            case Generate() | Prepare() | Listen() | Audition() | Predict() | Ask():
                self._jobs.add(command)
            case Cancel():
                self._jobs.cancel(command.job)
            case Adjust():
                self._jobs.adjust(command)
            case Acknowledge():
                self._jobs.acknowledge(command.job)
            case Unload():
                self._unload(command.checkpoint)

    def _unload(self, checkpoint: str | None) -> None:
        if self._shelf is None:  # nothing is loaded yet
            return self._jobs.tell(Unloaded(memory=0))
        self._shelf.unload(checkpoint)
        self._jobs.tell(Unloaded(memory=self._shelf.memory_in_use()))

    def _send(self, event: Event) -> None:
        try:
            frame = encode(event)
            while frame:
                frame = frame[self._wire.write(frame) :]
        except BrokenPipeError:
            log.info("the other side has gone")
            os._exit(0)
