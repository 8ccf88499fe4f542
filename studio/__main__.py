"""`python -m studio [FILE …]`: open the window, and in it the settings of exported works; `--version` says which it is.

Qt is imported last: it takes the longest, and without a screen or its libraries it would end the program by itself.
"""

import argparse
import sys
from pathlib import Path

from engine import __version__
from studio import screen

NO_WINDOW = 2


def main(arguments: list[str]) -> int:
    """The exit code: 0, 1 where Quartet cannot be opened, 2 where there is no screen or an argument is wrong."""
    parser = argparse.ArgumentParser(prog="python -m studio", description="Quartet: a studio that works by diffusion.")
    parser.add_argument("--version", action="version", version=f"Quartet {__version__}")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="exported works or recipes to open")
    options = parser.parse_args(arguments)
    complaint = screen.complaint()
    if complaint:
        return _refuse(complaint)
    try:
        import PySide6.QtWidgets  # noqa: F401  # fails where Qt or a library of the system is missing
    except ImportError as error:
        return _refuse(f"The window cannot be opened ({error}); run the set-up again: bash packaging/run.sh")
    from studio.app import open_studio

    return open_studio(options.files)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # there is nowhere else to say it
    return NO_WINDOW


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
