"""The queue as a list: what runs, then what waits in its order, then what has ended, the latest on top."""

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    Qt,
)

from studio.panels.calm_list import Index
from studio.panels.words import title, told
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs

JOB, HEADING, PICTURE = (Qt.ItemDataRole.UserRole + number for number in range(3))
MIME = "application/x-quartet-job"
HEADINGS = {JobState.running: "Now", JobState.waiting: "Up next"}


class JobList(QAbstractListModel):
    """JOB is a row's job; HEADING what stands above it where a section begins, else ""; PICTURE what is seen of it."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._shown = arranged(jobs.all())
        jobs.job_added.connect(self._added)
        jobs.job_changed.connect(self._changed)
        jobs.job_removed.connect(self._removed)
        jobs.reordered.connect(self._arrange)

    def job(self, index: Index) -> Job | None:
        return self._shown[index.row()] if index.isValid() else None

    def row(self, id: str) -> int:
        """The row of a job; −1 where it is not listed."""
        return next((row for row, job in enumerate(self._shown) if job.id == id), -1)

    # --- what a view asks ---

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        job = self.job(index)
        if job is None:
            return None
        if role == JOB:
            return job
        if role == HEADING:
            return self._heading(index.row())
        if role == PICTURE:
            return self._jobs.picture(job.id)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(job)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{self._title(job)}\n{_spoken(job)}"
        return None

    def _title(self, job: Job) -> str:
        return title(job, self._jobs.work(job.id))

    def _heading(self, row: int) -> str:
        heading = section(self._shown[row])
        return "" if row and section(self._shown[row - 1]) == heading else heading

    # --- moving by hand ---

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        job = self.job(index)
        if job is None:
            return Qt.ItemFlag.ItemIsDropEnabled  # between the rows
        return flags | Qt.ItemFlag.ItemIsDragEnabled if job.state is JobState.waiting else flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: object) -> QMimeData:
        """Says that a job is being dragged; which one, the view knows."""
        data = QMimeData()
        data.setData(MIME, QByteArray())
        return data

    def moveRows(self, source: Index, row: int, count: int, target: Index, before: int) -> bool:
        """A waiting job was dragged to the place before that row, wherever in the list that is."""
        moved = self._shown[row]
        waiting = [job for job in self._shown[:before] if job.state is JobState.waiting and job is not moved]
        self._jobs.move(moved.id, len(waiting))
        return True

    # --- what happens in the queue ---

    def _added(self, job: Job) -> None:
        row = arranged([*self._shown, job]).index(job)
        self.beginInsertRows(QModelIndex(), row, row)
        self._shown.insert(row, job)
        self.endInsertRows()
        self._tell_headings()

    def _changed(self, job: Job) -> None:
        row = self.row(job.id)
        if row < 0:
            return
        before, self._shown[row] = self._shown[row], job
        if before.state is job.state:
            self.dataChanged.emit(self.index(row), self.index(row))
        else:
            self._arrange()

    def _removed(self, id: str) -> None:
        row = self.row(id)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._shown[row]
            self.endRemoveRows()
            self._tell_headings()

    def _arrange(self) -> None:
        """Every row where it belongs; what is selected stays selected."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._shown[index.row()].id for index in before]
        self._shown = arranged(self._jobs.all())
        self.changePersistentIndexList(before, [self.index(self.row(id)) for id in ids])
        self.layoutChanged.emit()

    def _tell_headings(self) -> None:
        """A row that came or went may have taken its section's heading along."""
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))


def arranged(jobs: list[Job]) -> list[Job]:
    """What runs, what waits, what has ended, the latest first."""
    running = [job for job in jobs if job.state is JobState.running]
    waiting = [job for job in jobs if job.state is JobState.waiting]
    ended = [job for job in jobs if job.state.ended]
    return running + waiting + sorted(ended, key=lambda job: job.ended or 0, reverse=True)


def section(job: Job) -> str:
    return HEADINGS.get(job.state, "Done")


def _spoken(job: Job) -> str:
    state = "" if job.state in (JobState.waiting, JobState.cancelled) else f"{job.state.value.capitalize()}: "
    return state + told(job)
