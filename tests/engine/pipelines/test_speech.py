"""Speech says what it is asked, in the time it is asked, and one sentence can be made anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.api.messages import SoundWork
from engine.api.requests import SpeechRequest
from engine.pipelines.contract import Live, Part, Progress
from engine.pipelines.speech import joined, speech, whole
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from tests.tiny_speech import SECONDS, TEXT, add_published, add_voice, tiny_speech, tiny_speech_template

__all__ = ["tiny_speech", "tiny_speech_template"]

FRAME = 256 / 24_000
TWO = "The river is wide today. Nobody wants to cross it now."


class Spoken:
    """What a request came to."""

    def __init__(self, request: SpeechRequest, shelf: Shelf, live: Live) -> None:
        self.progress: list[Progress] = []
        self.parts: list[Part] = []
        making = speech(request, shelf, live)
        while True:
            try:
                told = next(making)
            except StopIteration as end:
                self.work: SoundWork = end.value
                break
            self.parts.append(told) if isinstance(told, Part) else self.progress.append(told)

    @property
    def samples(self) -> NDArray[np.float32]:
        return heard(self.work)


def heard(work: SoundWork) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = soundfile.read(work.path, dtype="float32")[0]
    return samples


Speak = Callable[..., Spoken]


@pytest.fixture
def shelf(tiny_speech: Path) -> Iterator[Shelf]:
    yield Shelf(choose("cpu"))


@pytest.fixture
def speak(shelf: Shelf) -> Speak:
    def spoken(text: str = TWO, **fields: object) -> Spoken:
        given = {"voice": "anna", "steps": 4, "seed": 1, **fields}
        request = SpeechRequest(text=text, **given)  # type: ignore[arg-type]
        return Spoken(request, shelf, Live(guidance=request.guidance, gamma=request.gamma))

    return spoken


def test_every_step_is_told_and_every_sentence_can_be_heard_at_once(speak: Speak) -> None:
    done = speak()
    assert [told.step for told in done.progress] == list(range(1, 9)) and {told.steps for told in done.progress} == {8}
    assert [told.level for told in done.progress] == sorted((told.level for told in done.progress), reverse=True)
    assert done.progress[-1].level == 0
    assert [part.part for part in done.parts] == [1, 2]
    whole_work = np.concatenate([heard(part.work) for part in done.parts if isinstance(part.work, SoundWork)])
    assert np.array_equal(whole_work, done.samples)


def test_the_same_request_is_the_same_sound_and_another_seed_is_not(speak: Speak) -> None:
    once = speak().samples
    assert np.array_equal(once, speak().samples)
    assert not np.array_equal(once, speak(seed=2).samples)


def test_another_take_of_one_sentence_leaves_the_others_as_they_are(speak: Speak) -> None:
    before, after = speak(), speak(takes=(0, 1))
    border = round(before.work.parts[1].start * 24_000)
    assert np.array_equal(before.samples[:border], after.samples[:border])
    assert not np.array_equal(before.samples[border:], after.samples[border:])


@pytest.mark.parametrize("seconds", [1.0, 3.21, 7.0])
def test_it_lasts_as_long_as_it_is_asked_to(speak: Speak, seconds: float) -> None:
    assert abs(speak(seconds=seconds).work.seconds - seconds) <= FRAME


def test_twice_the_speed_is_half_the_length(speak: Speak) -> None:
    slow, fast = speak(speed=0.8).work.seconds, speak(speed=1.6).work.seconds
    assert slow / fast == pytest.approx(2, rel=0.03)


def test_words_have_their_place_in_the_text_and_their_time_in_the_sound(speak: Speak) -> None:
    work = speak().work
    assert [TWO[word.first : word.last] for word in work.words] == [word.text for word in work.words]
    assert [word.start for word in work.words] == sorted(word.start for word in work.words)
    assert work.words[-1].stop <= work.seconds
    assert [part.text for part in work.parts] == ["The river is wide today.", "Nobody wants to cross it now."]


def test_a_script_changes_voices(speak: Speak, tiny_speech: Path) -> None:
    add_voice(tiny_speech, "raj", "Raj", "The river is wide.", pitch=110)
    work = speak("[Anna] Where are we going?\n[raj] To the old river.").work
    assert [(part.voice, part.text) for part in work.parts] == [
        ("Anna", "Where are we going?"),
        ("Raj", "To the old river."),
    ]


def test_guidance_in_two_passes_says_the_same(shelf: Shelf) -> None:
    request = SpeechRequest(text="A river.", voice="anna", steps=4, seed=1)
    together = Spoken(request, shelf, Live(guidance=2.0)).samples
    apart = Spoken(request, shelf, Live(guidance=2.0, batched=False)).samples
    assert np.abs(together - apart).max() < 1e-3


@pytest.mark.parametrize("architecture", ["f5", "e2"])
def test_networks_that_read_letters_speak_too(speak: Speak, tiny_speech: Path, architecture: str) -> None:
    """Their pieces fade into each other, their length follows the reference, and unknown letters are told."""
    checkpoint = add_published(tiny_speech, architecture)
    done = speak("She crossed it. The river is wide ünd cold today.", checkpoint=checkpoint)
    assert done.work.seconds == pytest.approx(SECONDS * 48 / len(TEXT), rel=0.25)
    assert len(done.work.words) == 10 and any("ü" in note for note in done.work.notes)
    assert speak("The river.", checkpoint=checkpoint, seconds=1.5).work.seconds == pytest.approx(1.5, abs=FRAME)


def test_a_vocoder_for_another_kind_of_spectrogram_is_refused(speak: Speak, tiny_speech: Path) -> None:
    with pytest.raises(BadInput, match="choose a vocoder of bigvgan"):
        speak(checkpoint=add_published(tiny_speech, "f5", "bigvgan"))


def test_letters_without_a_sound_are_told(speak: Speak) -> None:
    assert any("🙂" in note for note in speak("A river 🙂 flows.").work.notes)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "nothing to say"),
        ({"text": "🙂🙂 …"}, "nothing to say"),
        ({"voice": "nobody"}, "no voice “nobody”"),
        ({"text": "[Nobody] Hello there."}, "no voice “Nobody”"),
        ({"language": "chinese"}, "does not speak Chinese"),
        ({"vocoder": "pocket-speech"}, "choose a vocoder"),
        ({"vocoder": "missing"}, "no checkpoint “missing”"),
    ],
)
def test_what_cannot_be_spoken_is_said_in_one_sentence(speak: Speak, fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        speak(**fields)


def test_a_transcript_that_cannot_fit_its_sound_is_refused(speak: Speak, tiny_speech: Path) -> None:
    add_voice(tiny_speech, "hasty", "Hasty", "She crossed the river and sang. " * 10)
    with pytest.raises(BadInput, match="transcript is too long"):
        speak(voice="hasty")


def test_lengths_are_rounded_so_that_their_sum_stays() -> None:
    assert whole([1.4, 1.4, 1.4, 0.1]) == [1, 2, 1, 1]


def test_pieces_fade_into_each_other() -> None:
    one, other = np.ones(100, np.float32), np.full(100, 3, np.float32)
    sound, starts = joined([one, other], 50)
    assert len(sound) == 150 and starts == [0.0, 50 / 24_000]
    assert np.all(np.diff(sound) >= 0) and sound[75] == pytest.approx(2, abs=0.1)
