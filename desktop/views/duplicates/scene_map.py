"""The small map of a proposal: where each report is said to be, how good that place is, and what lies around it."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop.views import format as words
from desktop.views.duplicates.scene_painting import (
    DISC,
    RING,
    note_box,
    paint_attribution,
    paint_circle,
    paint_error,
    paint_note,
    paint_report,
    paint_scale,
    spread,
)
from desktop.views.duplicates.state import Scene, SceneReport
from desktop.views.kit.focus import INSIDE
from desktop.views.photo_viewer import STEP, Zoom
from desktop.views.theme import theme

PAN_PX = 60
FILLED = 0.66  # of the view's shorter side, by what must be seen
FAR_M = 4.0  # without a picture: how far one may go, as a share of what must be seen


class Ground(Zoom):
    """As a photo's zoom, but what is seen is always covered: a map has no empty sides."""

    @property
    def fitting(self) -> float:
        """The least scale that covers the view."""
        width, height = max(1.0, self.picture.width()), max(1.0, self.picture.height())
        return max(self.view.width() / width, self.view.height() / height)

    def look_at(self, part: QRectF) -> None:
        """Bring a part of the picture into the middle, as large as the view takes it."""
        scale = FILLED * min(self.view.width() / part.width(), self.view.height() / part.height())
        self.fitted = False
        scale = min(max(scale, self.fitting), max(self.actual * 8, self.fitting))
        size = self.picture * scale
        away = (part.center() - QPointF(self.picture.width() / 2, self.picture.height() / 2)) * scale
        assert size.width() > 0
        self._settle(scale, QPointF(self.view.width() / 2, self.view.height() / 2) - away)


