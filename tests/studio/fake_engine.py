"""The one test double: an engine client without a process. What is sent stands in `sent`; `say` is the engine's voice.

fake_engine.say(stepped(job, 3, 16, "One rainy evening"))
assert fake_engine.sent[-1] == Acknowledge(job=job)
"""

from typing import TypeVar

from engine.api.cards import CardFile, ModelCard
from engine.api.messages import (
    PROTOCOL,
    Announced,
    Command,
    Event,
    Finished,
    PictureWork,
    Ready,
    SoundWork,
    SpectrogramPreview,
    Stepped,
    TextPreview,
    TextWork,
)
from engine.api.recipe import recipe_for
from engine.api.requests import ImageRequest, Request, SpeechRequest, TextRequest
from studio.engine_client import EngineClient

C = TypeVar("C")


class FakeEngineClient(EngineClient):
    """An engine client with nothing behind it: the same signals, the same attributes, no process."""

    def __init__(self) -> None:
        super().__init__(program="")
        self.sent: list[Command] = []

    def start(self) -> None:
        self._become("starting")

    def restart(self) -> None:
        self.die("The engine was restarted.")

    def stop(self) -> None:
        self._become("stopped")

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def say(self, event: Event) -> None:
        """The engine says this."""
        self._hear(event)

    def come_up(self) -> None:
        """The engine starts as it does on a healthy machine."""
        self.start()
        self.say(announcement())
        self.say(ready())

    def die(
        self, sentence: str = "The engine stopped unexpectedly; it starts again.", state: str = "restarting"
    ) -> None:
        """The process ends unasked; `come_up` or `say(ready())` brings it back."""
        self.device = None
        self._become(state)
        self.died.emit(sentence)

    def commands(self, kind: type[C]) -> list[C]:
        """What was sent of one kind of command."""
        return [command for command in self.sent if isinstance(command, kind)]


def text_card(**changes: object) -> ModelCard:
    """A card such as the shipped text checkpoint has."""
    fields: dict[str, object] = dict(
        id="pocket-text",
        title="Pocket text",
        modality="text",
        architecture="masked_lm",
        network={},
        codec="text_tokens",
        path="masked",
        prediction="logits",
        files={"network": CardFile(name="network.safetensors")},
        licence="Apache-2.0",
        parameters=8_000_000,
        languages=("english", "hindi", "hinglish"),
        options={"language": ("english", "hindi", "hinglish"), "style": ("story", "verse")},
    )
    return ModelCard(**(fields | changes))  # type: ignore[arg-type]


def announcement(**changes: object) -> Announced:
    fields: dict[str, object] = dict(version="0.1.0", protocol=PROTOCOL, modalities=("text",), cards=(text_card(),))
    return Announced(**(fields | changes))  # type: ignore[arg-type]


def ready() -> Ready:
    return Ready(device="cpu", name="2 cores", memory=4 * 2**30)


def preview(text: str, masked: int = 0) -> TextPreview:
    """A preview with a token for each word of `text`, of which the last `masked` are only guesses."""
    words = [word + " " for word in text.split()]
    seen = len(words) - masked
    return TextPreview(
        ids=tuple(index if index < seen else -1 for index in range(len(words))),
        pieces=tuple(words),
        confidence=tuple(0.9 if index < seen else 0.3 for index in range(len(words))),
        fixed=(False,) * len(words),
    )


def spectrogram(frames: int, bins: int = 100, start: float = 0.0) -> SpectrogramPreview:
    """A preview of a sound; the first two bytes of each frame say which one it is."""
    mel = b"".join(frame.to_bytes(2, "big").ljust(bins, b"\x40") for frame in range(frames))
    return SpectrogramPreview(frames=frames, bins=bins, mel=mel, low=-11.6, high=3.0, hop=0.01, start=start)


def stepped(
    job: str, step: int, steps: int, text: str | None = "once there was a river", elapsed: float = 0.0
) -> Stepped:
    """A step of a job; tokens are revealed in order. `text=None` is a step whose preview was dropped."""
    masked = 0 if text is None else round(len(text.split()) * (steps - step) / steps)
    shown = None if text is None else preview(text, masked)
    level = (steps - step) / steps
    return Stepped(job=job, step=step, steps=steps, level=level, elapsed=elapsed or step * 0.1, preview=shown)


def spoken(job: str, sound: SoundWork, request: SpeechRequest | None = None) -> Finished:
    """The end of a job that spoke."""
    recipe = recipe_for(request or SpeechRequest(text="Once there was a river."))
    return Finished(job=job, work=sound, recipe=recipe, elapsed=1.6, network_time=1.5, preview_time=0.05)


def drawn(job: str, picture: PictureWork, request: ImageRequest | None = None) -> Finished:
    """The end of a job that drew."""
    recipe = recipe_for(request or ImageRequest(prompt="a river"))
    return Finished(job=job, work=picture, recipe=recipe, elapsed=1.6, network_time=1.5, preview_time=0.05)


def finished(job: str, text: str = "once there was a river", request: Request | None = None) -> Finished:
    recipe = recipe_for(request or TextRequest())
    work = TextWork(text=text)
    return Finished(job=job, work=work, recipe=recipe, elapsed=1.6, network_time=1.5, preview_time=0.05)
