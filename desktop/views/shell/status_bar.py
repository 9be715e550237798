"""The status bar: where the map is at the left; jobs, the store and its requests at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from desktop.views.format import coordinates, count, scale
from desktop.views.kit import Glyph, MeterBar, Words
from desktop.views.theme import theme


class _JobButton(QAbstractButton):
    """The job that runs; it opens the list of jobs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        self.glyph = Glyph("loader-circle", side=12)
        self.words = Words("", step="caption", tone="secondary", weight=450)
        self.bar = MeterBar(height=3)
        self.bar.setFixedWidth(64)
        for part in (self.glyph, self.words, self.bar):
            row.addWidget(part)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Its parts paint themselves."""


class StatusBar(QWidget):
    """24 px under the workspaces."""

    jobs_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tokens = theme().tokens
        self.setFixedHeight(tokens.size.status_bar)
        self.setAccessibleName(self.tr("Status"))
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.pane_padding, 1, tokens.pane_padding, 0)
        row.setSpacing(20)
        self.crs, self.scale, self.place, self.note = (self._words() for _ in range(4))
        for words in (self.crs, self.scale, self.place, self.note):
            row.addWidget(words)
        row.addStretch(1)
        self.job = _JobButton(self)
        self.job.clicked.connect(self.jobs_asked)
        row.addWidget(self.job)
        store = QHBoxLayout()
        store.setSpacing(6)
        self._store_icon = Glyph("database", side=12)
        self.store = self._words()
        store.addWidget(self._store_icon)
        store.addWidget(self.store)
        row.addLayout(store)
        self.requests = self._words()
        row.addWidget(self.requests)
        self.set_job("", None)
        self.set_map(None, None, None)

    def _words(self) -> Words:
        return Words("", step="caption", tone="secondary", weight=450)

    def set_map(self, crs_epsg: int | None, denominator: float | None, place: tuple[float, float] | None) -> None:
        """The city's projected system, the scale, and (lat, long) under the pointer; None hides a part."""
        self._set(self.crs, f"EPSG:{crs_epsg}" if crs_epsg else "")
        self._set(self.scale, scale(denominator) if denominator else "")
        self._set(self.place, coordinates(*place) if place else "")

    def set_note(self, text: str) -> None:
        """What a workspace without a map says here."""
        self._set(self.note, text)

    def set_job(self, text: str, fraction: float | None, *, done: bool = False) -> None:
        """The job that runs; empty text hides it."""
        self.job.setVisible(bool(text))
        self.job.words.setText(text)
        self.job.setAccessibleName(text)
        self.job.bar.setVisible(not done)
        self.job.bar.set_share(fraction)
        self.job.glyph.set_icon("check" if done else "loader-circle")

    def set_store(self, name: str, state: str, requests: int | None) -> None:
        """The store, what its state is, and how many requests it holds."""
        self._store_icon.setVisible(bool(name))
        self._set(self.store, f"{name} · {state}" if state else name)
        told = self.tr("1 request") if requests == 1 else self.tr("{0} requests")
        self._set(self.requests, "" if requests is None else told.format(count(requests)))

    @staticmethod
    def _set(words: Words, text: str) -> None:
        words.setText(text)
        words.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().colour("surface.sunken"))
            painter.fillRect(QRectF(0, 0, self.width(), 1), theme().colour("line.subtle"))
        finally:
            painter.end()
