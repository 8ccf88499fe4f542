"""Between a work and its latent: what a network sees of a text, a sound or a picture, and the way back."""
