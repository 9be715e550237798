"""Add and change the conditions of the filter: line of the queue, service, department, status, days, text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.request_filter import ALL, RequestFilter
from desktop.models.arranging import day_start_ms
from desktop.views.fonts import font, prose
from desktop.views.kit import Field, Link, SearchField, Words
from desktop.views.kit.inputs import narrow_list
from desktop.views.shell.popover import Popover

VALUE_ROLE = Qt.ItemDataRole.UserRole
LONG_LIST = 10  # entries; beyond, a field narrows them
KINDS = ("line", "services", "agencies", "kinds", "statuses", "opened", "text")
Entry = tuple[Any, str]


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What there is to choose from, each with its words."""

    lines: tuple[Entry, ...]
    services: tuple[Entry, ...]
    agencies: tuple[Entry, ...]
    statuses: tuple[Entry, ...]
    zone: str
    today: date
    kinds: tuple[Entry, ...] = ()


class CheckList(QWidget):
    """A list of ticks that a field narrows; `changed` tells that the ticked values are others."""

    changed = Signal()

    def __init__(self, entries: Sequence[Entry], ticked: Sequence[Any], name: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.narrow = SearchField(self.tr("Narrow the list"))
        if len(entries) <= LONG_LIST:
            self.narrow.hide()
        self.narrow.changed.connect(self._narrow)
        column.addWidget(self.narrow)
        self.list = QListWidget()
        self.list.setFont(prose("table"))
        self.list.setProperty("raised", True)
        self.list.setAccessibleName(name)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for value, text in entries:
            item = QListWidgetItem(" ".join(text.split()))
            item.setData(VALUE_ROLE, value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if value in ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.itemChanged.connect(self.changed)
        self.list.setCurrentRow(0)
        column.addWidget(self.list, 1)

    def ticked(self) -> tuple[Any, ...]:
        """The ticked values, in the order of the list."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return tuple(item.data(VALUE_ROLE) for item in items if item.checkState() is Qt.CheckState.Checked)

    def _narrow(self, text: str) -> None:
        narrow_list(self.list, text)


class DayRange(QWidget):
    """From one day to another in the city, both counted; `changed` tells another range."""

    changed = Signal()

    def __init__(self, wanted: RequestFilter, zone: str, today: date) -> None:
        super().__init__()
        self._zone = ZoneInfo(zone)
        self.any_time = wanted.opened_from_ms is None and wanted.opened_to_ms is None
        first = self._day(wanted.opened_from_ms, today - timedelta(days=6))
        last = self._day(None if wanted.opened_to_ms is None else wanted.opened_to_ms - 1, today)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.first, self.last = QDateEdit(QDate(first)), QDateEdit(QDate(last))  # type: ignore[call-overload]
        for caption, edit in ((self.tr("From"), self.first), (self.tr("To, counted"), self.last)):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("d MMM yyyy")
            edit.dateChanged.connect(self._edited)
            column.addWidget(Field(caption, edit))
        row = QHBoxLayout()
        row.setSpacing(12)
        for words, days in ((self.tr("Today"), 1), (self.tr("7 days"), 7), (self.tr("30 days"), 30)):
            link = Link(words)
            link.setProperty("days", days)
            link.clicked.connect(self._last_days)
            row.addWidget(link)
        row.addStretch(1)
        always = Link(self.tr("Any time"))
        always.clicked.connect(self._always)
        row.addWidget(always)
        column.addLayout(row)
        column.addStretch(1)
        self._today = today

    def bounds_ms(self) -> tuple[int | None, int | None]:
        """The first moment that counts, and the first that no longer does."""
        if self.any_time:
            return None, None
        first, last = (_python_day(edit.date()) for edit in (self.first, self.last))
        return day_start_ms(first, self._zone), day_start_ms(last + timedelta(days=1), self._zone)

    def _day(self, moment_ms: int | None, usual: date) -> date:
        if moment_ms is None:
            return usual
        return datetime.fromtimestamp(moment_ms / 1000, tz=UTC).astimezone(self._zone).date()

    def _last_days(self) -> None:
        days = int(self.sender().property("days"))
        self._put(self._today - timedelta(days=days - 1), self._today)
        self._edited()

    def _put(self, first: date, last: date) -> None:
        for edit, day in ((self.first, first), (self.last, last)):
            edit.blockSignals(True)
            edit.setDate(QDate(day.year, day.month, day.day))
            edit.blockSignals(False)

    def _edited(self) -> None:
        self.any_time = False
        self.changed.emit()

    def _always(self) -> None:
        self.any_time = True
        self.changed.emit()


class FilterPopover(Popover):
    """Kinds of conditions at the left, the chosen one at the right. Every change acts at once."""

    changed = Signal(dict)  # fields of the filter

    def __init__(self, anchor: QWidget, choices: FilterChoices, wanted: RequestFilter, kind: str = "services") -> None:
        super().__init__("", anchor, width=432)
        self.set_title(self.tr("Show only requests where"))
        row = QHBoxLayout()
        row.setSpacing(12)
        self.kinds = QListWidget()
        self.kinds.setFont(font("table"))
        self.kinds.setProperty("raised", True)
        self.kinds.setAccessibleName(self.tr("Conditions"))
        self.kinds.setFixedWidth(132)
        self.pages = QStackedWidget()
        self.pages.setFixedHeight(252)
        row.addWidget(self.kinds)
        row.addWidget(self.pages, 1)
        self.body.addLayout(row)
        for key, words in self._kinds():
            item = QListWidgetItem(words)
            item.setData(VALUE_ROLE, key)
            self.kinds.addItem(item)
            self.pages.addWidget(self._page(key, choices, wanted))
        self.kinds.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.kinds.setCurrentRow(KINDS.index(kind))
        self.first = self.kinds

    def _kinds(self) -> tuple[tuple[str, str], ...]:
        return (
            ("line", self.tr("Line of the queue")),
            ("services", self.tr("Service")),
            ("agencies", self.tr("Department")),
            ("kinds", self.tr("Why no department")),
            ("statuses", self.tr("Status")),
            ("opened", self.tr("Opened between")),
            ("text", self.tr("Text")),
        )

    def _page(self, key: str, choices: FilterChoices, wanted: RequestFilter) -> QWidget:
        if key == "opened":
            return self._days(choices, wanted)
        if key == "text":
            return self._text(wanted)
        if key == "line":
            return self._lines(choices, wanted)
        entries, ticked, field = {
            "services": (choices.services, wanted.service_ids, "service_ids"),
            "agencies": (choices.agencies, wanted.agency_ids, "agency_ids"),
            "kinds": (choices.kinds, wanted.kinds, "kinds"),
            "statuses": (choices.statuses, wanted.statuses, "statuses"),
        }[key]
        page = CheckList(entries, ticked, dict(self._kinds())[key])
        page.changed.connect(self._teller(field, page.ticked))
        return page

    def _teller(self, field: str, read: Callable[[], tuple[Any, ...]]) -> Callable[[], None]:
        return lambda: self.changed.emit({field: read()})

    def _lines(self, choices: FilterChoices, wanted: RequestFilter) -> QWidget:
        lines = QListWidget()
        lines.setFont(font("table"))
        lines.setProperty("raised", True)
        lines.setAccessibleName(dict(self._kinds())["line"])
        for key, words in choices.lines:
            item = QListWidgetItem(words)
            item.setData(VALUE_ROLE, key)
            lines.addItem(item)
            if key == wanted.line:
                lines.setCurrentItem(item)
        lines.currentItemChanged.connect(
            lambda item, _before: self.changed.emit({"line": item.data(VALUE_ROLE) if item else ALL})
        )
        return lines

    def _days(self, choices: FilterChoices, wanted: RequestFilter) -> QWidget:
        page = DayRange(wanted, choices.zone, choices.today)

        def tell() -> None:
            first, last = page.bounds_ms()
            self.changed.emit({"opened_from_ms": first, "opened_to_ms": last})

        page.changed.connect(tell)
        return page

    def _text(self, wanted: RequestFilter) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self.words = SearchField(self.tr("Words of the request"))
        self.words.edit.setText(wanted.text)
        self.words.searched.connect(lambda text: self.changed.emit({"text": text.strip()}))
        column.addWidget(self.words)
        told = self.tr("All the words must be in the description, the address or the number. Enter looks them up.")
        column.addWidget(Words(told, step="caption", tone="tertiary", wrap=True))
        column.addStretch(1)
        return page


def _python_day(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
