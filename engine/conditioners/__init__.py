"""Conditioners: what a network is told besides the noise, made ready for it."""
