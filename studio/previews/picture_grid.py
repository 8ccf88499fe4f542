"""Variations of a picture side by side, with their seeds: those that are done, the one in the making, those to come.

Arrow keys go from one to the next, Return or a click opens one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio import theme
from studio.icons import icon
from studio.previews.picture_paint import paint_rim
from studio.previews.picture_scene import MOST

Index = QModelIndex | QPersistentModelIndex
FOOT, GAP, LEAST, LARGEST = 26, 6, 80, 512  # under a tile, around it, its least and largest side; in pixels
STAR = 16
SPARE = 8  # pixels that a list keeps for itself


@dataclass(frozen=True)
class Tile:
    """A picture of a request: `id` is its work's where it is done, else its job's. `path` "" is not there yet."""

    id: str
    seed: int
    path: str = ""
    state: str = ""
    """How it stands, in a word, where it is not done."""
    kept: bool = False

    @property
    def done(self) -> bool:
        return bool(self.path)


class PictureGrid(QListView):
    """`opened` and `pointed` carry the id of a tile: the one to be shown large, the one that is chosen."""

    opened = Signal(str)
    pointed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tiles = _Tiles()
        self.setModel(self._tiles)
        self.setItemDelegate(_Painter(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setDragEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Variations")
        self.clicked.connect(lambda index: self.opened.emit(self._tiles.tiles[index.row()].id))
        self.selectionModel().currentChanged.connect(lambda *_: self.pointed.emit())

    def show_tiles(self, tiles: Sequence[Tile], current: str) -> None:
        """These; the one that is on the stage is chosen, unless another one is."""
        before = self.tile()
        self._tiles.show_tiles(tiles)
        self._fit()
        wanted = before.id if before and any(tile.id == before.id for tile in tiles) else current
        self.point(wanted)

    def show_image(self, id: str, image: QImage) -> None:
        """How far the one in the making is."""
        self._tiles.show_image(id, image)

    def tiles(self) -> Sequence[Tile]:
        """What is shown."""
        return self._tiles.tiles

    def tile(self) -> Tile | None:
        """The one that is chosen."""
        row = self.currentIndex().row()
        return self._tiles.tiles[row] if 0 <= row < len(self._tiles.tiles) else None

    def point(self, id: str) -> None:
        """Choose this one."""
        row = next((row for row, tile in enumerate(self._tiles.tiles) if tile.id == id), 0)
        if self._tiles.tiles and row != self.currentIndex().row():
            self.setCurrentIndex(self._tiles.index(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tile = self.tile()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and tile:
            self.opened.emit(tile.id)
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # it plays the run
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        """As large as all of them have room, and not smaller than can be made out."""
        room, bar = self.contentsRect(), self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        side = side_for(len(self._tiles.tiles), room.width() - bar, room.height())  # a list keeps room for its bar
        self.setGridSize(QSize(side + 2 * GAP, side + FOOT + 2 * GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST + 2 * GAP + 24, LEAST + FOOT)


def side_for(count: int, width: int, height: int) -> int:
    """The side of `count` square tiles, in as many columns as make them the largest in this room."""
    best = 0
    for columns in range(1, max(1, count) + 1):
        rows = -(-max(1, count) // columns)
        best = max(best, min((width - SPARE) // columns, (height - SPARE) // rows - FOOT) - 2 * GAP)
    return min(max(LEAST, best), LARGEST)


class _Tiles(QAbstractListModel):
    """The tiles and their images; an image is read once, at the size in which tiles are seen."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: list[Tile] = []
        self._live: dict[str, QImage] = {}
        self._read: dict[str, QImage] = {}

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        if [tile.id for tile in tiles] != [tile.id for tile in self.tiles]:
            self.beginResetModel()
            self.tiles = list(tiles)
            self.endResetModel()
        elif list(tiles) != self.tiles:
            self.tiles = list(tiles)
            self.dataChanged.emit(self.index(0), self.index(len(tiles) - 1))
        here, paths = {tile.id for tile in tiles if not tile.done}, {tile.path for tile in tiles}
        self._live = {id: image for id, image in self._live.items() if id in here}
        self._read = {path: image for path, image in self._read.items() if path in paths}

    def show_image(self, id: str, image: QImage) -> None:
        row = next((row for row, tile in enumerate(self.tiles) if tile.id == id), None)
        if row is not None and not image.isNull():
            self._live[id] = image
            self.dataChanged.emit(self.index(row), self.index(row))

    def image(self, row: int) -> QImage:
        tile = self.tiles[row]
        if not tile.done:
            return self._live.get(tile.id, QImage())
        if tile.path not in self._read:
            self._read[tile.path] = small(tile.path)
        return self._read[tile.path]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        tile = self.tiles[index.row()]
        words = [f"Seed {tile.seed}", tile.state, "favourite" if tile.kept else ""]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return ", ".join(word for word in words if word)
        return f"{tile.seed}" if role == Qt.ItemDataRole.DisplayRole else None


def small(path: str) -> QImage:
    """A picture as large as a tile can be."""
    QImageReader.setAllocationLimit(MOST)
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > LARGEST:
        reader.setScaledSize(size.scaled(LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class _Painter(QStyledItemDelegate):
    """A picture in a square, its seed and its star under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        grid = self.parent()
        return grid.gridSize() if isinstance(grid, PictureGrid) else QSize(LEAST, LEAST + FOOT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tiles, colours = index.model(), theme.colours()
        assert isinstance(tiles, _Tiles)
        tile, cell = tiles.tiles[index.row()], option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        box = QRect(cell.left(), cell.top(), cell.width(), cell.height() - FOOT)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_picture(painter, tiles.image(index.row()), tile, box)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(colours.accent if chosen else colours.muted), 3 if chosen else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 4, 4)
        foot = QRect(box.left(), box.bottom() + 5, box.width(), FOOT - 6)
        painter.setFont(theme.font("small", bold=chosen))
        painter.setPen(QColor(colours.text if chosen else colours.muted))
        name = f"Seed {tile.seed}"
        short = painter.fontMetrics().horizontalAdvance(name) > foot.width()
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, str(tile.seed) if short else name)
        if tile.kept:
            icon("star-fill", "accent").paint(painter, QRect(foot.right() - STAR, foot.top() + 1, STAR, STAR))
        painter.restore()

    def _paint_picture(self, painter: QPainter, image: QImage, tile: Tile, box: QRect) -> None:
        colours = theme.colours()
        if image.isNull() or not tile.done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(box, 4, 4)
        if not image.isNull():
            place = QRect(0, 0, *image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio).toTuple())
            place.moveCenter(box.center())
            painter.drawImage(place, image)
            paint_rim(painter, QRectF(place), colours)
        if tile.done and not image.isNull():
            return
        painter.setFont(theme.font("small"))
        painter.setPen(QColor(colours.muted))
        words = tile.state or "its file is gone"
        if image.isNull():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
