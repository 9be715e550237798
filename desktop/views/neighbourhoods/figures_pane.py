"""The right pane of Neighbourhoods: time to close, what is expected, and how the service promise was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.charts.chart import Chart
from desktop.views.kit import IconButton, PaneHeader, Rule, ScrollPage, Words
from desktop.views.neighbourhoods.answer_part import LinkedSentence
from desktop.views.neighbourhoods.figure_grid import FigureGrid, FigureRow
from desktop.views.neighbourhoods.state import Sentence

if TYPE_CHECKING:
    from desktop.views.charts.plot import Plot


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A part of the pane: a chart or, where there is none, the sentence that says why, and its table."""

    note: str
    chart: Chart | None = None
    why_not: str = ""
    titles: tuple[str, ...] = ()
    rows: tuple[FigureRow, ...] = ()
    said: Sentence = ()  # beneath the table; its counts open their requests


@dataclass(frozen=True, slots=True, eq=False)
class FiguresState:
    """The pane whole. `place` is the neighbourhood it is about, empty for the city.

    `about`: of when and of what all figures are; `differs`: what the map shows instead, where it is not that.
    """

    place: str
    close: Section
    ahead: Section
    promise: Section
    about: str = ""
    differs: str = ""


class FiguresPane(QWidget):
    """Shows the figures of a place beside the city's. Every figure opens its requests.

    Its parts are filled one after another, those alone whose section is another one: a chart takes a while to draw.
    """

    filled = Signal()  # everything that was given is on show
    opened = Signal(object)  # what the requests of a figure are known by
    chart_saved = Signal(str)  # "close" or "ahead"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Service figures"))
        self.plots: dict[str, Plot] = {}
        self._sections: dict[str, Section] = {}
        self._shown: dict[str, Section] = {}
        self._to_put: list[str] = []  # charts
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._fill_next)
        titles = {
            "close": self.tr("Time to close"),
            "ahead": self.tr("Expected next weeks"),
            "promise": self.tr("Service promise"),
        }
        self.parts = {key: _Part(title, chart=key != "promise") for key, title in titles.items()}
        self.head = FiguresHead()
        area = ScrollPage()
        area.setFrameShape(QFrame.Shape.NoFrame)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(area, 1)
        column = QVBoxLayout(area.page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for key, part in self.parts.items():
            column.addWidget(part)
            part.grid.opened.connect(self.opened)
            part.said.opened.connect(self.opened)
            if part.save is not None:
                part.save.clicked.connect(lambda _=False, key=key: self.chart_saved.emit(key))
        column.addStretch(1)

    def put_charts(self) -> None:
        """The library of charts is loaded: each is put into its place and drawn."""
        self._to_put = [] if self.plots else ["close", "ahead"]
        self._soon.start()

    def set_state(self, state: FiguresState) -> None:
        """Show the figures of a place; charts follow when their library is there."""
        self.head.set_words(state.place or self.tr("Whole city"), state.about, state.differs)
        self._sections = {"close": state.close, "ahead": state.ahead, "promise": state.promise}
        self._soon.start()

    def _fill_next(self) -> None:
        """One thing in a turn of the event loop."""
        key = next((key for key, section in self._sections.items() if self._shown.get(key) is not section), None)
        if self._to_put:
            self._put_chart(self._to_put.pop(0))
        elif key is not None:
            self._shown[key] = self._sections[key]
            self.parts[key].set_section(self._sections[key])
        else:
            self.filled.emit()
            return
        self._soon.start()

    def _put_chart(self, key: str) -> None:
        from desktop.views.charts.plot import Plot

        whole, day, week = (lambda value: words.count(round(value))), self.tr("day {0}"), self.tr("week of {0}")
        if key == "close":
            plot = Plot(lambda x: day.format(words.count(round(x))), whole, x_ticks=_days)
            plot.tick_words(whole)
        else:
            plot = Plot(lambda x: week.format(words.day(_date(x), _date(x))), whole, x_ticks=_months)
            plot.tick_words(lambda x: words.month(_date(x)))
        plot.hide()  # until it has a chart
        self.plots[key] = plot
        self.parts[key].put_plot(plot)
        self._shown.pop(key, None)


class FiguresHead(QWidget):
    """Of which place, which period and which services all figures of the pane are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = Words("", step="table", weight=600)
        self.about = Words("", step="caption", tone="secondary", weight=450, wrap=True)
        self.differs = Words("", step="caption", tone="warning", weight=450, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 6)
        column.setSpacing(1)
        for told in (self.place, self.about, self.differs):
            column.addWidget(told)

    def set_words(self, place: str, about: str, differs: str) -> None:
        """Show these; without words nothing stands there."""
        for label, told in ((self.place, place), (self.about, about), (self.differs, differs)):
            label.setText(told)
            label.setVisible(bool(told))
        self.setAccessibleName(" ".join(told for told in (place, about, differs) if told))


class _Part(QWidget):
    """A head, a chart or a sentence, a table, and what is said beneath."""

    def __init__(self, title: str, *, chart: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PaneHeader(title)
        self.header.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.save = IconButton("download", self.tr("Save this chart")) if chart else None
        if self.save is not None:
            self.header.add(self.save)
        self.plot: Plot | None = None
        self.why_not = Words("", step="table", tone="secondary", wrap=True)
        self.why_not.setContentsMargins(12, 10, 12, 10)
        self.grid = FigureGrid(title)
        self.said = LinkedSentence((), tone="tertiary", step="caption")
        self.said.setContentsMargins(12, 6, 12, 8)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for widget in (self.header, self.why_not, Rule(), self.grid, self.said):
            self._column.addWidget(widget)

    def put_plot(self, plot: Plot) -> None:
        """The chart's own place, under the head."""
        self.plot = plot
        self._column.insertWidget(1, plot)

    def set_section(self, section: Section) -> None:
        self.header.note.setText(section.note)
        chart = section.chart
        if self.plot is not None:
            self.plot.setVisible(chart is not None)
            if chart is not None:
                self.plot.set_chart(chart)
        if self.save is not None:
            self.save.setEnabled(chart is not None)
        self.why_not.setText(section.why_not)
        self.why_not.setVisible(bool(section.why_not))
        self.grid.setVisible(bool(section.rows))
        self.grid.set_rows(section.titles, section.rows)
        self.said.set_sentence(section.said)
        self.said.setVisible(bool(section.said))


USUAL_DAYS = (0, 7, 30, 60, 90, 180, 365)


def _days(low: float, high: float) -> Sequence[float]:
    """Days that people count by; closer up, whole ones a few apart."""
    usual = [float(day) for day in USUAL_DAYS if low <= day <= high]
    if len(usual) >= 3:
        return usual
    step = max(1, round((high - low) / 5))
    return [float(day) for day in range(int(low), int(high) + 1, step)]


def _months(low: float, high: float) -> Sequence[float]:
    """The first of months, at most six of them."""
    firsts = []
    at = _date(low).replace(day=1)
    while at.toordinal() <= high:
        firsts.append(float(at.toordinal()))
        at = (at.replace(year=at.year + 1, month=1)) if at.month == 12 else at.replace(month=at.month + 1)
    seen = [first for first in firsts if first >= low]
    return seen[:: max(1, -(-len(seen) // 6))]


def _date(day: float) -> date:
    """Lines over weeks have the ordinals of days (datetime.date) as x."""
    return date.fromordinal(max(1, round(day)))  # an axis that shows nothing yet begins at 0
