"""The fields of a question, those alone that its statistic asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.kit import DateField, Dropdown, Field, Link, SegmentedChoice, Words
from desktop.views.kit.layouts import show_only
from desktop.views.neighbourhoods.question import (
    COMPARE,
    FIELDS,
    GI_STAR,
    GRIDS,
    RATES,
    Question,
    period_before,
    periods_offered,
    same_days_last_year,
)

LENT = "km2"  # every city has it
GIVEN = "given"  # by area, from a file
NARROWEST_PX = 96  # two of them stand beside each other in the narrowest pane


@dataclass(frozen=True, slots=True)
class Offer:
    """What a city has to choose from: services as (code, name), layers of areas as (number, name)."""

    services: tuple[tuple[str, str], ...] = ()
    layers: tuple[tuple[str, str], ...] = ()
    streets: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A period that was parted to be compared, and its later half, which stands in its place."""

    period: tuple[date, date]
    half: tuple[date, date]


def _spin(low: int, high: int, value: int, *, step: int = 1, suffix: str = "", least: str = "") -> QSpinBox:
    made = QSpinBox()
    made.setRange(low, high)
    made.setSingleStep(step)
    made.setValue(value)
    made.setSuffix(suffix)
    if least:
        made.setSpecialValueText(least)
    return made


