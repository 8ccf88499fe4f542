"""Which sound belongs to what is shown."""

from studio.previews.sounds import Audible, Sounds
from tests.studio.previews.spoken import spectrogram, work

STEP, OTHER = spectrogram(1.0), spectrogram(1.0, band=20)
FIRST, SECOND, WHOLE = work(("One.",), "1.wav"), work(("And two.",), "2.wav"), work(path="whole.wav")


def test_while_steps_pass_by_there_is_nothing_to_hear() -> None:
    assert Sounds().heard("moving", STEP) is None


def test_at_the_end_it_is_the_work() -> None:
    sounds = Sounds()
    sounds.work = WHOLE
    assert sounds.heard("done", STEP) == Audible(WHOLE)
    assert sounds.heard("held", STEP) is None and sounds.heard("moving", STEP) is None


def test_a_step_has_its_own_sound_once_that_has_come() -> None:
    sounds = Sounds()
    sounds.wanted = STEP
    assert sounds.answer(FIRST) is STEP and sounds.wanted is None
    assert sounds.heard("held", STEP) == Audible(FIRST)
    assert sounds.heard("held", OTHER) is None
    assert sounds.heard("done", STEP) == Audible(FIRST), "of a run that was stopped"
    assert sounds.heard("moving", STEP) is None


def test_a_sound_that_nobody_asked_for_belongs_to_nothing() -> None:
    assert Sounds().answer(FIRST) is None


def test_the_sound_of_a_step_begins_where_its_passage_does() -> None:
    sounds, late = Sounds(), spectrogram(1.0, start=4.0)
    sounds.wanted = late
    sounds.answer(FIRST)
    assert sounds.heard("held", late) == Audible(FIRST, 4.0)


def test_sentences_are_listened_to_in_their_order() -> None:
    sounds = Sounds()
    assert not sounds.next_part()
    sounds.add_part(1, FIRST)
    sounds.add_part(2, SECOND)
    assert sounds.ready() == 2 and sounds.heard("moving", STEP) is None
    assert sounds.next_part() and sounds.heard("moving", STEP) == Audible(FIRST, 0.0, 1)
    assert sounds.ready() == 1 and sounds.next_part()
    assert sounds.heard("moving", STEP) == Audible(SECOND, FIRST.seconds, 2)
    assert not sounds.next_part()
    sounds.work = WHOLE
    assert sounds.heard("done", STEP) == Audible(WHOLE) and sounds.ready() == 0
