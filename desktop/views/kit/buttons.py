"""Buttons: primary, default, quiet and danger, with a key hint; icon buttons, links and the segmented choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.views.fonts import font
from desktop.views.icons import paint_icon
from desktop.views.kit.painting import KEY_HEIGHT, blend, key_label, key_width, paint_box, paint_key
from desktop.views.kit.tips import plain_tip
from desktop.views.theme import theme

Kind = Literal["primary", "default", "quiet", "danger"]
_ICON_GAP = 6
_KEY_GAP = 8
_ONE_LINE = 60  # letters of a tip


class _Painted(QAbstractButton):
    """A button that paints itself and repaints on hover."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _hot(self) -> bool:
        return self.isEnabled() and self.underMouse()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class Button(_Painted):
    """A button that says what it does. `keys` is shown as a cap, behind the words or before them (`keys_first`), and
    should be an existing shortcut.
    """

    def __init__(
        self,
        text: str,
        *,
        kind: Kind = "default",
        icon: str = "",
        keys: str = "",
        small: bool = False,
        keys_first: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind: Kind = kind
        self._keys_first = keys_first
        self._icon, self._keys, self._small = icon, key_label(keys) if keys else "", small
        self.setFont(font("table", weight=500))
        self.setText(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def kind(self) -> Kind:
        """What the button is for."""
        return self._kind

    def set_keys(self, keys: str) -> None:
        """Show another key."""
        self._keys = key_label(keys) if keys else ""
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """Change what the button is for."""
        self._kind = kind
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text()) + 2 * self._padding()
        width += (theme().tokens.size.icon_small + _ICON_GAP) if self._icon else 0
        width += (key_width(self._keys) + _KEY_GAP) if self._keys else 0
        size = theme().tokens.size
        return QSize(round(width + 0.5), size.control_small if self._small else size.control)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _padding(self) -> int:
        return 10 if self._small else 12

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, edge, ink = self._colours()
        painter = QPainter(self)
        try:
            if fill is not None:
                paint_box(painter, QRectF(self.rect()), fill, edge, theme().tokens.radius.control)
            self._paint_content(painter, ink, fill or theme().colour("surface.pane"))
        finally:
            painter.end()

    def _paint_content(self, painter: QPainter, ink: QColor, paper: QColor) -> None:
        spare = max(0.0, (self.width() - self.sizeHint().width()) / 2)
        x = self._padding() + spare
        middle = self.height() / 2
        if self._icon:
            size = theme().tokens.size.icon_small
            paint_icon(painter, QRectF(x, middle - size / 2, size, size), self._icon, ink)
            x += size + _ICON_GAP
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        if self._keys and self._keys_first:
            self._paint_cap(painter, x, ink, paper)
            x += key_width(self._keys) + _KEY_GAP
        painter.setFont(self.font())
        painter.setPen(ink)
        painter.drawText(QRectF(x, 0, width + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._keys and not self._keys_first:
            self._paint_cap(painter, x + width + _KEY_GAP, ink, paper)

    def _paint_cap(self, painter: QPainter, left: float, ink: QColor, paper: QColor) -> None:
        top = round(self.height() / 2 - KEY_HEIGHT / 2)
        cap = QRectF(round(left), top, round(key_width(self._keys)), KEY_HEIGHT)
        quiet = ink if self._kind == "primary" else theme().colour("text.secondary")
        paint_key(painter, cap, self._keys, quiet if self.isEnabled() else ink, blend(ink, paper, 0.35))

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Fill, edge and ink of the present state."""
        colour = theme().colour
        if self._kind == "primary" and self.isEnabled():
            fill = colour("accent.hover" if self._hot() or self.isDown() else "accent.default")
            return fill, None, colour("text.on_accent")
        fill = colour("surface.raised" if self._kind != "quiet" else "surface.pane")
        if self.isDown() or self.isChecked():
            fill = colour("state.pressed")
        elif self._hot():
            fill = colour("state.hover")
        elif self._kind == "quiet":
            return None, None, colour("text.secondary" if self.isEnabled() else "text.disabled")
        if not self.isEnabled():
            return fill, colour("line.subtle"), colour("text.disabled")
        if self._kind == "danger":
            return fill, colour("danger.text"), colour("danger.text")
        return fill, None if self._kind == "quiet" else colour("line.default"), colour("text.primary")


class IconButton(_Painted):
    """A square button with an icon only; its name is its tooltip and what a screen reader says."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        framed: bool = False,
        side: int = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._framed, self._side = icon, framed, side
        self.setFixedSize(side, side)
        self.set_name(name)

    def set_name(self, name: str, keys: str = "") -> None:
        """What it does, and the keys that do the same."""
        self.setAccessibleName(name)
        tip = f"{name}   {key_label(keys)}" if keys else name
        free = len(tip) > _ONE_LINE or "<" in tip  # it names what somebody wrote
        self.setToolTip(plain_tip(tip) if free else tip)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, colour = theme().tokens, theme().colour
        lit = self.isChecked()
        painter = QPainter(self)
        try:
            fill = colour("accent.soft") if lit else self._fill()
            if fill is not None or self._framed:
                edge = colour("line.default") if self._framed else None
                paint_box(painter, QRectF(self.rect()), fill or colour("surface.raised"), edge, tokens.radius.control)
            size = tokens.size.icon if self._side >= 28 else tokens.size.icon_small
            ink = "accent.text" if lit else ("text.secondary" if self.isEnabled() else "text.disabled")
            spare = (self._side - size) / 2
            paint_icon(painter, QRectF(spare, spare, size, size), self._icon, colour(ink))
        finally:
            painter.end()

    def _fill(self) -> QColor | None:
        if self.isDown():
            return theme().colour("state.pressed")
        return theme().colour("state.hover") if self._hot() else None


class Link(_Painted):
    """Words that open something: `accent.text` with a thin underline."""

    def __init__(
        self, text: str, *, step: str = "table", weight: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFont(font(step, weight=weight))
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(round(metrics.horizontalAdvance(self.text()) + 0.5), max(18, round(metrics.height())))

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            painter.setFont(self.font())
            painter.setPen(colour("accent.text" if self.isEnabled() else "text.disabled"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.text())
            metrics = QFontMetricsF(self.font())
            base = round((self.height() + metrics.ascent() - metrics.descent()) / 2 + 2)
            line = colour("accent.text" if self._hot() else "accent.line")
            painter.fillRect(QRectF(0, base, min(self.width(), metrics.horizontalAdvance(self.text())), 1), line)
        finally:
            painter.end()


class _Segment(_Painted):
    """One choice of a SegmentedChoice."""

    def __init__(self, text: str, place: tuple[bool, bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._first, self._last = place
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFont(font("table", weight=500))

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(font("table", weight=600)).horizontalAdvance(self.text())
        return QSize(round(wide + 20.5), theme().tokens.size.control - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour, radius = theme().colour, theme().tokens.radius.control
        lit = self.isChecked()
        fill = colour("accent.soft" if lit else "state.hover" if self._hot() else "surface.pane")
        painter = QPainter(self)
        try:
            painter.setClipRect(self.rect())
            spread = QRectF(self.rect()).adjusted(0 if self._first else -12, 0, 0 if self._last else 12, 0)
            paint_box(painter, spread, fill, colour("line.default"), radius)
            if not self._first:
                painter.fillRect(QRectF(0, 1, 1, self.height() - 2), colour("line.default"))
            painter.setFont(font("table", weight=600) if lit else self.font())
            painter.setPen(colour("accent.text" if lit else "text.secondary"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        finally:
            painter.end()


class SegmentedChoice(QWidget):
    """One of a few, all visible. `chosen` carries the key of the new choice."""

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str]], name: str, *, stretch: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._segments: dict[str, _Segment] = {}
        for index, (key, text) in enumerate(choices):
            segment = _Segment(text, (index == 0, index == len(choices) - 1), self)
            segment.clicked.connect(self._clicked)
            segment.setObjectName(key)
            self._segments[key] = segment
            row.addWidget(segment, 1 if stretch else 0)
        horizontal = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)
        self.choose(choices[0][0])

    def choose(self, key: str) -> None:
        """Show a choice; tells nobody."""
        self._segments[key].setChecked(True)

    def set_text(self, key: str, text: str) -> None:
        """Call a choice by another word."""
        self._segments[key].setText(text)
        self._segments[key].setAccessibleName(text)
        self._segments[key].updateGeometry()

    def choice(self) -> str:
        """The key of the present choice."""
        return next(key for key, segment in self._segments.items() if segment.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the choice."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        keys = list(self._segments)
        target = self._segments[keys[(keys.index(self.choice()) + step) % len(keys)]]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        target.click()

    def _clicked(self) -> None:
        self.chosen.emit(self.choice())


class Toggle(_Painted):
    """A switch that acts at once."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFixedSize(28, theme().tokens.size.hit_area_min)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme().colour
        track = QRectF(0, (self.height() - 16) / 2, 28, 16)
        name = "accent.default" if self.isChecked() else "line.strong"
        painter = QPainter(self)
        try:
            paint_box(painter, track, colour(name if self.isEnabled() else "line.default"), None, 8)
            left = track.right() - 14 if self.isChecked() else track.left() + 2
            paint_box(painter, QRectF(left, track.top() + 2, 12, 12), colour("surface.pane"), None, 6)
        finally:
            painter.end()
