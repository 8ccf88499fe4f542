"""What Mustango is told of a request: its words, its beats, its chords; predicted from the words where it sets none.

A prediction only fills what was left empty: beats where they are to come from the prompt, chords where the lane has
none. Both predictors are parts of the checkpoint, and loaded only when one is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.api.cards import ModelCard
from engine.api.chords import Chord
from engine.api.errors import BadInput
from engine.api.mustango import BEATS, CHORDS, changes, merged
from engine.api.requests import MusicRequest
from engine.api.score import BEATS as METRES
from engine.api.score import Score
from engine.codecs.pieces import END, Pieces
from engine.conditioners import beat_prediction, flan_t5
from engine.conditioners.beat_prediction import beats_of
from engine.conditioners.flan_t5 import named_chords, question
from engine.pipelines.contract import Shelf

AS_SET = "as set"
SHOWN = 8  # chords in a note


@dataclass(frozen=True)
class Events:
    """`beats` are (seconds, number in the bar from 0), `bar` of them a bar; `chords` begin at their seconds."""

    prompt: str
    bar: int
    beats: Sequence[tuple[float, int]]
    chords: Sequence[tuple[Chord, float]]
    notes: tuple[str, ...] = ()


def events(request: MusicRequest, score: Score, shelf: Shelf, card: ModelCard) -> Events:
    """As set, and as predicted where nothing is set. Raises BadInput where a part that is needed is not there."""
    set_here = Events(words(request), METRES[request.metre], score.beats, changes(score))
    told = set_here if request.beats == AS_SET else with_beats(set_here, shelf, card)
    return told if request.chords.strip() else with_chords(told, shelf, card)


def words(request: MusicRequest) -> str:
    """The prompt; the key is said in the words that the training used, for there is no other place for it."""
    prompt = request.prompt.strip()
    return prompt if request.key == "any" else f"{prompt} The key of this song is {request.key}.".strip()


def with_beats(told: Events, shelf: Shelf, card: ModelCard) -> Events:
    """With the beats that the prompt suggests, in place of those that were set."""
    network = part(card, shelf, "beats", "its beats cannot come from the prompt; choose beats as set")
    ids = Pieces.load(card.file("beats-codec")).encode(told.prompt)
    within(ids, beat_prediction.LONGEST - 2, "to predict beats from; shorten it, or choose beats as set")
    bar, beats = beats_of(*network(ids))
    return replace(told, bar=bar, beats=beats[:BEATS], notes=(*told.notes, beats_note(bar, beats)))


def with_chords(told: Events, shelf: Shelf, card: ModelCard) -> Events:
    """With the chords that the prompt and the beats suggest."""
    network = part(card, shelf, "chords", "its chords cannot come from the prompt; write some in the lane")
    pieces = shelf.codec(card)
    ids = pieces.encode(question(told.prompt, told.beats, told.bar))
    within(ids, flan_t5.LONGEST - 1, "to predict chords from; shorten it, or write chords in the lane")
    chords = merged(named_chords(pieces.decode(network([*ids, END]))))
    return replace(told, chords=chords[:CHORDS], notes=(*told.notes, chords_note(chords[:CHORDS])))


def part(card: ModelCard, shelf: Shelf, role: str, otherwise: str) -> Any:
    """The predictor in this role. Raises BadInput where the checkpoint came without."""
    if role not in card.parts:
        raise BadInput(f"{card.title} was added without its predictor of {role}, so {otherwise}, or add it again.")
    return shelf.network(card, role=role)


def within(ids: Sequence[int], longest: int, purpose: str) -> None:
    """Raises BadInput where a text has more word pieces than are read."""
    if len(ids) > longest:
        raise BadInput(f"The prompt is too long {purpose}.")


def beats_note(bar: int, beats: Sequence[tuple[float, int]]) -> str:
    if len(beats) < 2:
        return "From the prompt: no beats."
    tempo = 60 * (len(beats) - 1) / max(beats[-1][0] - beats[0][0], 0.01)
    return f"From the prompt: {bar} beat{'s' if bar > 1 else ''} a bar, about {tempo:.0f} a minute."


def chords_note(chords: Sequence[tuple[Chord, float]]) -> str:
    if not chords:
        return "From the prompt: no chords."
    named = ", ".join(f"{chord.name()} at {seconds:g} s" for chord, seconds in chords[:SHOWN])
    return f"From the prompt: {named}{', …' if len(chords) > SHOWN else ''}."
