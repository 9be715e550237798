"""The pane under the map: neighbourhoods beside each other, or the zones of the answer."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.kit import Button, Centred, PaneHeader, SegmentedChoice, StateCard
from desktop.views.neighbourhoods.cells_table import Cells, CellsTable
from desktop.views.neighbourhoods.state import EmptyState
from desktop.views.neighbourhoods.zones_table import ZonesState, ZonesTable

PLACES, CELLS = "places", "cells"


class CellsPane(QWidget):
    """Two tables of which one is on show. What is chosen in one is chosen on the map, and so in the other."""

    asked = Signal()  # the act of the empty state
    shown = Signal(str)
    whole_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._notes = {PLACES: "", CELLS: ""}
        self._has_cells = self._narrowed = False
        self.header = PaneHeader("")
        self.switch = SegmentedChoice(
            ((PLACES, self.tr("Neighbourhoods")), (CELLS, self.tr("Cells"))), self.tr("Rows of the table")
        )
        self.all = Button(self.tr("Show all"), kind="quiet", icon="funnel-x")
        self.all.clicked.connect(self.whole_wanted)
        self.all.hide()
        self.header.add(self.all)
        self.header.add(self.switch)
        self.places, self.cells = ZonesTable(), CellsTable()
        self.card = StateCard(" ", " ", icon="hexagons", act=" ")
        self.card.acted.connect(self.asked)
        self.why_not = StateCard(" ", " ", icon="circle-alert")
        self._pages = QStackedWidget()
        self._empty, self._fault = Centred(self.card), Centred(self.why_not)
        for page in (self._empty, self._fault, self.places, self.cells):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._pages, 1)
        self._rates_fault = ""
        self.switch.chosen.connect(self._switched)

    def set_empty(self, state: EmptyState) -> None:
        """No zones: what they would tell, and the act that asks for them."""
        self._has_cells = False
        self.cells.set_cells(None)
        self.card.title.setText(state.title)
        self.card.text.setText(state.tells)
        self.card.button.setText(state.act)
        self.card.button.setAccessibleName(state.act)
        self.card.setAccessibleName(f"{state.title}. {state.tells}")
        self._notes[CELLS] = ""
        self._show()

    def set_cells(self, note: str, cells: Cells) -> None:
        """Show the zones of an answer; none of them is chosen yet."""
        self._has_cells = True
        self._notes[CELLS] = note
        self._narrowed = False
        self.cells.set_cells(cells)
        asked_here = self.hasFocus() or self.card.button.hasFocus()
        self._show()
        if asked_here and self.on_show() == CELLS:
            self.cells.setFocus(Qt.FocusReason.OtherFocusReason)  # the button that asked is gone

    def set_places(self, state: ZonesState | None, why_not: str = "") -> None:
        """Show the neighbourhoods, or why they cannot be told."""
        self._rates_fault = why_not
        self._notes[PLACES] = "" if state is None else state.title
        if state is not None:
            self.places.set_state(state)
        self.why_not.title.setText(self.tr("Neighbourhoods cannot be compared"))
        self.why_not.text.setText(words.figured(why_not))
        self._show()

    def narrow(self, wanted: Collection[int] | None) -> None:
        """Show some zones alone, with the way back to all."""
        self.cells.narrow(wanted)
        self._narrowed = wanted is not None
        self._show()
        if wanted is not None:
            told = self.tr("{0} chosen. Show all").format(words.count(len(wanted)))
            self.all.setText(told)
            self.all.setAccessibleName(told)

    def show_table(self, which: str) -> None:
        """Bring one of the tables to the front."""
        self.switch.choose(which)
        self._show()

    def on_show(self) -> str:
        """Which table is."""
        return self.switch.choice()

    def _switched(self, which: str) -> None:
        self._show()
        self.shown.emit(which)

    def _show(self) -> None:
        which = self.switch.choice()
        self.header.title.setText(self.tr("Neighbourhoods") if which == PLACES else self.tr("What stands out first"))
        self.header.note.setText(self._notes[which])
        self.all.setVisible(self._narrowed and which == CELLS)
        if which == PLACES:
            self._pages.setCurrentWidget(self._fault if self._rates_fault else self.places)
        else:
            self._pages.setCurrentWidget(self.cells if self._has_cells else self._empty)
