"""Lanes out of a file, by its ending: MIDI, a chord chart, or a recorded click."""

from pathlib import Path

from engine.api.errors import BadInput
from studio.sheets.charts import MOST_LETTERS, read_chart
from studio.sheets.sheet import Sheet

MIDI = (".mid", ".midi", ".smf", ".kar")
CHARTS = (".txt", ".cho", ".crd", ".chopro", ".chordpro", ".pro", ".md", ".text")
CLICKS = (".wav", ".flac")


def is_sheet(path: Path) -> bool:
    """Whether this may hold notes or chords, by its name."""
    return path.suffix.lower() in (*MIDI, *CHARTS)


def is_midi(path: Path) -> bool:
    return path.suffix.lower() in MIDI


def read_sheet(path: Path, metre: str) -> Sheet:
    """Raises BadInput with one sentence. `metre` is that of a chart which does not say it."""
    ending = path.suffix.lower()
    if ending in MIDI:
        from studio.sheets.midi_in import read_midi  # mido takes a tenth of a second to load

        return read_midi(path)
    if ending in CLICKS:
        from studio.sheets.clicks import read_click

        return read_click(path)
    return read_chart(_text(path), path.name, metre)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            held = file.read(4 * MOST_LETTERS + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}; check the name.") from error
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in held:
            raise BadInput(f"{path.name} is no text; choose a MIDI file or a chord chart.") from error
        return held.decode("latin-1")
