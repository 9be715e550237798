"""A rule as a form: a field for each condition and each part of the result, with what is wrong beneath it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.views.assignment.choices import Choices, Entry
from desktop.views.fonts import font, mono
from desktop.views.kit import Caption, Dropdown, Field, Rule
from desktop.views.kit.focus import INSIDE

SETTLE_MS = 400
ANYWHERE = ""
OF_AREA = "\x00"  # before the name of a layer, in the list of departments
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """What there is to choose from. Areas and answers are pairs: layer and area, question and answer; empty for any."""

    services: tuple[Entry, ...] = ()
    areas: tuple[Entry, ...] = ()
    answers: tuple[Entry, ...] = ()
    weekdays: tuple[Entry, ...] = ()
    sources: tuple[Entry, ...] = ()
    agencies: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()


class RuleForm(QScrollArea):
    """Shows the values of a rule (as in its text) and tells them anew when a person changed something."""

    changed = Signal(object)  # Values

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty(INSIDE, True)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("The chosen rule"))
        self._values: dict[str, Any] = {}
        self._quiet = False
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._send)
        self._make_controls()
        self.fields: dict[str, Field] = {}
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 10, 12, 16)
        column.setSpacing(10)
        for part in self._layout():
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(page)

    def _make_controls(self) -> None:
        self.name, self.words, self.queue = QLineEdit(), QLineEdit(), QLineEdit()
        self.hours, self.season = QLineEdit(), QLineEdit()
        self.first, self.last = QLineEdit(), QLineEdit()
        self.services, self.areas, self.answers = (
            Choices(self.tr("any service")),
            Choices(self.tr("anywhere")),
            Choices(self.tr("any answers")),
        )
        self.weekdays, self.sources = Choices(self.tr("any weekday")), Choices(self.tr("any source"))
        self._edits = {
            "name": self.name,
            "words": self.words,
            "queue": self.queue,
            "hours": self.hours,
            "season": self.season,
            "effective_from": self.first,
            "effective_to": self.last,
        }
        self.when, self.note = QPlainTextEdit(), QPlainTextEdit()
        self.agency = Dropdown(self.tr("Department"))
        self.priority, self.deadline = QSpinBox(), QDoubleSpinBox()
        for edit, hint in (
            (self.words, self.tr("gas, live wire")),
            (self.hours, "22:00-06:00"),
            (self.season, "11-01..03-31"),
            (self.first, "2026-11-01"),
            (self.last, "2027-03-31"),
            (self.queue, self.tr("none")),
        ):
            edit.setPlaceholderText(hint)
        for edit in (self.name, self.words, self.queue, self.hours, self.season, self.first, self.last):
            edit.textEdited.connect(self._touched)
        for choice in (self.services, self.areas, self.answers, self.weekdays, self.sources):
            choice.changed.connect(self._touched)
        for text in (self.when, self.note):
            text.setTabChangesFocus(True)
            text.setFixedHeight(58)
            text.textChanged.connect(self._touched)
        self.when.setFont(mono())
        self.priority.setRange(-1, 100)
        self.deadline.setRange(0, 10_000)
        self.deadline.setDecimals(1)
        self.deadline.setSuffix(self.tr(" working h"))
        for spin in (self.priority, self.deadline):
            spin.setSpecialValueText(self.tr("as the service"))
            spin.valueChanged.connect(self._touched)
        self.agency.activated.connect(self._touched)

    def _layout(self) -> list[QWidget]:
        asked = (
            ("name", self.tr("Name"), self.name),
            ("services", self.tr("Services"), self.services),
            ("areas", self.tr("Areas"), self.areas),
            ("answers", self.tr("Answers"), self.answers),
            ("words", self.tr("Words of the text, by comma"), self.words),
            ("weekdays", self.tr("Weekdays"), self.weekdays),
            ("hours", self.tr("Time of day"), self.hours),
            ("season", self.tr("Season, month and day"), self.season),
            ("sources", self.tr("Sources"), self.sources),
            ("when", self.tr("And, as an expression"), self.when),
            ("effective_from", self.tr("First day"), self.first),
            ("effective_to", self.tr("Last day"), self.last),
        )
        given = (
            ("agency", self.tr("Department"), self.agency),
            ("queue", self.tr("Queue"), self.queue),
            ("priority", self.tr("Priority, 0 to 100"), self.priority),
            ("deadline_working_h", self.tr("Deadline"), self.deadline),
            ("note", self.tr("Note among staff"), self.note),
        )
        parts: list[QWidget] = [Caption(self.tr("It takes a request when"))]
        parts += [self._field(*one) for one in asked]
        parts += [Rule(), Caption(self.tr("and gives it to"))]
        return parts + [self._field(*one) for one in given]

    def _field(self, key: str, caption: str, control: QWidget) -> Field:
        field = Field(caption, control)
        if isinstance(control, QPlainTextEdit):
            control.setFont(mono() if key == "when" else font("table"))
        self.fields[key] = field
        return field

    # state

    def set_choices(self, choices: RuleChoices) -> None:
        """What there is to choose from."""
        self._quiet = True
        self.services.set_entries(choices.services)
        self.areas.set_entries(choices.areas)
        self.answers.set_entries(choices.answers)
        self.weekdays.set_entries(choices.weekdays)
        self.sources.set_entries(choices.sources)
        self.agency.clear()
        self.agency.addItem(self.tr("Choose a department"), "")
        for name in choices.agencies:
            self.agency.addItem(name, name)
        for layer in choices.layers:
            self.agency.addItem(self.tr("that of its area in {0}").format(layer), OF_AREA + layer)
        self._quiet = False
        if self._values:
            self.set_values(self._values)

    def set_values(self, values: Values) -> None:
        """Show a rule; a field that says the same in other words is left alone, and the cursor in it."""
        self._settle.stop()
        self._quiet = True
        said = self.values()
        self._values = dict(values)
        for key, edit in self._edits.items():
            if _plain(said.get(key)) != _plain(values.get(key)):
                edit.setText(_plain(values.get(key)))
                edit.setCursorPosition(0)  # a long text shows its beginning
        for key, box in (("when", self.when), ("note", self.note)):
            if said.get(key, "") != values.get(key, "").strip():
                box.setPlainText(values.get(key, ""))
        self.services.set_chosen(values.get("services", ()))
        self.weekdays.set_chosen(values.get("weekdays", ()))
        self.sources.set_chosen(values.get("sources", ()))
        self.areas.set_chosen(_pairs(values.get("areas", {})))
        self.answers.set_chosen(_pairs(values.get("answers", {})))
        self._show_agency(values)
        self.priority.setValue(-1 if values.get("priority") is None else values["priority"])
        self.deadline.setValue(values.get("deadline_working_h") or 0)
        self._quiet = False

    def _show_agency(self, values: Values) -> None:
        layer, name = values.get("agency_of", ""), values.get("agency", "")
        wanted = OF_AREA + layer if layer else name
        at = self.agency.findData(wanted)
        if at < 0:  # not among the departments: it is shown all the same, with its fault
            self.agency.addItem(layer or name, wanted)
            at = self.agency.count() - 1
        self.agency.setCurrentIndex(at)

    def set_faults(self, faults: Mapping[str, str]) -> None:
        """What is wrong, by field."""
        for key, field in self.fields.items():
            field.set_fault(faults.get(key, ""))

    def flush(self) -> None:
        """Tell at once what was changed last."""
        if self._settle.isActive():
            self._settle.stop()
            self._send()

    def values(self) -> dict[str, Any]:
        """The rule as it stands in the form; what is left open is left out."""
        agency = str(self.agency.currentData() or "")
        found: dict[str, Any] = {
            "name": self.name.text().strip(),
            "services": list(self.services.chosen()),
            "areas": _grouped(self.areas.chosen()),
            "weekdays": list(self.weekdays.chosen()),
            "hours": self.hours.text().strip(),
            "season": self.season.text().strip(),
            "answers": _grouped(self.answers.chosen()),
            "sources": list(self.sources.chosen()),
            "words": [word.strip() for word in self.words.text().split(",") if word.strip()],
            "when": self.when.toPlainText().strip(),
            "agency": "" if agency.startswith(OF_AREA) else agency,
            "agency_of": agency[len(OF_AREA) :] if agency.startswith(OF_AREA) else "",
            "queue": self.queue.text().strip(),
            "priority": None if self.priority.value() < 0 else self.priority.value(),
            "deadline_working_h": self.deadline.value() or None,
            "effective_from": self.first.text().strip(),
            "effective_to": self.last.text().strip(),
            "note": self.note.toPlainText().strip(),
        }
        return {key: value for key, value in found.items() if value not in ("", None, [], {})}

    def _touched(self) -> None:
        if not self._quiet:
            self._settle.start()

    def _send(self) -> None:
        self.changed.emit(self.values())


def _plain(value: Any) -> str:
    """A value as a line of text."""
    return ", ".join(value) if isinstance(value, list | tuple) else str(value or "")


def _pairs(by_group: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Groups as pairs; one without names means any."""
    return [(group, name) for group, names in by_group.items() for name in (names or (ANYWHERE,))]


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Pairs as groups; any and some names together are those names."""
    found: dict[str, list[str]] = {}
    for group, name in pairs:
        found.setdefault(group, []).extend([name] if name != ANYWHERE else [])
    return found
