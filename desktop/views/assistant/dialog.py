"""The assistant as a dialog: the trail of its steps, one of them on show, and the acts at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit import Button
from desktop.views.shell.overlay import Dialog
from desktop.views.theme import theme

WIDTH = 760
STEP_HEIGHT = 400


class Trail(QWidget):
    """The names of the steps, with those that are done ticked and the present one in front."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names, self._at, self._done = tuple(names), 0, set[int]()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_state(self, at: int, done: set[int]) -> None:
        """Which step is on show, and which are done."""
        self._at, self._done = at, set(done)
        self.setAccessibleName(self.tr("Step {0} of {1}: {2}").format(at + 1, len(self._names), self._names[at]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left = 0.0
            for number, name in enumerate(self._names):
                here = number == self._at
                ink = colour("accent.text" if here else "text.secondary")
                painter.setFont(font("table", weight=600 if here else 500))
                mark = QRectF(left, 5, 18, 18)
                if number in self._done:
                    paint_icon(painter, mark, "circle-check", colour("success.text"))
                else:
                    painter.setPen(ink)
                    painter.drawEllipse(mark.adjusted(1, 1, -1, -1))
                    painter.setFont(font("caption", weight=600))
                    painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(number + 1))
                    painter.setFont(font("table", weight=600 if here else 500))
                wide = QFontMetricsF(painter.font()).horizontalAdvance(name)
                painter.setPen(ink)
                painter.drawText(QRectF(left + 24, 0, wide + 2, 28), Qt.AlignmentFlag.AlignVCenter, name)
                left += 24 + wide + 16
                if number < len(self._names) - 1:
                    painter.setPen(colour("line.default"))
                    painter.drawLine(int(left), 14, int(left) + 20, 14)
                    left += 36
        finally:
            painter.end()


class AssistantDialog(Dialog):
    """Steps side by side in a stack; what they ask for goes out by the steps' own signals."""

    back_wanted = Signal()
    check_wanted = Signal()
    go_wanted = Signal()
    next_wanted = Signal()
    stop_wanted = Signal()
    shut = Signal()

    def __init__(self, title: str, steps: Sequence[tuple[str, str, QWidget]], parent: QWidget) -> None:
        """Steps are (name, a sentence about it, its widget)."""
        super().__init__(title, " ", width=WIDTH, parent=parent)
        self._sentences = [sentence for _, sentence, _ in steps]
        self.trail = Trail([name for name, _, _ in steps])
        self.stack = QStackedWidget()
        self.stack.setMinimumHeight(STEP_HEIGHT)
        for _, _, widget in steps:
            self.stack.addWidget(widget)
        self.body.addWidget(self.trail)
        self.trail.setVisible(len(steps) > 1)  # within the card: alone it would be shown as a window of its own
        self.body.addWidget(self.stack, 1)
        self.close_button = self.add_act(Button(self.tr("Close")))
        self.back = self.add_act(Button(self.tr("Back")))
        self.stop = self.add_act(Button(self.tr("Stop")))
        self.check = self.add_act(Button(self.tr("Check the whole file")))
        self.skip = self.add_act(Button(self.tr("Go on without")))
        self.go = self.add_act(Button("", kind="primary"))
        self.close_button.clicked.connect(self.accept)
        self.back.clicked.connect(self.back_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.check.clicked.connect(self.check_wanted)
        self.skip.clicked.connect(self.next_wanted)
        self.go.clicked.connect(self.go_wanted)
        self.finished.connect(self.shut)

    def show_step(self, at: int, done: set[int]) -> None:
        """Put a step on show."""
        self.stack.setCurrentIndex(at)
        self.trail.set_state(at, done)
        self.text.setText(self._sentences[at])

    def set_acts(
        self,
        *,
        go: str,
        ready: bool,
        back: bool = False,
        check: bool = False,
        skip: bool = False,
        busy: bool = False,
        over: bool = False,
    ) -> None:
        """Which acts there are. While something runs, only stopping it; `over`: nothing but to go."""
        self.go.setText(go)
        self.go.setAccessibleName(go)
        self.go.updateGeometry()
        for button, shown in (
            (self.go, bool(go)),
            (self.back, back),
            (self.check, check),
            (self.skip, skip),
            (self.stop, busy),
        ):
            button.setVisible(shown and (button is self.stop or not busy))
        self.close_button.setVisible(not busy and not over)
        self.go.setEnabled(ready)
