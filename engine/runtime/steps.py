"""The steps of one job: walked to their end, told as they come, shown when a preview is worth its time."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import torch

from engine.api.messages import Event, Stepped, Work
from engine.pipelines.contract import Live, Progress
from engine.runtime.jobs import Job
from engine.runtime.previews import PreviewBudget


class Steps:
    """Walks a pipeline to its end and tells each step.

    A preview is sent when it is wanted, the one before has been drawn, and it is affordable; otherwise it is dropped,
    for the next step's is better. The last step's is always sent, wanted or not, if need be by telling that step again:
    it is what the finished work is looked at and changed by.
    `turned` notes what was changed meanwhile, since the recipe alone does not make such a work again.
    """

    def __init__(self, job: Job, live: Live, tell: Callable[[Event], None], begun: float) -> None:
        self._job, self._live, self._tell, self._begun = job, live, tell, begun
        self.budget = PreviewBudget()
        self.turned: list[str] = []

    def to_the_end(self, pipeline: Any) -> Work:
        """The work. Raises Cancelled, and whatever the pipeline raises."""
        step, hidden = 0, None
        with closing(pipeline), torch.inference_mode():
            while True:
                self._job.check()
                self._turn(step)
                try:
                    progress = next(pipeline)
                except StopIteration as end:
                    if hidden is not None:
                        self._show(hidden)
                    return end.value  # type: ignore[no-any-return]
                step = progress.step
                hidden = None if self._step(progress) else progress

    def _step(self, progress: Progress) -> bool:
        """Tell a step; whether with its preview."""
        last = progress.step == progress.steps
        if last or (self._job.previews and self._job.drawn and self.budget.affords()):
            self._show(progress)
            return True
        self._tell(self._stepped(progress))
        return False

    def _show(self, progress: Progress) -> None:
        self._job.drawn = False
        self.budget.pay(lambda: self._tell(self._stepped(progress, progress.preview())))

    def _stepped(self, progress: Progress, preview: Any = None) -> Stepped:
        return Stepped(
            job=self._job.id,
            step=progress.step,
            steps=progress.steps,
            level=progress.level,
            elapsed=time.perf_counter() - self._begun,
            preview=preview,
        )

    def _turn(self, step: int) -> None:
        while self._job.adjusted:
            name, value = self._job.adjusted.popitem()
            setattr(self._live, name, value)
            self.turned.append(f"{name} {value:g} after step {step}")
