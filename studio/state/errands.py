"""What the engine is asked beside the works: to hear a step, to make a recording ready, to play the lanes of a piece or
fill them from its prompt, to say what a picture shows. Nobody sees these in the queue.

They are not kept: what was asked of an engine that died is refused, since it may be what killed it; what was asked
while none was ready is sent as soon as one is.
"""

import uuid
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.api.messages import (
    Answered,
    Ask,
    Audition,
    Cancel,
    Failed,
    Heard,
    Listen,
    Predict,
    Predicted,
    Prepare,
    Prepared,
    SpectrogramPreview,
    Worded,
)
from engine.api.params import validate
from engine.api.requests import MusicRequest
from studio.engine_client import EngineClient

Command = Listen | Prepare | Audition | Predict | Ask
ENDS = Heard | Prepared | Predicted | Answered | Failed


class Errands(QObject):
    """Each ends in one of `heard(id, Heard)`, `prepared(id, Prepared)`, `predicted(id, Predicted)`,
    `answered(id, text)` and `refused(id, sentence)`, or is withdrawn and ends in silence.

    The files of the sounds belong to whoever hears of them. `worded(id, text)` brings an answer as it grows.
    """

    heard = Signal(str, object)
    prepared = Signal(str, object)
    predicted = Signal(str, object)
    worded = Signal(str, str)
    answered = Signal(str, str)
    refused = Signal(str, str)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self._waiting: dict[str, Command] = {}
        self._sent: dict[str, Command] = {}
        client.received.connect(self._hear)
        client.state_changed.connect(self._follow)
        client.died.connect(self._give_up)

    def listen(self, preview: SpectrogramPreview, vocoder: str) -> str:
        """Ask for the sound of a preview; the id of the answer."""
        return self._ask(Listen(job=uuid.uuid4().hex, vocoder=vocoder, preview=preview))

    def prepare(self, path: str, transcript: str = "", language: str = "english", trim: bool = True) -> str:
        """Ask for a reference, or with `trim` off a whole recording, made of a sound file; the id of the answer."""
        return self._ask(Prepare(job=uuid.uuid4().hex, path=path, transcript=transcript, language=language, trim=trim))

    def audition(self, request: MusicRequest, chords: bool = True, click: bool = False) -> str:
        """Ask for the sound of a request's chords, of its beats or of both; the id of the answer. Raises BadInput."""
        return self._ask(Audition(job=uuid.uuid4().hex, request=validate(request), chords=chords, click=click))

    def predict(self, request: MusicRequest) -> str:
        """Ask what the prompt makes of the lanes that are left empty; the id of the answer. Raises BadInput."""
        return self._ask(Predict(job=uuid.uuid4().hex, request=validate(request)))

    def describe(self, checkpoint: str, picture: str, question: str = "") -> str:
        """Ask what this checkpoint says of a picture; the id of the answer."""
        return self._ask(Ask(job=uuid.uuid4().hex, checkpoint=checkpoint, picture=picture, question=question))

    def withdraw(self, id: str) -> None:
        """Nobody waits for this answer any more."""
        self._waiting.pop(id, None)
        if self._sent.pop(id, None) is not None:
            self._client.send(Cancel(job=id))

    def _ask(self, command: Command) -> str:
        self._waiting[command.job] = command
        self._follow(self._client.state)
        return command.job

    def _follow(self, state: str) -> None:
        """Send what waits to an engine that is ready; what one that was put away has not answered waits again."""
        if state == "stopped":
            self._waiting, self._sent = self._sent | self._waiting, {}
        elif state == "ready":
            sending, self._waiting = self._waiting, {}
            self._sent |= sending
            for command in sending.values():
                self._client.send(command)

    def _hear(self, event: Any) -> None:
        if isinstance(event, Worded) and event.job in self._sent:
            return self.worded.emit(event.job, event.text)
        if not isinstance(event, ENDS) or self._sent.pop(event.job, None) is None:
            return
        match event:
            case Heard():
                self.heard.emit(event.job, event)
            case Prepared():
                self.prepared.emit(event.job, event)
            case Predicted():
                self.predicted.emit(event.job, event)
            case Answered():
                self.answered.emit(event.job, event.text)
            case Failed():
                self.refused.emit(event.job, event.sentence)

    def _give_up(self, sentence: str) -> None:
        """The engine died; where none will come in its place, what waits waits in vain."""
        lost, self._sent = self._sent, {}
        if self._client.state == "broken":
            lost, self._waiting = lost | self._waiting, {}
        for id in lost:
            self.refused.emit(id, sentence)
