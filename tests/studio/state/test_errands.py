"""Errands: asked of the engine beside the works, each answered once, none in the queue nor in the file."""

import pytest

from engine.api.errors import BadInput
from engine.api.messages import (
    Answered,
    Ask,
    Audition,
    Cancel,
    Cancelled,
    Command,
    Failed,
    Heard,
    Listen,
    Predict,
    Predicted,
    Prepare,
    Prepared,
    SoundWork,
    Unready,
    Worded,
)
from engine.api.requests import MusicRequest
from studio.state.database import Database
from studio.state.jobs import Jobs
from tests.studio.fake_engine import FakeEngineClient, ready, spectrogram

PREVIEW = spectrogram(4)
SOUND = SoundWork(path="/a.wav", sample_rate=24_000, channels=1, seconds=1.0, peaks=b"")


class Answers(list[tuple[str, str, object]]):
    """All that was heard of errands, in order."""

    def __init__(self, jobs: Jobs) -> None:
        jobs.heard.connect(lambda id, event: self.append(("heard", id, event)))
        jobs.prepared.connect(lambda id, event: self.append(("prepared", id, event)))
        jobs.predicted.connect(lambda id, event: self.append(("predicted", id, event)))
        jobs.refused.connect(lambda id, sentence: self.append(("refused", id, sentence)))


@pytest.fixture
def answers(jobs: Jobs) -> Answers:
    return Answers(jobs)


def sent(engine: FakeEngineClient) -> list[Command]:
    return [command for command in engine.sent if isinstance(command, Listen | Prepare | Audition | Predict | Ask)]


def test_a_step_is_heard(jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers) -> None:
    id = jobs.listen(PREVIEW, "pocket-vocoder")
    assert sent(fake_engine) == [Listen(job=id, vocoder="pocket-vocoder", preview=PREVIEW)]
    event = Heard(job=id, work=SOUND)
    fake_engine.say(event)
    fake_engine.say(event)
    assert answers == [("heard", id, event)]


def test_a_recording_is_prepared(jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers) -> None:
    id = jobs.prepare("/a.mp3", "Good morning.", "english", trim=False)
    command = Prepare(job=id, path="/a.mp3", transcript="Good morning.", language="english", trim=False)
    assert sent(fake_engine) == [command]
    fake_engine.say(Prepared(job=id, work=SOUND))
    assert answers == [("prepared", id, Prepared(job=id, work=SOUND))]


def test_lanes_are_auditioned(jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers) -> None:
    request = MusicRequest(chords="Am F")
    id = jobs.audition(request, click=True)
    assert sent(fake_engine) == [Audition(job=id, request=request, chords=True, click=True)]
    event = Heard(job=id, work=SOUND)
    fake_engine.say(event)
    assert answers == [("heard", id, event)]


def test_lanes_are_filled_from_the_prompt(jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers) -> None:
    request = MusicRequest(prompt="a waltz")
    id = jobs.predict(request)
    assert sent(fake_engine) == [Predict(job=id, request=request)]
    event = Predicted(job=id, tempo=120, metre="3", key="C major", chords="C F", sections="")
    fake_engine.say(event)
    assert answers == [("predicted", id, event)]


