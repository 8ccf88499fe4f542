"""Makes one work from the command line: `python -m engine speech --text … --voice … --out a.wav`."""

import argparse
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.api.errors import BadInput, Failure
from engine.api.messages import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Loading,
    PictureWork,
    Rendered,
    SoundWork,
    Stepped,
    TextWork,
    Work,
)
from engine.api.picture_files import PICTURE_ENDINGS
from engine.api.recipe import DEPTH, TEXT_ENDINGS, write_picture, write_sound, write_text
from engine.api.requests import Request
from engine.api.sound_files import DEPTHS, SOUND_ENDINGS
from engine.api.sounds import discard
from engine.commands.encode import encode
from engine.commands.flags import parser_for, request_from
from engine.commands.terminal import Parser, ProgressBar, remark, say
from engine.runtime.jobs import Job
from engine.runtime.start import start

CANCELLED = 130

Writer = Callable[[Path, Any, str, argparse.Namespace], None]
WRITERS: dict[type[Work], tuple[tuple[str, ...], Writer]] = {
    TextWork: (TEXT_ENDINGS, lambda path, work, recipe, options: write_text(path, work.text, recipe)),
    SoundWork: (SOUND_ENDINGS, lambda path, work, recipe, options: write_sound(path, work, recipe, options.format)),
    PictureWork: (
        PICTURE_ENDINGS,
        lambda path, work, recipe, options: write_picture(path, work, recipe, encode, options.quality),
    ),
}
"""Medium → the endings its files may have, and what writes a work of it with its recipe."""

MEDIA: dict[str, type[Work]] = {"text": TextWork, "speech": SoundWork, "music": SoundWork, "image": PictureWork}
"""Modality → its medium."""


def main(modality: str, arguments: list[str]) -> int:
    """Make a work as the flags say. 0 when it is made, 1 where it could not be, 130 after Ctrl-C; raises BadInput."""
    options = whole_parser(modality).parse_args(arguments)
    request, remarks = request_from(modality, options)
    if options.out:
        check_destination(options.out, WRITERS[MEDIA[modality]][0])
    for text in remarks:
        remark(text)
    return finish(perform(request, options), options)


def whole_parser(modality: str) -> Parser:
    """The request's flags, and those of the file that is written."""
    parser = parser_for(modality)
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write the work, with its recipe in it")
    parser.add_argument("--no-recipe", action="store_true", help="write the work without its recipe")
    if MEDIA[modality] is SoundWork:
        help = f"bits of a sample in the file: {', '.join(DEPTHS)} [default {DEPTH}]"
        parser.add_argument("--sound-format", dest="format", choices=DEPTHS, default=DEPTH, metavar="NAME", help=help)
    if MEDIA[modality] is PictureWork:
        help = (
            "of a .webp or .jpg, 1 to 100; a .webp of 100 is without loss, as every .png is [default 100, of .jpg 95]"
        )
        parser.add_argument("--quality", type=quality, default=0, metavar="N", help=help)
    return parser


def quality(typed: str) -> int:
    """What --quality says; 0 would be none."""
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 100):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 100, not “{typed[:40]}”")
    return int(typed)


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
            case Rendered() if not self._as_json:
                discard(event.work)  # nobody else hears of it
            case Finished() | Cancelled() | Failed():
                self._bar.clear()
                self.end = event
        if self._as_json:
            say(msgspec.json.encode(event).decode())


def finish(end: Finished | Cancelled | Failed, options: argparse.Namespace) -> int:
    """Deliver the work, or say why there is none. What cannot be written to its file is not lost: it goes to stdout."""
    match end:
        case Cancelled():
            return CANCELLED
        case Failed():
            logging.getLogger(__name__).debug("%s", end.details)
            raise (BadInput if end.bad_input else Failure)(end.sentence)
        case Finished():
            try:
                deliver(end, options)
            except (BadInput, Failure):
                show(end.work, options.json)
                raise
    return 0


def deliver(end: Finished, options: argparse.Namespace) -> None:
    """The work to its file, or shown; what was said of it while it was made, on stderr."""
    for note in () if isinstance(end.work, TextWork) else end.work.notes:
        remark(note)
    if options.out is None:
        return show(end.work, options.json)
    WRITERS[type(end.work)][1](options.out, end.work, "" if options.no_recipe else end.recipe, options)
    if not options.json:  # who reads events has been told of it and may want it
        discard(end.work)


def show(work: Work, as_json: bool) -> None:
    """A text on stdout, or where another work is; with --json it has been there already."""
    if as_json:
        return
    if not isinstance(work, TextWork):
        remark(f"the {work.__struct_config__.tag} is kept for a day; --out FILE keeps it for good")
    say(work.text if isinstance(work, TextWork) else work.path)


def check_destination(path: Path, endings: tuple[str, ...]) -> None:
    """Raises BadInput or Failure, before any work is done, where its file could not be written."""
    if path.suffix.lower() not in endings:
        raise BadInput(
            f"The work is written as {' or '.join(endings)}, not “{path.suffix}”; change the name {path.name}."
        )
    if path.is_dir():
        raise BadInput(f"{path} is a folder; add the name of a file.")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not os.access(folder, os.W_OK):
        raise Failure(f"{path} cannot be written: {folder} does not allow it; choose another folder.")
