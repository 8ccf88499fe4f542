"""The editor of each kind of parameter. What a new kind adds a line to."""

from typing import Any, Protocol

from PySide6.QtCore import SignalInstance

from engine.api.params import (
    CheckpointRef,
    Choice,
    ChordLane,
    Field,
    Kind,
    Number,
    PictureFile,
    SectionLane,
    Seed,
    SoundFile,
    Text,
    VoiceRef,
)
from studio.editors.checkpoint import CheckpointEditor
from studio.editors.choice import ChoiceEditor
from studio.editors.chord_lane import ChordLaneEditor
from studio.editors.number import NumberEditor
from studio.editors.picture_file import PictureFileEditor
from studio.editors.section_lane import SectionLaneEditor
from studio.editors.seed import SeedEditor
from studio.editors.sound_file import SoundFileEditor
from studio.editors.text import TextEditor
from studio.editors.voice import VoiceEditor


class Editor(Protocol):
    """A widget that holds one value, of the request's own type. `changed`: the user did it; `set_value` is silent."""

    changed: SignalInstance

    def __init__(self, field: Field) -> None: ...
    def value(self) -> Any: ...
    def set_value(self, value: Any, /) -> None: ...


EDITORS: dict[type[Kind], type[Any]] = {
    Number: NumberEditor,
    Choice: ChoiceEditor,
    Text: TextEditor,
    ChordLane: ChordLaneEditor,
    SectionLane: SectionLaneEditor,
    Seed: SeedEditor,
    CheckpointRef: CheckpointEditor,
    VoiceRef: VoiceEditor,
    SoundFile: SoundFileEditor,
    PictureFile: PictureFileEditor,
}
