"""What of a plan leaves the door, and for which crew; and what comes back in the evening."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from desktop.views.fonts import font
from desktop.views.kit import Button, Dropdown, Field, Link, Words
from desktop.views.shell.popover import Popover

SHEETS = "sheets"


class SheetsPopover(Popover):
    """Tells the crew (None: all with stops) and the kinds of files that are wanted."""

    wanted = Signal(object, object)  # name of a crew or None, tuple of kinds
    hand_back_wanted = Signal()

    def __init__(self, anchor: QWidget, day: str, crews: Sequence[str], printed: str = "") -> None:
        super().__init__("", anchor, width=304)
        self.set_title(self.tr("Sheets, {0}").format(day), printed)
        self.crew = Dropdown(self.tr("Crew"))
        self.crew.addItem(self.tr("All crews with stops"), None)
        for name in crews:
            self.crew.addItem(name, name)
        self.body.addWidget(Field(self.tr("Crew"), self.crew))
        self.kinds = {kind: self._box(kind, told) for kind, told in self._told().items()}
        self.kinds[SHEETS].setChecked(True)
        self._fault = Words("", step="caption", tone="danger", wrap=True)
        self._fault.hide()
        self.body.addWidget(self._fault)
        self.body.addLayout(self._back())
        self.write = self.add_act(Button(self.tr("Write files"), kind="primary", icon="printer"))
        self.write.clicked.connect(self._write)
        self.first = self.crew

    def _told(self) -> dict[str, str]:
        return {
            SHEETS: self.tr("Route sheets to print (PDF)"),
            "pages": self.tr("Pages for phones without network"),
            "gpx": self.tr("Ways for navigation (GPX)"),
            "calendars": self.tr("Calendars (iCalendar)"),
            "tables": self.tr("Tables (CSV)"),
            "geojson": self.tr("Ways and stops (GeoJSON)"),
        }

    def _box(self, kind: str, told: str) -> QCheckBox:
        box = QCheckBox(told)
        box.setObjectName(kind)
        box.setFont(font("table"))
        self.body.addWidget(box)
        return box

    def _back(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.back = Link(self.tr("Take in what a crew hands back"))
        self.back.clicked.connect(self._ask_back)
        row.addWidget(self.back)
        row.addStretch(1)
        return row

    def _ask_back(self) -> None:
        self.accept()
        self.hand_back_wanted.emit()

    def _write(self) -> None:
        chosen = tuple(kind for kind, box in self.kinds.items() if box.isChecked())
        if not chosen:
            self._fault.setText(self.tr("Tick what is to be written."))
            self._fault.show()
            self._place()
            return
        self.accept()
        self.wanted.emit(self.crew.currentData(), chosen)
