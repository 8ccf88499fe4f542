"""The queue: one job at a time, exactly one end each, nothing lost by a dead engine or a closed window."""

import pytest
from pytestqt.qtbot import QtBot

from engine.api.errors import BadInput
from engine.api.messages import Acknowledge, Adjust, Cancel, Cancelled, Failed, Finished, Generate, Loading
from engine.api.requests import TextRequest
from studio.state import jobs as module
from studio.state import makings
from studio.state.database import Database
from studio.state.drawing import Drawing
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.timelines import TOKEN
from tests.studio.fake_engine import FakeEngineClient, finished, ready, stepped

State = JobState


def ask(jobs: Jobs, *prompts: str) -> list[Job]:
    return [jobs.add(TextRequest(prompt=prompt)) for prompt in prompts]


def states(jobs: Jobs) -> list[str]:
    return [f"{job.request.prompt}:{job.state}" for job in jobs.all()]


def state_of(jobs: Jobs, job: Job) -> JobState:
    found = jobs.job(job.id)
    assert found is not None
    return found.state


def reopened(database: Database, fake_engine: FakeEngineClient, library: Library) -> Jobs:
    """The queue as the next studio finds it, before its engine is up."""
    fake_engine.stop()
    fake_engine.sent.clear()
    return Jobs(database, fake_engine, library)


# --- a job's way ---