def test_an_answer_about_a_picture_grows(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    heard: list[tuple[str, str, str]] = []
    jobs.worded.connect(lambda id, text: heard.append(("worded", id, text)))
    jobs.answered.connect(lambda id, text: heard.append(("answered", id, text)))
    id = jobs.describe("pocket-pictures", "/a.png", "how many?")
    assert sent(fake_engine) == [Ask(job=id, checkpoint="pocket-pictures", picture="/a.png", question="how many?")]
    for event in (Worded(job=id, text="two"), Answered(job=id, text="two red"), Worded(job=id, text="two red")):
        fake_engine.say(event)
    assert heard == [("worded", id, "two"), ("answered", id, "two red")]


def test_what_nobody_waits_for_any_more_is_withdrawn(
    jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers
) -> None:
    id = jobs.describe("pocket-pictures", "/a.png")
    jobs.withdraw(id)
    jobs.withdraw(id)
    assert fake_engine.commands(Cancel) == [Cancel(job=id)]
    fake_engine.say(Failed(job=id, sentence="It is late."))
    assert answers == []


def test_what_was_withdrawn_before_it_was_sent_is_never_sent(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    fake_engine.die()
    jobs.withdraw(jobs.describe("pocket-pictures", "/a.png"))
    fake_engine.come_up()
    assert sent(fake_engine) == [] and fake_engine.commands(Cancel) == []


def test_what_cannot_be_sent_is_said_at_once(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    with pytest.raises(BadInput, match="half of a character"):
        jobs.predict(MusicRequest(prompt="\ud800"))
    with pytest.raises(BadInput, match="no chord"):
        jobs.audition(MusicRequest(chords="Am Xyz"))
    assert sent(fake_engine) == []


def test_what_cannot_be_done_is_refused_in_the_engine_s_words(
    jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers
) -> None:
    one, other = jobs.prepare("/a.mp3"), jobs.listen(PREVIEW, "none")
    fake_engine.say(Failed(job=other, sentence="There is no checkpoint “none”.", bad_input=True))
    fake_engine.say(Failed(job=one, sentence="There is no sound file.", bad_input=True))
    assert answers == [
        ("refused", other, "There is no checkpoint “none”."),
        ("refused", one, "There is no sound file."),
    ]


def test_errands_are_neither_in_the_queue_nor_in_the_file(
    jobs: Jobs, database: Database, fake_engine: FakeEngineClient, answers: Answers
) -> None:
    id = jobs.prepare("/a.mp3")
    fake_engine.say(Failed(job=id, sentence="No."))
    assert jobs.all() == [] and database.read("SELECT id FROM jobs") == []


def test_what_others_asked_is_none_of_our_business(fake_engine: FakeEngineClient, answers: Answers) -> None:
    for event in (Heard(job="x", work=SOUND), Failed(job="x", sentence="No."), Cancelled(job="x")):
        fake_engine.say(event)
    assert answers == []


def test_what_is_asked_before_the_engine_is_ready_is_sent_once_it_is(
    jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers
) -> None:
    fake_engine.die()
    ids = [jobs.prepare("/a.mp3"), jobs.listen(PREVIEW, "v")]
    assert sent(fake_engine) == []
    fake_engine.say(ready())
    fake_engine.die()
    fake_engine.say(ready())
    assert [command.job for command in sent(fake_engine) if isinstance(command, Listen | Prepare)] == ids


def test_what_an_engine_that_died_was_asked_is_refused(
    jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers
) -> None:
    id = jobs.listen(PREVIEW, "v")
    fake_engine.die("The engine ended unexpectedly.")
    fake_engine.say(ready())
    assert answers == [("refused", id, "The engine ended unexpectedly.")] and len(sent(fake_engine)) == 1


def test_another_engine_by_the_user_s_choice_is_asked_again(
    jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers
) -> None:
    id = jobs.listen(PREVIEW, "v")
    fake_engine.stop()
    fake_engine.come_up()
    assert [command.job for command in sent(fake_engine) if isinstance(command, Listen)] == [id, id] and answers == []


def test_nothing_waits_for_an_engine_that_will_not_come(
    jobs: Jobs, fake_engine: FakeEngineClient, answers: Answers
) -> None:
    fake_engine.die()
    id = jobs.listen(PREVIEW, "v")
    fake_engine.say(Unready(sentence="PyTorch cannot be loaded."))
    assert answers == [("refused", id, "PyTorch cannot be loaded.")]


def test_a_second_errand_may_be_asked_for_in_the_answer_to_the_first(jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    jobs.refused.connect(lambda *_: jobs.prepare("/b.mp3"))
    fake_engine.say(Failed(job=jobs.prepare("/a.mp3"), sentence="No."))
    fake_engine.die()
    fake_engine.say(ready())
    paths = [command.path for command in sent(fake_engine) if isinstance(command, Prepare)]
    assert paths == ["/a.mp3", "/b.mp3", "/b.mp3"]
