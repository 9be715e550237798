"""The table of Operations under its header: what is shown, the filters that are on, and what is ticked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.models.request_table import RequestTableModel
from desktop.views import format as words
from desktop.views.kit import Button, Centred, Chip, IconButton, Link, PaneHeader, StateCard, Words
from desktop.views.kit.edit_chip import EditChip
from desktop.views.kit.layouts import clear_layout
from desktop.views.request_table import RequestTable
from desktop.views.theme import theme

EDITED = ("line", "services", "agencies", "statuses", "opened", "text")  # chips that open for change
NOTE = 96  # px that the counts want


class SelectionBar(QWidget):
    """What stands in place of the header while requests are ticked: how many, the way out, and acts on them."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tokens = theme().tokens
        self.setFixedHeight(tokens.size.pane_header)
        self.setProperty("surface", "pane")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(tokens.pane_padding, 0, tokens.pane_padding, 0)
        self._row.setSpacing(tokens.gap_in_row)
        self.told = Words("", step="table", weight=600)
        self._row.addWidget(self.told)
        self._row.addWidget(Words("·", step="table", tone="tertiary"))
        self.clear = Link(self.tr("Clear"), weight=500)
        self.clear.clicked.connect(self.cleared)
        self._row.addWidget(self.clear)
        self._row.addStretch(1)

    def add_act(self, button: QAbstractButton) -> None:
        """Put an act on what is ticked at the right end."""
        self._row.addWidget(button)

    def set_count(self, selected: int, shown: int) -> None:
        """How many are ticked of how many are shown."""
        if selected == shown:
            self.told.setText(self.tr("All {0} selected").format(words.count(selected)))
        else:
            self.told.setText(self.tr("{0} selected").format(words.count(selected)))


