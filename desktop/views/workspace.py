"""A workspace: panes around a map, sized and folded away by the width of the window as the look says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.commands import Command, is_single
from desktop.views.kit.focus import INSIDE, NONE
from desktop.views.kit.words import Rule
from desktop.views.shell.drawer import Drawer
from desktop.views.shell.edge_strip import EdgeStrip
from desktop.views.shell.overlay import dialog_open
from desktop.views.shell.splitter import PaneSplitter
from desktop.views.shell.tab_order import stops_of

LEFT_STRIP_BELOW = 1360
RIGHT_DRAWER_BELOW = 1200
TABLE_DRAWER_BELOW = 640
LAYERS_BUTTON_BELOW = 720


@dataclass(frozen=True, slots=True)
class PaneSizes:
    """Usual sizes at one width of the window, in px, and the map's share of the height."""

    left: int
    right: int
    map_share: float


def usual_sizes(window_width: int) -> PaneSizes:
    """The table "Grid and panes" of the look."""
    if window_width >= 2000:
        return PaneSizes(304, 440, 0.62)
    if window_width >= 1400:
        return PaneSizes(256, 376, 0.58)
    return PaneSizes(224, 344, 0.52)


class Workspace(QWidget):
    """A page of the window. Panes that are never given are absent; `set_state` belongs to the panes, not to this frame.

    `subtitle_changed` and `badge_changed` feed the top bar and the rail; `ready` says that the content is on show, so
    that a picture may be taken.
    """

    subtitle_changed = Signal(str)
    badge_changed = Signal(int)
    note_changed = Signal(str)
    ready_changed = Signal(bool)
    command_asked = Signal(str)
    wants = Signal(str)  # a command of the window that something here asks for
    layers_as_button = Signal(bool)
    sizes_changed = Signal()
    foot_changed = Signal()

    def __init__(self, key: str, title: str, icon: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key, self.title, self.icon = key, title, icon
        self.setAccessibleName(title)
        self.setProperty(NONE, True)  # it holds the focus only until its content is there
        self.subtitle, self.note, self.badge = "", "", 0
        self.foot_px = 0
        self._filled = True
        self._awaited: set[str] = set()
        self.left: QWidget | None = None
        self.right: QWidget | None = None
        self.map: QWidget | None = None
        self.table: QWidget | None = None
        self.head: QWidget | None = None
        self.first: QWidget | None = None  # what takes the focus first, where that is not the table
        self._kept: dict[str, int] = {}
        self._own: tuple[Command, ...] = ()
        self._letters = True
        self._strip: QWidget | None = None
        self._folded: dict[str, bool] = {"left": False, "right": False, "table": False}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = QVBoxLayout()
        column.addLayout(self._head)
        body = QHBoxLayout()
        body.setSpacing(0)
        self._strip_place = QHBoxLayout()
        body.addLayout(self._strip_place)
        self._strip_line = Rule(vertical=True)
        self._strip_line.hide()
        body.addWidget(self._strip_line)
        self._across = PaneSplitter(Qt.Orientation.Horizontal)
        self._centre = PaneSplitter(Qt.Orientation.Vertical)
        self._across.addWidget(self._centre)
        body.addWidget(self._across, 1)
        self._right_line, self._right_strip = Rule(vertical=True), EdgeStrip("right", self.tr("Show the right pane"))
        self._right_strip.asked.connect(self._toggle_right)
        for part in (self._right_line, self._right_strip):
            body.addWidget(part)
            part.hide()
        column.addLayout(body, 1)
        self._drawers = {side: Drawer(side, self) for side in ("left", "right", "table")}
        for splitter in (self._across, self._centre):
            splitter.splitterMoved.connect(self._dragged)
            splitter.reset_asked.connect(self.reset_sizes)
        self._drawers["right"].toggled.connect(self._right_strip.show_open)

    # what it shows

    def set_head(self, widget: QWidget) -> None:
        """A bar over all panes, as in Crews."""
        self.head = widget
        widget.installEventFilter(self)
        _put(self._head, widget)

    def set_left(self, widget: QWidget, strip: QWidget | None = None) -> None:
        """The left pane, and the 48 px strip of counts that stands for it in a narrow window."""
        self.left = self._replace("left", self.left, widget)
        self._strip = strip or self._plain_strip()
        if isinstance(self._strip, EdgeStrip):
            self._drawers["left"].toggled.connect(self._strip.show_open)
        _put(self._strip_place, self._strip)
        self._arrange()

    def set_right(self, widget: QWidget) -> None:
        """The right pane: the detail."""
        self.right = self._replace("right", self.right, widget)
        self._right_strip.button.set_name(widget.accessibleName() or self.tr("Show the right pane"), "F6")
        self._arrange()

    def set_map(self, widget: QWidget) -> None:
        """The map, or whatever takes its place; it is never moved to another parent."""
        self.map = self._into_centre(0, self.map, widget)
        self._arrange()

    def set_table(self, widget: QWidget) -> None:
        """The table under the map."""
        self.table = self._replace("table", self.table, widget)
        self._arrange()

    def set_subtitle(self, text: str) -> None:
        """What the top bar says beside the title."""
        self.subtitle = text
        self.subtitle_changed.emit(text)

    def set_badge(self, waiting: int) -> None:
        """How many distinct requests wait here."""
        self.badge = waiting
        self.badge_changed.emit(waiting)

    def set_note(self, text: str) -> None:
        """What the status bar says at the left while there is no map."""
        self.note = text
        self.note_changed.emit(text)

    def set_foot(self, high: int) -> None:
        """How high a row of acts along the bottom is: what floats over the window leaves it free."""
        self.foot_px = high
        self.foot_changed.emit()

    @property
    def ready(self) -> bool:
        """Whether the content and every part that was waited for is on show."""
        return self._filled and not self._awaited

    def set_ready(self, ready: bool = True) -> None:
        """Whether the content is on show."""
        self._filled = ready
        if ready and self.hasFocus():
            self.enter()
        self.ready_changed.emit(self.ready)

    def enter(self) -> None:
        """Take the focus: into the table or the list, else into the map; kept here while there is nothing yet."""
        if self.first is not None and self._filled and self.first.isVisibleTo(self):
            self.first.setFocus(Qt.FocusReason.TabFocusReason)
            return
        pane = self.table or (self.map if self._folded["left"] else self.left) or self.map
        if pane is None or not self._filled:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._focus_into(pane)

    def await_part(self, name: str) -> None:
        """A part (the map) that draws itself later; until `part_arrived` the workspace is not ready."""
        self._awaited.add(name)

    def part_arrived(self, name: str) -> None:
        """A part is on show."""
        self._awaited.discard(name)
        self.ready_changed.emit(self.ready)

    def commands(self) -> tuple[Command, ...]:
        """Commands of this workspace, for the palette and the key sheet; they arrive at `command_asked`."""
        return self._own

    def set_commands(self, commands: tuple[Command, ...], *, keys: bool = True) -> None:
        """Give the workspace commands of its own; their keys work while it is on show, unless others see to them."""
        self._own = commands
        for old in self.actions():
            self.removeAction(old)
            old.deleteLater()
        for command in commands if keys else ():
            action = QAction(command.text, self)
            action.setObjectName(command.id)
            action.triggered.connect(self._triggered)
            self.addAction(action)
        self.set_single_letters(self._letters)

    def set_single_letters(self, on: bool) -> None:
        """Whether keys of one letter act; all others always do."""
        self._letters = on
        for action, command in zip(self.actions(), self._own, strict=False):
            action.setShortcut(QKeySequence(command.keys if on or not is_single(command.keys) else ""))

    def _triggered(self) -> None:
        if not dialog_open(self.window()):
            self.command_asked.emit(self.sender().objectName())

    def forward(self) -> None:
        """Ask the window for the command that the sender is named after."""
        self.wants.emit(self.sender().objectName())

    # panes

    def open_pane(self, side: str) -> None:
        """Bring a pane into view that the narrow window folded away ("left", "right" or "table")."""
        if self._folded.get(side):
            self._drawers[side].open()

    def toggle_pane(self, side: str) -> None:
        """Open a folded pane, or put it away when it is open."""
        if self._drawers[side].isVisible():
            self.close_pane(side)
        else:
            self.open_pane(side)

    def enter_pane(self, side: str) -> None:
        """Bring a pane into view and put the focus into it."""
        self.open_pane(side)
        self._focus_into({"left": self.left, "right": self.right, "map": self.map, "table": self.table}[side])

    def close_pane(self, side: str) -> None:
        """Put a folded pane away again."""
        self._drawers[side].close_drawer()

    def folded(self, side: str) -> bool:
        """Whether a pane is a drawer at the present size."""
        return self._folded[side]

    def panes(self) -> list[QWidget]:
        """What the tab key goes through, in order: the head, the left pane or its strip, map, table, detail."""
        head = self._head.itemAt(0)
        over = head.widget() if head is not None else None
        parts = [over, self._strip, self.left, self.map, self.table, self._right_strip, self.right]
        return [part for part in parts if part is not None]

    def focus_pane(self, step: int) -> None:
        """Move the focus to the next (1) or previous (-1) pane; one that is a drawer opens."""
        panes = {"left": self.left, "map": self.map, "table": self.table, "right": self.right}
        sides = [side for side, pane in panes.items() if pane and (pane.isVisible() or self._folded.get(side))]
        if not sides:
            return
        focus = self.focusWidget() or self
        inside = (at for at, side in enumerate(sides) if (pane := panes[side]) and pane.isAncestorOf(focus))
        now = next(inside, -1 if step > 0 else 0)
        self.enter_pane(sides[(now + step) % len(sides)])

    @staticmethod
    def _focus_into(pane: QWidget | None) -> None:
        if pane is not None:  # a pane with nothing to stop at still takes the focus, so that F6 goes on from it
            next(iter(stops_of(pane)), pane).setFocus(Qt.FocusReason.TabFocusReason)

    # sizes

    def sizes(self) -> Mapping[str, int]:
        """What a person chose by dragging: "left" and "right" in px, "map" in thousandths of the height."""
        return dict(self._kept)

    def restore_sizes(self, sizes: Mapping[str, int]) -> None:
        """Take over sizes of an earlier run."""
        self._kept = {
            name: int(value) for name, value in sizes.items() if name in ("left", "right", "map") and value > 0
        }
        self._arrange()

    def reset_sizes(self) -> None:
        """Back to the usual sizes."""
        self._kept.clear()
        self._arrange()
        self.sizes_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Polish:
            self._arrange()
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(640, 400)

    # inside

    def _arrange(self) -> None:
        window = self.window()
        wide, high = window.width(), window.height()
        self._fold("left", self.left is not None and wide < LEFT_STRIP_BELOW)
        self._fold("right", self.right is not None and wide < RIGHT_DRAWER_BELOW)
        self._fold("table", self.table is not None and high < TABLE_DRAWER_BELOW)
        if self._strip is not None:
            self._strip.setVisible(self._folded["left"])
            self._strip_line.setVisible(self._folded["left"])
        for part in (self._right_strip, self._right_line):
            part.setVisible(self._folded["right"])
        usual = usual_sizes(wide)
        left = 0 if self._folded["left"] or self.left is None else self._kept.get("left", usual.left)
        right = 0 if self._folded["right"] or self.right is None else self._kept.get("right", usual.right)
        across = self._across.width()
        self._share(self._across, {self.left: left, self._centre: max(1, across - left - right), self.right: right})
        map_high = round(self._centre.height() * self._kept.get("map", usual.map_share * 1000) / 1000)
        self._share(self._centre, {self.map: map_high, self.table: max(1, self._centre.height() - map_high)})
        self.layers_as_button.emit(self._centre.width() < LAYERS_BUTTON_BELOW)
        self._place_drawers()

    def _place_drawers(self) -> None:
        """Drawers leave the bar over all panes free."""
        for drawer in self._drawers.values():
            drawer.set_top(self.head.height() if self.head is not None else 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.head and event.type() == QEvent.Type.Resize:
            self._place_drawers()
        return False

    @staticmethod
    def _share(splitter: PaneSplitter, wanted: Mapping[QWidget | None, int]) -> None:
        splitter.setSizes([wanted.get(splitter.widget(index), 0) for index in range(splitter.count())])

    def _fold(self, side: str, folded: bool) -> None:
        """Move a pane between its place and its drawer."""
        pane = {"left": self.left, "right": self.right, "table": self.table}[side]
        if pane is None or (folded == self._folded[side] and pane.parent() is not None):
            return
        self._folded[side] = folded
        drawer = self._drawers[side]
        held = pane.isAncestorOf(QApplication.focusWidget() or self)
        if folded:
            drawer.take(pane)
            if held:  # Qt would pass it on to the rail
                self._focus_into(self.map)
        else:
            drawer.give_back()
            self._settle(side, pane)

    def _settle(self, side: str, pane: QWidget) -> None:
        if side == "table":
            self._centre.insertWidget(1, pane)
            self._centre.setStretchFactor(self._centre.indexOf(pane), 0)
        else:
            self._across.insertWidget(0 if side == "left" else self._across.count(), pane)
        self._across.setStretchFactor(self._across.indexOf(self._centre), 1)
        pane.show()

    def _replace(self, side: str, old: QWidget | None, new: QWidget) -> QWidget:
        if old is not None:
            self._drawers[side].give_back()
            self._drop(old)
        self._folded[side] = False
        self._settle(side, new)
        return new

    def _drop(self, old: QWidget) -> None:
        """Away with what stood in a place; the focus in it stays with the workspace, for what comes."""
        focused = QApplication.focusWidget()
        if focused is not None and (focused is old or old.isAncestorOf(focused)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        old.hide()
        old.setParent(None)
        old.deleteLater()

    def _into_centre(self, index: int, old: QWidget | None, new: QWidget) -> QWidget:
        if old is not None:
            self._drop(old)
        self._centre.insertWidget(index, new)
        self._centre.setStretchFactor(index, 1)
        new.setProperty(INSIDE, True)
        return new

    def _plain_strip(self) -> QWidget:
        """A strip with one button, for a left pane that gave no counts."""
        strip = EdgeStrip("left", self.tr("Show the left pane"))
        strip.asked.connect(self._toggle_left)
        return strip

    def _toggle_left(self) -> None:
        self.toggle_pane("left")

    def _toggle_right(self) -> None:
        self.toggle_pane("right")

    def _dragged(self) -> None:
        across, centre = self._across, self._centre
        if self.left is not None and not self._folded["left"]:
            self._kept["left"] = across.sizes()[across.indexOf(self.left)]
        if self.right is not None and not self._folded["right"]:
            self._kept["right"] = across.sizes()[across.indexOf(self.right)]
        if self.table is not None and self.map is not None and not self._folded["table"] and centre.height():
            self._kept["map"] = round(1000 * centre.sizes()[centre.indexOf(self.map)] / centre.height())
        self.sizes_changed.emit()


def _put(place: QBoxLayout, widget: QWidget) -> None:
    """Make a widget the only one of a layout."""
    while (item := place.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
    place.addWidget(widget)
