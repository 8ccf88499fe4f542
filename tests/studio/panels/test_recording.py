"""Recording in the app: chosen, seen, judged, handed on, or said why not."""

import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from studio.panels.recording import READ, RecordingDialog
from studio.recorder import LOST, NO_DEVICE, Recorder
from tests.studio.test_recorder import Clock, FakeInputs


@pytest.fixture
def inputs() -> FakeInputs:
    return FakeInputs()


@pytest.fixture
def dialog(ground: QWidget, inputs: FakeInputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordingDialog:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path))
    dialog = RecordingDialog(Recorder(inputs, Clock()), ground)
    dialog.show()
    return dialog


def speak(dialog: RecordingDialog, inputs: FakeInputs, seconds: float, loudness: float = 0.4) -> None:
    """Record so much."""
    dialog._record.click()
    inputs.opened[-1][1].hear(seconds, loudness)
    dialog._recorder.tick()
    dialog._record.click()


def test_the_chosen_microphone_is_listened_to(dialog: RecordingDialog, inputs: FakeInputs) -> None:
    box = dialog.findChild(QComboBox)
    assert [box.itemText(i) for i in range(box.count())] == ["The system's own choice", "Built-in", "Headset"]
    box.setCurrentIndex(2)
    dialog._record.click()
    assert inputs.opened[0][0] == "Headset" and dialog._record.text() == "Stop" and not box.isEnabled()
    inputs.opened[0][1].hear(2.5)
    dialog._recorder.tick()
    assert dialog._time.text() == "2.5 s of 30 s" and dialog._meter.accessibleDescription() == "-6 dB"


def test_a_recording_is_handed_on_as_a_file(dialog: RecordingDialog, inputs: FakeInputs, qtbot: QtBot) -> None:
    dialog._languages.chosen.emit(1)
    assert dialog._text.text() == READ["hindi"]
    speak(dialog, inputs, 5)
    with qtbot.waitSignal(dialog.recorded) as recorded:
        dialog._use.click()
    path, language = recorded.args
    with wave.open(str(path), "rb") as sound:
        assert sound.getnframes() / sound.getframerate() == 5
    assert language == "hindi" and not dialog.isVisible()


@pytest.mark.parametrize(
    ("seconds", "loudness", "said"), [(2, 0.4, "too short"), (5, 0.01, "Too quiet"), (5, 1.0, "Too loud")]
)
def test_what_could_be_better_is_said(
    dialog: RecordingDialog, inputs: FakeInputs, seconds: float, loudness: float, said: str
) -> None:
    speak(dialog, inputs, seconds, loudness)
    assert said in dialog._state.text() and dialog._use.isEnabled() == (seconds >= 3)
    speak(dialog, inputs, 5)
    assert not dialog._state.text().strip() and dialog._use.isEnabled()


def test_without_a_microphone_that_is_said(dialog: RecordingDialog, inputs: FakeInputs) -> None:
    inputs.broken = NO_DEVICE
    dialog._record.click()
    assert dialog._state.text() == NO_DEVICE and dialog._record.text() == "Record" and not dialog._use.isEnabled()


def test_what_was_recorded_until_the_microphone_was_lost_can_be_used(
    dialog: RecordingDialog, inputs: FakeInputs
) -> None:
    dialog._record.click()
    inputs.opened[0][1].hear(4)
    dialog._recorder.tick()
    inputs.opened[0][1].active = False
    dialog._recorder.tick()
    assert dialog._state.text() == LOST and dialog._use.isEnabled() and dialog._record.text() == "Record again"


def test_a_disk_that_refuses_is_said(dialog: RecordingDialog, inputs: FakeInputs, tmp_path: Path) -> None:
    speak(dialog, inputs, 5)
    (tmp_path / "sounds").touch()  # a file where the folder should be
    dialog._use.click()
    assert "was not written" in dialog._state.text() and dialog.isVisible()


def test_nothing_listens_once_it_is_closed(dialog: RecordingDialog, inputs: FakeInputs) -> None:
    dialog._record.click()
    dialog.reject()
    assert inputs.opened[0][1].closed
