"""The pages of the Help sheet, as rich text: the keys, how denoising works here, what Quartet is made of."""

import html
from collections.abc import Sequence

from PySide6.QtGui import QKeySequence

from engine import __version__
from engine.api.cards import ModelCard

Section = tuple[str, Sequence[tuple[str, str]]]
"""A heading, and under it keys with what they do. A key is named as Qt names it; a gesture is said in words."""

DENOISING = (
    "<b>It begins with noise and takes it away.</b> A text begins with every word masked. In each <b>step</b> the "
    "checkpoint guesses all of it at once, keeps what it is surest of, and guesses the rest anew. More steps leave it "
    "more time to settle.",
    "<b>Guidance</b> says how hard it follows your prompt and your choices: at 1 it is free, higher it obeys, and far "
    "too high it stiffens.",
    "<b>γ</b> says how much chance there is on the way. At 0 nothing that stands is touched again; towards 1 part of "
    "it is masked again in every step, which can mend what was chosen too early.",
    "<b>Spacing</b> and <b>sway</b> say where on the way the steps are spent: early, where the whole takes shape, or "
    "late, where details do.",
    "<b>The seed</b> is where chance comes from: the same seed with the same settings makes the same work again.",
    "<b>Music</b> follows the key, the tempo, the chords and the form that you set, beat by beat; what you leave open "
    "is the checkpoint's to choose. Bars that you repaint are made anew to fit what stands around them.",
    "<b>Locks.</b> In a finished work you can lock the words you like, mask those you do not, and run again from "
    "there: what is locked stays, and the rest is guessed anew around it.",
)

LICENCES = (
    ("Quartet", "Apache-2.0", "the studio and the engine"),
    ("Python", "PSF-2.0", "runs both"),
    ("Qt, by PySide6-Essentials", "LGPL-3.0", "the window"),
    ("torch", "BSD-3-Clause", "the computing"),
    ("numpy", "BSD-3-Clause", "arrays"),
    ("mido", "MIT", "MIDI files"),
    ("msgspec", "BSD-3-Clause", "messages and recipes"),
    ("safetensors", "Apache-2.0", "checkpoints on disk"),
    ("sounddevice, with PortAudio", "MIT", "sound, in and out"),
    ("soundfile, with libsndfile", "BSD-3-Clause and LGPL-2.1", "sound files"),
    ("soxr", "LGPL-2.1", "sound at other rates"),
    ("tokenizers", "Apache-2.0", "text in pieces"),
    ("tomli-w", "MIT", "cards of checkpoints"),
    ("PyYAML", "MIT", "settings of published checkpoints"),
    ("pillow", "MIT-CMU", "picture files"),
    ("platformdirs", "MIT", "where your files go"),
    ("qtawesome, with Phosphor Icons", "MIT", "icons"),
    ("Inter", "OFL-1.1", "letters, where the desktop names no font"),
    ("Lohit Devanagari", "OFL-1.1", "Devanagari letters"),
)
"""What ships, or is installed with it: its name, its licence, what it is for."""


def keys_page(sections: Sequence[Section]) -> str:
    """A table for each section."""
    return "".join(_table(heading, [(_key(key), what) for key, what in rows]) for heading, rows in sections if rows)


def denoising_page() -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in DENOISING)


def about_page(cards: Sequence[ModelCard]) -> str:
    """Version, licences, and where the checkpoints come from."""
    return (
        f"<h2>Quartet {html.escape(__version__)}</h2>"
        "<p>It makes by diffusion, on this machine alone. Nothing is sent anywhere.</p>"
        + (_table("Checkpoints", [(card.title, _credit(card)) for card in cards]) if cards else "")
        + _table("Made with", [(name, f"{licence}, {purpose}") for name, licence, purpose in LICENCES])
    )


def _credit(card: ModelCard) -> str:
    sources = "; ".join(f"{source.name} ({source.licence})" for source in card.sources)
    return f"{card.licence}; it learned from {sources}" if sources else card.licence


def _table(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td width='36%'><b>{html.escape(left)}</b></td><td>{html.escape(right)}</td></tr>" for left, right in rows
    )
    return f"<h3>{html.escape(heading)}</h3><table width='100%'>{cells}</table>"


def _key(key: str) -> str:
    """A key as this system writes it; a gesture stays as it is."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
