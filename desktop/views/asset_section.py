"""What a request is about, where the city has a number for it: the asset, other requests, or which it may be."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.icons import service_icon
from desktop.views.kit import Caption, ElidedWords, Glyph, KeyValueRow, Link, Words


@dataclass(frozen=True, slots=True)
class AssetLine:
    """An asset: its number, what it is, and a word about it, such as how far away it is."""

    asset_id: int
    code: str
    what: str
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NamingLine:
    """Another request that names the same asset."""

    request_id: int
    service_request_id: str
    text: str
    opened: str


@dataclass(frozen=True, slots=True)
class AssetState:
    """The named asset with its attributes and other requests, or the nearest ones that could be meant."""

    named: AssetLine | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    others: tuple[NamingLine, ...] = ()
    other_count: int = 0
    near: tuple[AssetLine, ...] = ()


class AssetSection(QWidget):
    """Shows it; tells which asset or request is to be opened, and what a person says the request is about."""

    asset_opened = Signal(int)
    request_opened = Signal(int)
    named = Signal(object)  # id of an asset, or None

    def __init__(self, state: AssetState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(5)
        if state.named is not None:
            self._show_named(state.named, state)
        else:
            self._column.addWidget(Caption(self.tr("Which asset is it?")))
            for line in state.near:
                self._add_near(line)

    def _show_named(self, line: AssetLine, state: AssetState) -> None:
        self._column.addWidget(Caption(self.tr("Asset")))
        row = self._row(line)
        off = Link(self.tr("Take off"))
        off.setAccessibleName(self.tr("Take {0} off this request").format(line.code))
        off.clicked.connect(self._take_off)
        row.addWidget(off)
        for key, value in state.attributes:
            self._column.addWidget(KeyValueRow(key, value))
        if state.other_count:
            one = state.other_count == 1
            told = self.tr("1 other request names it") if one else self.tr("{0} other requests name it")
            self._column.addWidget(Caption(told.format(state.other_count)))
        for other in state.others:
            self._add_other(other)

    def _row(self, line: AssetLine) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Glyph(service_icon(line.icon)))
        link = Link(line.code)
        link.setAccessibleName(self.tr("Show {0} on the map").format(line.code))
        link.setProperty("asset_id", line.asset_id)
        link.clicked.connect(self._open_asset)
        row.addWidget(link)
        row.addWidget(ElidedWords(line.what, step="table", tone="secondary"), 1)
        self._column.addLayout(row)
        return row

    def _add_near(self, line: AssetLine) -> None:
        row = self._row(line)
        row.addWidget(Words(line.note, step="caption", tone="tertiary", weight=450))
        choose = Link(self.tr("This one"))
        choose.setAccessibleName(self.tr("The request is about {0}").format(line.code))
        choose.setProperty("asset_id", line.asset_id)
        choose.clicked.connect(self._name)
        row.addWidget(choose)

    def _add_other(self, other: NamingLine) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        link = Link(other.service_request_id)
        link.setProperty("request_id", other.request_id)
        link.clicked.connect(self._open_request)
        row.addWidget(link)
        row.addWidget(ElidedWords(other.text, step="table", tone="secondary"), 1)
        row.addWidget(Words(other.opened, step="caption", tone="tertiary", weight=450))
        self._column.addLayout(row)

    def _open_asset(self) -> None:
        self.asset_opened.emit(int(self.sender().property("asset_id")))

    def _open_request(self) -> None:
        self.request_opened.emit(int(self.sender().property("request_id")))

    def _name(self) -> None:
        self.named.emit(int(self.sender().property("asset_id")))

    def _take_off(self) -> None:
        self.named.emit(None)
