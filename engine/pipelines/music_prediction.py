"""What a prompt makes of the fields of a request for music that were left empty, as its checkpoint can be told them.

By the checkpoint's own predictors where it has any (Mustango: beats by DeBERTa, chords by FLAN-T5), and by the plain
reader of prompts for all else and for all other checkpoints. What the prompt says in so many words goes before both.
"""

from dataclasses import replace
from typing import Any

import msgspec

from engine.api.cards import ModelCard
from engine.api.params import validate
from engine.api.requests import MusicRequest
from engine.conditioners import prompt_facts, prompt_harmony
from engine.conditioners.prompt_reading import Reading, is_open, read_prompt
from engine.conditioners.prompt_scripts import unreadable
from engine.pipelines.contract import Shelf

FIELDS = ("tempo", "metre", "key", "chords", "sections", "bars")


def predicted(request: MusicRequest, shelf: Shelf) -> Reading:
    """Raises BadInput where the request cannot be used or its prompt not be read."""
    card = shelf.card(validate(request).checkpoint)
    reading = read_prompt(request)
    if card.architecture == "mustango":
        reading = by_mustango(request, reading, shelf, card)
    return as_known(card, request, reading)


def as_known(card: ModelCard, request: MusicRequest, reading: Reading) -> Reading:
    """With nothing filled in that this checkpoint makes no use of, or does not know."""
    options = card.known(msgspec.structs.asdict(request))
    left = {
        name: getattr(request, name)
        for name in FIELDS
        if name in card.lacks or (name in options and getattr(reading, name) not in options[name])
    }
    return replace(reading, **left)


def by_mustango(request: MusicRequest, reading: Reading, shelf: Shelf, card: ModelCard) -> Reading:
    """With tempo, metre and chords that are neither set nor named as the predictors that it came with have them."""
    from engine.pipelines.mustango_suggestions import suggested

    asked = _left_to_predictors(request, reading, card)
    if not asked:
        return reading
    settled = {"beats": "as set", "tempo": reading.tempo, "metre": reading.metre, "chords": reading.chords}
    filled, notes = suggested(msgspec.structs.replace(request, **(settled | asked)), shelf)
    whole = read_prompt(filled)  # once more, for a key that fits these chords
    return replace(whole, notes=(*notes, *(note for note in reading.notes if note in whole.notes)))


def _left_to_predictors(request: MusicRequest, reading: Reading, card: ModelCard) -> dict[str, Any]:
    """The fields of the request that say so; none where all is set or named, or no predictor can say."""
    if unreadable(request.prompt, card.languages):
        return {}
    text = prompt_facts.plain(request.prompt)
    asked: dict[str, Any] = {}
    if "beats" in card.parts and is_open(request, "tempo") and prompt_facts.tempo_of(text) is None:
        asked["beats"] = "from the prompt"
    if "chords" in card.parts and not (request.chords.strip() or prompt_harmony.chords_of(text)):
        asked["chords"] = ""
    return asked
