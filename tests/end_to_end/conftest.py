"""A checkpoint to work with."""

from tests.tiny_checkpoint import no_assets, tiny_checkpoint, tiny_template

__all__ = ["no_assets", "tiny_checkpoint", "tiny_template"]
