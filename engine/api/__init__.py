"""The door between the studio and the engine: the vocabulary both speak, and nothing that needs torch or Qt.

Standard library, msgspec and platformdirs only; this is all of `engine` that `studio` may import.
"""
