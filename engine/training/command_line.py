"""What the command lines of the trainings share: where, from what, how long, how fast, and how a failure is said."""

import argparse
import dataclasses
import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import torch

from engine.api.errors import BadInput, Failure
from engine.training.loop import LoopConfig

log = logging.getLogger(__name__)

C = TypeVar("C")
PACE = ("batch", "accumulate", "warmup", "seed", "learning_rate", "matrix_rate")
"""Fields of the loop's configuration that have flags."""

HELP = {
    "matrix_rate": "Muon's; 0 for AdamW alone",
    "easy_share": "of the budget, at its start: easy times",
}


def parser_for(
    name: str, description: str, loop: LoopConfig, corpus: str, needed: bool = True, pace: Iterable[str] = PACE
) -> ArgumentParser:
    """`corpus` says what --corpus is; `pace` are the fields of `loop` with flags of their own."""
    parser = argparse.ArgumentParser(prog=f"python -m engine train {name}", description=description)
    parser.add_argument("--folder", type=Path, required=True, help="where everything goes; a started run there goes on")
    parser.add_argument("--corpus", type=Path, required=needed, help=corpus)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")
    add_flags(parser, loop, pace)
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=float, help=f"of training (default: {loop.minutes:g})")
    budget.add_argument("--steps", type=int)
    return parser


def add_flags(parser: ArgumentParser, config: Any, names: Iterable[str]) -> None:
    """A flag for each of these fields of a configuration, with its type and its default."""
    for name in names:
        default = getattr(config, name)
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=type(default), default=default, help=HELP.get(name))


def configured(config: C, options: Namespace, names: Iterable[str]) -> C:
    """The configuration with these fields as the flags say."""
    return dataclasses.replace(config, **{name: getattr(options, name) for name in names})  # type: ignore[type-var]


def paced(loop: LoopConfig, options: Namespace, pace: Iterable[str] = PACE) -> LoopConfig:
    """The loop as the flags say, with one budget."""
    minutes = None if options.steps else options.minutes or loop.minutes
    return dataclasses.replace(configured(loop, options, pace), minutes=minutes, steps=options.steps)


def run(options: Namespace, train: Callable[[], None]) -> int:
    """Train: 0 when it is done, 2 for bad input, 1 for a failure, each said in one sentence."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s", force=True)
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        train()
    except (BadInput, Failure) as error:
        log.error("%s", error)
        return 2 if isinstance(error, BadInput) else 1
    return 0
