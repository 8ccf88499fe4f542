"""The row under a sound: play, back to the start, loop, how far it is, how fast, how loud."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSlider, QToolButton, QWidget

from studio import theme
from studio.icons import icon
from studio.previews.meter import Meter
from studio.previews.time_scale import clock

SPEEDS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
WIDE, NARROW = 500, 400  # pixels below which the meter, then the volume is left out
LOUD = 0.5  # from this volume on the loudspeaker is drawn loud
WIDEST = "00:00.0 / 00:00.0"


class Transport(QWidget):
    """Knows of no player: it asks, and is told how things stand."""

    play_requested = Signal()
    start_requested = Signal()
    loop_chosen = Signal(bool)
    speed_chosen = Signal(float)
    volume_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._play, self._start, self._loop, self._mute = QPushButton(), QToolButton(), QToolButton(), QToolButton()
        self._time, self._speed, self._volume, self.meter = QLabel(), QComboBox(), QSlider(), Meter()
        self._loudness = 1.0
        self._set_up()
        self._lay_out()
        self._connect()
        self.show_state(ready=False, playing=False)
        self.show_time(0.0, 0.0)

    # --- what it is told ---

    def show_state(
        self, ready: bool, playing: bool, loop: bool = False, speed: float = 1.0, volume: float = 1.0
    ) -> None:
        """Whether there is a sound, whether it plays, and how."""
        self._play.setIcon(icon("pause-fill" if playing else "play-fill", "accent_text"))
        describe(self._play, "Pause the sound" if playing else "Play the sound", "Space does the same in the picture.")
        for control in (self._play, self._start, self._loop):
            control.setEnabled(ready)
        self._loop.setChecked(loop)
        with QSignalBlocker(self._speed):
            self._speed.setCurrentIndex(min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - speed)))
        with QSignalBlocker(self._volume):
            self._volume.setValue(round(100 * volume))
        loud = volume > LOUD
        self._mute.setIcon(icon("speaker-high" if loud else "speaker-low" if volume else "speaker-x"))
        describe(self._mute, "Sound on" if not volume else "Sound off")
        self._loudness = volume or self._loudness

    def show_time(self, position: float, seconds: float, place: str = "") -> None:
        """How far it is, of how much; of music also the bar and the beat."""
        text = f"{clock(position)} / {clock(seconds)}"
        self._time.setText(f"{text} · {place}" if place else text)

    # --- how it is put together ---

    def _set_up(self) -> None:
        self._play.setProperty("role", "primary")
        self._play.setFixedWidth(44)
        self._play.setIconSize(QSize(18, 18))
        self._start.setIcon(icon("skip-back-fill"))
        self._loop.setIcon(icon("repeat", checked="repeat"))
        self._loop.setCheckable(True)
        for button in (self._start, self._loop, self._mute):
            button.setProperty("role", "quiet")
        describe(self._start, "Back to the start")
        describe(self._loop, "Loop", "Plays the sound, or what is chosen of it, over and over. L.")
        self._time.setAccessibleName("Time")
        self._time.setMinimumWidth(self._time.fontMetrics().horizontalAdvance(WIDEST))
        self._speed.addItems([f"{speed:g}×" for speed in SPEEDS])
        describe(self._speed, "Speed", "How fast it is played; the voice keeps its pitch.")
        self._volume.setOrientation(Qt.Orientation.Horizontal)
        self._volume.setRange(0, 100)
        self._volume.setPageStep(10)
        self._volume.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._volume.setFixedWidth(84)
        describe(self._volume, "Volume", "How loud it is played; the work stays as it is.")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        left: tuple[QWidget, ...] = (self._play, self._start, self._loop, self._time)
        right: tuple[QWidget, ...] = (self._speed, self.meter, self._mute, self._volume)
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        for widget in right:
            row.addWidget(widget)

    def _connect(self) -> None:
        self._play.clicked.connect(self.play_requested)
        self._start.clicked.connect(self.start_requested)
        self._loop.clicked.connect(self.loop_chosen)
        self._speed.currentIndexChanged.connect(lambda index: self.speed_chosen.emit(SPEEDS[index]))
        self._volume.valueChanged.connect(lambda value: self.volume_chosen.emit(value / 100))
        self._mute.clicked.connect(self._toggle_sound)

    def _toggle_sound(self) -> None:
        self.volume_chosen.emit(0.0 if self._volume.value() else self._loudness)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.meter.setVisible(event.size().width() >= WIDE)
        self._volume.setVisible(event.size().width() >= NARROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, super().minimumSizeHint().height())


def describe(widget: QWidget, name: str, help: str = "") -> None:
    """Name and explain a control to those who point at it and to those who hear it."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(help)
    widget.setToolTip(f"{name}. {help}" if help else name)
