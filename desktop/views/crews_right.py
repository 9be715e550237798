"""The right pane of Crews: what is left out over what changed; in a low window one of them at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views.compare_pane import ComparePane
from desktop.views.kit import SegmentedChoice
from desktop.views.kit.layouts import show_only
from desktop.views.left_out_pane import LeftOutPane
from desktop.views.shell.splitter import PaneSplitter

TABS_BELOW = 640  # px of height
LEFT, CHANGES = "left", "changes"


class CrewsRight(QWidget):
    """Two lists, one above the other while there is room for both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Left out and changes"))
        self.left_out, self.compare = LeftOutPane(), ComparePane()
        names = ((LEFT, self.tr("Left out")), (CHANGES, self.tr("Changes")))
        self.tabs = SegmentedChoice(names, self.tr("What this pane shows"), stretch=True)
        self.tabs.chosen.connect(self._arrange)
        self.tabs.setContentsMargins(12, 6, 12, 6)
        self._split = PaneSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.left_out)
        self._split.addWidget(self.compare)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._split, 1)
        self._compares = False
        self._arrange()

    def show_compare(self, on: bool, *, first: bool = False) -> None:
        """Whether there is something to compare with; `first` brings it to the front in a low window."""
        self._compares = on
        if first and on:
            self.tabs.choose(CHANGES)
        self._arrange()

    def show_left_out(self) -> None:
        """Bring the list of what is left out to the front."""
        self.tabs.choose(LEFT)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        low = self._compares and self.height() < TABS_BELOW
        self.tabs.setVisible(low)
        show_only(self.left_out, wanted=not low or self.tabs.choice() == LEFT)
        show_only(self.compare, wanted=self._compares and (not low or self.tabs.choice() == CHANGES))
