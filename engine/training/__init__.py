"""How the shipped checkpoints were made: corpora, losses, timestep resampling, averaging; one recipe a checkpoint."""
