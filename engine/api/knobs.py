"""The knobs of the samplers: the same names and the same meaning in every modality."""

from typing import Annotated

from engine.api.params import Choice, Number, Seed

Steps = Annotated[int, Number("Steps", 1, 200, help="Denoising steps. More take longer and settle more finely.")]
Guidance = Annotated[
    float, Number("Guidance", 1, 10, 0.1, help="1 is none; higher follows the prompt and the tags harder.", live=True)
]
Gamma = Annotated[
    float,
    Number(
        "Randomness γ",
        0,
        1,
        0.05,
        help="0 is deterministic, 1 fully ancestral. For text: how much of what is revealed is masked again.",
        live=True,
    ),
]
Sway = Annotated[
    float,
    Number(
        "Sway", -1, 1.75, 0.05, help="Below 0 spends more steps near the noise, above 0 near the end.", advanced=True
    ),
]
Spacing = Annotated[
    str,
    Choice(
        "Spacing",
        ("uniform", "front-heavy", "back-heavy", "karras", "exponential", "pruned"),
        help="How the steps are spread over the path from noise to work.",
        advanced=True,
    ),
]
SeedNumber = Annotated[int, Seed(help="The same seed and settings give the same work again.")]
StageSteps = Annotated[int, Number("Steps", 1, 200, help="Denoising steps of this stage.", advanced=True)]
StageGuidance = Annotated[float, Number("Guidance", 1, 10, 0.1, help="Guidance of this stage.", advanced=True)]
StageGamma = Annotated[float, Number("Randomness γ", 0, 1, 0.05, help="Randomness of this stage.", advanced=True)]
