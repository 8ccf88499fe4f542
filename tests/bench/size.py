"""How much is measured: all of it, or enough to see that it can be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`tokens` and `steps` of a job; how many warm `jobs` of each kind, `cancels`, `starts` of a program."""

    tokens: int
    steps: int
    jobs: int
    cancels: int
    starts: int
    long_job: int
    """Tokens of the job that the window shows last."""


FULL = Size(tokens=128, steps=16, jobs=8, cancels=6, starts=5, long_job=512)
SMALL = Size(tokens=48, steps=4, jobs=1, cancels=1, starts=1, long_job=64)
