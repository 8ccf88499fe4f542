"""Music before it is made: its lanes auditioned, and filled from the prompt as the checkpoint can be told them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.api import paths
from engine.api.cards import CardPart, ModelCard
from engine.api.messages import Audition, Event, Failed, Heard, Predict, Predicted
from engine.api.requests import MusicRequest
from engine.codecs.soft_synth import RATE
from engine.pipelines import mustango_suggestions
from engine.runtime import worker
from engine.runtime.device import choose
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf

Told = Callable[..., Event]


def card(id: str, **fields: Any) -> ModelCard:
    common: dict[str, Any] = dict(modality="music", network={}, files={}, licence="Apache-2.0", parameters=1)
    return ModelCard(
        id=id, title=id, **{"architecture": "music_unet", "languages": ("english", "hindi"), **common, **fields}
    )


PARTS = {role: CardPart(architecture=role, network={}) for role in ("beats", "chords")}
MUSTANGO = card(
    "mustango",
    architecture="mustango",
    languages=("english",),
    lacks=("sections", "loop"),
    options={"metre": ("2", "3", "4")},
    parts=PARTS,
)


class Described(Shelf):
    """Knows checkpoints that are nowhere."""

    def card(self, checkpoint: str) -> ModelCard:
        cards = (card("pocket-music"), card("words-only", lacks=("chords", "sections", "key")), MUSTANGO)
        return next((each for each in cards if each.id == checkpoint), None) or super().card(checkpoint)


@pytest.fixture
def told(no_assets: Path) -> Told:
    """What an errand ends with, beside checkpoints that are only described."""
    shelf = Described(choose("cpu"))

    def run(command: Audition | Predict) -> Event:
        events: list[Event] = []
        worker.run(Job(command.job, command), shelf, events.append)
        assert len(events) == 1
        return events[0]

    return run


def audition(lane: str = "", click: bool = False, **fields: Any) -> Audition:
    return Audition(job="a", request=MusicRequest(chords=lane, **fields), click=click)


def predict(**fields: Any) -> Predict:
    return Predict(job="p", request=MusicRequest(**fields))


def test_an_audition_is_a_sound_as_long_as_the_music(told: Told) -> None:
    end = told(audition("Am F C G", bars=5, tempo=97, metre="3", click=True))
    assert isinstance(end, Heard) and Path(end.work.path).parent == paths.sounds()
    samples, rate = soundfile.read(end.work.path)
    assert (rate, len(samples)) == (RATE, round(15 * 60 / 97 * RATE)) and np.abs(samples).max() > 0.1
    assert end.work.peaks and end.work.conformity is None


def test_the_click_needs_no_chords(told: Told) -> None:
    assert isinstance(told(audition(click=True)), Heard)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (audition(), "There are no chords to hear; write some in the lane, like Am F C G, or choose the click."),
        (audition("N"), "There are no chords to hear"),
        (Audition(job="a", request=MusicRequest(chords="C"), chords=False), "choose the chords, the click or both."),
        (audition("Am Xyz"), "“Xyz” is no chord"),
        (audition("C", tempo=999.0), "Tempo must be from 40 to 240"),
        (audition("C", seconds=0.0), "Length must be from 1 to 300"),
        (predict(prompt="அமைதி"), "The prompt is written in Tamil letters"),
        (predict(prompt="\ud800"), "half of a character"),
        (predict(prompt="a", tempo=0.0), "Tempo must be from 40 to 240"),
        (predict(prompt="a", checkpoint="none"), "There is no checkpoint “none” here"),
    ],
)
def test_what_cannot_be_done_ends_in_one_sentence(told: Told, command: Audition | Predict, said: str) -> None:
    end = told(command)
    assert isinstance(end, Failed) and end.bad_input and said in end.sentence and "\n" not in end.sentence
    assert list(paths.sounds().glob("*")) == []


def test_lanes_are_filled_from_the_prompt(told: Told) -> None:
    end = told(predict(prompt="a waltz at 96 bpm in D minor on Dm Gm A7 Dm, 12 bars"))
    assert end == Predicted(
        job="p", tempo=96, metre="3", key="D minor", chords="Dm Gm A7 Dm", sections="intro:2 verse:8 outro:2", bars=12
    )


def test_what_a_checkpoint_makes_no_use_of_is_left_as_it_is(told: Told) -> None:
    end = told(predict(prompt="a waltz in D minor on Dm Gm A7 Dm", checkpoint="words-only"))
    assert isinstance(end, Predicted) and end.metre == "3"
    assert (end.key, end.chords, end.sections) == ("any", "", "")
    metre = told(predict(prompt="a 6/8 jig at 110 bpm on Am G", checkpoint="mustango"))
    assert isinstance(metre, Predicted) and (metre.metre, metre.sections, metre.chords) == ("4", "", "Am G")


def test_what_is_neither_set_nor_named_comes_from_the_checkpoint_s_predictors(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[MusicRequest] = []

    def suggested(request: MusicRequest, shelf: Any) -> tuple[MusicRequest, tuple[str, ...]]:
        asked.append(request)
        fields: dict[str, Any] = {"beats": "as set"}
        fields |= {"tempo": 87.0, "metre": "3"} if request.beats != "as set" else {}
        fields |= {"chords": "Em:6 Am D"} if not request.chords else {}
        return MusicRequest(prompt=request.prompt, **{"chords": request.chords, "tempo": request.tempo, **fields}), (
            "Told.",
        )

    monkeypatch.setattr(mustango_suggestions, "suggested", suggested)
    end = told(predict(prompt="calm piano", checkpoint="mustango"))
    assert isinstance(end, Predicted) and (end.tempo, end.metre, end.chords) == (87, "3", "Em:6 Am D")
    assert end.key in ("E minor", "G major") and end.notes == ("Told.",)
    named = told(predict(prompt="calm piano at 120 bpm", checkpoint="mustango"))
    assert isinstance(named, Predicted) and (named.tempo, named.chords) == (120, "Em:6 Am D")
    whole = told(predict(prompt="calm piano at 120 bpm on C F G C", checkpoint="mustango"))
    assert isinstance(whole, Predicted) and whole.chords == "C F G C" and len(asked) == 2
    other = told(predict(prompt="शांत पियानो", checkpoint="mustango"))
    assert isinstance(other, Predicted) and other.chords and len(asked) == 2, "its predictors read English alone"
