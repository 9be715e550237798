"""The right pane of Crews: every job that no crew takes, each with its reason; a line is the mark on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.views import format as words
from desktop.views.crew_timeline import JOB_MIME, undo_step
from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit import Centred, PaneHeader, StateCard
from desktop.views.kit.painting import paint_box
from desktop.views.theme import theme

Index = QModelIndex | QPersistentModelIndex
JOB = Qt.ItemDataRole.UserRole + 1
PAD, GAP = 12, 8
SQUARE = 18
WRAP = int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A job that no crew takes, and why; one that waits for a later day is not given to crews."""

    number: int
    title: str
    reason_word: str
    detail: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class LeftOutState:
    """What is left out of so many jobs; whether each reason is proven for this very plan; whether it can be edited."""

    jobs: tuple[LeftOut, ...]
    of: int
    proven: bool = True
    editable: bool = False


class _Jobs(QAbstractListModel):
    """All of them; a line is made when it is painted."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.jobs: tuple[LeftOut, ...] = ()

    def set_jobs(self, jobs: tuple[LeftOut, ...]) -> None:
        self.beginResetModel()
        self.jobs = jobs
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.jobs)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        drags = index.isValid() and not self.jobs[index.row()].waits
        return flags | Qt.ItemFlag.ItemIsDragEnabled if drags else flags

    def mimeTypes(self) -> list[str]:
        return [JOB_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The number of the job that is dragged."""
        data = QMimeData()
        data.setData(JOB_MIME, str(self.jobs[indexes[0].row()].number).encode("ascii"))
        return data

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        job = self.jobs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return job.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{job.number}: {job.title}. {job.reason_word}. {job.detail}"
        return job if role == JOB else None


class _Lines(QStyledItemDelegate):
    """The dashed square with its number as on the map, what it is, the reason as a tag, and the sentence under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        assert isinstance(view, QListView)
        width = view.viewport().width()
        high = QFontMetricsF(_detail_font()).boundingRect(
            QRectF(0, 0, width - _left() - PAD, 10_000), WRAP, index.data(JOB).detail
        )
        spare = theme().row_height - theme().tokens.size.row_compact
        return QSize(width, round(10 + 20 + 2 + high.height() + 10 + spare))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        job: LeftOut = index.data(JOB)
        colour, rect = theme().colour, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.fillRect(rect, colour("accent.soft" if chosen else "state.hover" if hot else "surface.pane"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), colour("line.subtle"))
        if chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), colour("accent.default"))
        top = rect.top() + 10
        if job.waits:
            icon = QRectF(rect.left() + PAD + 1, top + 2, SQUARE - 2, SQUARE - 2)
            paint_icon(painter, icon, "clock", theme().tokens.colour.text_secondary)
        else:
            paint_number(painter, rect.left() + PAD, top + 1, job.number)
        left, right = rect.left() + _left(), rect.right() - PAD
        right -= _paint_tag(painter, right, top, job.reason_word) + GAP
        painter.setFont(font("table", weight=500))
        painter.setPen(colour("text.primary"))
        metrics = painter.fontMetrics()
        title = metrics.elidedText(job.title, Qt.TextElideMode.ElideRight, int(right - left))
        painter.drawText(QRectF(left, top, right - left, 20), int(Qt.AlignmentFlag.AlignVCenter), title)
        painter.setFont(_detail_font())
        painter.setPen(colour("text.secondary"))
        painter.drawText(QRectF(left, top + 22, rect.right() - PAD - left, rect.height()), WRAP, job.detail)
        painter.restore()


def _detail_font() -> QFont:
    return font("caption", weight=450)


def _left() -> int:
    return PAD + 30 + GAP - 2


def paint_number(painter: QPainter, left: float, top: float, number: int) -> None:
    """The dashed square of a job that was left out, wide enough for its number."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("chart", weight=600))
    text = str(number)
    width = max(SQUARE, round(QFontMetricsF(painter.font()).horizontalAdvance(text)) + 8)
    box = QRectF(left + 1, top + 1, width - 2, SQUARE - 2)
    pen = QPen(theme().colour("text.primary"), 1.4)
    pen.setDashPattern([2.2, 1.6])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()


