"""A sampler's steps, with γ as it is turned while the job runs."""

from collections.abc import Generator

from engine.pipelines.contract import Live
from engine.samplers.contract import Step, Steps


def adjusted(steps: Steps, live: Live) -> Generator[Step, None, None]:
    """Each step taken with the γ of that moment."""
    try:
        yield next(steps)
        while True:
            yield steps.send(live.gamma)
    except StopIteration:
        return
