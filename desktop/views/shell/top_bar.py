"""The top bar: which workspace, what it holds, the search field, the feed, the city's date and time, the person."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from desktop.views.fonts import font
from desktop.views.format import short_date
from desktop.views.kit import ElidedWords, Glyph, SearchField, Words
from desktop.views.kit.painting import paint_box
from desktop.views.theme import theme

SEARCH_WIDTH = 340


class PersonBadge(QAbstractButton):
    """The initials of whoever acts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(28, 28)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_person("")

    def set_person(self, name: str) -> None:
        """Show who acts."""
        parts = [part for part in name.replace(".", " ").replace("_", " ").split() if part]
        initials = parts[0][0] + parts[-1][0] if len(parts) > 1 else name[:2]
        self.setText(initials.upper())
        spoken = self.tr("Acting as {0}").format(name) if name else self.tr("Nobody named")
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            fill = "line.default" if self.underMouse() else "state.pressed"
            paint_box(painter, QRectF(1, 1, 26, 26), colour(fill), None, 13)
            painter.setFont(font("chart", weight=650))
            painter.setPen(colour("text.secondary"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        finally:
            painter.end()


class TopBar(QWidget):
    """44 px over the workspaces."""

    person_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tokens = theme().tokens
        self.setFixedHeight(tokens.size.top_bar)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(tokens.pane_padding, 0, tokens.pane_padding, 1)
        row.setSpacing(12)
        self.title = Words("", step="workspace")
        self.subtitle = ElidedWords("", step="table", tone="tertiary")
        self.search = SearchField(self.tr("Search request, address, crossing, text"), "Ctrl+K")
        self.search.setMaximumWidth(SEARCH_WIDTH)
        self.search.setMinimumWidth(200)
        self.feed_icon = Glyph("refresh-cw", side=14)
        self.feed = Words("", step="table", tone="secondary")
        self.feed_time = Words("", step="table", weight=600)
        self.date = Words("", step="table", tone="secondary")
        self.time = Words("", step="table", weight=600)
        self.person = PersonBadge()
        self.person.clicked.connect(self.person_asked)
        row.addWidget(self.title)
        row.addWidget(self.subtitle, 1)
        row.addWidget(self.search, 2)
        feed = QHBoxLayout()
        feed.setSpacing(6)
        for part in (self.feed_icon, self.feed, self.feed_time):
            feed.addWidget(part)
        row.addLayout(feed)
        row.addWidget(self.date)
        row.addWidget(self.time)
        row.addWidget(self.person)
        self.set_feed("", None)

    def set_workspace(self, title: str, subtitle: str) -> None:
        """Name the workspace on show."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self._row.activate()  # a picture may be taken before the next turn of the event loop

    def set_now(self, now: datetime, zone: str) -> None:
        """Show the city's day and time."""
        local = now.astimezone(ZoneInfo(zone))
        self.date.setText(short_date(local.date()))
        self.time.setText(local.strftime("%H:%M"))

    def set_feed(self, name: str, read_at: str | None, *, fault: bool = False) -> None:
        """When the feed was last read; an empty name hides it."""
        for part in (self.feed_icon, self.feed, self.feed_time):
            part.setVisible(bool(name))
        self.feed.setText(name)
        self.feed_time.setText(read_at or self.tr("not yet"))
        self.feed_time.set_tone("danger" if fault else "primary")
        self.feed_icon.set_icon("circle-alert" if fault else "refresh-cw", "danger.text" if fault else "text.secondary")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("surface.pane"))
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().colour("line.subtle"))
        finally:
            painter.end()
