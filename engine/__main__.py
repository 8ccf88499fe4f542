"""The engine's command line: `python -m engine --help`. Importing it imports neither torch nor Qt."""

import importlib
import logging
import os
import sys

from engine import __version__
from engine.api.errors import BadInput, Failure
from engine.api.requests import REQUESTS
from engine.commands.terminal import remark, say

TRAININGS = {
    "text": "engine.training.text",
    "speech": "engine.training.speech",
    "prosody": "engine.training.prosody",
    "vocoder": "engine.training.vocoder",
    "noise2music": "engine.training.noise2music",
    "music": "engine.training.music",
    "music-vocoder": "engine.training.music_vocoder",
    "image-tokenizer": "engine.training.picture_tokenizer",
    "image-preview": "engine.training.picture_preview",
    "image": "engine.training.picture",
}
"""What can be trained → the module that makes it; its `main` has flags of its own."""

OTHERS = {"ask": "engine.commands.ask", "models": "engine.commands.cards", "voices": "engine.commands.voices"}
"""Commands that make no work → what does them."""

CANCELLED = 130  # what shells say of a program ended by Ctrl-C


def main(arguments: list[str]) -> int:
    """Run a command. 0 when done; 1 for a failure and 2 for bad input, with one line on stderr; 130 after Ctrl-C."""
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG if os.environ.get("QUARTET_DEBUG") else logging.CRITICAL)
    try:
        return dispatch(arguments)
    except BadInput as error:
        remark(str(error))
        return 2
    except Failure as error:
        remark(str(error))
    except KeyboardInterrupt:
        return CANCELLED
    except BrokenPipeError:  # who read our stdout has gone; nothing may be flushed there at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("QUARTET_DEBUG"):
            raise
        remark(f"Quartet made a mistake: {type(error).__name__}: {error} (QUARTET_DEBUG=1 shows where)")
    return 1


def dispatch(arguments: list[str]) -> int:
    """Hand the arguments to the command that they name."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in ("-h", "--help"):
        say(usage())
        return 0
    if name == "--version":
        say(f"Quartet {__version__}")
        return 0
    if name in REQUESTS:
        return int(importlib.import_module("engine.commands.make").main(name, rest))
    if name in OTHERS:
        return int(importlib.import_module(OTHERS[name]).main(rest))
    if name == "serve":
        importlib.import_module("engine.runtime.serve").main(rest)
    if name == "train":
        return train(rest)
    raise BadInput(f"Say what to do: {', '.join((*REQUESTS, *OTHERS, 'train', 'serve'))} (see python -m engine --help)")


def train(arguments: list[str]) -> int:
    """`train text …`: make a checkpoint from nothing."""
    if not arguments or arguments[0] not in TRAININGS:
        raise BadInput(f"Say what to train: {', '.join(TRAININGS)}, as in python -m engine train text --help")
    return int(importlib.import_module(TRAININGS[arguments[0]]).main(arguments[1:]))


def usage() -> str:
    """All commands, a line each."""
    commands = {name: (kind.__doc__ or "").splitlines()[0] for name, kind in REQUESTS.items()}
    commands |= {
        "ask": "say what a picture shows, or answer a question about it",
        "models": "list, verify or describe the checkpoints",
        "voices": "list who can speak",
        "train": f"make a checkpoint from nothing: {', '.join(TRAININGS)}",
        "serve": "speak with the studio over stdin and stdout",
    }
    lines = [f"  {name:8} {said}" for name, said in commands.items()]
    return "\n".join(["python -m engine COMMAND …  (python -m engine COMMAND --help says more)", "", *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
