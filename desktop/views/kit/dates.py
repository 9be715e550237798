"""The date field: a day with its calendar, both in the look."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QDateEdit, QTableView, QToolButton, QWidget

from desktop.views.fonts import font
from desktop.views.icons import keep_icon
from desktop.views.language import tr
from desktop.views.theme import theme

CALENDAR_WIDTH, CALENDAR_HEIGHT = 268, 248
_DAYS = (
    Qt.DayOfWeek.Monday,
    Qt.DayOfWeek.Tuesday,
    Qt.DayOfWeek.Wednesday,
    Qt.DayOfWeek.Thursday,
    Qt.DayOfWeek.Friday,
    Qt.DayOfWeek.Saturday,
    Qt.DayOfWeek.Sunday,
)


class DateField(QDateEdit):
    """A day, typed or picked. `picked` tells a day that a person chose, never one that was set."""

    picked = Signal(object)  # datetime.date

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = self._dressed = False
        self.setFont(font("table"))
        if name:
            self.setAccessibleName(name)
        self.setDisplayFormat("d MMM yyyy")
        self.setCalendarPopup(True)
        self.setKeyboardTracking(False)
        self.dateChanged.connect(self._changed)

    def day(self) -> date:
        """The day it shows."""
        shown = self.date()
        return date(shown.year(), shown.month(), shown.day())

    def set_day(self, day: date) -> None:
        """Show a day; tells nobody."""
        self._quiet = True
        self.setDate(QDate(day.year, day.month, day.day))
        self._quiet = False

    def calendarWidget(self) -> QCalendarWidget:
        """The calendar in the look, made when it is first wanted: it has thirty parts, and a form has several."""
        calendar = super().calendarWidget()
        if not self._dressed:
            self._dressed = True
            dress_calendar(calendar)
        return calendar

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt opens the calendar from here."""
        self.calendarWidget()
        super().mousePressEvent(event)

    def _changed(self) -> None:
        if not self._quiet:
            self.picked.emit(self.day())


def dress_calendar(calendar: QCalendarWidget) -> None:
    """Short names of days, weekends like other days, arrows of the look; it follows the theme."""
    calendar.setFont(font("table"))
    calendar.setMinimumSize(CALENDAR_WIDTH, CALENDAR_HEIGHT)
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
    calendar.setFirstDayOfWeek(QLocale().firstDayOfWeek())
    for name, icon, told in (
        ("qt_calendar_prevmonth", "chevron-left", tr("Previous month")),
        ("qt_calendar_nextmonth", "chevron-right", tr("Next month")),
    ):
        button = calendar.findChild(QToolButton, name)
        if button is not None:
            keep_icon(button, icon)
            button.setAccessibleName(told)
    if (table := calendar.findChild(QTableView)) is not None:
        table.setFont(font("table"))
        table.setAccessibleName(tr("Days"))
    _Ink(calendar)


class _Ink(QObject):
    """Gives a calendar its colours, and again when the theme changes: formats of text know no style sheet."""

    def __init__(self, calendar: QCalendarWidget) -> None:
        super().__init__(calendar)
        self._calendar = calendar
        theme().changed.connect(self.apply)
        self.apply()

    def apply(self) -> None:
        """Days alike on weekdays and weekends, their names quieter above."""
        heading, day = QTextCharFormat(), QTextCharFormat()
        heading.setForeground(theme().colour("text.tertiary"))
        heading.setBackground(theme().colour("surface.raised"))
        heading.setFont(font("caption", weight=500))
        day.setForeground(theme().colour("text.primary"))
        self._calendar.setHeaderTextFormat(heading)
        for weekday in _DAYS:
            self._calendar.setWeekdayTextFormat(weekday, day)