def _paint_tag(painter: QPainter, right: float, top: float, text: str) -> float:
    """The reason in a frame, ending at `right`; its width."""
    colour = theme().colour
    painter.setFont(font("caption", weight=500))
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 14
    box = QRectF(right - width, top, width, 20)
    paint_box(painter, box, colour("surface.pane"), colour("line.default"), theme().tokens.radius.chip)
    painter.setPen(colour("text.secondary"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
    return float(width)


class LeftOutList(QListView):
    """The list. `chosen` tells a job that a person moved to, `opened` that its page is wanted.

    A job is dragged onto a crew's row; Ins puts it where it fits best.
    """

    chosen = Signal(int)  # its number
    opened = Signal(int)
    put_in_asked = Signal(int)
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._model = _Jobs(self)
        self.setModel(self._model)
        self.setItemDelegate(_Lines(self))
        self.setAccessibleName(self.tr("Jobs left out"))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        self.activated.connect(self._activated)
        theme().rows_changed.connect(self.scheduleDelayedItemsLayout)

    def set_editable(self, editable: bool) -> None:
        """Whether jobs can be given to crews."""
        self.setDragEnabled(editable)

    def event(self, event: QEvent) -> bool:
        """Here undo goes back in the draft: the window's own would take back the last act on a request."""
        asks = event.type() == QEvent.Type.ShortcutOverride and self.dragEnabled()
        if asks and isinstance(event, QKeyEvent) and undo_step(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.dragEnabled() and (step := undo_step(event)):
            (self.undo_asked if step < 0 else self.redo_asked).emit()
        elif self.dragEnabled() and event.key() == Qt.Key.Key_Insert and self.currentIndex().isValid():
            job: LeftOut = self.currentIndex().data(JOB)
            if not job.waits:
                self.put_in_asked.emit(job.number)
        else:
            super().keyPressEvent(event)

    def set_jobs(self, jobs: tuple[LeftOut, ...]) -> None:
        """Show these jobs, none chosen."""
        self._model.set_jobs(jobs)
        self.scrollToTop()

    def choose(self, number: int | None) -> None:
        """Mark a job chosen elsewhere and bring it into view, telling nobody."""
        rows = (row for row, job in enumerate(self._model.jobs) if job.number == number)
        row = next(rows, None)
        self._quiet = True
        if row is None:
            self.selectionModel().clear()
        else:
            self.setCurrentIndex(self._model.index(row))
            self.scrollTo(self._model.index(row))
        self._quiet = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # sentences wrap anew

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(current.data(JOB).number)

    def _activated(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(JOB).number)


class LeftOutPane(QWidget):
    """What was left out, each with its reason in a sentence; a card where there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Left out"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PaneHeader(self.tr("Left out"))
        column.addWidget(self.header)
        self.list = LeftOutList()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        after = self.tr("Once it is planned, jobs that no crew takes stand here, each with its reason.")
        self._stack.addWidget(self._card(self.tr("No plan for this day yet"), after, "route"))
        told = self.tr("Every job of the day has its crew.")
        self._stack.addWidget(self._card(self.tr("Nothing is left out"), told, "shield-check"))
        column.addWidget(self._stack, 1)
        self.set_state(None)

    @staticmethod
    def _card(title: str, text: str, icon: str) -> QWidget:
        return Centred(StateCard(title, text, icon=icon))

    def set_state(self, state: LeftOutState | None) -> None:
        """Show what is left out; None while the day has no plan."""
        jobs = () if state is None else state.jobs
        self.list.set_jobs(jobs)
        self.list.set_editable(state is not None and state.editable)
        note = ""
        if state is not None and jobs:
            told = self.tr("{0} of {1} jobs · each proven by insertion")
            told = told if state.proven else self.tr("{0} of {1} jobs · reasons of the plan before")
            waits = sum(job.waits for job in jobs)
            note = told.format(words.count(len(jobs) - waits), words.count(state.of))
            if waits:
                note = self.tr("{0} of {1} jobs · {2} can wait").format(
                    words.count(len(jobs) - waits), words.count(state.of), words.count(waits)
                )
        self.header.note.setText(note)
        self._stack.setCurrentIndex(0 if jobs else 1 if state is None else 2)
