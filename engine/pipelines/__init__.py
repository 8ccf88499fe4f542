"""Pipelines, one file a modality: prompt → conditioning → latent → work, read top to bottom like the paper's figure."""

from engine.pipelines.contract import Live, Pipeline, Progress, Shelf
from engine.pipelines.image import image
from engine.pipelines.music import music
from engine.pipelines.speech import speech
from engine.pipelines.text import text

__all__ = ["PIPELINES", "Live", "Pipeline", "Progress", "Shelf"]

PIPELINES: dict[str, Pipeline] = {"text": text, "speech": speech, "music": music, "image": image}
"""Modality → its pipeline. One of the two tables that a new modality adds a line to."""
