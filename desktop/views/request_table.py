"""The linked table of requests: one is chosen, many can be ticked; columns in an order of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetricsF, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from desktop.domain.plain_text import typeset
from desktop.models.fields import Field
from desktop.models.request_table import RequestTableModel, Role
from desktop.views.fonts import font
from desktop.views.kit.checks import paint_check
from desktop.views.kit.tables import Head, follow_rows
from desktop.views.table_cells import LONGEST, PAD, RequestDelegate, beside_service, tick_all_state
from desktop.views.table_columns import (
    DEPARTMENT_LEAST,
    REQUEST_MOST,
    USUAL,
    WIDTHS,
    fitting,
    service_width,
    stretched,
    whole,
)
from desktop.views.theme import theme

__all__ = ["RequestDelegate", "RequestTable"]
IN_SIGHT = 100  # rows; more are hardly on show
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class TableHead(Head):
    """The head: titles that order and can be dragged, and at the left one box for all rows."""

    all_ticked = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QTableView) -> None:
        super().__init__(parent)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setMinimumSectionSize(WIDTHS[Field.TICK])
        self.setAccessibleName(self.tr("Columns"))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        super().paintSection(painter, rect, section)
        model = self.model()
        if section == Field.TICK and isinstance(model, RequestTableModel):
            paint_check(painter, QRectF(rect), tick_all_state(model))  # type: ignore[arg-type]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the box never orders rows."""
        if self.logicalIndexAt(event.position().toPoint()) == Field.TICK:
            self.all_ticked.emit()
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())


