"""The studio: the window. It speaks to the engine through `engine.api` and knows nothing of torch."""

from engine import __version__ as __version__
