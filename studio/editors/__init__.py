"""One editor a kind of parameter, and the form that lays them out.

A new kind needs its metadata in `engine.api.params`, a file here, and a line in this table. A kind without an editor is
carried by the form and not shown: a draft comes from the preview. An editor that needs more than its field, such as the
voices that there are, has a method `use(surroundings)`.
"""

from typing import Any, Protocol

from PySide6.QtCore import SignalInstance

from engine.api.params import CheckpointRef, Choice, Field, Kind, Number, Seed, SoundFile, Text, VoiceRef
from studio.editors.checkpoint import CheckpointEditor
from studio.editors.choice import ChoiceEditor
from studio.editors.number import NumberEditor
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
    Seed: SeedEditor,
    CheckpointRef: CheckpointEditor,
    VoiceRef: VoiceEditor,
    SoundFile: SoundFileEditor,
}
