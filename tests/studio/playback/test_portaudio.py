"""Loudspeakers by PortAudio: what is asked of it, and one sentence for every way in which it fails."""

import os
import subprocess
import sys
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from weakref import WeakSet

import pytest

from engine.api.errors import Failure
from studio.playback import portaudio
from studio.playback.portaudio import NO_DEVICE, NO_LIBRARY, NO_PACKAGE, PortAudio, Stream
from tests.studio.playback.sounds import tone, write_floats

ROOT = Path(__file__).parents[3]


class PortAudioError(Exception):
    pass


class FakeSoundDevice(ModuleType):
    """The module sounddevice on a machine with a microphone, loudspeakers (48 kHz only) and headphones."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.default = SimpleNamespace(hostapi=0)
        self.devices = [device("Microphone", 0), device("Loudspeakers", 2, {48000}), device("Headphones", 1)]
        self.calls: list[str] = []
        self.broken = ""
        self.opened: dict[str, Any] = {}
        self.lag = 0.05

    def query_hostapis(self, index: int) -> dict[str, Any]:
        return {"devices": list(range(len(self.devices)))}

    def query_devices(self, index: int | None = -1, kind: str = "") -> Any:
        if index == -1:
            return self.devices
        outputs = [each for each in self.devices if each["max_output_channels"]]
        if index is None and not outputs:
            raise PortAudioError("Error querying device -1")
        return outputs[0] if index is None else self.devices[index]

    def check_output_settings(self, index: int | None, channels: int, dtype: str, samplerate: int) -> None:
        if samplerate not in self.query_devices(index)["rates"]:
            raise PortAudioError("Invalid sample rate [PaErrorCode -9997]")

    def RawOutputStream(self, **asked: Any) -> "FakeRawStream":
        self.opened = asked
        return FakeRawStream(self)

    def _terminate(self) -> None:
        self.calls.append("terminate")

    def _initialize(self) -> None:
        self.calls.append("initialize")


class FakeRawStream:
    def __init__(self, module: FakeSoundDevice) -> None:
        self._module, self.active, self.latency = module, False, 0.2

    def start(self) -> None:
        if self._module.broken:
            raise PortAudioError(self._module.broken)
        self.active = True
        times = SimpleNamespace(currentTime=10.0, outputBufferDacTime=10.0 + self._module.lag)
        self._module.opened["callback"](bytearray(8), 1, times, None)

    def close(self, ignore_errors: bool) -> None:
        self.active = False


def device(name: str, channels: int, rates: set[int] | None = None) -> dict[str, Any]:
    known = rates or {24000, 44100, 48000}
    return {"name": name, "max_output_channels": channels, "default_samplerate": 48000.0, "rates": known}


def nothing(out: memoryview, frames: int, lag: float) -> None:
    pass


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    made = FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    monkeypatch.setattr(portaudio, "OPENED", WeakSet())
    return made


def opened(name: str = "", rate: int = 24000, channels: int = 1, fill: Callable[..., None] = nothing) -> Stream:
    stream = PortAudio().open(name, rate, channels, fill)
    stream.start()
    return stream


def test_only_what_plays_can_be_chosen(module: FakeSoundDevice) -> None:
    assert PortAudio().names() == ["Loudspeakers", "Headphones"]


def test_the_device_is_found_by_its_name(module: FakeSoundDevice) -> None:
    stream = opened("Headphones")
    assert stream.active and module.opened["device"] == 2
    assert (stream.rate, stream.channels) == (24000, 1)
    stream.close()
    assert not stream.active


def test_a_device_that_is_gone_gives_way_to_the_system_s_own(module: FakeSoundDevice) -> None:
    opened("Car stereo")
    assert module.opened["device"] is None


def test_a_device_that_does_not_take_the_rate_is_opened_at_its_own(module: FakeSoundDevice) -> None:
    stream = opened("Loudspeakers", rate=24000)
    assert (stream.rate, stream.channels) == (48000, 2)
    assert module.opened["samplerate"] == 48000 and module.opened["blocksize"] == 960


@pytest.mark.parametrize(("known", "lag"), [(0.05, 0.05), (0.0, 0.2), (-7.0, 0.2), (1e9, 0.2)])
def test_how_long_sound_takes_to_the_ear_is_told_or_guessed(module: FakeSoundDevice, known: float, lag: float) -> None:
    module.lag = known
    lags: list[float] = []
    opened(fill=lambda out, frames, lag: lags.append(lag))
    assert lags == [pytest.approx(lag)]


def test_looking_again_starts_portaudio_anew(module: FakeSoundDevice) -> None:
    PortAudio().refresh()
    assert module.calls == ["terminate", "initialize"]


def test_what_plays_is_not_ended_by_looking_again(module: FakeSoundDevice) -> None:
    stream = opened()
    PortAudio().refresh()
    assert stream.active and module.calls == []
    stream.close()
    PortAudio().refresh()
    assert len(module.calls) == 2


def test_without_a_device_it_says_so(module: FakeSoundDevice) -> None:
    module.devices = [device("Microphone", 0)]
    assert PortAudio().names() == []
    with pytest.raises(Failure) as error:
        opened()
    assert str(error.value) == NO_DEVICE


def test_a_device_that_refuses_is_quoted(module: FakeSoundDevice) -> None:
    module.broken = "Error starting stream: Device unavailable [PaErrorCode -9985]"
    with pytest.raises(Failure, match=r"does not play \(Error starting stream: Device unavailable\); choose another"):
        opened()


def test_a_missing_library_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(Failure) as error:
        opened()
    assert str(error.value) == NO_LIBRARY and "libportaudio2" in NO_LIBRARY
    assert PortAudio().names() == []
    PortAudio().refresh()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(Failure) as error:
        opened()
    assert str(error.value) == NO_PACKAGE


PLAY = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from studio.playback.player import Player
app = QCoreApplication([])
player = Player()
player.complained.connect(lambda said: (print(said), app.quit()))
player.ended.connect(lambda: (print("ended", player.position), app.quit()))
player.load(sys.argv[1])
player.set_loop(len(sys.argv) > 2)
player.play()
QTimer.singleShot(500 if player.loop else 20000, app.quit)
app.exec() if player.playing else None
print(player.playing, [name for name in ("numpy", "PySide6.QtGui") if name in sys.modules])
"""


def play_by_portaudio(folder: Path, *also: str) -> str:
    """What a program says that plays half a second on ALSA's null device, which is there on a machine without sound.

    The device does not keep time, so nothing is said of how long it took.
    """
    if sys.platform != "linux" or find_library("portaudio") is None:
        pytest.skip("PortAudio is not installed, or there is no ALSA")
    (folder / "asound.conf").write_text("pcm.!default { type null }\nctl.!default { type null }\n")
    sound = write_floats(folder / "a.wav", tone(220, 24000, 0.5), 24000)
    command = [sys.executable, "-c", PLAY, str(sound), *also]
    environment = os.environ | {"ALSA_CONFIG_PATH": str(folder / "asound.conf")}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_sound_is_played_to_its_end_by_portaudio_itself(tmp_path: Path) -> None:
    assert play_by_portaudio(tmp_path) == "ended 0.5\nFalse []\n"


def test_a_program_ends_in_good_order_while_it_plays(tmp_path: Path) -> None:
    assert play_by_portaudio(tmp_path, "over and over") == "False []\n"