class TablePane(QWidget):
    """The table under its header: how many are shown of how many, and the filters that are on."""

    filter_dropped = Signal(str)
    filter_edited = Signal(str, QWidget)  # a kind of condition, and where its sheet belongs
    in_view_wanted = Signal()
    group_wanted = Signal(QWidget)
    columns_wanted = Signal(QWidget)
    export_wanted = Signal(QWidget)
    act_wanted = Signal(str)  # the act of the empty or error card

    def __init__(self, model: RequestTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._model = model
        self._in_view = False
        self._filters: tuple[tuple[str, str], ...] = ()
        self.header = PaneHeader(self.tr("Requests"))
        self._fill_header()
        self.table = RequestTable(model)
        self.selection_bar = SelectionBar()
        self._heads = QStackedWidget()
        self._heads.setFixedHeight(self.header.height())
        self._heads.addWidget(self.header)
        self._heads.addWidget(self.selection_bar)
        column.addWidget(self._heads)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        column.addWidget(self._stack, 1)
        self._card: QWidget | None = None
        self.selection_bar.cleared.connect(model.clear_ticks)
        self.table.filter_wanted.connect(self._add_filter)
        self.table.chosen_away.connect(self._tell_away)
        self.away.clicked.connect(self.table.show_chosen)
        model.selection_changed.connect(self._ticks_changed)

    def _fill_header(self) -> None:
        self.away = Link(self.tr("1 chosen · show"), weight=500)
        self.away.hide()
        self.header.add_beside_note(self.away)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        self._chips.setContentsMargins(0, 0, 0, 0)
        chips = QWidget()
        chips.setLayout(self._chips)
        self.add = Chip(self.tr("Filter"), icon="plus", removable=False)
        self.add.setAccessibleName(self.tr("Add a filter"))
        self.add.clicked.connect(self._add_filter)
        self.group = Button(self.tr("Group"), kind="quiet", icon="rows-2", small=True)
        self.columns = Button(self.tr("Columns"), kind="quiet", icon="columns-3", small=True)
        self.group_icon = IconButton("rows-2", self.tr("Group"))
        self.columns_icon = IconButton("columns-3", self.tr("Columns"))
        self.export = IconButton("download", self.tr("Export what is shown"))
        for button, wanted in (
            (self.group, self.group_wanted),
            (self.group_icon, self.group_wanted),
            (self.columns, self.columns_wanted),
            (self.columns_icon, self.columns_wanted),
            (self.export, self.export_wanted),
        ):
            button.clicked.connect(lambda _on=False, button=button, wanted=wanted: wanted.emit(button))
        for part in (chips, self.add, self.group, self.group_icon, self.columns, self.columns_icon, self.export):
            self.header.add(part)

    def set_counts(self, shown: int, total: int, note: str) -> None:
        """How many are shown of how many."""
        told = self.tr("{0} of {1}").format(words.count(shown), words.count(total))
        self.header.note.setText(f"{told} · {note}" if note else told)

    def set_filters(self, filters: tuple[tuple[str, str], ...], *, in_view: bool) -> None:
        """Chips of the filters that are on, and the one that can be added."""
        if (filters, in_view) != (self._filters, self._in_view) or not self._chips.count():
            self._filters, self._in_view = filters, in_view
            self._lay_out_chips()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_chips()

    def show_card(self, card: StateCard | None, act: str = "") -> None:
        """A designed empty, loading or error state instead of the table; None shows the table."""
        before, self._card = self._card, None
        if card is None:
            self._stack.setCurrentIndex(0)
        else:
            card.setProperty("act", act)
            card.acted.connect(self._acted)
            self._card = Centred(card)
            self._stack.setCurrentIndex(self._stack.addWidget(self._card))
        if before is not None:  # after the change, which takes the focus along to what comes next
            self._stack.removeWidget(before)
            before.deleteLater()

    # inside

    def _lay_out_chips(self) -> None:
        """As many chips as there is room for; the last stands for the rest. Words of buttons give way first."""
        focused = self.focusWidget()
        key = focused.property("key") if isinstance(focused, Chip) and focused.hasFocus() else None
        clear_layout(self._chips)
        chips = [self._chip(*each) for each in self._filters]
        if not self._in_view:
            chips.append(self._view_chip())
        room = self._room(chips)
        while len(chips) > 1 and _width(chips) > room:
            chips.pop().deleteLater()
        left = len(self._filters) - len(chips)
        if left > 0:
            chips.pop().deleteLater()
            chips.append(self._rest_chip(left + 1))
        for chip in chips:
            self._chips.addWidget(chip)
            if key is not None and chip.property("key") == key:
                chip.setFocus(Qt.FocusReason.OtherFocusReason)

    def _room(self, chips: list[Chip]) -> int:
        fixed = self.header.title.sizeHint().width() + NOTE + self.add.sizeHint().width() + 24 + 6 * 8 + 24
        fixed += 0 if self.away.isHidden() else self.away.sizeHint().width() + 8
        wide = self.group.sizeHint().width() + self.columns.sizeHint().width()
        roomy = self.width() - fixed - wide >= _width(chips)
        for button, shown in (
            (self.group, roomy),
            (self.columns, roomy),
            (self.group_icon, not roomy),
            (self.columns_icon, not roomy),
        ):
            button.setVisible(shown)
        return self.width() - fixed - (wide if roomy else 48)

    def _chip(self, key: str, text: str) -> Chip:
        if key in EDITED:
            chip: Chip = EditChip(text)
            assert isinstance(chip, EditChip)
            chip.clicked.connect(self._edited)
            chip.dropped.connect(self._dropped)
        else:
            chip = Chip(text)
            chip.clicked.connect(self._dropped)
        chip.setProperty("key", key)
        return chip

    def _view_chip(self) -> Chip:
        add = Chip(self.tr("In map view"), icon="plus", removable=False)
        add.setProperty("key", "in view")
        add.clicked.connect(self.in_view_wanted)
        return add

    def _rest_chip(self, count: int) -> Chip:
        rest = Chip(self.tr("{0} more").format(count), icon="funnel", removable=False)
        rest.setProperty("key", "rest")
        rest.clicked.connect(self._add_filter)
        return rest

    def _ticks_changed(self, count: int) -> None:
        self.selection_bar.set_count(count, self._model.request_count)
        self._heads.setCurrentIndex(1 if count else 0)

    def _tell_away(self, away: bool) -> None:
        self.away.setVisible(away)
        self._lay_out_chips()

    def _add_filter(self) -> None:
        self.filter_edited.emit("services", self.add)

    def _edited(self) -> None:
        chip = self.sender()
        assert isinstance(chip, QWidget)
        self.filter_edited.emit(str(chip.property("key")), chip)

    def _dropped(self) -> None:
        self.filter_dropped.emit(str(self.sender().property("key")))

    def _acted(self) -> None:
        self.act_wanted.emit(str(self.sender().property("act")))


def _width(chips: list[Chip]) -> int:
    return sum(chip.sizeHint().width() + 6 for chip in chips)
