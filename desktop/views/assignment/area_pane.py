"""The right pane of Assignment while areas are edited: the layer, its areas, overlaps and gaps, its versions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.assignment.area_pieces import PiecesPage
from desktop.views.assignment.area_save import AreaSaveBar
from desktop.views.assignment.area_state import AreasState
from desktop.views.assignment.area_versions import VersionsPage
from desktop.views.assignment.areas_table import AreasTable
from desktop.views.icons import icon
from desktop.views.kit import Banner, Button, Caption, Dropdown, IconButton, Rule, SegmentedChoice, StateCard, Words
from desktop.views.kit.tips import plain_tip

LIST, PIECES, VERSIONS = "list", "pieces", "versions"
GROUND, GAP = "ground", "gap"


class AreaPane(QWidget):
    """Shows a draft of areas. Nothing is kept here: what a person asks goes out as signals."""

    layer_chosen = Signal(object)
    undo_asked = Signal()
    redo_asked = Signal()
    drop_asked = Signal()
    merge_asked = Signal()
    remove_asked = Signal()
    fill_asked = Signal()
    rebase_asked = Signal()
    import_asked = Signal()
    export_asked = Signal()
    new_layer_asked = Signal()
    remove_layer_asked = Signal()
    rename_layer_asked = Signal()
    repair_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Areas"))
        self.table, self.pieces, self.versions, self.save = AreasTable(), PiecesPage(), VersionsPage(), AreaSaveBar()
        self.banner = Banner("", tone="danger")
        self.behind = Banner(
            self.tr("Somebody changed this layer since the draft was begun."),
            act=self.tr("Go on from what stands now"),
        )
        self.unfit = Banner("", tone="danger", act=self.tr("Repair"))
        self.told = Words("", step="caption", tone="secondary", weight=450, wrap=True)
        self._pages = QStackedWidget()
        for page in (self._list_page(), self.pieces, self.versions):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._layer_row())
        column.addLayout(self._bar())
        column.addWidget(Rule())
        column.addWidget(self.banner)
        column.addWidget(self.behind)
        column.addWidget(self.unfit)
        column.addLayout(_inset(self.told, bottom=0))
        column.addLayout(self._choice())
        column.addWidget(self._pages, 1)
        column.addWidget(Rule())
        column.addWidget(self.save)
        self.behind.acted.connect(self.rebase_asked)
        self.unfit.acted.connect(self.repair_asked)
        self.table.remove_asked.connect(self.remove_asked)
        self.banner.hide()
        self.behind.hide()
        self.unfit.hide()
        self.told.hide()

    # parts

    def _layer_row(self) -> QLayout:
        self.layer = Dropdown(self.tr("Layer of areas"))
        self.layer.setSizeAdjustPolicy(Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.layer.setMinimumContentsLength(12)  # a long name of a layer makes no pane wide
        self.services = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        self.layer.activated.connect(lambda: self.layer_chosen.emit(self.layer.currentData()))
        more = IconButton("ellipsis", self.tr("Layers and files of areas"))
        menu = QMenu(more)
        menu.addAction(self.tr("New layer…")).triggered.connect(self.new_layer_asked)
        self.rename_layer = menu.addAction(self.tr("Rename this layer…"))
        self.rename_layer.triggered.connect(self.rename_layer_asked)
        self.remove_layer = menu.addAction(self.tr("Remove this layer…"))
        self.remove_layer.triggered.connect(self.remove_layer_asked)
        menu.addSeparator()
        menu.addAction(self.tr("Import areas…")).triggered.connect(self.import_asked)
        self.export_layer = menu.addAction(self.tr("Export this layer…"))
        self.export_layer.triggered.connect(self.export_asked)
        more.clicked.connect(lambda: menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        self.more, self.menu = more, menu
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.layer, 1)
        row.addWidget(more)
        column = QVBoxLayout()
        column.setContentsMargins(12, 8, 8, 2)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.services)
        return column

    def _bar(self) -> QLayout:
        self.title = Caption("")
        self.undo, self.redo = IconButton("undo-2", self.tr("Undo in the draft")), IconButton("redo-2", self.tr("Redo"))
        self.drop = IconButton("trash-2", self.tr("Drop the draft"))
        self.undo.clicked.connect(self.undo_asked)
        self.redo.clicked.connect(self.redo_asked)
        self.drop.clicked.connect(self.drop_asked)
        row = QHBoxLayout()
        row.setContentsMargins(12, 2, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        for button in (self.undo, self.redo, self.drop):
            row.addWidget(button)
        return row

    def _choice(self) -> QLayout:
        ways = ((LIST, self.tr("Areas")), (PIECES, self.tr("Overlaps, gaps")), (VERSIONS, self.tr("Versions")))
        self.choice = SegmentedChoice(ways, self.tr("What of the layer"), stretch=True)
        self.choice.chosen.connect(self.show_page)
        return _inset(self.choice)

    def _list_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        self.card = StateCard(
            self.tr("No areas yet"), self.tr("Draw the first one on the map: D, or the pen above it."), icon="pencil"
        )
        self._empty = QWidget()
        around = QVBoxLayout(self._empty)
        around.setContentsMargins(16, 16, 16, 16)
        around.addWidget(self.card)
        around.addStretch(1)
        self._empty.hide()
        column.addWidget(self._empty, 1)
        self.merge, self.remove = Button(self.tr("Merge the two"), small=True), Button(self.tr("Remove"), small=True)
        self.fill = Button("", small=True)
        self.fill.hide()
        self.merge.clicked.connect(self.merge_asked)
        self.fill.clicked.connect(self.fill_asked)
        self.remove.clicked.connect(self.remove_asked)
        self.takes = Dropdown(self.tr("What a drawn area takes"))
        self.takes.addItem(self.tr("A drawn area is cut out of the others"), GROUND)
        self.takes.addItem(self.tr("A drawn area takes only free ground"), GAP)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.merge)
        row.addWidget(self.remove)
        row.addWidget(self.fill)
        row.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.setSpacing(6)
        foot.addLayout(row)
        foot.addWidget(self.takes)
        column.addWidget(Rule())
        column.addLayout(foot)
        return page

    # state

    def show_page(self, key: str) -> None:
        """The list, the pieces or the versions."""
        self.choice.choose(key)
        self._pages.setCurrentIndex((LIST, PIECES, VERSIONS).index(key))

    def set_layers(self, layers: Sequence[tuple[int, str]], chosen: int | None) -> None:
        """Which layers there are."""
        self.layer.clear()
        for key, name in layers:
            self.layer.addItem(name, key)
        self.layer.setCurrentIndex(self.layer.findData(chosen))
        for act in (self.rename_layer, self.remove_layer, self.export_layer):
            act.setEnabled(self.layer.currentIndex() >= 0)

    def mark_drafts(self, ids: Sequence[int]) -> None:
        """Which layers hold a draft: they have a pen in the menu."""
        for row in range(self.layer.count()):
            self._mark_row(row, there=self.layer.itemData(row) in ids)

    def mark_draft(self, layer_id: int, *, there: bool) -> None:
        """Whether a layer holds a draft."""
        row = self.layer.findData(layer_id)
        if row >= 0:
            self._mark_row(row, there=there)

    def _mark_row(self, row: int, *, there: bool) -> None:
        told = self.tr("{0}, with a draft that is not saved").format(self.layer.itemText(row)) if there else None
        if told == self.layer.itemData(row, Qt.ItemDataRole.AccessibleTextRole):
            return
        self.layer.setItemIcon(row, icon("pencil", 14) if there else QIcon())
        self.layer.setItemData(row, told, Qt.ItemDataRole.AccessibleTextRole)
        self.layer.setItemData(row, plain_tip(told) if told else None, Qt.ItemDataRole.ToolTipRole)

    def show_unfit(self, sentence: str) -> None:
        """A layer that cannot be edited as it is, and the offer to repair it; empty takes it away."""
        self.unfit.text.setText(sentence)
        self.unfit.setAccessibleName(sentence)
        self.unfit.setVisible(bool(sentence))

    def set_state(self, state: AreasState, chosen: Sequence[int]) -> None:
        """Show a draft, with the chosen areas."""
        fixed = state.fixed >= 0
        self.services.setText(state.services)
        self.title.setText(state.title)
        self.undo.setEnabled(state.can_undo and not fixed)
        self.redo.setEnabled(state.can_redo and not fixed)
        self.undo.set_name(state.undo_words, "Ctrl+Z")
        self.redo.set_name(state.redo_words, "Ctrl+Shift+Z")
        self.drop.setVisible(state.is_changed and not fixed)
        self.table.areas.set_lines(state.lines, state.agencies, fixed=fixed or state.busy)
        self.table.choose(chosen)
        empty = bool(state.layer) and not state.lines
        self._empty.setVisible(empty)
        self.table.setVisible(not empty)
        self.merge.setEnabled(len(chosen) == 2 and not fixed)
        self.remove.setEnabled(len(chosen) == 1 and not fixed)
        self.takes.setEnabled(not fixed)
        self.fill.setVisible(bool(state.holes) and not fixed)
        self.fill.setText(
            self.tr("Fill its hole") if state.holes == 1 else self.tr("Fill {0} holes").format(state.holes)
        )
        self.versions.set_lines(state.versions, state.fixed)

    def say(self, sentence: str) -> None:
        """What an act did; empty takes it away."""
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))

    def refuse(self, sentence: str) -> None:
        """Why something was not done; empty takes it away."""
        self.banner.text.setText(sentence)
        self.banner.setAccessibleName(sentence)
        self.banner.setVisible(bool(sentence))

    def event(self, event: QEvent) -> bool:
        """Undo and redo mean the draft here, unless a field that is written in has its own."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _steps(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of `event`."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_asked.emit()
        else:
            super().keyPressEvent(event)


def _steps(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def _inset(widget: QWidget, *, bottom: int = 6) -> QLayout:
    row = QHBoxLayout()
    row.setContentsMargins(12, 6, 12, bottom)
    row.addWidget(widget)
    return row
