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
    f5_depth: int
    f5_frames: int
    f5_turns: int
    """A network of F5-TTS' width and so many blocks, compared with the authors' so many times."""
    showo_width: int
    showo_depth: int
    showo_steps: int
    showo_turns: int
    """A Show-o so wide and deep that draws in so many steps, compared with Phi so many times."""
    picture_steps: int


FULL = Size(
    tokens=128,
    steps=16,
    jobs=8,
    cancels=6,
    starts=5,
    long_job=512,
    f5_depth=22,
    f5_frames=512,
    f5_turns=5,
    showo_width=512,
    showo_depth=8,
    showo_steps=18,
    showo_turns=2,
    picture_steps=18,
)
SMALL = Size(
    tokens=48,
    steps=4,
    jobs=1,
    cancels=1,
    starts=1,
    long_job=64,
    f5_depth=1,
    f5_frames=16,
    f5_turns=1,
    showo_width=64,
    showo_depth=1,
    showo_steps=2,
    showo_turns=1,
    picture_steps=3,
)