class SceneMap(QWidget):
    """Wheel, drag and keys move it within its picture; a disc that is pressed tells which report is meant, from 0."""

    focus_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(INSIDE, True)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Map of the proposal"))
        self.ground = Ground()
        self._scene: Scene | None = None
        self._moved = False  # by hand: it stays so until another scene comes
        self._grip: QPointF | None = None
        self._spread: tuple[tuple[Scene, QRectF], dict[int, QPointF]] | None = None  # for where it looks now

    def sizeHint(self) -> QSize:
        return QSize(520, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    def set_scene(self, scene: Scene | None) -> None:
        """Show a proposal's places. Another focus or report taken out moves nothing; another place does."""
        same = scene is not None and self._scene is not None and _places(scene) == _places(self._scene)
        self._scene, self._spread = scene, None
        self.setAccessibleDescription("" if scene is None else self._spoken(scene))
        if not same:
            self.fit()
        self.update()

    def fit(self) -> None:
        """All reports, their circles and the radius."""
        self._moved = False
        if self._scene is not None:
            self.ground.picture = QSizeF(_picture(self._scene).size())
            self.ground.view = QSizeF(self.size())
            self.ground.actual = 1 / self._scene.metres_per_px if self._scene.metres_per_px > 0 else 1.0
            self.ground.look_at(self._to_picture(_seen(self._scene)))
            self.update()

    # where things are

    def place_of(self, x_m: float, y_m: float) -> QPointF:
        """Where a place lies in the widget."""
        assert self._scene is not None
        ground, box = self.ground.rect(), _picture(self._scene)
        scale = self.ground.scale
        return ground.topLeft() + QPointF((x_m - box.left()) * scale, (box.bottom() - y_m) * scale)

    def px_per_metre(self) -> float:
        """The scale on the screen."""
        return self.ground.scale

    def _to_picture(self, metres: QRectF) -> QRectF:
        """A box in the city's metres (its bottom the northern edge) as one from the picture's upper left corner."""
        assert self._scene is not None
        box = _picture(self._scene)
        return QRectF(metres.left() - box.left(), box.bottom() - metres.bottom(), metres.width(), metres.height())

    def discs(self) -> dict[int, QPointF]:
        """The middle of each report's disc by number; discs that would lie on each other stand apart."""
        if self._scene is None:
            return {}
        looks = self._scene, self.ground.rect()
        if self._spread is None or self._spread[0] != looks:
            places = {one.number: self.place_of(one.x_m, one.y_m) for one in self._scene.reports}
            self._spread = looks, spread(places)
        return self._spread[1]

    def report_at(self, place: QPointF) -> SceneReport | None:
        """The report whose disc is there."""
        if self._scene is None:
            return None
        discs = self.discs()
        near = [one for one in self._scene.reports if _apart(discs[one.number], place) <= DISC / 2 + 2]
        return min(near, key=lambda one: _apart(discs[one.number], place), default=None)

    def _spoken(self, scene: Scene) -> str:
        each = self.tr("Report {0}: position good to {1}{2}")
        told = []
        for one in scene.reports:
            out = "" if one.kept else ", " + self.tr("taken out")
            told.append(each.format(one.number, words.distance(one.error_m), out))
        return ". ".join(told)

    # the hand

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._scene is None:
            return
        if self._moved:
            self.ground.show(QSizeF(self.size()), self.ground.picture, self.ground.actual)
            self.ground.to(self.ground.scale, QRectF(self.rect()).center())
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if self._scene is not None and turns:
            self._zoom(STEP**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = self.report_at(event.position())
        if hit is not None:
            self.focus_asked.emit(hit.number - 1)
        else:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            by, self._grip = event.position() - self._grip, event.position()
            self._pan(by)
            return
        hit = self.report_at(event.position())
        self.setCursor(Qt.CursorShape.OpenHandCursor if hit is None else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _PANS:
            self._pan(_PANS[key] * PAN_PX)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(STEP, QRectF(self.rect()).center())
        elif key == Qt.Key.Key_Minus:
            self._zoom(1 / STEP, QRectF(self.rect()).center())
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def _zoom(self, by: float, about: QPointF) -> None:
        self._moved = True
        self.ground.to(self.ground.scale * by, about)
        self.update()

    def _pan(self, by: QPointF) -> None:
        self._moved = True
        self.ground.pan(by)
        self.update()

    # the picture

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme().tokens.basemap["land"])
            if self._scene is not None:
                painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
                self._paint(painter, self._scene)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, scene: Scene) -> None:
        if scene.image is not None and not scene.image.isNull():
            painter.drawImage(self.ground.rect(), scene.image)
        scale, discs = self.px_per_metre(), self.discs()
        middle = _around(scene)
        if middle is not None and scene.radius_m > 0:
            told = self.tr("radius {0}").format(words.distance(scene.radius_m))
            paint_circle(painter, self.place_of(middle.x_m, middle.y_m), scene.radius_m * scale, told)
        few = len(scene.reports) <= RING  # of many only the one that is meant has a circle and a tie
        for one in scene.reports:
            if few or one.focused:
                paint_error(painter, self.place_of(one.x_m, one.y_m), one.error_m * scale, one)
        for one in sorted(scene.reports, key=lambda one: (one.focused, one.kept)):  # the one that is meant comes last
            tie = few or one.focused
            paint_report(painter, discs[one.number], self.place_of(one.x_m, one.y_m), one, tie=tie)
        view, meant = QRectF(self.rect()), self.tr("The circle shows the error of the position in focus")
        told = self.tr("Circles show the error of each position") if few else meant
        if not any(note_box(told).adjusted(-DISC, -DISC, DISC, DISC).contains(disc) for disc in discs.values()):
            paint_note(painter, view, told)
        left = paint_scale(painter, view, scale)
        paint_attribution(painter, view, scene.attribution, left)


def _picture(scene: Scene) -> QRectF:
    """The box of the picture in metres, its bottom the northern edge; without one, far around what must be seen."""
    if scene.image is not None and not scene.image.isNull():
        wide, high = (side * scene.metres_per_px for side in (scene.image.width(), scene.image.height()))
        return QRectF(scene.west_m, scene.north_m - high, wide, high)
    seen = _seen(scene)
    away = FAR_M * max(seen.width(), seen.height())
    return seen.adjusted(-away, -away, away, away)


def _around(scene: Scene) -> SceneReport | None:
    """The report that the circle is drawn around."""
    return next((one for one in scene.reports if one.number == scene.around), None)


def _seen(scene: Scene) -> QRectF:
    """What must be seen, in metres."""
    middle = _around(scene)
    boxes = [QRectF(one.x_m - one.error_m, one.y_m - one.error_m, 2 * one.error_m, 2 * one.error_m)
             for one in scene.reports]  # fmt: skip
    if middle is not None:
        reach = scene.radius_m
        boxes.append(QRectF(middle.x_m - reach, middle.y_m - reach, 2 * reach, 2 * reach))
    whole = QRectF(0, 0, 0, 0) if not boxes else boxes[0]
    for box in boxes[1:]:
        whole = whole.united(box)
    return whole.adjusted(-5, -5, 5, 5)  # metres: reports at one place with perfect positions still have a size


def _places(scene: Scene) -> object:
    """What decides where the map looks."""
    reports = tuple(replace(one, kept=True, focused=False, doubtful=False) for one in scene.reports)
    return reports, scene.radius_m, scene.around, _picture(scene)


def _apart(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())


_PANS = {
    Qt.Key.Key_Left: QPointF(1, 0),
    Qt.Key.Key_Right: QPointF(-1, 0),
    Qt.Key.Key_Up: QPointF(0, 1),
    Qt.Key.Key_Down: QPointF(0, -1),
}
