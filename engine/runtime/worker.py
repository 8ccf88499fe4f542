"""One job: a request through its pipeline, its steps and its end told as events; or an errand.

The pipeline says how a work is made; this says when to stop, what to show, what to do when memory runs out, and what
to tell the user when it cannot be done. Both `serve` and the command line run it.
"""

import logging
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from typing import Any

import msgspec
import torch

from engine import __version__
from engine.api import errors
from engine.api.cards import ModelCard
from engine.api.errors import BadInput, Failure
from engine.api.ingredients import ingredients
from engine.api.messages import Answered, Cancelled, Event, Failed, Finished, Heard, Predicted, Prepared, Work
from engine.api.params import fields, validate
from engine.api.recipe import recipe_for
from engine.api.requests import Request
from engine.api.sounds import discard
from engine.api.voices import find_voices
from engine.pipelines import PIPELINES
from engine.pipelines.contract import Live
from engine.runtime.device import Device, is_out_of_memory
from engine.runtime.errands import ERRANDS
from engine.runtime.job_shelf import JobShelf
from engine.runtime.jobs import Errand, Job
from engine.runtime.shelf import Shelf
from engine.runtime.steps import Steps

log = logging.getLogger(__name__)

SHORT_OF_MEMORY = "Memory is too short for this; close other programs, or free the memory of checkpoints."

Tell = Callable[[Event], None]
Waiting = Callable[[], Job | None]
"""The next errand that waits, if any."""


def run(job: Job, shelf: Shelf, tell: Tell, waiting: Waiting = lambda: None) -> None:
    """Do a job, and between its steps the errands that come meanwhile. Raises nothing.

    Tells the job's steps and, last, exactly one of Finished, Prepared, Heard, Predicted, Answered, Cancelled,
    Failed.
    """
    shelf.begin_turn()
    tell(_outcome(job, shelf, tell, waiting))


def _outcome(job: Job, shelf: Shelf, tell: Tell, waiting: Waiting) -> Event:
    try:
        if isinstance(job.request, Errand):
            return _run(job, shelf, tell)
        return _done(job, job.request, shelf, tell, partial(_do_errands, shelf, tell, waiting))
    except errors.Cancelled:
        return Cancelled(job=job.id)
    except BadInput as error:
        return failed(job, str(error), bad_input=True)
    except Failure as error:
        return failed(job, str(error), _trace(error.__cause__))
    except Exception as error:
        if is_out_of_memory(error):
            return failed(job, SHORT_OF_MEMORY, _trace(error))
        log.exception("job %s", job.id)
        said = _line(f"{type(error).__name__}: {error}")[:200]
        return failed(job, f"Quartet made a mistake and could not finish this work ({said}).", _trace(error))


def failed(job: Job, sentence: str, details: str = "", bad_input: bool = False) -> Failed:
    """A job's Failed. Paths and prompts may hold what cannot be sent; it is shown as question marks."""
    sentence, details = (text.encode("utf-8", "replace").decode() for text in (_line(sentence), details))
    return Failed(job=job.id, sentence=sentence, details=details, bad_input=bad_input)


def _do_errands(shelf: Shelf, tell: Tell, waiting: Waiting) -> None:
    """In the turn of the job that runs, so that nothing of its own leaves the shelf."""
    while (errand := waiting()) is not None:
        tell(_outcome(errand, shelf, tell, waiting))


def _run(job: Job, shelf: Shelf, tell: Tell) -> Prepared | Heard | Predicted | Answered:
    view = JobShelf(job, shelf, tell)
    try:
        job.check()
        outcome = ERRANDS[type(job.request)](job.request, view)
        end = _told(job, outcome, tell) if isinstance(outcome, Generator) else outcome
        _check(job, end.work if isinstance(end, (Prepared, Heard)) else None)
        return end
    finally:
        view.close()


def _told(job: Job, telling: Generator[Event, None, Answered], tell: Tell) -> Answered:
    """The end of an errand that is told bit by bit; a chance to cancel before each of them."""
    with closing(telling), torch.inference_mode():
        while True:
            job.check()
            try:
                tell(next(telling))
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]


def _check(job: Job, work: Work | None) -> None:
    """Raises Cancelled where the job was cancelled meanwhile; nothing of its work is left then."""
    try:
        job.check()
    except errors.Cancelled:
        if work is not None:
            discard(work)
        raise


def _done(job: Job, request: Request, shelf: Shelf, tell: Tell, between: Callable[[], None]) -> Finished:
    """The end when all goes well: with guidance in one batch or, where memory is too short for that, in two passes."""
    begun = time.perf_counter()
    job.check()
    card = _card(request, shelf)
    spending = time.thread_time if shelf.device.kind == "cpu" else time.perf_counter
    made_of = ingredients(request, shelf.card, lambda: find_voices()[0])
    for batched in (True, False):
        view = JobShelf(job, shelf, tell)
        live = Live(batched=batched, **_live_fields(request))
        steps = Steps(job, live, tell, begun, partial(view.aside, between), spending)
        try:
            work = steps.to_the_end(PIPELINES[card.modality](request, view, live))
            _check(job, work)
            return Finished(
                job=job.id,
                work=work,
                recipe=recipe_for(request, made_of, **_made_with(shelf.device, steps.turned)),
                elapsed=time.perf_counter() - begun,
                network_time=view.network_time,
                preview_time=steps.budget.spent,
            )
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            log.warning("job %s ran out of memory (guidance in one batch: %s): %s", job.id, batched, _line(str(error)))
        finally:
            view.close()
        shelf.keep_only(card)  # out of the handler, whose traceback holds the tensors
    raise Failure(
        f"{card.title} ran out of memory on this work; ask for less at once, "
        "close other programs, or choose a smaller checkpoint."
    )


def _card(request: Request, shelf: Shelf) -> ModelCard:
    """The card of the request's checkpoint; raises BadInput where the two do not fit."""
    validate(request)
    card = shelf.card(request.checkpoint)
    modality = str(request.__struct_config__.tag)
    if card.modality != modality:
        raise BadInput(f"{card.title} makes {card.modality}, not {modality}; choose another checkpoint.")
    validate(request, card.known(msgspec.structs.asdict(request)))
    return card


def _live_fields(request: Request) -> dict[str, Any]:
    return {field.name: getattr(request, field.name) for field in fields(type(request)) if field.kind.live}


def _made_with(device: Device, turned: list[str]) -> dict[str, str]:
    versions = {"quartet": __version__, "torch": str(torch.__version__), "device": device.kind}
    return versions | ({"turned": "; ".join(turned)} if turned else {})


def _trace(error: BaseException | None) -> str:
    return "" if error is None else "".join(traceback.format_exception(error))


def _line(text: str) -> str:
    return " ".join(text.split())
