"""Requests: one frozen Struct a modality, complete in itself.

The form, the command line flags, the validation, the JSON schema and the recipe embedded in an exported file all derive
from these annotated fields. The knobs of the samplers have the same names and the same meaning in every modality.
"""

from typing import Annotated, get_args

import msgspec

from engine.api.image_request import ImageRequest
from engine.api.knobs import Gamma, Guidance, SeedNumber, Spacing, Steps, Sway
from engine.api.music_request import MusicRequest
from engine.api.params import CheckpointRef, Choice, Draft, Number, SoundFile, Text, VoiceRef


class TextRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="modality", tag="text"
):
    """Text written by masked diffusion: a beginning to go on from, or a text with gaps (`____`) to fill in."""

    prompt: Annotated[
        str,
        Text(
            "Prompt",
            lines=6,
            placeholder="How the text begins, or a text with ____ gaps to fill in. Leave empty for a surprise.",
            help="The beginning of the text. ___ is a gap to fill with one token, each underscore more adds a token.",
            examples=(
                "One rainy evening, Meera",
                "One morning ___ lost an old ___ near the temple. At last a kind ___ found it.",
                "एक दिन रवि",
                "Ek din Ravi apne dost ke saath",
            ),
        ),
    ] = ""
    language: Annotated[
        str, Choice("Language", ("any", "english", "hindi", "hinglish"), help="What the text is written in.")
    ] = "english"
    style: Annotated[
        str,
        Choice(
            "Style",
            ("any", "story", "verse", "saying", "guide", "definition"),
            help="The kind of text. A checkpoint knows only some of them in each language.",
        ),
    ] = "story"
    length: Annotated[
        int,
        Number(
            "Length", 8, 512, 8, "tokens", help="How many tokens to write after the prompt; with gaps, none are added."
        ),
    ] = 96
    steps: Steps = 32
    guidance: Guidance = 1.5
    temperature: Annotated[
        float, Number("Temperature", 0, 2, 0.05, help="How boldly words are drawn: 0 always takes the likeliest.")
    ] = 0.8
    gamma: Gamma = 0.5
    min_p: Annotated[
        float,
        Number(
            "Plausibility",
            0,
            1,
            0.01,
            help="Words less likely than this share of the likeliest one are never drawn; 0 allows all.",
            advanced=True,
        ),
    ] = 0.1
    reveal_noise: Annotated[
        float,
        Number(
            "Reveal noise",
            0,
            10,
            0.1,
            help="0 reveals the surest tokens first; more shuffles the order.",
            advanced=True,
        ),
    ] = 0.5
    confidence_stop: Annotated[
        float,
        Number(
            "Confidence stop",
            0.5,
            1,
            0.01,
            help="Tokens surer than this are revealed at once and the run ends early; 1 never does.",
            advanced=True,
        ),
    ] = 1.0
    spacing: Spacing = "uniform"
    sway: Sway = 0.0
    sampler: Annotated[str, Choice("Sampler", ("unmask",), help="The numerical method.", advanced=True)] = "unmask"
    seed: SeedNumber = 0
    checkpoint: Annotated[str, CheckpointRef("Checkpoint", "text", help="The weights that write.")] = "pocket-text"
    draft: Annotated[
        tuple[int, ...], Draft("Draft", low=-1, help="Token ids to start from, −1 where masked; set by the preview.")
    ] = ()
    locked: Annotated[tuple[int, ...], Draft("Locked", help="Positions of the draft that never change.")] = ()


class SpeechRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="modality", tag="speech"
):
    """Speech in a voice of the library, or a recording in which words are changed, by flow matching."""

    text: Annotated[
        str,
        Text(
            "Text",
            lines=8,
            limit=20_000,
            placeholder="What is to be said. [Name] at the start of a line changes to the voice of that name.",
            help="What is to be said; of a recording, all its words as they are to be.",
            examples=(
                "The kettle sang, the rain went on, and nobody was in a hurry.",
                "आज सुबह बारिश हुई और बाज़ार देर से खुला।",
                "Kal hum sab park chalenge, don't be late!",
            ),
        ),
    ] = ""
    language: Annotated[
        str, Choice("Language", ("english", "hindi", "hinglish", "chinese"), help="How the text is read.")
    ] = "english"
    voice: Annotated[str, VoiceRef("Voice", help="Who speaks.")] = "heart"
    seconds: Annotated[
        float,
        Number("Length", 0, 600, 0.1, "s", "automatic", help="How long it lasts; 0 is as long as this voice takes."),
    ] = 0.0
    speed: Annotated[float, Number("Speed", 0.5, 2, 0.05, help="1 is the voice's own; a set length wins over it.")] = (
        1.0
    )
    steps: Annotated[int, Number("Steps", 4, 64, help="Denoising steps. More take longer and settle more finely.")] = 16
    guidance: Guidance = 2.0
    guidance_low: Annotated[
        float,
        Number("Guidance from", 0, 1, 0.05, help="No guidance where less noise than this is left.", advanced=True),
    ] = 0.0
    guidance_high: Annotated[
        float, Number("Guidance up to", 0, 1, 0.05, help="No guidance where more noise is left.", advanced=True)
    ] = 1.0
    gamma: Gamma = 0.0
    spacing: Spacing = "uniform"
    sway: Sway = -1.0
    sampler: Annotated[
        str, Choice("Sampler", ("euler", "heun", "dpmpp_2m"), help="The numerical method.", advanced=True)
    ] = "euler"
    seed: SeedNumber = 0
    checkpoint: Annotated[str, CheckpointRef("Checkpoint", "speech", help="The weights that speak.")] = "pocket-speech"
    vocoder: Annotated[
        str, CheckpointRef("Vocoder", "vocoder", help="The weights that turn the spectrogram into sound.")
    ] = "pocket-vocoder"
    recording: Annotated[
        str, SoundFile("Recording", help="A recording to change words in: what stays in the text stays as it is.")
    ] = ""
    transcript: Annotated[
        str, Text("Transcript", lines=3, limit=2_000, help="What the recording says now, word for word.")
    ] = ""
    boundaries: Annotated[
        tuple[int, ...],
        Draft("Boundaries", help="Where the recording's words begin and end, in ms, in turns; none finds them."),
    ] = ()
    takes: Annotated[
        tuple[int, ...], Draft("Takes", help="Of each sentence, which attempt: another number is another noise.")
    ] = ()


Request = TextRequest | SpeechRequest | MusicRequest | ImageRequest
"""Any request. One of the two tables that a new modality adds a line to."""

REQUESTS: dict[str, type[Request]] = {str(kind.__struct_config__.tag): kind for kind in get_args(Request)}
"""Modality → its request."""
