"""The engine: a process that takes requests and makes works by diffusion. It knows nothing of Qt."""

__version__ = "0.1.0"
