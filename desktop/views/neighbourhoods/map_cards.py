"""What floats over the map of Neighbourhoods: the statistics to choose from, time to play through, the chosen zone."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from desktop.views.kit import Dropdown, IconButton, Link, SegmentedChoice, Words
from desktop.views.kit.layouts import clear_layout
from desktop.views.kit.painting import paint_card
from desktop.views.neighbourhoods.question import COMPARE, DENSITY, EMERGING, GI_STAR, MORAN, RATES
from desktop.views.theme import theme

ROOM_PX = 8  # around a card, for its shadow
INSET_PX = 12  # from the map's sides
FOOT_PX = 18  # from its lower edge, where the map names its sources
TOOLS_PX = 60  # at the right the map's own tools stand
LOW_PX, LOW_TOOLS_PX = 380, 148  # on a lower map they stand in three columns
WIDEST_PX = 640
CARD_PX = 232
DIFFERENCE, SWIPE = "difference", "swipe"
SPEEDS = ("0.5", "1", "2", "4")  # steps a second


class MapCard(QWidget):
    """A card over a map: takes clicks for itself, and keeps its place when the map is resized."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.host = host
        host.installEventFilter(self)
        theme().changed.connect(self.update)

    def place(self) -> None:
        """Where it stands on the map."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a click on the card is none on the map

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_card(painter, QRectF(self.rect()).adjusted(ROOM_PX, ROOM_PX, -ROOM_PX, -ROOM_PX))
        finally:
            painter.end()


class ModeBar(MapCard):
    """Which statistic is on show; of a comparison, whether its difference or the two periods beside each other."""

    mode_chosen = Signal(str)
    view_chosen = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.modes = SegmentedChoice(
            (
                (GI_STAR, self.tr("Hotspots")),
                (MORAN, self.tr("Outliers")),
                (EMERGING, self.tr("Emerging")),
                (DENSITY, self.tr("Density")),
                (RATES, self.tr("Rates")),
                (COMPARE, self.tr("Compare")),
            ),
            self.tr("Statistic"),
        )
        self.views = SegmentedChoice(
            ((DIFFERENCE, self.tr("Difference")), (SWIPE, self.tr("Swipe"))), self.tr("How periods are compared")
        )
        self.views.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(*(ROOM_PX + 6,) * 4)
        row.setSpacing(8)
        row.addWidget(self.modes)
        row.addWidget(self.views)
        self.modes.chosen.connect(self.mode_chosen)
        self.views.chosen.connect(self.view_chosen)
        self.place()
        self.show()

    def set_mode(self, mode: str, *, parted: bool) -> None:
        """Show which one is on show; `parted`: its periods may be put beside each other."""
        self.modes.choose(mode)
        self.views.setVisible(parted)
        if not parted:
            self.views.choose(DIFFERENCE)
        self.place()

    def place(self) -> None:
        """At the upper left."""
        self.adjustSize()
        self.move(INSET_PX - ROOM_PX, INSET_PX - ROOM_PX)
        self.raise_()


@dataclass(frozen=True, slots=True)
class PlayState:
    """Steps of time, each in words; which one is on show, what is told of it, and whether time goes on by itself."""

    steps: tuple[str, ...] = ()
    at: int = 0
    told: str = ""
    playing: bool = False
    whole: bool = True  # the classes of the whole time are on show, not one step


class PlayBar(MapCard):
    """Plays through the steps of an answer in time."""

    step_wanted = Signal(int)  # this one
    moved = Signal(int)  # earlier or later
    play_wanted = Signal()
    whole_wanted = Signal()
    speed_chosen = Signal(float)
    gone = Signal()
    placed = Signal(int)  # px of the map's lower edge that it covers

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAccessibleName(self.tr("Steps of time"))
        self.play = IconButton("play", self.tr("Play"), framed=True, side=28)
        self.words = Words("", step="table", weight=600)
        self.told = Words("", step="caption", tone="secondary", weight=450)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Step of time"))
        self.slider.setPageStep(1)
        self.speed = Dropdown(self.tr("Steps a second"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed} ×", float(speed))
        self.speed.setCurrentIndex(1)
        self.whole = Link(self.tr("Whole time"), step="caption", weight=450)
        self._arrange()
        self.play.clicked.connect(self.play_wanted)
        self.slider.valueChanged.connect(self.step_wanted)
        self.whole.clicked.connect(self.whole_wanted)
        self.speed.currentIndexChanged.connect(lambda: self.speed_chosen.emit(float(self.speed.currentData())))
        self.hide()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(ROOM_PX + 10, ROOM_PX + 5, ROOM_PX + 10, ROOM_PX + 5)
        row.setSpacing(10)
        row.addWidget(self.play)
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(self.words)
        told.addWidget(self.told)
        row.addLayout(told)
        row.addWidget(self.slider, 1)
        row.addWidget(self.whole)
        row.addWidget(self.speed)

    def set_state(self, state: PlayState) -> None:
        """Show a step, or the whole time; without steps the bar is away."""
        self.setVisible(bool(state.steps))
        if not state.steps:
            self.placed.emit(0)
            return
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, len(state.steps) - 1)
            self.slider.setValue(state.at)
        self.words.setText(self.tr("Whole time") if state.whole else state.steps[state.at])
        self.words.setMinimumWidth(max(self.words.minimumWidth(), self.words.sizeHint().width()))
        self.told.setText(state.told)
        self.whole.setEnabled(not state.whole)
        self.play.set_icon("pause" if state.playing else "play")
        self.play.set_name(self.tr("Pause") if state.playing else self.tr("Play"))
        self.setAccessibleDescription(f"{self.words.text()}. {state.told}")
        self.place()

    def place(self) -> None:
        """Along the lower edge; the legend stands above it."""
        wide = min(WIDEST_PX, self.host.width() - 2 * INSET_PX)
        high = self.sizeHint().height()
        left = self.host.width() - INSET_PX - wide
        self.setGeometry(left - ROOM_PX, self.host.height() - FOOT_PX - high + ROOM_PX, wide + 2 * ROOM_PX, high)
        self.raise_()
        if not self.isHidden():
            self.placed.emit(FOOT_PX + high - 2 * ROOM_PX)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.gone.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in time, Space plays, Esc shows the whole time again."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.moved.emit(step)
        elif event.key() == Qt.Key.Key_Space:
            self.play_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.whole_wanted.emit()
        else:
            super().keyPressEvent(event)


@dataclass(frozen=True, slots=True)
class CardLine:
    """A figure of a zone; `opens` is what its requests are known by, None where it has none."""

    word: str
    value: str
    opens: Hashable | None = None


class ZoneCard(MapCard):
    """The chosen zone, or the zones that somebody drew around, with their figures."""

    opened = Signal(object)
    closed = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.title = Words("", step="table", weight=600, wrap=True)
        self.kind = Words("", step="caption", tone="secondary", weight=450, wrap=True)
        self.close_button = IconButton("x", self.tr("Choose no zone"))
        self.close_button.clicked.connect(self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOM_PX + 12, ROOM_PX + 8, ROOM_PX + 8, ROOM_PX + 10)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self.kind)
        self._lines = QGridLayout()
        self._lines.setContentsMargins(0, 2, 4, 0)
        self._lines.setVerticalSpacing(2)
        self._lines.setColumnStretch(0, 1)
        column.addLayout(self._lines)
        self.hide()

    def set_lines(self, title: str, kind: str, lines: Sequence[CardLine]) -> None:
        """Show a zone; no title, no card."""
        clear_layout(self._lines)
        self.title.setText(title)
        self.kind.setText(kind)
        self.kind.setVisible(bool(kind))
        for at, line in enumerate(lines):
            self._lines.addWidget(Words(line.word, step="table", tone="secondary"), at, 0)
            self._lines.addWidget(self._value(line), at, 1, Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(" ".join((title, kind, *(f"{line.word} {line.value}" for line in lines))))
        self.setVisible(bool(title))
        if title:
            self.place()

    def _value(self, line: CardLine) -> QWidget:
        if line.opens is None:
            return Words(line.value, step="table", weight=600)
        link = Link(line.value, step="table", weight=600)
        link.setAccessibleName(f"{line.word}: {line.value}")
        link.clicked.connect(lambda _=False, key=line.opens: self.opened.emit(key))
        return link

    def place(self) -> None:
        """At the upper right, beside the map's tools."""
        wide, layout = CARD_PX + 2 * ROOM_PX, self.layout()
        self.resize(wide, self.sizeHint().height() if layout is None else layout.totalHeightForWidth(wide))
        tools = TOOLS_PX if self.host.height() >= LOW_PX else LOW_TOOLS_PX
        self.move(max(0, self.host.width() - tools - wide), INSET_PX + 44 - ROOM_PX)
        self.raise_()
