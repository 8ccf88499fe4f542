"""Whether there is a screen to open a window on. Qt ends the whole program where there is none; this asks before."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 2  # s, for a display of another machine
FIRST_PORT = 6000  # of display 0
HINT = "Quartet needs a screen for its window, and {}; without one, use the command line: python -m engine --help"


def complaint(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """One sentence where no window can be opened; None where it can, or where only trying will tell."""
    if platform != "linux" or environment.get("QT_QPA_PLATFORM"):
        return None
    display, wayland = environment.get("DISPLAY"), environment.get("WAYLAND_DISPLAY")
    if not display and not wayland:
        return HINT.format("there is none here (neither DISPLAY nor WAYLAND_DISPLAY is set)")
    if (wayland and _answers_wayland(wayland, environment)) or (display and _answers_x(display)):
        return None
    return HINT.format(f"the display {display or wayland} does not answer")


def _answers_wayland(name: str, environment: Mapping[str, str]) -> bool:
    return _answers(str(Path(environment.get("XDG_RUNTIME_DIR", "/")) / name))


def _answers_x(display: str) -> bool:
    """`:0`, `unix:0.0`, `localhost:10.0`, or a path with the number behind it."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return True  # Qt may know more than we do
    if host not in ("", "unix") and not host.startswith("/"):
        return _answers_far(host, FIRST_PORT + int(number))
    path = f"/tmp/.X11-unix/X{number}"
    return any(_answers(each) for each in (path, f"\0{path}", display.partition(".")[0]))


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as end:
        try:
            end.connect(address)
        except OSError:
            return False
        return True


def _answers_far(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError:
        return False
    return True
