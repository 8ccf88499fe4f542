"""Says that the next work goes on from what no field of the form shows: a draft, other takes, bars to be made anew."""

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from engine.api.params import Draft, Field, PictureFile, SoundFile
from studio import theme
from studio.editors.caption import describe

DRAFT, KEPT = "Goes on from a kept draft, not from what is written above.", "Some {} are kept from the work before."
PARTS = "Goes on from a picture that is kept: only what was hidden of it is made anew."
ANEW = "Of the recording only {} is made anew."


class DraftNote(QFrame):
    """Hidden until there is a draft; its button asks to begin anew."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self._sentence = QLabel(wordWrap=True)
        anew = QPushButton("Begin anew")
        describe(anew, "Begin anew", "Forgets it: the next work begins from what is written.")
        anew.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.addWidget(self._sentence, 1)
        row.addWidget(anew)
        self.say("")

    def say(self, sentence: str) -> None:
        """What of it is not in the form; nothing is with ""."""
        self._sentence.setText(sentence)
        self.setVisible(bool(sentence))


def told(drafts: Mapping[str, tuple[int, ...]], fields: Mapping[str, Field]) -> str:
    """What of these is not in the form; "" where there is nothing."""
    begun = {name: values for name, values in drafts.items() if values}
    if any(fields[name].kind.low < 0 for name in begun):
        return PARTS if any(isinstance(field.kind, PictureFile) for field in fields.values()) else DRAFT
    for name in spans_of_recordings(fields) & begun.keys():
        times = [f"{time / 1000:.1f}" for time in begun[name]]
        spans = (f"{start} to {stop} s" for start, stop in zip(times[::2], times[1::2], strict=False))
        return ANEW.format(", ".join(spans))
    return KEPT.format(*begun) if begun else ""


def spans_of_recordings(fields: Mapping[str, Field]) -> set[str]:
    """The drafts that say, right after a recording, which spans of it are made anew: beginnings and ends in ms."""
    pairs = pairwise(fields.items())
    return {name for (_, one), (name, other) in pairs if isinstance(one.kind, SoundFile) and type(other.kind) is Draft}
