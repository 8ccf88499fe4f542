"""One voice, as it is kept: its name, its language, what is heard of it, and on which terms it may be used."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.api.errors import BadInput, Failure
from engine.api.voices import Voice
from studio import theme
from studio.editors.caption import describe
from studio.editors.choice import spoken
from studio.editors.listen import ListenButton
from studio.editors.surroundings import Surroundings
from studio.panels.blank import Blank

NOTHING = "No voice chosen", "Choose one on the left, or record or import one of your own."
SHIPPED = "It came with Quartet and cannot be changed."


class VoiceCard(QWidget):
    """The name of the user's own voices can be written over; `complained` says why it could not be kept."""

    complained = Signal(str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._voice: Voice | None = None
        self._name, self._title, self._listen = QLineEdit(), QLabel(), ListenButton("the voice")
        self._facts, self._words = QLabel(), QLabel(wordWrap=True)
        self._terms, self._shipped = QLabel(wordWrap=True), QLabel(SHIPPED, wordWrap=True)
        self._blank, self._page = Blank("users-three", *NOTHING), QFrame()
        self._listen.use(around.player)
        describe(self._name, "Name of the voice", "A script calls it so: [Name] at the start of a line.")
        self._name.editingFinished.connect(self._rename)
        self._lay_out()
        self.show_voice(None)

    def show_voice(self, voice: Voice | None) -> None:
        """This one, or none."""
        self._voice = voice
        self._page.setVisible(voice is not None)
        self._blank.setVisible(voice is None)
        self._listen.set_sound(str(voice.path()) if voice else "")
        if voice is None:
            return
        own = self._around.voices.is_own(voice.id)
        self._name.setText(voice.title)
        self._title.setText(voice.title)
        self._name.setVisible(own)
        self._title.setVisible(not own)
        self._shipped.setVisible(not own)
        self._facts.setText(f"{spoken(voice.language)} · {'your own' if own else 'shipped'}")
        self._words.setText(f"“{voice.transcript}”")
        self._terms.setText("\n".join(filter(None, (f"Consent: {voice.consent}", licence(voice)))))

    def listen(self) -> None:
        """Play it, or stop it."""
        self._listen.click()

    def edit_name(self) -> None:
        """Have the name written over."""
        if self._name.isVisible():
            self._name.setFocus()
            self._name.selectAll()

    def _rename(self) -> None:
        voice = self._voice
        if voice is None or self._name.isHidden() or self._name.text() == voice.title:
            return
        try:
            self._around.voices.rename(voice.id, self._name.text())
            self.complained.emit("")
        except (BadInput, Failure) as error:
            self._name.setText(voice.title)
            self.complained.emit(str(error))

    def _lay_out(self) -> None:
        for shown in (self._name, self._title):
            shown.setFont(theme.font("title", bold=True))
        for label in (self._facts, self._terms, self._shipped):
            label.setProperty("role", "muted")
        for label in (self._words, self._terms):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setAccessibleName("What is heard")
        self._terms.setAccessibleName("On which terms")
        top = QHBoxLayout()
        top.setSpacing(theme.GAP)
        top.addWidget(self._name, 1)
        top.addWidget(self._title, 1)
        top.addWidget(self._listen)
        inner = QVBoxLayout(self._page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.MARGIN)
        inner.addLayout(top)
        for label in (self._facts, self._words, self._terms, self._shipped):
            inner.addWidget(label)
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, 0, 0, 0)
        column.addWidget(self._page, 1)
        column.addWidget(self._blank, 1)


def licence(voice: Voice) -> str:
    return f"Licence: {voice.licence}" if voice.licence else ""