def test_one_job_is_with_the_engine_at_a_time(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    a, b = ask(jobs, "a", "b")
    assert fake_engine.sent == [Generate(job=a.id, request=a.request)]
    fake_engine.say(finished(a.id))
    assert fake_engine.commands(Generate)[-1] == Generate(job=b.id, request=b.request)
    assert states(jobs) == ["a:finished", "b:running"]


def test_a_job_waits_for_an_engine_that_is_not_ready(database: Database, library: Library) -> None:
    engine = FakeEngineClient()
    jobs = Jobs(database, engine, library)
    ask(jobs, "a")
    engine.start()
    assert states(jobs) == ["a:waiting"] and engine.sent == []
    engine.say(ready())
    assert states(jobs) == ["a:running"] and len(engine.commands(Generate)) == 1


def test_loading_and_steps_are_told(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    (a,) = ask(jobs, "a")
    fake_engine.say(Loading(job=a.id, checkpoint="pocket-text", fraction=0.5))
    assert (running := jobs.running()) and running.loading == 0.5
    fake_engine.say(stepped(a.id, 1, 10))
    assert (running := jobs.running()) and (running.loading, running.step, running.steps) == (None, 1, 10)


def test_the_time_left_does_not_count_the_first_step(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    (a,) = ask(jobs, "a")
    fake_engine.say(stepped(a.id, 1, 11, elapsed=5.0))
    assert (running := jobs.running()) and running.eta is None
    fake_engine.say(stepped(a.id, 3, 11, elapsed=6.0))
    assert (running := jobs.running()) and running.eta == pytest.approx(4.0)  # 8 steps of half a second


def test_a_finished_job_leaves_its_work_and_its_steps_in_the_library(
    jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    (a,) = ask(jobs, "a")
    said = [stepped(a.id, step, 3) for step in (1, 2, 3)]
    for event in said:
        fake_engine.say(event)
    fake_engine.say(finished(a.id, "there was a river"))
    (work,) = library.all()
    job = jobs.job(a.id)
    assert job and job.work_id == work.id and job.elapsed == 1.6
    assert (work.text, work.request) == ("there was a river", a.request)
    assert jobs.steps(a.id) == library.timeline(work.id) == said


def test_a_failed_job_says_why_and_the_queue_goes_on(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    a, b = ask(jobs, "a", "b")
    fake_engine.say(Failed(job=a.id, sentence="The checkpoint is damaged; download it again.", details="Traceback"))
    job = jobs.job(a.id)
    assert job and (job.sentence, job.details) == ("The checkpoint is damaged; download it again.", "Traceback")
    assert states(jobs) == ["a:failed", "b:running"]


def test_a_request_that_cannot_be_used_is_not_queued(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    for bad in (TextRequest(prompt="\ud83d"), TextRequest(steps=0), TextRequest(prompt="x" * 100_000)):
        with pytest.raises(BadInput):
            jobs.add(bad)
    assert jobs.all() == [] and fake_engine.sent == []


def test_a_job_ends_once_and_late_news_of_it_are_dropped(
    jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    a, b = ask(jobs, "a", "b")
    fake_engine.say(Cancelled(job=a.id))
    for late in (finished(a.id), stepped(a.id, 2, 4), Failed(job=a.id, sentence="late"), finished("never heard of")):
        fake_engine.say(late)
    assert states(jobs) == ["a:cancelled", "b:running"]
    assert library.all() == [] and jobs.steps(a.id) == []


def test_the_row_is_written_before_anybody_is_told(
    jobs: Jobs, database: Database, fake_engine: FakeEngineClient
) -> None:
    seen = []
    query = "SELECT state FROM jobs WHERE id = ?"
    jobs.job_changed.connect(lambda job: seen.append((job.state.value, database.read(query, (job.id,))[0][0])))
    (a,) = ask(jobs, "a")
    fake_engine.say(finished(a.id))
    assert seen == [("running", "running"), ("finished", "finished")]


# --- previews ---


@pytest.fixture
def paced(
    database: Database, fake_engine: FakeEngineClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> tuple[Jobs, list[list[int]]]:
    """Jobs that rest after each drawing, and the steps that were drawn, those drawn together in one list."""
    monkeypatch.setattr("studio.state.jobs.Drawing", Drawing)
    jobs, drawn = Jobs(database, fake_engine, library), []
    jobs.stepped.connect(lambda id, steps: drawn.append([step.step for step in steps]))
    return jobs, drawn


def test_every_preview_is_acknowledged_as_soon_as_it_is_there(
    paced: tuple[Jobs, list[list[int]]], fake_engine: FakeEngineClient
) -> None:
    (a,) = ask(paced[0], "a")
    for step in (1, 2, 3):
        fake_engine.say(stepped(a.id, step, 4, text=None if step == 2 else "once there was"))
    assert fake_engine.commands(Acknowledge) == 2 * [Acknowledge(job=a.id)]


def test_what_comes_while_one_is_drawn_is_drawn_together(
    paced: tuple[Jobs, list[list[int]]], fake_engine: FakeEngineClient, qtbot: QtBot
) -> None:
    jobs, drawn = paced
    (a,) = ask(jobs, "a")
    for step in (1, 2, 3):
        fake_engine.say(stepped(a.id, step, 8))
    assert drawn == [[1]] and (running := jobs.running()) and running.step == 1
    qtbot.wait_until(lambda: drawn == [[1], [2, 3]])
    assert (running := jobs.running()) and running.step == 3 and [step.step for step in jobs.steps(a.id)] == [1, 2, 3]


def test_no_step_comes_after_the_end_of_its_job(
    paced: tuple[Jobs, list[list[int]]], library: Library, fake_engine: FakeEngineClient
) -> None:
    jobs, drawn = paced
    a, b, _ = ask(jobs, "a", "b", "c")
    for job, end in ((a, finished(a.id)), (b, None)):
        for step in (1, 2, 3):
            fake_engine.say(stepped(job.id, step, 3))
        fake_engine.say(end) if end else fake_engine.die()
    assert sum(drawn, []) == [1, 2, 3, 1, 2, 3]
    assert [len(jobs.steps(job.id)) for job in (a, b)] == [3, 3] and len(library.timeline(library.all()[0].id)) == 3


def test_only_steps_with_a_preview_are_kept_and_not_without_end(
    jobs: Jobs, fake_engine: FakeEngineClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(makings, "ROOM", 5 * 3 * TOKEN)  # five previews of three tokens
    a, b = ask(jobs, "a", "b")
    for job in (a, b):
        for step in range(1, 5):
            fake_engine.say(stepped(job.id, step, 4, text=None if step == 2 else "once there was"))
        fake_engine.say(Cancelled(job=job.id))
    assert [len(jobs.steps(job.id)) for job in (a, b)] == [0, 3]


def test_previews_stop_while_nobody_looks(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    a, b = ask(jobs, "a", "b")
    jobs.show_previews(False)
    jobs.show_previews(False)
    assert fake_engine.commands(Adjust) == [Adjust(job=a.id, previews=False)]
    fake_engine.say(finished(a.id))
    assert fake_engine.sent[-1] == Generate(job=b.id, request=b.request, previews=False)


def test_a_running_job_is_adjusted_and_no_other(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    a, b = ask(jobs, "a", "b")
    jobs.adjust(a.id, guidance=2.5)
    jobs.adjust(b.id, gamma=0.5)
    assert fake_engine.commands(Adjust) == [Adjust(job=a.id, guidance=2.5)]


# --- cancel, retry, order ---


def test_cancelling_a_waiting_job_ends_exactly_that_one(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    _, b, _ = ask(jobs, "a", "b", "c")
    jobs.cancel(b.id)
    assert states(jobs) == ["a:running", "b:cancelled", "c:waiting"]
    assert fake_engine.commands(Cancel) == []


def test_cancelling_the_running_job_shows_at_once_and_ends_when_the_engine_says_so(
    jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    a, _ = ask(jobs, "a", "b")
    jobs.cancel(a.id)
    jobs.cancel(a.id)
    assert (running := jobs.running()) and running.stopping
    assert fake_engine.commands(Cancel) == [Cancel(job=a.id)]
    fake_engine.say(Cancelled(job=a.id))
    assert states(jobs) == ["a:cancelled", "b:running"]


def test_a_job_that_finished_before_the_cancel_arrived_is_not_lost(
    jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    (a,) = ask(jobs, "a")
    jobs.cancel(a.id)
    fake_engine.say(finished(a.id))
    fake_engine.say(Cancelled(job=a.id))
    assert states(jobs) == ["a:finished"] and len(library.all()) == 1


def test_a_cancelled_job_is_cancelled_even_if_the_engine_had_to_be_killed(
    jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    (a,) = ask(jobs, "a")
    jobs.cancel(a.id)
    fake_engine.die()
    assert states(jobs) == ["a:cancelled"]


def test_cancelling_an_ended_job_changes_nothing(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    (a,) = ask(jobs, "a")
    fake_engine.say(finished(a.id))
    jobs.cancel(a.id)
    assert states(jobs) == ["a:finished"]


def test_a_retry_is_a_new_job_with_the_same_request(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    (a,) = ask(jobs, "a")
    fake_engine.say(Failed(job=a.id, sentence="no"))
    again = jobs.retry(a.id)
    assert again.id != a.id and again.request == a.request
    assert states(jobs) == ["a:failed", "a:running"]


def test_waiting_jobs_are_reordered_and_run_in_the_new_order(
    jobs: Jobs, fake_engine: FakeEngineClient, qtbot: QtBot
) -> None:
    a, b, _, d = ask(jobs, "a", "b", "c", "d")
    with qtbot.wait_signal(jobs.reordered):
        jobs.move(d.id, 0)
    jobs.move(b.id, 99)
    jobs.move(a.id, 2)  # runs already: stays where it is
    assert states(jobs) == ["a:running", "d:waiting", "c:waiting", "b:waiting"]
    fake_engine.say(finished(a.id))
    assert state_of(jobs, d) is State.running


def test_removing_spares_the_running_job(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    a, b, _ = ask(jobs, "a", "b", "c")
    removed: list[str] = []
    jobs.job_removed.connect(removed.append)
    jobs.remove(a.id)
    jobs.remove(b.id)
    assert states(jobs) == ["a:running", "c:waiting"] and removed == [b.id]


def test_clearing_takes_what_has_ended_and_leaves_the_works(
    jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    a, b, _, _ = ask(jobs, "a", "b", "c", "d")
    fake_engine.say(finished(a.id))
    fake_engine.say(Failed(job=b.id, sentence="no"))
    jobs.clear_ended()
    assert states(jobs) == ["c:running", "d:waiting"] and len(library.all()) == 1


def test_a_listener_may_act_on_the_queue_at_once(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    """Whoever hears of a job's end may cancel, remove and add before the others hear of it."""

    def act(job: Job) -> None:
        if job.state is State.finished:
            jobs.remove(job.id)
            jobs.add(TextRequest(prompt="c"))

    jobs.job_changed.connect(act)
    a, b = ask(jobs, "a", "b")
    fake_engine.say(finished(a.id))
    assert states(jobs) == ["b:running", "c:waiting"]
    assert [command.request.prompt for command in fake_engine.commands(Generate)] == ["a", "b"]


def test_a_cancel_from_whoever_hears_of_the_start_comes_after_the_start(
    jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    jobs.job_changed.connect(lambda job: jobs.cancel(job.id))
    (a,) = ask(jobs, "a")
    assert [type(command) for command in fake_engine.sent] == [Generate, Cancel]
    assert a.stopping


# --- death and return ---


def test_a_dead_engine_costs_one_job_and_that_one_is_only_offered_again(
    jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    a, b, _ = ask(jobs, "a", "b", "c")
    said = stepped(a.id, 1, 4)
    fake_engine.say(said)
    fake_engine.die("The engine ended unexpectedly (signal 9) and starts again.")
    assert states(jobs) == ["a:interrupted", "b:waiting", "c:waiting"]
    fake_engine.come_up()
    assert states(jobs) == ["a:interrupted", "b:running", "c:waiting"]
    job = jobs.job(a.id)
    assert job and "signal 9" in job.sentence and jobs.steps(a.id) == [said]
    jobs.retry(a.id)
    assert states(jobs)[-1] == "a:waiting"


def test_a_job_that_kills_every_engine_does_not_come_back_by_itself(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    ask(jobs, "a")
    for _ in range(3):
        fake_engine.die()
        fake_engine.come_up()
    assert len(fake_engine.commands(Generate)) == 1


def test_an_engine_that_cannot_work_keeps_the_queue_waiting(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    ask(jobs, "a", "b")
    fake_engine.die("torch is missing; install it.", state="broken")
    assert states(jobs) == ["a:interrupted", "b:waiting"]
    fake_engine.come_up()
    assert states(jobs) == ["a:interrupted", "b:running"]


def test_the_queue_comes_back_as_it_was_and_goes_on(
    jobs: Jobs, database: Database, library: Library, fake_engine: FakeEngineClient
) -> None:
    a, b, c, d, e = ask(jobs, "a", "b", "c", "d", "e")
    fake_engine.say(finished(a.id))
    fake_engine.say(Failed(job=b.id, sentence="Why.", details="Traceback"))
    jobs.move(e.id, 0)
    before = jobs.all()
    jobs = reopened(database, fake_engine, library)
    assert states(jobs) == ["a:finished", "b:failed", "c:interrupted", "e:waiting", "d:waiting"]
    assert [job for job in jobs.all() if job.id != c.id] == [job for job in before if job.id != c.id]
    fake_engine.come_up()
    assert state_of(jobs, e) is State.running and "closed" in (jobs.job(c.id) or c).sentence


def test_a_finished_job_of_last_week_can_still_be_scrubbed(
    jobs: Jobs, database: Database, library: Library, fake_engine: FakeEngineClient
) -> None:
    (a,) = ask(jobs, "a")
    said = stepped(a.id, 1, 1)
    fake_engine.say(said)
    fake_engine.say(finished(a.id))
    assert reopened(database, fake_engine, Library(database)).steps(a.id) == [said]


def test_jobs_added_after_a_restart_come_last(
    jobs: Jobs, database: Database, library: Library, fake_engine: FakeEngineClient
) -> None:
    a, b, _ = ask(jobs, "a", "b", "c")
    jobs.remove(b.id)
    jobs = reopened(database, fake_engine, library)
    ask(jobs, "d")
    jobs = reopened(database, fake_engine, library)
    assert states(jobs) == ["a:interrupted", "c:waiting", "d:waiting"]


def test_the_list_does_not_grow_for_ever(
    jobs: Jobs,
    database: Database,
    library: Library,
    fake_engine: FakeEngineClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "KEPT_ENDED", 2)
    for job in ask(jobs, "a", "b", "c"):
        fake_engine.say(finished(job.id))
    (failed,) = ask(jobs, "d")
    fake_engine.say(Failed(job=failed.id, sentence="no"))
    assert states(reopened(database, fake_engine, library)) == ["b:finished", "c:finished", "d:failed"]


def test_a_full_disk_is_said_once_and_no_work_is_lost(
    jobs: Jobs, database: Database, library: Library, fake_engine: FakeEngineClient
) -> None:
    complaints: list[str] = []
    jobs.complained.connect(complaints.append)
    library.complained.connect(complaints.append)
    database.read(f"PRAGMA max_page_count = {database.read('PRAGMA page_count')[0][0]}")
    long = "river " * 20_000
    for job in ask(jobs, "a", "b"):
        fake_engine.say(stepped(job.id, 1, 1, "a b c"))
        fake_engine.say(finished(job.id, long))
    assert len(complaints) == 1 and "disk is full" in complaints[0]
    assert [work.text for work in library.all()] == [long, long]
    assert len(library.timeline(library.all()[0].id)) == 1
    database.read("PRAGMA max_page_count = 1000000")
    jobs.clear_ended()
    assert [work.text for work in Library(database).all()] == [long, long]


def test_only_a_finished_event_makes_a_work(jobs: Jobs, library: Library, fake_engine: FakeEngineClient) -> None:
    (a,) = ask(jobs, "a")
    event: Finished = finished(a.id)
    fake_engine.say(event)
    fake_engine.say(event)
    assert len(library.all()) == 1