class RequestTable(QTableView):
    """The linked table. `chosen` tells the request a person moved to; nothing is chosen or ticked silently."""

    chosen = Signal(int)
    opened = Signal(int)  # Enter, or a double click
    peeked = Signal(int)  # Space
    filter_wanted = Signal()
    menu_wanted = Signal(QPoint)  # for the row that is current
    fields_changed = Signal()
    chosen_away = Signal(bool)  # whether the chosen row is scrolled out of view, or in a folded group

    def __init__(self, model: RequestTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = self._holding = self._arranging_columns = False
        self._held: tuple[int, int] | None = None  # a request and how far above the edge its row began
        self._request: int | None = None
        self._away = False
        self._anchor = 0
        self._fields: tuple[Field, ...] = USUAL
        self._service = WIDTHS[Field.SERVICE]  # as it was fitted last
        self._widths = dict(WIDTHS)  # what the columns need
        self._widths[Field.DEPARTMENT] = DEPARTMENT_LEAST
        self._department = WIDTHS[Field.DEPARTMENT]  # as it was fitted last
        self._whole_service = WIDTHS[Field.SERVICE]  # what the widest service that was on show needs
        self._wide = Field.ADDRESS  # takes what room is left
        self.letters = True  # whether J, K and X act
        self.setModel(model)
        self.cells = RequestDelegate(self)
        self.setItemDelegate(self.cells)
        self.setAccessibleName(self.tr("Requests"))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self._set_up_headers()
        self.selectionModel().currentRowChanged.connect(self._moved)
        model.modelAboutToBeReset.connect(self._hold)
        model.arranged.connect(self._settle)
        model.selection_changed.connect(self._repaint_head)
        model.dataChanged.connect(self._see_numbers)
        self.verticalScrollBar().valueChanged.connect(self._look_away)

    def requests(self) -> RequestTableModel:
        """Its model."""
        model = self.model()
        assert isinstance(model, RequestTableModel)
        return model

    def _set_up_headers(self) -> None:
        size = theme().tokens.size
        rows, self.head = self.verticalHeader(), TableHead(self)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        follow_rows(self)
        rows.setMinimumSectionSize(size.row_compact)
        self.setHorizontalHeader(self.head)
        self.head.setSortIndicator(Field.OPENED, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        for field, width in WIDTHS.items():
            self.setColumnWidth(field, width)
        self.head.sortIndicatorChanged.connect(self._fit_columns)
        self.head.all_ticked.connect(self._tick_all)
        self.head.sectionMoved.connect(self._dragged)
        self.set_fields(USUAL)

    # columns

    def fields(self) -> tuple[Field, ...]:
        """The chosen columns in their order, those without room too."""
        return self._fields

    def dropped(self) -> tuple[Field, ...]:
        """The chosen columns that have no room."""
        return tuple(field for field in self._fields if self.isColumnHidden(field))

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Show these columns in this order; those that never drop are added."""
        before, self._fields = self._fields, whole(fields)
        self._arranging_columns = True
        for place, field in enumerate((Field.TICK, *self._fields)):
            self.head.moveSection(self.head.visualIndex(field), place)
        self._arranging_columns = False
        self._fit_columns()
        if before != self._fields:
            self.fields_changed.emit()

    def _fit_columns(self) -> None:
        widths = self._needed()
        shown = fitting(self._fields, self.viewport().width(), widths)
        wide, before = stretched(shown), self._wide
        self._wide = wide
        for field in Field:
            self.setColumnHidden(field, field is not Field.TICK and field not in shown)
            mode = QHeaderView.ResizeMode.Stretch if field is wide else QHeaderView.ResizeMode.Interactive
            self.head.setSectionResizeMode(field, QHeaderView.ResizeMode.Fixed if field is Field.TICK else mode)
        if before is not wide:
            self.setColumnWidth(before, widths[before])  # it keeps what it was stretched to
        room = self.viewport().width()
        self._department = self._fit(Field.DEPARTMENT, self._department, widths[Field.DEPARTMENT])
        service = service_width(shown, room, widths, whole=self._whole_service)
        self._service = self._fit(Field.SERVICE, self._service, service)

    def _needed(self) -> dict[Field, int]:
        """What the columns need; a head that shows the order needs room for its arrow."""
        sorted_by = self.head.sortIndicatorSection()
        return self._widths | ({Field.DEPARTMENT: WIDTHS[Field.DEPARTMENT]} if sorted_by == Field.DEPARTMENT else {})

    def _fit(self, field: Field, before: int, width: int) -> int:
        """Give a column a width, where no hand made it what it is."""
        if field is not self._wide and self.columnWidth(field) in (before, WIDTHS[field]):
            self.setColumnWidth(field, width)
        return width

    def _see_numbers(self) -> None:
        """Numbers, services and departments are as wide as the widest on show; they never shrink under the eye."""
        before = dict(self._widths), self._whole_service
        number = min(REQUEST_MOST, self._widest(Field.REQUEST))
        if number > self._widths[Field.REQUEST]:
            fitted, self._widths[Field.REQUEST] = self._widths[Field.REQUEST], number
            if self.columnWidth(Field.REQUEST) == fitted:  # no hand has made it what it is
                self.setColumnWidth(Field.REQUEST, number)
        department = min(WIDTHS[Field.DEPARTMENT], self._widest(Field.DEPARTMENT))
        self._widths[Field.DEPARTMENT] = max(self._widths[Field.DEPARTMENT], department)
        self._whole_service = max(self._whole_service, self._widest(Field.SERVICE))
        if before != (self._widths, self._whole_service):
            self._fit_columns()

    def _widest(self, field: Field) -> int:
        """What the widest cell of a column on show needs; an icon and the count of reports with it."""
        model, first, last = self.requests(), max(0, self.rowAt(0)), self.rowAt(self.viewport().height() - 1)
        end = min(model.rowCount(), first + IN_SIGHT, last + 1 if last >= 0 else first + IN_SIGHT)
        metrics, need = QFontMetricsF(font("table")), 0.0
        for row in range(first, end):
            index = model.index(row, field)
            if index.data(Role.GROUP) is not None:
                continue
            beside = beside_service(int(index.data(Role.REPORTS) or 0)) if field is Field.SERVICE else 0
            text = typeset(str(index.data() or "")[:LONGEST])
            need = max(need, metrics.horizontalAdvance(text) + beside + 2 * PAD + 0.5)
        return round(need)

    def _dragged(self, _section: int, _before: int, _after: int) -> None:
        if not self._arranging_columns:
            order = sorted(self._fields, key=self.head.visualIndex)
            self.set_fields(order)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit_columns()
        self._look_away()

    # where it stands

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Whatever rows come or go for it, those on show stay where the hand is; at the very top new ones appear."""
        self._holding = True
        yield
        self._holding = not self.requests().settled

    def _hold(self) -> None:
        """Remember the row at the upper edge, or how far the table was scrolled."""
        model, top = self.requests(), self.rowAt(0)
        held = model.request_at(top) if top > 0 else None
        self._held = None if held is None else (held, -self.rowViewportPosition(top))
        self._scrolled = self.verticalScrollBar().value()

    _scrolled = 0

    def _settle(self, cause: str) -> None:
        """Rows stand otherwise: keep the chosen one chosen, and the eye where it should be."""
        row = None if self._request is None else self.requests().row_of(self._request)
        self._mark(row)
        self._anchor = row or 0
        bar = self.verticalScrollBar()
        self.updateGeometries()
        if cause == "content" and self._holding:
            self._put_back()
            self._holding = not self.requests().settled
        elif cause == "fold":
            bar.setValue(self._scrolled)
        elif cause == "filter" and row is not None:
            self.scrollTo(self.model().index(row, Field.STATUS))
        elif cause in ("filter", "order", "group"):
            bar.setValue(0)
        self._repaint_head()
        self._look_away()

    def _put_back(self) -> None:
        self.verticalScrollBar().setValue(self._scrolled)  # marking the chosen row scrolled to it
        if self._held is not None:
            request, offset = self._held
            row = self.requests().row_of(request)
            if row is not None:
                self.verticalScrollBar().setValue(row * self.verticalHeader().defaultSectionSize() + offset)

    def show_request(self, request_id: int | None) -> None:
        """Select a request that was chosen elsewhere, scrolling to it, without telling anyone."""
        self._request = request_id
        row = None if request_id is None else self.requests().row_of(request_id)
        if row is None or row != self.currentIndex().row() or not self.selectionModel().hasSelection():
            self._mark(row)  # else the hand is there
            if row is not None:
                self._anchor = row
                self.scrollTo(self.model().index(row, Field.STATUS))
        self._look_away()

    def show_chosen(self) -> None:
        """Bring the chosen row into the middle of the view, out of a folded group too."""
        if self._request is not None:
            self.requests().unfold_for(self._request)
            row = self.requests().row_of(self._request)
            if row is not None:
                self.scrollTo(self.model().index(row, Field.STATUS), QTableView.ScrollHint.PositionAtCenter)

    def _look_away(self) -> None:
        """Notice whether the chosen row is in view."""
        away = self._request is not None and self._is_away(self._request)
        if away != self._away:
            self._away = away
            self.chosen_away.emit(away)

    def _is_away(self, request_id: int) -> bool:
        current = self.currentIndex()
        here = current.isValid() and current.data(Role.REQUEST_ID) == request_id
        row = current.row() if here else self.requests().row_of(request_id)
        if row is None:
            return self.requests().fits(request_id)
        middle = self.rowViewportPosition(row) + self.rowHeight(row) // 2
        return not 0 <= middle <= self.viewport().height()

    def _mark(self, row: int | None) -> None:
        self._quiet = True
        if row is None:
            self.clearSelection()
            self.selectionModel().setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.Clear)
        else:
            self.selectRow(row)
        self._quiet = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current with the focus; here nothing is chosen silently."""
        self._quiet, before = True, self.currentIndex().isValid()
        super().focusInEvent(event)
        if not before:
            self.selectionModel().setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.NoUpdate)
        self._quiet = False

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            request = current.data(Role.REQUEST_ID)
            if request is not None:
                self._request = int(request)
                self.chosen.emit(self._request)
                self._look_away()

    # the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == LEFT and index.isValid() and self._pressed(index, event.modifiers()):
            return
        super().mousePressEvent(event)
        if index.isValid():
            self._anchor = index.row()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        request = index.data(Role.REQUEST_ID)
        if event.button() == LEFT and request is not None and index.column() != Field.TICK:
            self.opened.emit(int(request))
        else:
            self.mousePressEvent(event)

    def _pressed(self, index: QModelIndex, modifiers: Qt.KeyboardModifier) -> bool:
        """A press that ticks or folds; False for one that chooses."""
        model, row = self.requests(), index.row()
        if modifiers & SHIFT:
            model.tick_rows(self._anchor, row)
        elif index.column() == Field.TICK or modifiers & CTRL:
            model.toggle_row(row)
            self._anchor = row
        elif (group := index.data(Role.GROUP)) is not None:
            model.fold(int(group))
        else:
            return False
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the current row; a right press has made its row current."""
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            at = self.viewport().mapToGlobal(rect.bottomLeft())
        if self.currentIndex().isValid():
            self.menu_wanted.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.requests().tick_all()
        elif not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        """Keys of a list; False for those that Qt knows better."""
        key, row, modifiers = Qt.Key(event.key()), self.currentIndex().row(), event.modifiers()
        plain = not modifiers & (CTRL | SHIFT | Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers & SHIFT:
            self._stretch(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape and self.requests().selected_count:
            self.requests().clear_ticks()
        elif plain and self.letters and key in (Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_X):
            self._letter(key, row)
        elif plain and key == Qt.Key.Key_Slash:
            self.filter_wanted.emit()
        elif plain and row >= 0:
            return self._on_row(key, row)
        else:
            return False
        return True

    def _letter(self, key: Qt.Key, row: int) -> None:
        if key == Qt.Key.Key_X:
            if row >= 0:
                self.requests().toggle_row(row)
                self._anchor = row
            return
        to = self.requests().step_from(row, 1 if key == Qt.Key.Key_J else -1)
        if to is not None:
            self._anchor = to
            self.setCurrentIndex(self.model().index(to, Field.STATUS))

    def _on_row(self, key: Qt.Key, row: int) -> bool:
        """Open or peek at a request, fold or open a group."""
        index = self.model().index(row, Field.STATUS)
        group, request = index.data(Role.GROUP), index.data(Role.REQUEST_ID)
        if key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right):
            return False
        if group is not None:
            folded = self.requests().group_figures(int(group))[3]
            if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or folded == (key == Qt.Key.Key_Right):
                self.requests().fold(int(group))
                self.setCurrentIndex(self.model().index(row, Field.STATUS))
        elif request is not None and key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            (self.peeked if key == Qt.Key.Key_Space else self.opened).emit(int(request))
        return True

    def _stretch(self, by: int) -> None:
        """Tick on, row by row, from where the hand began."""
        row = self.currentIndex().row()
        to = self.requests().step_from(row, by)
        if to is not None:
            self.setCurrentIndex(self.model().index(to, Field.STATUS))
            self.requests().tick_rows(self._anchor, to)

    def _tick_all(self) -> None:
        model = self.requests()
        if model.selected_count == model.request_count:
            model.clear_ticks()
        else:
            model.tick_all()

    def _repaint_head(self) -> None:
        self.head.viewport().update()
