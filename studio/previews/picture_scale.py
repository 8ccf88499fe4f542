"""How large a picture is shown, and which part of it: from pixels of the picture to pixels of the screen and back.

`zoom` is how many pixels of the device a pixel of the picture takes: 1 is 100 %, whatever the screen's own scale. The
origin stands on whole pixels of the device, so that at 100 % every pixel is one. No Qt here.
"""

from dataclasses import dataclass, replace

SMALLEST, LARGEST = 0.02, 64.0
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0)
"""Where keys and buttons stop."""
KEPT = 48.0  # pixels of the picture that stay in sight, however far it is pushed
PAD = 12.0  # around a picture that fits, in pixels of the screen


@dataclass(frozen=True)
class PictureScale:
    """Of a picture of `width` × `height` in a `room` of so many pixels of the screen, of which `ratio` make one.

    `centre` is the place of the picture that stands in the middle of the room. `zoom` None fits the whole in.
    """

    width: float = 1.0
    height: float = 1.0
    room: tuple[float, float] = (1.0, 1.0)
    ratio: float = 1.0
    wanted: float | None = None
    centre: tuple[float, float] = (0.5, 0.5)

    @property
    def zoom(self) -> float:
        if self.wanted is not None:
            return self.wanted
        across, down = ((side - 2 * PAD) * self.ratio for side in self.room)
        return min(max(SMALLEST, min(across / self.width, down / self.height)), LARGEST)

    @property
    def density(self) -> float:
        """Pixels of the screen a pixel of the picture takes."""
        return self.zoom / self.ratio

    @property
    def origin(self) -> tuple[float, float]:
        """Where in the room the picture begins."""
        left, top = (side / 2 - middle * self.density for side, middle in zip(self.room, self._middle(), strict=True))
        return round(left * self.ratio) / self.ratio, round(top * self.ratio) / self.ratio

    def to_room(self, x: float, y: float) -> tuple[float, float]:
        """A place of the picture, in the room."""
        left, top = self.origin
        return left + x * self.density, top + y * self.density

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """A place of the room, in the picture."""
        left, top = self.origin
        return (x - left) / self.density, (y - top) / self.density

    def fitted(self) -> "PictureScale":
        """The whole picture."""
        return replace(self, wanted=None, centre=(self.width / 2, self.height / 2))

    def zoomed(self, zoom: float, at: tuple[float, float] | None = None) -> "PictureScale":
        """So large; what is under this place of the room stays there, or what is in its middle."""
        x, y = at or (self.room[0] / 2, self.room[1] / 2)
        under = self.to_picture(x, y)
        made = replace(self, wanted=min(max(SMALLEST, zoom), LARGEST))
        centre = (
            under[0] - (x - self.room[0] / 2) / made.density,
            under[1] - (y - self.room[1] / 2) / made.density,
        )
        return replace(made, centre=made._held(centre))

    def stepped(self, way: int, at: tuple[float, float] | None = None) -> "PictureScale":
        """The next level, larger or smaller."""
        beyond = [level for level in LEVELS if (level - self.zoom) * way > 1e-3 * self.zoom]
        return self.zoomed(min(beyond, key=lambda level: abs(level - self.zoom), default=self.zoom), at)

    def moved(self, x: float, y: float) -> "PictureScale":
        """Pushed by so many pixels of the screen."""
        if self.wanted is None:
            return replace(self, wanted=self.zoom).moved(x, y)
        centre = self.centre[0] - x / self.density, self.centre[1] - y / self.density
        return replace(self, centre=self._held(centre))

    def of(self, width: float, height: float) -> "PictureScale":
        """For a picture of another size: all of it. Of the same size: as it was."""
        if (width, height) == (self.width, self.height):
            return self
        return replace(self, width=max(1.0, width), height=max(1.0, height)).fitted()

    def within(self, room: tuple[float, float], ratio: float) -> "PictureScale":
        """In another room."""
        return replace(self, room=(max(1.0, room[0]), max(1.0, room[1])), ratio=ratio)

    def _middle(self) -> tuple[float, float]:
        return (self.width / 2, self.height / 2) if self.wanted is None else self.centre

    def _held(self, centre: tuple[float, float]) -> tuple[float, float]:
        """A place to stand in the middle from which something of the picture is still in sight."""
        held = []
        for at, side, room in zip(centre, (self.width, self.height), self.room, strict=True):
            beyond = max(0.0, room / 2 - KEPT) / self.density
            held.append(min(max(-beyond, at), side + beyond))
        return held[0], held[1]
