"""The right pane of the roster: entries of one kind as a list, the chosen one as a form, and its acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.domain.plain_text import readable
from desktop.views.fonts import font
from desktop.views.kit import Button, Dropdown, PaneHeader, Rule, SearchField, Words
from desktop.views.kit.inputs import narrow_list
from desktop.views.roster.entry_form import EntryForm
from desktop.views.roster.state import KindState
from desktop.views.theme import theme

LIST_PX = 148
KEY = Qt.ItemDataRole.UserRole


class RosterPane(QWidget):
    """Signals carry the kind and what a person left in the form; `key` is empty for a new entry."""

    save_asked = Signal(str, str, object)  # kind, key, values
    remove_asked = Signal(str, str)
    place_asked = Signal(bool)  # whether the next place of the map is meant
    kind_chosen = Signal(str)

    def __init__(self, kinds: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Roster"))
        self._state = KindState((), (), {})
        self.key = ""
        self.kinds = Dropdown(self.tr("Kind of entry"))
        for key, title in kinds:
            self.kinds.addItem(title, key)
        self.search = SearchField(self.tr("Find in the list"))
        self.list = QListWidget()
        self.form = EntryForm()
        self.fault = Words("", step="table", tone="danger", wrap=True)
        self.new = Button(self.tr("New"), icon="plus", small=True)
        self.pick = Button(self.tr("Place on the map"), icon="map-pin", small=True)
        self.remove = Button(self.tr("Take off"), kind="quiet", small=True)
        self.save = Button(self.tr("Save"), kind="primary", small=True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.header = PaneHeader(self.tr("Roster"))
        self.header.add(self.kinds)
        self.list.setFont(font("table"))
        self.list.setFixedHeight(LIST_PX)
        self.list.setAccessibleName(self.tr("Entries"))
        self.fault.hide()
        self.pick.setCheckable(True)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.new)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        for part in (self.pick, self.remove):
            acts.addWidget(part)
        acts.addStretch(1)
        acts.addWidget(self.save)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(6)
        foot.addWidget(self.fault)
        foot.addLayout(acts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(top)
        within = QHBoxLayout()
        within.setContentsMargins(10, 0, 4, 8)
        within.addWidget(self.list)
        column.addLayout(within)
        column.addWidget(Rule())
        column.addWidget(self.form, 1)
        column.addWidget(Rule())
        column.addLayout(foot)

    def _connect(self) -> None:
        self.kinds.activated.connect(self._kind_picked)
        self.search.changed.connect(self._narrow)
        self.list.currentItemChanged.connect(self._moved)
        self.new.clicked.connect(self._begin)
        self.pick.toggled.connect(self.place_asked)
        self.remove.clicked.connect(self._remove)
        self.save.clicked.connect(self._save)

    # what it shows

    def kind(self) -> str:
        """The kind on show."""
        return str(self.kinds.currentData())

    def set_kind(self, kind: str) -> None:
        """Show another kind; tells nobody."""
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(kind)))

    def set_state(self, state: KindState, key: str | None = None) -> None:
        """Show the entries of a kind, that of a key in the form; without it, the one that was there."""
        wanted = self.key if key is None else key
        self._state = state
        self.list.blockSignals(True)
        self.list.clear()
        for entry in state.entries:
            words = f"{entry.title} · {entry.note}" if entry.note else entry.title
            item = QListWidgetItem(readable(words))
            item.setData(KEY, entry.key)
            item.setSizeHint(QSize(0, theme().row_height))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.form.set_fields(state.asked)
        self.pick.setVisible(state.on_map)
        self.pick.setChecked(False)
        self.remove.setVisible(state.removable)
        known = wanted if wanted in state.values else ""
        self.choose(known or (state.entries[0].key if state.entries else ""))
        narrow_list(self.list, self.search.edit.text())

    def choose(self, key: str) -> None:
        """Show an entry in the form, a new one where there is no such."""
        self.key = key if key in self._state.values else ""
        self.set_fault("")
        self.list.blockSignals(True)
        self.list.setCurrentRow(next((at for at, one in enumerate(self._state.entries) if one.key == self.key), -1))
        self.list.blockSignals(False)
        self.form.set_values(self._state.values.get(self.key, self._state.fresh))
        self.remove.setEnabled(bool(self.key))

    def set_fault(self, sentence: str) -> None:
        """Say why nothing was saved; empty when all is well."""
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))

    def take_place(self, values: dict[str, Any]) -> None:
        """Put what was pointed at on the map into the form."""
        self.pick.setChecked(False)
        self.form.set_values({**self.form.values(), **values})

    # what a person does

    def _kind_picked(self) -> None:
        self.key = ""
        self.kind_chosen.emit(self.kind())

    def _moved(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.choose(str(item.data(KEY)))

    def _begin(self) -> None:
        self.choose("")
        first = next(iter(self.form.controls.values()), None)
        if first is not None:
            first.setFocus()

    def _narrow(self, text: str) -> None:
        narrow_list(self.list, text)

    def _save(self) -> None:
        self.save_asked.emit(self.kind(), self.key, self.form.values())

    def _remove(self) -> None:
        self.remove_asked.emit(self.kind(), self.key)
