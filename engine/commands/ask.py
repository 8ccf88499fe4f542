"""`python -m engine ask --picture FILE`: says what a picture shows, or answers a question about it."""

import argparse
import logging
import os
import secrets
import sys
from pathlib import Path

import msgspec

from engine.api.errors import BadInput, Failure
from engine.api.messages import Answered, Ask, Cancelled, Event, Failed, Loading, Worded
from engine.api.params import draw_seed
from engine.commands.terminal import Parser, ProgressBar, remark, say
from engine.runtime.jobs import Job
from engine.runtime.start import start

CANCELLED = 130


def main(arguments: list[str]) -> int:
    """The answer on stdout. 0 when there is one, 130 after Ctrl-C; raises BadInput or Failure."""
    options = parser().parse_args(arguments)
    drawn = options.temperature > 0 and options.seed is None
    command = Ask(
        job=f"{os.getpid()}-{secrets.token_hex(4)}",
        checkpoint=options.checkpoint,
        picture=str(options.picture),
        question=options.question,
        temperature=options.temperature,
        seed=draw_seed() if drawn else options.seed or 0,
    )
    end = perform(command, options)
    if drawn and isinstance(end, Answered):
        remark(f"seed {command.seed}")
    return finish(end, options.json)


def parser() -> Parser:
    parser = Parser(prog="python -m engine ask", description="Says what a picture shows.", allow_abbrev=False)
    parser.add_argument("--picture", type=Path, required=True, metavar="FILE", help="what is looked at")
    parser.add_argument(
        "--question", default="", metavar="TEXT", help="what is asked; without one the picture is described"
    )
    parser.add_argument(
        "--checkpoint", default="pocket-pictures", metavar="NAME", help="who looks [default pocket-pictures]"
    )
    parser.add_argument(
        "--temperature", type=number, default=0.0, metavar="X", help="0 to 2: how boldly words are drawn [default 0]"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="of words that are drawn [default drawn]")
    parser.add_argument("--json", action="store_true", help="tell events as lines of JSON on stdout")
    parser.add_argument("--device", default="", metavar="NAME", help="auto, cpu, cuda, mps; else QUARTET_DEVICE says")
    return parser


def number(typed: str) -> float:
    try:
        return float(typed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a number, not “{typed[:40]}”") from error


def perform(command: Ask, options: argparse.Namespace) -> Answered | Cancelled | Failed:
    """Do the errand in this process; its end."""
    teller = Teller(options.json)
    try:
        shelf = start(options.device)
        from engine.runtime.worker import run

        run(Job(command.job, command), shelf, teller)
    except KeyboardInterrupt:
        if teller.end is None:
            teller(Cancelled(job=command.job))
    assert teller.end is not None
    return teller.end


class Teller:
    """Hears the errand's events: lines of JSON if they are wanted, words as they come where there is a terminal."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._bar = ProgressBar()
        self._shown = sys.stderr.isatty()
        self.end: Answered | Cancelled | Failed | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case Loading():
                self._bar.loading(event.checkpoint, event.fraction)
            case Worded() if self._shown:
                self._bar.clear()
                sys.stderr.write(event.text[-80:])
                sys.stderr.flush()
            case Answered() | Cancelled() | Failed():
                self._bar.clear()
                self.end = event
        if self._as_json:
            say(msgspec.json.encode(event).decode())


def finish(end: Answered | Cancelled | Failed, as_json: bool) -> int:
    match end:
        case Cancelled():
            return CANCELLED
        case Failed():
            logging.getLogger(__name__).debug("%s", end.details)
            raise (BadInput if end.bad_input else Failure)(end.sentence)
        case Answered() if not as_json:
            say(end.text)
    return 0
