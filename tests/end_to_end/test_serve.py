"""The engine as the studio meets it: a process that hears commands and tells events."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.api.messages import (
    PROTOCOL,
    Acknowledge,
    Adjust,
    Announced,
    Cancel,
    Cancelled,
    Failed,
    Finished,
    Generate,
    Ready,
    Stepped,
    Unload,
    Unloaded,
)
from engine.api.recipe import parse_recipe
from engine.api.requests import TextRequest
from engine.runtime.serve import NICENESS
from tests.engine_process import EngineProcess

pytestmark = pytest.mark.end_to_end
LONG: dict[str, Any] = {"length": 512, "steps": 200}
"""A job that takes seconds even on the tiny checkpoint."""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own guard is Linux's")


@pytest.fixture(scope="module")
def engine(tiny_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """One engine for all tests that leave it alive."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(tiny_template, home / "models" / "tiny")
    places = {"QUARTET_HOME": str(home), "QUARTET_ASSETS": str(home / "assets")}
    with EngineProcess(home / "log", "--device", "cpu", **places) as process:
        yield process.ready()


def test_it_says_what_it_is_and_on_what_it_runs(engine: EngineProcess) -> None:
    announced, ready = engine.heard[0], engine.heard[1]
    assert isinstance(announced, Announced) and isinstance(ready, Ready)
    assert (announced.protocol, announced.modalities, announced.complaints) == (PROTOCOL, ("text",), ())
    assert [card.id for card in announced.cards] == ["pocket-text"]
    assert ready.device == "cpu" and ready.name and ready.memory > 0
    assert ready.device in ready.devices


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="Windows has priorities of another kind")
def test_it_lets_the_studio_go_first(engine: EngineProcess) -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, engine.process.pid) == min(19, ours + NICENESS)


def test_a_job_loads_steps_and_finishes(engine: EngineProcess) -> None:
    engine.say(Unload())
    engine.generate("first", prompt="She crossed", length=24, steps=6, seed=5)
    end = engine.end("first")
    assert isinstance(end, Finished), end
    assert end.work.text.startswith("She crossed")
    assert [event.step for event in engine.steps("first")] == [1, 2, 3, 4, 5, 6]
    assert engine.loadings("first")[-1].fraction == 1
    assert engine.wait_for(Unloaded).memory > 0
    engine.generate(
        "second",
        **{field: getattr(parse_recipe(end.recipe).request, field) for field in ("prompt", "length", "steps", "seed")},
    )
    again = engine.end("second")
    assert isinstance(again, Finished) and again.work == end.work
    assert engine.loadings("second") == []


def test_previews_come_one_for_each_acknowledgement(engine: EngineProcess) -> None:
    engine.generate("unseen", previews=True, length=60, steps=20)
    engine.end("unseen")
    shown = [event.step for event in engine.steps("unseen") if event.preview]
    assert shown == [1, 20]
    engine.generate("seen", previews=True, **LONG)
    for _ in range(4):
        while not engine.wait_for(Stepped, job="seen").preview:
            pass
        engine.say(Acknowledge(job="seen"))
    engine.say(Cancel(job="seen"))
    assert isinstance(engine.end("seen"), Cancelled)


def test_a_running_job_is_cancelled_and_the_next_one_runs(engine: EngineProcess) -> None:
    engine.generate("long", **LONG)
    engine.generate("next", length=8, steps=2)
    engine.wait_for(Stepped, job="long")
    engine.say(Cancel(job="long"))
    assert isinstance(engine.end("next"), Finished)
    assert [end for end in engine.ends() if end[0] in ("long", "next")] == [("long", "Cancelled"), ("next", "Finished")]
    assert len(engine.steps("long")) < 200


def test_a_waiting_job_is_cancelled_before_the_one_that_runs_ends(engine: EngineProcess) -> None:
    engine.generate("running", **LONG)
    engine.wait_for(Stepped, job="running")
    engine.generate("waiting", length=8, steps=2)
    engine.say(Cancel(job="waiting"))
    assert isinstance(engine.end("waiting"), Cancelled)
    assert ("running", "Finished") not in engine.ends()
    engine.say(Cancel(job="running"))
    assert isinstance(engine.end("running"), Cancelled)
    assert engine.steps("waiting") == []


def test_what_is_said_of_jobs_that_are_not_there_does_no_harm(engine: EngineProcess) -> None:
    engine.say(Cancel(job="nobody"), Adjust(job="nobody", gamma=1.0), Acknowledge(job="nobody"))
    engine.generate("after", length=8, steps=2)
    assert isinstance(engine.end("after"), Finished)
    assert ("nobody", "Cancelled") not in engine.ends()


def test_a_job_sent_twice_ends_once(engine: EngineProcess) -> None:
    twice = Generate(job="twice", request=TextRequest(length=8, steps=2), previews=False)
    engine.say(twice, twice)
    engine.generate("behind", length=8, steps=2)
    engine.end("behind")
    assert [end for end in engine.ends() if end[0] == "twice"] == [("twice", "Finished")]


def test_what_is_turned_while_it_runs_is_noted(engine: EngineProcess) -> None:
    engine.generate("turned", length=120, steps=200)
    engine.wait_for(Stepped, job="turned")
    engine.say(Adjust(job="turned", guidance=3.5))
    end = engine.end("turned")
    assert isinstance(end, Finished)
    assert parse_recipe(end.recipe).made_with["turned"].startswith("guidance 3.5 after step ")


def test_bad_requests_fail_in_one_sentence_and_leave_it_alive(engine: EngineProcess) -> None:
    engine.generate("unknown", checkpoint="nothing")
    engine.generate("beyond", steps=1000)
    engine.generate("letters", prompt="a" * 100_000)
    engine.generate("draft", draft=(-1, 10**6))
    sentences = []
    for job in ("unknown", "beyond", "letters", "draft"):
        end = engine.end(job)
        assert isinstance(end, Failed) and end.bad_input and "\n" not in end.sentence
        sentences.append(end.sentence)
    assert sentences[0] == "There is no checkpoint “nothing” here; choose one of those there are: pocket-text."
    assert sentences[1] == "Steps must be from 1 to 200, not 1000."
    engine.generate("fine", length=8, steps=2)
    assert isinstance(engine.end("fine"), Finished)


@pytest.mark.parametrize("prompt", ["😀👩‍👩‍👧 ", "שלום עולם", "एक दिन", "\u202eabc", "e\u0301" * 30, "\u200d" * 20])
def test_every_script_goes_in_and_comes_out(engine: EngineProcess, prompt: str) -> None:
    engine.generate(f"script {prompt}", prompt=prompt, length=8, steps=2)
    assert isinstance(engine.end(f"script {prompt}"), Finished)


def test_unload_gives_memory_back_and_the_next_job_loads_again(engine: EngineProcess) -> None:
    engine.generate("before", length=8, steps=2)
    engine.end("before")
    engine.wait_for(Unloaded)
    engine.say(Unload(checkpoint="pocket-text"))
    assert engine.wait_for(Unloaded).memory > 0
    engine.generate("anew", length=8, steps=2)
    engine.end("anew")
    assert engine.loadings("anew")


def test_unload_while_a_job_runs_is_answered_and_does_not_hurt_the_job(engine: EngineProcess) -> None:
    engine.generate("held", length=200, steps=100)
    engine.wait_for(Stepped, job="held")
    engine.say(Unload())
    engine.wait_for(Unloaded)
    assert ("held", "Finished") not in engine.ends()
    assert isinstance(engine.end("held"), Finished)
