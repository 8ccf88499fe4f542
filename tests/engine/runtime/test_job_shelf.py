"""The shelf as a job sees it: what counts as a pass of a network, which is timed and a chance to cancel."""

import time
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.api import errors
from engine.api.requests import ImageRequest
from engine.networks.showo_layout import prompt_row
from engine.runtime.device import choose
from engine.runtime.job_shelf import JobShelf
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf
from tests.tiny_pictures import tiny_pictures, tiny_pictures_template

__all__ = ["tiny_pictures", "tiny_pictures_template"]


@pytest.fixture
def shelf(tiny_pictures: Path) -> Shelf:
    return Shelf(choose("cpu"))


def view_of(shelf: Shelf, job: Job) -> JobShelf:
    return JobShelf(job, shelf, lambda event: None)


def drawing(view: JobShelf) -> Any:
    return view.network(view.card("pocket-pictures"))


def test_a_pass_that_is_no_call_is_timed_and_can_be_cancelled(shelf: Shelf) -> None:
    job = Job("a", ImageRequest(prompt="a"))
    view = view_of(shelf, job)
    network = drawing(view)
    begun = time.perf_counter()
    network.keep(torch.tensor([prompt_row([5], network.ids)]))
    assert 0 < view.network_time <= time.perf_counter() - begun
    job.cancelled = True
    with pytest.raises(errors.Cancelled):
        network.keep(torch.tensor([prompt_row([5], network.ids)]))
    view.close()
    network.keep(torch.tensor([prompt_row([5], network.ids)]))


def test_what_is_done_aside_is_no_part_of_the_job(shelf: Shelf) -> None:
    job, errand = Job("a", ImageRequest(prompt="a")), Job("b", ImageRequest(prompt="b"))
    view = view_of(shelf, job)
    network = drawing(view)
    other = view_of(shelf, errand)

    def aside() -> None:
        drawing(other).keep(torch.tensor([prompt_row([5], network.ids)]))
        other.close()

    job.cancelled = True
    view.aside(aside)
    assert other.network_time > 0 and view.network_time == 0
    with pytest.raises(errors.Cancelled):
        network.keep(torch.tensor([prompt_row([5], network.ids)]))
