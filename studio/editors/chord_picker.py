"""A chord picked from the circle of fifths, with its quality and its bass: pops up over the lane."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.api.chords import QUALITIES, Chord, Key, spelled
from studio import theme
from studio.editors.caption import describe
from studio.editors.circle_of_fifths import CircleOfFifths

COLUMNS = 4
DEGREES = {0: "root", 2: "second", 3: "third", 4: "third", 5: "fourth", 6: "fifth", 7: "fifth", 8: "fifth"}
DEGREES |= {9: "sixth", 10: "seventh", 11: "seventh"}


class ChordPicker(QFrame):
    """`picked` carries the chord at every change, so that it is seen in the lane at once."""

    picked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._chord, self._key = Chord(0), Key(0, "major")
        self.circle, self._bass = CircleOfFifths(), QComboBox()
        self._qualities = QButtonGroup(self)
        self._grid = QGridLayout()
        self.setProperty("role", "surface")
        self.setAccessibleName("Choose a chord")
        self._lay_out()
        self.circle.picked.connect(self._take_triad)
        self._qualities.idClicked.connect(self._take_quality)
        self._bass.activated.connect(lambda: self._pick(Chord(self._chord.root, self._chord.quality, self._under())))

    def pop_up(self, chord: Chord, key: Key, at: QPoint) -> None:
        """At a point of the screen, as far as there is room; `chord` is what is changed."""
        self._chord, self._key = (chord if chord.root is not None else Chord(key.tonic)), key
        self._show()
        self.adjustSize()
        screen = QGuiApplication.screenAt(at) or self.screen()
        room = screen.availableGeometry()
        left = min(max(room.left(), at.x()), room.right() - self.width())
        top = at.y() if at.y() + self.height() <= room.bottom() else max(room.top(), room.bottom() - self.height())
        self.move(left, top)
        self.show()
        self.circle.setFocus()

    # --- what is picked ---

    def _take_triad(self, triad: Chord) -> None:
        """The quality stays where the new chord can have it: C7 → G7, but Am7 → C."""
        third = 3 in QUALITIES[triad.quality]
        same = (3 in QUALITIES[self._chord.quality]) == third
        self._pick(Chord(triad.root, self._chord.quality if same else triad.quality))

    def _take_quality(self, index: int) -> None:
        self._pick(Chord(self._chord.root, list(QUALITIES)[index], self._chord.bass))

    def _under(self) -> int | None:
        bass = int(self._bass.currentData())
        return None if bass == self._chord.root else bass

    def _pick(self, chord: Chord) -> None:
        self._chord = chord
        self._show()
        self.picked.emit(chord)

    # --- what is seen ---

    def _show(self) -> None:
        self.circle.show_chord(self._chord, self._key)
        low = 3 in QUALITIES[self._chord.quality]
        fitting = [index for index, notes in enumerate(QUALITIES.values()) if (3 in notes) == low]
        for index, quality in enumerate(QUALITIES):
            button = self._qualities.button(index)
            self._grid.removeWidget(button)
            button.setVisible(index in fitting)
            name = spelled(Chord(self._chord.root, quality), self._key)
            button.setText(name)
            button.setChecked(quality == self._chord.quality)
            describe(button, name, f"Makes it {name}.")
        for place, index in enumerate(fitting):
            self._grid.addWidget(self._qualities.button(index), place // COLUMNS, place % COLUMNS)
        self._show_basses()

    def _show_basses(self) -> None:
        """The chord's own notes first."""
        root, own = self._chord.root or 0, QUALITIES[self._chord.quality]
        self._bass.clear()
        for above in (*own, *(each for each in range(12) if each not in own)):
            name = spelled(Chord(root, self._chord.quality, (root + above) % 12), self._key).rpartition("/")[2]
            note = name if above else spelled(Chord(root), self._key)
            told = f"{note}, the {DEGREES[above]}" if above in own else note
            self._bass.addItem(f"Bass: {told}", (root + above) % 12)
        bass = root if self._chord.bass is None else self._chord.bass
        self._bass.setCurrentIndex(self._bass.findData(bass))

    def _lay_out(self) -> None:
        describe(self._bass, "Bass", "The note under the chord: another one than the root makes an inversion, or C/D.")
        self._grid.setSpacing(theme.TIGHT)
        for index in range(len(QUALITIES)):
            button = QPushButton()
            button.setCheckable(True)
            button.setProperty("role", "segment")
            self._qualities.addButton(button, index)
        hint = QLabel("Shaded: the chords of the key. Esc closes.")
        hint.setProperty("role", "muted")
        hint.setFont(theme.font("small"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self.circle, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._grid)
        column.addWidget(self._bass)
        column.addWidget(hint)
