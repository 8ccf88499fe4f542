"""Makes one work from the command line: `python -m engine text --prompt … --out a.txt`."""

import argparse
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.api.errors import BadInput, Failure
from engine.api.messages import Cancelled, Event, Failed, Finished, Loading, Stepped, TextWork, Work
from engine.api.recipe import TEXT_ENDINGS, write_text
from engine.api.requests import Request
from engine.commands.flags import parser_for, request_from
from engine.commands.terminal import ProgressBar, remark, say
from engine.runtime.jobs import Job
from engine.runtime.start import start

CANCELLED = 130

Writer = Callable[[Path, Any, str], None]
WRITERS: dict[type[Work], tuple[tuple[str, ...], Writer]] = {
    TextWork: (TEXT_ENDINGS, lambda path, work, recipe: write_text(path, work.text, recipe)),
}
"""Medium → the endings its files may have, and what writes a work of it with its recipe."""


def main(modality: str, arguments: list[str]) -> int:
    """Make a work as the flags say. 0 when it is made, 1 where it could not be, 130 after Ctrl-C; raises BadInput."""
    options = parser_for(modality).parse_args(arguments)
    request, remarks = request_from(modality, options)
    if options.out:
        check_destination(options.out)
    for text in remarks:
        remark(text)
    return finish(perform(request, options), options.out, options.json)


def perform(request: Request, options: argparse.Namespace) -> Finished | Cancelled | Failed:
    """Do the job in this process; its end."""
    job = Job(f"{os.getpid()}-{secrets.token_hex(4)}", request, previews=False)
    teller = Teller(options.json)
    try:
        shelf = start(options.device)
        from engine.runtime.worker import run

        run(job, shelf, teller)
    except KeyboardInterrupt:
        if teller.end is None:
            teller(Cancelled(job=job.id))
    assert teller.end is not None
    return teller.end


class Teller:
    """Hears a job's events: lines of JSON if they are wanted, a bar where there is a terminal; keeps the end."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._bar = ProgressBar()
        self.end: Finished | Cancelled | Failed | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case Loading():
                self._bar.loading(event.checkpoint, event.fraction)
            case Stepped():
                self._bar.step(event.step, event.steps)
            case Finished() | Cancelled() | Failed():
                self._bar.clear()
                self.end = event
        if self._as_json:
            say(msgspec.json.encode(event).decode())


def finish(end: Finished | Cancelled | Failed, out: Path | None, as_json: bool) -> int:
    """Deliver the work, or say why there is none. What cannot be written to its file is not lost: it goes to stdout."""
    match end:
        case Cancelled():
            return CANCELLED
        case Failed():
            logging.getLogger(__name__).debug("%s", end.details)
            raise (BadInput if end.bad_input else Failure)(end.sentence)
        case Finished():
            try:
                if out:
                    WRITERS[type(end.work)][1](out, end.work, end.recipe)
            except (BadInput, Failure):
                show(end.work, as_json)
                raise
            if out is None:
                show(end.work, as_json)
    return 0


def show(work: Work, as_json: bool) -> None:
    """The work on stdout; with --json it has been there already."""
    if not as_json:
        say(work.text if isinstance(work, TextWork) else work.path)


def check_destination(path: Path) -> None:
    """Raises BadInput or Failure, before any work is done, where its file could not be written."""
    endings = [ending for known, _ in WRITERS.values() for ending in known]
    if path.suffix.lower() not in endings:
        raise BadInput(
            f"The work is written as {' or '.join(endings)}, not “{path.suffix}”; change the name {path.name}."
        )
    if path.is_dir():
        raise BadInput(f"{path} is a folder; add the name of a file.")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not os.access(folder, os.W_OK):
        raise Failure(f"{path} cannot be written: {folder} does not allow it; choose another folder.")