class QuestionForm(QWidget):
    """Holds a question whole: what a statistic does not ask for is kept for the next that does."""

    changed = Signal()
    cut_changed = Signal()  # how strict the false discovery rate is shown; asks nothing anew
    exposure_wanted = Signal()  # a file of values by area

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = GI_STAR
        self._given: tuple[tuple[str, float], ...] = ()
        self._file = self._column = ""  # a map layer and its column of numbers; of values, the file's name
        self._has_before = False  # an earlier period was chosen
        self._days: tuple[date, date] | None = None  # of the first and the last request
        self._whole: Whole | None = None
        self._lent = False  # rates chose the exposure, nobody else
        self.service = Dropdown()
        self.first, self.last = DateField(), DateField()
        self.before_first, self.before_last = DateField(), DateField()
        self.count = SegmentedChoice(
            (("incidents", self.tr("Incidents")), ("requests", self.tr("Requests"))), self.tr("Count"), stretch=True
        )
        self.counted = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        self.halved = Words("", step="caption", tone="tertiary", weight=450, wrap=True)
        self.halved.hide()
        self.exposure, self.zones, self.weights = Dropdown(), Dropdown(), Dropdown()
        self.step, self.kernel, self.against, self.cut = Dropdown(), Dropdown(), Dropdown(), Dropdown()
        from_data = self.tr("from the data")
        self.cell = _spin(0, 5000, 0, step=50, suffix=" m", least=from_data)
        self.bandwidth = _spin(0, 20_000, 0, step=50, suffix=" m", least=from_data)
        self.permutations, self.seed = _spin(99, 9999, 999), _spin(0, 99_999_999, 1)
        self.quick = (Link(self.tr("The period before")), Link(self.tr("Same days last year")))
        for narrow in (self.first, self.last, self.before_first, self.before_last, self.cell, self.bandwidth):
            narrow.setMinimumWidth(NARROWEST_PX)
        for box in (self.zones, self.weights, self.cut, self.kernel, self.step, self.against, self.exposure):
            box.setMinimumWidth(NARROWEST_PX)
        self._fields: dict[str, list[QWidget]] = {}
        self._fill_choices()
        self._layout()
        self._listen()
        self.set_mode(GI_STAR)

    def _fill_choices(self) -> None:
        for box, choices in (
            (self.weights, (("edge", self.tr("1 ring")), ("two rings", self.tr("2 rings")))),
            (
                self.step,
                (
                    ("", self.tr("from the data")),
                    ("day", self.tr("Day")),
                    ("week", self.tr("Week")),
                    ("month", self.tr("Month")),
                ),
            ),
            (self.kernel, (("quartic", self.tr("Quartic")), ("gaussian", self.tr("Gaussian")))),
            (
                self.against,
                (("itself", self.tr("No change at all")), ("city", self.tr("The city’s own change"))),
            ),
            (self.cut, (("0.10", "0.10"), ("0.05", "0.05"), ("0.01", "0.01"))),
        ):
            for key, text in choices:
                box.addItem(text, key)
        self.set_offer(Offer())

    def _layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(Field(self.tr("Service"), self.service))
        column.addLayout(_pair(Field(self.tr("From"), self.first), Field(self.tr("To"), self.last)))
        before = QWidget()
        inner = QVBoxLayout(before)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        inner.addLayout(
            _pair(Field(self.tr("Earlier, from"), self.before_first), Field(self.tr("To"), self.before_last))
        )
        links = QHBoxLayout()
        links.setSpacing(12)
        for link in self.quick:
            links.addWidget(link)
        links.addStretch(1)
        inner.addLayout(links)
        inner.addWidget(self.halved)
        column.addWidget(before)
        self._fields["before"] = [before]
        column.addWidget(Field(self.tr("Count"), self.count))
        column.addWidget(self.counted)
        self._row(column, ("against", Field(self.tr("Compared with"), self.against)))
        self._row(column, ("exposure", Field(self.tr("Exposure"), self.exposure)))
        grid = Field(self.tr("Grid"), self.zones)  # before the width, for the focus goes in the order they are made in
        self._cell_field = Field(self.tr("Width"), self.cell)
        self._row(column, ("zones", grid), ("zones", self._cell_field))
        self._row(
            column,
            ("neighbours", Field(self.tr("Neighbours"), self.weights)),
            ("permutations", Field(self.tr("Permutations"), self.permutations)),
        )
        self._row(column, ("q", Field(self.tr("FDR, q up to"), self.cut)), ("seed", Field(self.tr("Seed"), self.seed)))
        self._row(column, ("step", Field(self.tr("Step of time"), self.step)))
        self._row(
            column,
            ("kernel", Field(self.tr("Kernel"), self.kernel)),
            ("bandwidth", Field(self.tr("Bandwidth"), self.bandwidth)),
        )

    def _row(self, column: QVBoxLayout, *fields: tuple[str, QWidget]) -> None:
        for name, field in fields:
            self._fields.setdefault(name, []).append(field)
        column.addLayout(_pair(*(field for _, field in fields)))

    def _listen(self) -> None:
        for box in (self.service, self.weights, self.step, self.kernel, self.against):
            box.currentIndexChanged.connect(self.changed)
        self.exposure.currentIndexChanged.connect(self.changed)
        self.exposure.activated.connect(self._exposure_picked)
        self.zones.currentIndexChanged.connect(self._zones_chosen)
        for day in (self.first, self.last, self.before_first, self.before_last):
            day.dateChanged.connect(self.changed)
        for day in (self.before_first, self.before_last):
            day.picked.connect(self._before_picked)
        for day in (self.first, self.last):
            day.picked.connect(self.halved.hide)
        for figure in (self.cell, self.bandwidth, self.permutations, self.seed):
            figure.valueChanged.connect(self.changed)
        self.count.chosen.connect(self.changed)
        self.cut.currentIndexChanged.connect(self.cut_changed)
        self.quick[0].clicked.connect(lambda: self._set_before(*period_before(self.first.day(), self.last.day())))
        self.quick[1].clicked.connect(lambda: self._set_before(*same_days_last_year(self.first.day(), self.last.day())))

    def _set_before(self, first: date, last: date) -> None:
        self._has_before = True
        self.before_first.set_day(first)
        self.before_last.set_day(last)

    def _before_picked(self) -> None:
        self._has_before = True

    def _zones_chosen(self) -> None:
        on_grid = self.zones.currentData() in GRIDS
        self._cell_field.setVisible(on_grid and "zones" in FIELDS[self._mode])
        self.weights.setEnabled(on_grid)
        self.changed.emit()

    def _exposure_picked(self) -> None:
        """By hand; once more, too, for another file."""
        if self.exposure.currentData() == GIVEN:
            self.exposure_wanted.emit()

    # what it holds

    def set_offer(self, offer: Offer) -> None:
        """Offer what the city has; what was chosen stays where it is still there."""
        services = (("", self.tr("All services")), *offer.services)
        _refill(self.service, services)
        grids = (("hexagon", self.tr("Hexagons")), ("square", self.tr("Squares")))
        _refill(self.zones, (*grids, *offer.layers))
        exposures = [("", self.tr("None: counts alone")), ("km2", self.tr("Area, km²"))]
        if offer.streets:
            exposures.append(("street_km", self.tr("Streets, km")))
        exposures.append((GIVEN, ""))
        _refill(self.exposure, exposures)
        self._name_given()

    def set_given(self, values: tuple[tuple[str, float], ...], file: str, column: str = "") -> None:
        """An exposure from a file: its values by area and its name, or the path of a map layer and its column."""
        self._given, self._file, self._column = values, file, column
        self._name_given()
        self.exposure.setCurrentIndex(self.exposure.findData(GIVEN))
        self.changed.emit()

    def settle_exposure(self) -> None:
        """Whoever chose a file and then none goes back to none."""
        if self.exposure.currentData() == GIVEN and not self._given and not self._file:
            self.exposure.setCurrentIndex(0)

    def _name_given(self) -> None:
        """The file stands in the list once there is one."""
        named = ", ".join(part for part in (PurePath(self._file).name, self._column) if part)
        told = self.tr("By area, from {0}").format(named) if named else self.tr("By area, from a file…")
        self.exposure.setItemText(self.exposure.findData(GIVEN), told)

    def set_mode(self, mode: str) -> None:
        """Show what this statistic asks for."""
        self._mode = mode
        for name, fields in self._fields.items():
            for field in fields:
                show_only(field, wanted=name in FIELDS[mode])
        show_only(self._cell_field, wanted="zones" in FIELDS[mode] and self.zones.currentData() in GRIDS)
        self._lend_exposure(wanted=mode == RATES)
        self._offer_periods(wanted=mode == COMPARE)

    def _lend_exposure(self, *, wanted: bool) -> None:
        """Without an exposure there is no rate: rates get one where none is chosen, and leave none to the others."""
        held = self.exposure.currentData()
        if wanted and not held:
            self.exposure.setCurrentIndex(self.exposure.findData(LENT))
            self._lent = True
        elif not wanted and self._lent:
            if held == LENT:
                self.exposure.setCurrentIndex(0)
            self._lent = False

    def set_days(self, days: tuple[date, date] | None) -> None:
        """The days of the first and the last request of the service: what is offered to compare lies within."""
        self._days = days

    def _offer_periods(self, *, wanted: bool) -> None:
        """Two periods that hold data, said where they are not the one that stood there; that one comes back after."""
        period = (self.first.day(), self.last.day())
        if not wanted:
            if self._whole is not None and period == self._whole.half:
                self._set_period(*self._whole.period)
            self._whole = None
            self.halved.hide()
            return
        if self._has_before and self.before_last.day() < self.first.day():
            return
        pair = periods_offered(*period, self._days)
        self._set_period(pair.first, pair.last)
        self._set_before(pair.before_first, pair.before_last)
        self._whole = Whole(period, (pair.first, pair.last)) if (pair.first, pair.last) != period else None
        told = self.tr("Requests do not reach back for as long again, so the period was parted: {0} days against {0}.")
        self.halved.setText(told.format(words.count((pair.last - pair.first).days + 1)))
        self.halved.setVisible(self._whole is not None)

    def _set_period(self, first: date, last: date) -> None:
        self.first.set_day(first)
        self.last.set_day(last)

    def set_question(self, question: Question) -> None:
        """Put a question into the fields."""
        with QSignalBlocker(self):
            self._given, self._file = question.given, question.exposure_file
            self._column = question.exposure_field
            self._name_given()
            for box, key in (
                (self.service, question.service_code),
                (self.exposure, question.exposure),
                (self.zones, question.zones),
                (self.weights, question.weights),
                (self.step, question.step),
                (self.kernel, question.kernel),
                (self.against, question.against),
            ):
                box.setCurrentIndex(max(0, box.findData(key)))
            for field, day in (
                (self.first, question.first),
                (self.last, question.last),
                (self.before_first, question.before_first),
                (self.before_last, question.before_last),
            ):
                if day is not None:
                    field.set_day(day)
            self._has_before = self._has_before or None not in question.earlier()
            self.count.choose(question.count)
            self.permutations.setValue(question.permutations)
            self.seed.setValue(question.seed)
            self.cell.setValue(question.cell_m)
            self.bandwidth.setValue(question.bandwidth_m)
            self.set_mode(question.statistic)
        self.changed.emit()

    def question(self) -> Question:
        """What stands in the fields."""
        return replace(
            Question(),
            statistic=self._mode,
            service_code=str(self.service.currentData() or ""),
            first=self.first.day(),
            last=self.last.day(),
            count=self.count.choice(),
            exposure=str(self.exposure.currentData() or ""),
            given=self._given,
            exposure_file=self._file,
            exposure_field=self._column,
            zones=str(self.zones.currentData()),
            cell_m=self.cell.value(),
            weights=str(self.weights.currentData()),
            permutations=self.permutations.value(),
            seed=self.seed.value(),
            before_first=self.before_first.day() if self._has_before else None,
            before_last=self.before_last.day() if self._has_before else None,
            against=str(self.against.currentData()),
            step=str(self.step.currentData() or ""),
            kernel=str(self.kernel.currentData()),
            bandwidth_m=self.bandwidth.value(),
        )

    def cut_q(self) -> float:
        """Up to which q a class is shown."""
        return float(self.cut.currentData())


def _pair(*fields: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for field in fields:
        row.addWidget(field, 1)
    return row


def _refill(box: QComboBox, choices: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> None:
    chosen = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        for key, text in choices:
            box.addItem(text, key)
        box.setCurrentIndex(max(0, box.findData(chosen)))
