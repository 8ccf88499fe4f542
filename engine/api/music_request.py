"""The request for music. `engine.api.score` lays it out in time."""

from typing import Annotated

import msgspec

from engine.api.chords import KEYS
from engine.api.knobs import Gamma, Guidance, SeedNumber, Spacing, StageGamma, StageGuidance, StageSteps, Steps, Sway
from engine.api.params import CheckpointRef, Choice, ChordLane, Draft, Number, SectionLane, SoundFile, Text
from engine.api.score import BEATS


class MusicRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="modality", tag="music"
):
    """Music that keeps to a key, a tempo, a lane of chords and a length."""

    prompt: Annotated[
        str,
        Text(
            "Prompt",
            lines=4,
            limit=2_000,
            placeholder="What it sounds like: instruments, style, mood, drums or none.",
            help="What the music sounds like, in English or Hindi. Key, tempo and chords are set below.",
            examples=(
                "A calm piano piece with soft strings, no drums.",
                "Upbeat funk with electric bass, brass and drums.",
                "शांत गिटार, धीमी ताल के साथ।",
            ),
        ),
    ] = ""
    key: Annotated[str, Choice("Key", ("any", *KEYS), help="The scale that melodies keep to.")] = "any"
    tempo: Annotated[float, Number("Tempo", 40, 240, 1, "BPM", help="Beats a minute; in 6/8 two a bar.")] = 100.0
    metre: Annotated[str, Choice("Metre", tuple(BEATS), help="Beats a bar.")] = "4"
    beats: Annotated[
        str,
        Choice(
            "Beats",
            ("as set", "from the prompt"),
            help="Whether tempo and metre are as set here, or what the checkpoint makes of the prompt.",
            advanced=True,
        ),
    ] = "as set"
    chords: Annotated[
        str,
        ChordLane(
            "Chords",
            lines=2,
            limit=20_000,
            placeholder="Am F C G",
            help="Each lasts a bar; Am:2 lasts two beats, | Am F | shares a bar. The lane starts over until the end.",
            examples=("Am F C G", "Dm7 G7 Cmaj7 %", "C G/B Am F"),
        ),
    ] = ""
    sections: Annotated[
        str,
        SectionLane(
            "Sections", lines=1, limit=2_000, placeholder="intro:2 verse:8 outro:2", help="The form, in bars of each."
        ),
    ] = ""
    seconds: Annotated[float, Number("Length", 1, 300, 0.1, "s", help="How long it lasts, to the sample.")] = 10.0
    bars: Annotated[
        int,
        Number("Bars", 0, 256, 1, "bars", "by the seconds", help="How many bars it lasts; they win over the seconds."),
    ] = 0
    loop: Annotated[
        str, Choice("Loop", ("off", "on"), help="On: the end leads into the beginning, to be played in a circle.")
    ] = "off"
    steps: Steps = 24
    guidance: Guidance = 3.0
    lane_guidance: Annotated[
        float,
        Number("Lane guidance", 1, 10, 0.1, help="The same for chords, beats and form.", advanced=True),
    ] = 2.0
    gamma: Gamma = 0.0
    spacing: Spacing = "uniform"
    sway: Sway = 0.0
    sampler: Annotated[
        str,
        Choice(
            "Sampler",
            ("ddim", "euler", "heun", "dpmpp_2m", "dpmpp_3m_sde"),
            help="The numerical method.",
            advanced=True,
        ),
    ] = "ddim"
    cascader_steps: StageSteps = 32
    cascader_guidance: StageGuidance = 1.0
    cascader_gamma: StageGamma = 0.0
    cascader_spacing: Spacing = "uniform"
    upsampler_steps: StageSteps = 16
    upsampler_guidance: StageGuidance = 1.0
    upsampler_gamma: StageGamma = 0.0
    upsampler_spacing: Spacing = "uniform"
    seed: SeedNumber = 0
    checkpoint: Annotated[str, CheckpointRef("Checkpoint", "music", help="The weights that play.")] = "pocket-music"
    recording: Annotated[
        str, SoundFile("Recording", help="Music to change or to go on from: what is not made anew stays as it is.")
    ] = ""
    anew: Annotated[
        tuple[int, ...],
        Draft(
            "Anew", help="Which spans of the recording are made anew: beginnings and ends in ms; none goes on from it."
        ),
    ] = ()
