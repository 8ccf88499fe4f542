"""The steps of one job: walked to their end, told as they come, shown when a preview is worth its time."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import torch

from engine.api.messages import Event, Rendered, Stepped, Work
from engine.pipelines.contract import Live, Part, Progress
from engine.runtime.jobs import Job
from engine.runtime.previews import Clock, PreviewBudget


def nothing() -> None:
    """Between the steps of a job that nobody else waits for."""


class Steps:
    """Walks a pipeline to its end and tells each step, and each part that is ready; `between` is done before each.

    A preview is sent when it is wanted, the one before is acknowledged, and it is affordable; otherwise it is dropped,
    for the next step's is better. The last step's, and the last before a part, is always sent, wanted or not, if need
    be by telling that step again: it is what the finished work is looked at and changed by.
    `turned` notes what was changed meanwhile, since the recipe alone does not make such a work again.
    """

    def __init__(
        self,
        job: Job,
        live: Live,
        tell: Callable[[Event], None],
        begun: float,
        between: Callable[[], None] = nothing,
        spending: Clock = time.perf_counter,
    ) -> None:
        self._job, self._live, self._tell, self._begun, self._between = job, live, tell, begun, between
        self.budget = PreviewBudget(spending=spending)
        self.turned: list[str] = []

    def to_the_end(self, pipeline: Any) -> Work:
        """The work. Raises Cancelled, and whatever the pipeline raises."""
        step, hidden = 0, None
        with closing(pipeline), torch.inference_mode():
            while True:
                self._job.check()
                self._turn(step)
                self._between()
                try:
                    progress = next(pipeline)
                except StopIteration as end:
                    if hidden is not None:
                        self._show(hidden)
                    return end.value  # type: ignore[no-any-return]
                if isinstance(progress, Part):
                    self._render(progress, hidden)
                    hidden = None
                else:
                    step = progress.step
                    hidden = None if self._step(progress) else progress

    def _render(self, part: Part, hidden: Progress | None) -> None:
        """Tell a part that is ready, after the preview of its last step."""
        if hidden is not None:
            self._show(hidden)
        self._tell(Rendered(job=self._job.id, part=part.part, parts=part.parts, work=part.work))

    def _step(self, progress: Progress) -> bool:
        """Tell a step; whether with its preview."""
        last = progress.step == progress.steps
        if last or (self._job.previews and self._job.acknowledged and self.budget.affords()):
            self._show(progress)
            return True
        self._tell(self._stepped(progress))
        return False

    def _show(self, progress: Progress) -> None:
        self._job.acknowledged = False
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
