"""Recording from a microphone that is only a test's, and what is said where there is none."""

import math
import struct
import sys
import wave
from array import array
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication

from engine.api.errors import Failure
from studio.playback.pump import Level
from studio.recorder import LOST, NO_DEVICE, NO_LIBRARY, Microphones, Recorder, Take, loudness

RATE = 8000


class FakeMicrophone:
    """Hears what it is told to, in blocks of 20 ms."""

    def __init__(self, take: Take, channels: int) -> None:
        self.rate, self.channels, self._take = RATE, channels, take
        self.active, self.closed = False, False

    def start(self) -> None:
        self.active = True

    def close(self) -> None:
        self.active, self.closed = False, True

    def hear(self, seconds: float, loudness: float = 0.5) -> None:
        for _ in range(round(seconds / 0.02)):
            sine = (round(32767 * loudness * math.sin(math.pi * frame / 4)) for frame in range(RATE // 50))
            self._take(array("h", [each for sample in sine for each in [sample] * self.channels]).tobytes())


class FakeInputs:
    def __init__(self, channels: int = 1) -> None:
        self.channels, self.broken, self.refreshed = channels, "", 0
        self.opened: list[tuple[str, FakeMicrophone]] = []

    def names(self) -> list[str]:
        return ["Built-in", "Headset"]

    def refresh(self) -> None:
        self.refreshed += 1

    def open(self, name: str, take: Take) -> FakeMicrophone:
        if self.broken:
            raise Failure(self.broken)
        self.opened.append((name, FakeMicrophone(take, self.channels)))
        return self.opened[-1][1]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def inputs() -> FakeInputs:
    return FakeInputs()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recorder(qapp: QApplication, inputs: FakeInputs, clock: Clock) -> Recorder:
    return Recorder(inputs, clock)


def test_what_was_heard_is_written_as_it_was(recorder: Recorder, inputs: FakeInputs, tmp_path: Path) -> None:
    recorder.record("Headset")
    name, microphone = inputs.opened[0]
    microphone.hear(1.5)
    recorder.stop()
    recorder.write(tmp_path / "voice.wav")
    with wave.open(str(tmp_path / "voice.wav"), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)
        samples = array("h", sound.readframes(sound.getnframes()))
    assert name == "Headset" and microphone.closed and len(samples) == 1.5 * RATE
    assert samples[:4].tolist() == [round(32767 * 0.5 * math.sin(math.pi * frame / 4)) for frame in range(4)]


def test_both_channels_of_a_stereo_microphone_are_kept(recorder: Recorder, inputs: FakeInputs, tmp_path: Path) -> None:
    inputs.channels = 2
    recorder.record()
    inputs.opened[0][1].hear(1)
    assert recorder.seconds == 1
    recorder.write(tmp_path / "voice.wav")
    with wave.open(str(tmp_path / "voice.wav"), "rb") as sound:
        assert (sound.getnchannels(), sound.getnframes()) == (2, RATE)


def test_level_and_length_are_told_while_it_records(recorder: Recorder, inputs: FakeInputs) -> None:
    levels: list[Level] = []
    lasted: list[float] = []
    recorder.levelled.connect(levels.append)
    recorder.lasted.connect(lasted.append)
    recorder.record()
    inputs.opened[0][1].hear(0.1, loudness=0.5)
    recorder.tick()
    assert levels[-1].peak == pytest.approx(0.5, abs=0.01)
    assert levels[-1].rms == pytest.approx(0.5 / math.sqrt(2), abs=0.01)
    assert lasted[-1] == pytest.approx(0.1)
    recorder.stop()
    assert levels[-1] == Level(0, 0)


def test_it_ends_by_itself_after_thirty_seconds(recorder: Recorder, inputs: FakeInputs, tmp_path: Path) -> None:
    recorder.record()
    inputs.opened[0][1].hear(31)
    recorder.tick()
    assert not recorder.recording and recorder.seconds == 30
    recorder.write(tmp_path / "voice.wav")
    with wave.open(str(tmp_path / "voice.wav"), "rb") as sound:
        assert sound.getnframes() == 30 * RATE


@pytest.mark.parametrize("how", ["unplugged", "silent"])
def test_a_lost_microphone_is_said_and_what_came_is_kept(
    recorder: Recorder, inputs: FakeInputs, clock: Clock, how: str
) -> None:
    said: list[str] = []
    recorder.complained.connect(said.append)
    recorder.record()
    inputs.opened[0][1].hear(1)
    recorder.tick()
    clock.now += 1 if how == "unplugged" else 3
    inputs.opened[0][1].active = how == "silent"
    recorder.tick()
    assert said == [LOST] and not recorder.recording and recorder.seconds == 1


def test_a_microphone_that_does_not_open_is_said(recorder: Recorder, inputs: FakeInputs) -> None:
    said: list[str] = []
    recorder.complained.connect(said.append)
    inputs.broken = NO_DEVICE
    recorder.record()
    assert said == [NO_DEVICE] and not recorder.recording and recorder.seconds == 0


def test_recording_again_begins_anew(recorder: Recorder, inputs: FakeInputs) -> None:
    recorder.record()
    inputs.opened[0][1].hear(2)
    recorder.record()
    inputs.opened[1][1].hear(0.5)
    assert inputs.opened[0][1].closed and recorder.seconds == 0.5
    recorder.forget()
    assert recorder.seconds == 0 and inputs.opened[1][1].closed


def test_microphones_are_looked_for_again_but_never_amid_a_recording(recorder: Recorder, inputs: FakeInputs) -> None:
    assert recorder.inputs() == ["Built-in", "Headset"] and inputs.refreshed == 1
    recorder.record()
    recorder.inputs()
    assert inputs.refreshed == 1


def test_a_block_is_as_loud_as_its_samples() -> None:
    assert loudness(struct.pack("<4h", -32768, 0, 0, 0)) == Level(1.0, 0.5)
    assert loudness(b"") == Level(0, 0)


class FakePortAudio(SimpleNamespace):
    """The module sounddevice with these devices."""

    class PortAudioError(Exception):
        pass

    def __init__(self, *devices: dict[str, object], refuses_mono: bool = False) -> None:
        super().__init__(default=SimpleNamespace(hostapi=0), opened=[])
        self._devices, self._refuses_mono = list(devices), refuses_mono

    def query_hostapis(self, index: int) -> dict[str, object]:
        return {"devices": list(range(len(self._devices)))}

    def query_devices(self, index: int | None = None, kind: str = "") -> object:
        if not kind:
            return self._devices if index is None else self._devices[index]
        if not self._devices:
            raise self.PortAudioError("Error querying device -1")
        return self._devices[index or 0]

    def check_input_settings(self, device: int | None, channels: int, dtype: str, samplerate: int) -> None:
        if channels == 1 and self._refuses_mono:
            raise self.PortAudioError("Invalid number of channels")

    def RawInputStream(self, **settings: object) -> SimpleNamespace:
        self.opened.append(settings)
        return SimpleNamespace(active=True, start=lambda: None, close=lambda ignore_errors: None)


MICROPHONE = {"name": "Microphone", "max_input_channels": 2, "default_samplerate": 44100.0}
LOUDSPEAKER = {"name": "Loudspeaker", "max_input_channels": 0, "default_samplerate": 48000.0}


@pytest.mark.parametrize("refuses", [False, True])
def test_a_microphone_is_opened_at_its_own_rate_and_in_mono_if_it_can(
    monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    library = FakePortAudio(LOUDSPEAKER, MICROPHONE, refuses_mono=refuses)
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    heard: list[bytes] = []
    assert Microphones().names() == ["Microphone"]
    stream = Microphones().open("Microphone", heard.append)
    assert (stream.rate, stream.channels) == (44100, 2 if refuses else 1)
    assert library.opened[0]["device"] == 1
    library.opened[0]["callback"](memoryview(b"abcd"), 2, None, None)
    assert heard == [b"abcd"]


def test_without_a_microphone_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakePortAudio())
    with pytest.raises(Failure, match="There is no microphone on this machine"):
        Microphones().open("", lambda block: None)


def test_without_the_library_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise Failure("cannot be played") from OSError("PortAudio library not found")

    monkeypatch.setattr("studio.recorder.load", load)
    assert Microphones().names() == []
    with pytest.raises(Failure) as caught:
        Microphones().open("", lambda block: None)
    assert str(caught.value) == NO_LIBRARY
