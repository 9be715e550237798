"""Why the reports belong together: the probability, what it is worth, and each reason with its weight."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.views import format as words
from desktop.views.duplicates.state import ReasonLine, ReviewState
from desktop.views.kit import Button, ElidedWords, PaneHeader, Words
from desktop.views.kit.painting import paint_box
from desktop.views.theme import theme

PAD = 12
ROW_PX = 26
BARS_PX, BARS_LEAST_PX = 136, 72
BAR_PX = 8
WEIGHT_PX = 40


def weight_words(weight: float) -> str:
    """+3.0, −1.1, 0.0."""
    told = words.number(weight, 1)
    return f"+{told}" if round(weight, 1) > 0 else told


class WeightBar(QWidget):
    """A bar to the right of the axis for a reason that speaks for one thing, to the left, amber, against it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weight, self._against, self._for = 0.0, 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROW_PX)
        self.setMinimumWidth(BARS_LEAST_PX)

    def set_weight(self, weight: float, *, most_against: float, most_for: float) -> None:
        """Show a weight on the scale that all reasons share."""
        self._weight, self._against, self._for = weight, most_against, most_for
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BARS_PX, ROW_PX)

    def bar(self) -> tuple[QRectF, float]:
        """The bar, and where its axis stands."""
        per_unit = self.width() / max(self._against + self._for, 1e-9)
        axis = round(self._against * per_unit)
        long = max(2.0, abs(self._weight) * per_unit) if self._weight else 0.0
        top = (self.height() - BAR_PX) / 2
        return QRectF(axis if self._weight >= 0 else axis - long, top, long, BAR_PX), axis

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        bar, axis = self.bar()
        painter = QPainter(self)
        try:
            painter.fillRect(QRectF(axis, 4, 1, self.height() - 8), colour("line.strong"))
            fill = colour("text.secondary" if self._weight >= 0 else "warning.text")
            paint_box(painter, bar, fill, None, 1)
        finally:
            painter.end()


class _ReasonRow(QWidget):
    """A sentence, its bar and its weight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, 0, PAD, 0)
        row.setSpacing(PAD)
        self.text = ElidedWords("", step="table")
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.bar = WeightBar()
        self.bar.setFixedWidth(BARS_PX)
        self.weight = Words("", step="table", weight=600)
        self.weight.setFixedWidth(WEIGHT_PX)
        self.weight.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.text, 1)
        row.addWidget(self.bar)
        row.addWidget(self.weight)

    def set_reason(self, reason: ReasonLine, most_against: float, most_for: float) -> None:
        """Show a reason."""
        self.text.setText(" ".join(reason.text.split()))
        self.bar.set_weight(reason.weight, most_against=most_against, most_for=most_for)
        self.weight.setText(weight_words(reason.weight))
        self.setAccessibleName(f"{reason.text}: {weight_words(reason.weight)}")


class ReasonsPane(QWidget):
    """The head says which model judged; `reliability_wanted` asks how often it was right."""

    reliability_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Why these belong together"))
        self.header = PaneHeader(self.tr("Why these belong together"))
        self.header.note.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.probability = Words("", step="figure")
        self.verdict = ElidedWords("", step="table")
        self.evidence = ElidedWords("", step="table", tone="tertiary")
        self.reliability = Button(self.tr("Reliability"), icon="chart-line", small=True)
        self.reliability.clicked.connect(self.reliability_wanted)
        self.rows: list[_ReasonRow] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._figure())
        column.addWidget(self._list(), 1)

    def _figure(self) -> QHBoxLayout:
        told = QVBoxLayout()
        told.setSpacing(0)
        for line in (self.verdict, self.evidence):
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            told.addWidget(line)
        row = QHBoxLayout()
        row.setContentsMargins(PAD, 8, PAD, 6)
        row.setSpacing(PAD)
        row.addWidget(self.probability)
        row.addLayout(told, 1)
        row.addWidget(self.reliability)
        return row

    def _list(self) -> QScrollArea:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addLayout(self._lines)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(self.tr("Reasons"))
        self.area.setWidget(page)
        return self.area

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 120)

    def set_state(self, state: ReviewState) -> None:
        """Show the reasons of a proposal, those that weigh most first as they come."""
        self.header.note.setText(state.model)
        self.probability.setText(words.number(state.probability, 2))
        self.probability.setAccessibleName(f"{words.number(state.probability, 2)}. {state.verdict}")
        self.verdict.setText(state.verdict)
        self.evidence.setText(state.evidence)
        while len(self.rows) < len(state.reasons):
            self.rows.append(_ReasonRow())
            self._lines.addWidget(self.rows[-1])
        against = max((-reason.weight for reason in state.reasons if reason.weight < 0), default=0.0)
        speaks_for = max((reason.weight for reason in state.reasons if reason.weight > 0), default=0.0)
        for at, row in enumerate(self.rows):
            if at < len(state.reasons):
                row.set_reason(state.reasons[at], against, speaks_for)
            row.setVisible(at < len(state.reasons))
