"""Figures in a row that take what room is left: their notes give way first, then figures from the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views.kit import Figure

GAP = 20


class FigureStrip(QWidget):
    """Each figure is shown whole or not at all, and none over another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: list[Figure] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show these figures in place of those before."""
        for figure in self.shown:
            figure.hide()
            figure.deleteLater()
        self.shown = list(figures)
        for figure in self.shown:
            figure.setParent(self)
        self.arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, max((figure.sizeHint().height() for figure in self.shown), default=0))

    def sizeHint(self) -> QSize:
        wide = sum(figure.sizeHint().width() + GAP for figure in self.shown)
        return QSize(max(0, wide - GAP), self.minimumSizeHint().height())

    def arrange(self) -> None:
        """Lay the figures out anew, for other values or another width."""
        for figure in self.shown:
            _tell_note(figure, bool(figure.note.text()))
        for figure in reversed(self.shown):
            if self._wide(self.shown) <= self.width():
                break
            _tell_note(figure, False)
        kept = len(self.shown)
        while kept and self._wide(self.shown[:kept]) > self.width():
            kept -= 1
        left = 0
        for at, figure in enumerate(self.shown):
            size = figure.sizeHint()
            figure.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
            figure.setVisible(at < kept)
            left += size.width() + GAP
        self.updateGeometry()

    def least(self, count: int) -> int:
        """How wide the first figures are without their notes."""
        figures = self.shown[:count]
        for figure in figures:
            _tell_note(figure, False)
        wide = self._wide(figures)
        self.arrange()
        return wide

    def _wide(self, figures: Sequence[Figure]) -> int:
        return sum(figure.sizeHint().width() for figure in figures) + GAP * max(0, len(figures) - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arrange()  # fonts are those of the window now


def _tell_note(figure: Figure, told: bool) -> None:
    """Show a figure with its note or without."""
    figure.note.setVisible(told)
    layout = figure.layout()
    assert layout is not None
    layout.invalidate()  # else its hint is that of the text before
    layout.activate()
