"""What a command says: works and events on stdout, all else on stderr, one line each. UTF-8 whatever the locale."""

import argparse
import sys
import time
from typing import NoReturn

from engine.api.errors import BadInput

WIDTH = 30


def say(text: str) -> None:
    """One line, or one work, on stdout; the only way there."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def remark(text: str) -> None:
    """One line on stderr, whatever is in `text`."""
    sys.stderr.write(" ".join(text.split()) + "\n")
    sys.stderr.flush()


class Parser(argparse.ArgumentParser):
    """Flags, whose mistakes are BadInput like any other."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message[:200]} (see {self.prog} --help)")


class ProgressBar:
    """A bar on stderr with the time that is left; nothing where stderr is no terminal.

    The first step is slower than the rest (memory is taken, kernels are chosen), so the estimate leaves it out.
    """

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._first: tuple[int, float] | None = None

    def loading(self, checkpoint: str, fraction: float) -> None:
        self._draw(fraction, f"loading {checkpoint}")

    def step(self, step: int, steps: int) -> None:
        now = time.monotonic()
        self._first = self._first or (step, now)
        done, spent = step - self._first[0], now - self._first[1]
        left = f"{spent / done * (steps - step):.0f} s left" if done > 0 else ""
        self._draw(step / steps, f"step {step} of {steps}  {left}")

    def clear(self) -> None:
        """Leave the line as if nothing had been there."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _draw(self, fraction: float, words: str) -> None:
        if self._shown:
            full = round(WIDTH * min(max(fraction, 0.0), 1.0))
            sys.stderr.write(f"\r\x1b[K[{'#' * full}{'-' * (WIDTH - full)}] {words}")
            sys.stderr.flush()
