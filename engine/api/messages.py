"""What the studio and the engine say to each other. Commands are imperative, events past participles.

Generate, Prepare, Listen, Audition, Predict and Ask open a job, which ends in exactly one of Finished, Prepared, Heard,
Predicted, Answered, Cancelled, Failed.
"""

import msgspec

from engine.api.cards import ModelCard
from engine.api.previews import PicturePreview as PicturePreview
from engine.api.previews import Preview as Preview
from engine.api.previews import SpectrogramPreview as SpectrogramPreview
from engine.api.previews import TextPreview as TextPreview
from engine.api.requests import MusicRequest, Request
from engine.api.works import ChordHeard as ChordHeard
from engine.api.works import Conformity as Conformity
from engine.api.works import PictureWork as PictureWork
from engine.api.works import SoundPart as SoundPart
from engine.api.works import SoundWork as SoundWork
from engine.api.works import SpokenWord as SpokenWord
from engine.api.works import TextWork as TextWork
from engine.api.works import Work as Work

PROTOCOL = 1


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A frame's head; a picture or a sound travels behind it as the frame's blob."""


class Generate(Message, frozen=True, kw_only=True, tag=True):
    """Do this job, after those already sent. `previews` off saves all but the last while nobody looks."""

    job: str
    request: Request
    previews: bool = True


class Cancel(Message, frozen=True, kw_only=True, tag=True):
    """End this job, running or waiting."""

    job: str


class Adjust(Message, frozen=True, kw_only=True, tag=True):
    """Change what may change while a job runs; holds from the next step on."""

    job: str
    guidance: float | None = None
    gamma: float | None = None
    previews: bool | None = None


class Acknowledge(Message, frozen=True, kw_only=True, tag=True):
    """The preview of this job is kept: the next may be sent."""

    job: str


class Unload(Message, frozen=True, kw_only=True, tag=True):
    """Give back the memory of this checkpoint, or of all."""

    checkpoint: str | None = None


class Prepare(Message, frozen=True, kw_only=True, tag=True):
    """Make a reference of this sound file: what is to be heard of it, and where its words stand if they are given."""

    job: str
    path: str
    transcript: str = ""
    language: str = "english"
    trim: bool = True
    """False keeps its whole length: a recording to be edited, not a voice."""


class Listen(Message, frozen=True, kw_only=True, tag=True):
    """Make the sound of a preview."""

    job: str
    vocoder: str
    preview: SpectrogramPreview


class Audition(Message, frozen=True, kw_only=True, tag=True):
    """Play what this request lays out, before anything is generated: its chords by a soft synthesizer, its beats."""

    job: str
    request: MusicRequest
    chords: bool = True
    click: bool = False


class Predict(Message, frozen=True, kw_only=True, tag=True):
    """Make of the prompt what this request leaves empty: tempo, metre, key, chords, sections."""

    job: str
    request: MusicRequest


class Ask(Message, frozen=True, kw_only=True, tag=True):
    """Say something of a picture: answer a question about it, or describe it where there is none."""

    job: str
    checkpoint: str
    picture: str
    question: str = ""
    temperature: float = 0.0
    """How boldly words are drawn; 0 always takes the likeliest."""
    seed: int = 0


class Announced(Message, frozen=True, kw_only=True, tag=True):
    """The engine lives: said before torch is imported."""

    version: str
    protocol: int
    modalities: tuple[str, ...]
    cards: tuple[ModelCard, ...]
    complaints: tuple[str, ...] = ()
    """A sentence for every card that cannot be used."""


class Ready(Message, frozen=True, kw_only=True, tag=True):
    """The machine underneath is known: "cpu", "cuda", "mps", its name, its memory in bytes.

    `devices` are all that this machine offers, the one in use among them.
    """

    device: str
    name: str
    memory: int
    devices: tuple[str, ...] = ()


class Unready(Message, frozen=True, kw_only=True, tag=True):
    """The engine cannot work at all (torch is missing or broken); the sentence says what to do."""

    sentence: str
    details: str = ""


class Loading(Message, frozen=True, kw_only=True, tag=True):
    """A checkpoint is being loaded for this job; `fraction` of it is done."""

    job: str
    checkpoint: str
    fraction: float


class Stepped(Message, frozen=True, kw_only=True, tag=True):
    """Denoising step `step` of `steps` is done; `level` is the share of noise (or masks) left, `elapsed` in seconds.

    The preview is missing where it would have cost too much or the one before is not yet acknowledged.
    """

    job: str
    step: int
    steps: int
    level: float
    elapsed: float
    preview: Preview | None = None


class Rendered(Message, frozen=True, kw_only=True, tag=True):
    """Part `part` of `parts` of the work is there already, and can be heard while the rest is made."""

    job: str
    part: int
    parts: int
    work: Work


class Prepared(Message, frozen=True, kw_only=True, tag=True):
    """The reference: mono, trimmed, with its words if they were given."""

    job: str
    work: SoundWork


class Heard(Message, frozen=True, kw_only=True, tag=True):
    """The sound of a preview, or of an audition."""

    job: str
    work: SoundWork


class Predicted(Message, frozen=True, kw_only=True, tag=True):
    """Fields of a request for music as the prompt suggests them; what the request had set comes back as it was."""

    job: str
    tempo: float
    metre: str
    key: str
    chords: str
    sections: str
    bars: int = 0
    """As the prompt names them, or as the request has them; 0 where neither says."""
    notes: tuple[str, ...] = ()
    """Sentences for the user: what was read in the prompt, and what it says otherwise than the request."""


class Worded(Message, frozen=True, kw_only=True, tag=True):
    """What has been said of a picture so far."""

    job: str
    text: str


class Answered(Message, frozen=True, kw_only=True, tag=True):
    """All that is said of a picture."""

    job: str
    text: str


class Finished(Message, frozen=True, kw_only=True, tag=True):
    """The job's work, the recipe that makes it again (JSON), and where its time went, in seconds."""

    job: str
    work: Work
    recipe: str
    elapsed: float
    network_time: float
    preview_time: float


class Cancelled(Message, frozen=True, kw_only=True, tag=True):
    """The job was ended by a Cancel."""

    job: str


class Failed(Message, frozen=True, kw_only=True, tag=True):
    """The job could not be done: one sentence for the user, the traceback for the curious."""

    job: str
    sentence: str
    bad_input: bool = False
    details: str = ""


class Unloaded(Message, frozen=True, kw_only=True, tag=True):
    """Memory in use after an Unload or a job, in bytes."""

    memory: int


Command = Generate | Prepare | Listen | Audition | Predict | Ask | Cancel | Adjust | Acknowledge | Unload
Event = (
    Announced
    | Ready
    | Unready
    | Loading
    | Stepped
    | Rendered
    | Finished
    | Prepared
    | Heard
    | Predicted
    | Worded
    | Answered
    | Cancelled
    | Failed
    | Unloaded
)
TERMINAL = (Finished, Prepared, Heard, Predicted, Answered, Cancelled, Failed)
