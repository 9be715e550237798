"""Photos of a request: small on its page, large over the window; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.controllers.photos import SMALL, PagePhotos, picture_of, small_photos
from desktop.views.photo_strip import PhotoThumb
from desktop.views.photo_viewer import PhotoViewer, Zoom
from desktop.views.request_detail import RequestDetail, RequestPane
from desktop.views.theme import Theme

DETAIL = RequestDetail(1, "4711", "Pothole", "", "submitted", "Submitted", "5 Wren Row", "", "", "", "", None)
SIZES = st.tuples(st.integers(10, 4000), st.integers(10, 4000))


def picture(width: int, height: int, colour: str) -> bytes:
    """A plain picture as a file."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload] # the stubs forget the device
    return bytes(data.data())


class AtOnce:
    """Reads without threads."""

    def run_read(self, function: Callable[..., Any], *args: Any, on_result: Callable[[Any], None]) -> None:
        """Do it now."""
        on_result(function(*args))


@pytest.fixture
def desk(qtbot: QtBot, look: Theme) -> Iterator[tuple[RequestPane, PagePhotos]]:
    """The page of a request with four photos and a file that is none, in a window of 1000 x 700."""
    window = QWidget()
    window.resize(1000, 700)
    pane = RequestPane(window)
    pane.resize(344, 700)
    photos = PagePhotos(pane, AtOnce())  # type: ignore[arg-type]
    contents = [picture(3000, 2000, "teal"), b"no picture", picture(40, 30, "navy"), picture(90, 160, "maroon")]
    pane.set_state(replace(DETAIL, photos=small_photos([*contents, picture(8, 8, "olive")])))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield pane, photos
    window.close()
    window.deleteLater()


def opened(pane: RequestPane, photos: PagePhotos, at: int = 0) -> PhotoViewer:
    """The viewer after a click on a small photo."""
    thumbs = pane.findChildren(PhotoThumb)
    QTest.mouseClick(thumbs[at], Qt.MouseButton.LeftButton)
    assert photos.viewer is not None
    return photos.viewer


@given(view=SIZES, size=SIZES, about=st.tuples(st.floats(0, 1), st.floats(0, 1)), factors=st.lists(st.floats(0.2, 5)))
def test_zoom_keeps_its_promises(
    view: tuple[int, int], size: tuple[int, int], about: tuple[float, float], factors: list[float]
) -> None:
    """However it is zoomed, no side gapes while another is cut, and what is under the pointer stays if edges allow."""
    zoom = Zoom()
    zoom.show(QSizeF(*view), QSizeF(*size), 1.0)
    place = QPointF(about[0] * view[0], about[1] * view[1])
    for factor in factors:
        before, under = zoom.rect(), place - zoom.rect().topLeft()
        zoom.to(zoom.scale * factor, place)
        rect, ratio = zoom.rect(), zoom.rect().width() / before.width()
        assert zoom.fitting <= zoom.scale * (1 + 1e-9)
        for low, high, room, was, at in (
            (rect.left(), rect.right(), view[0], under.x(), place.x()),
            (rect.top(), rect.bottom(), view[1], under.y(), place.y()),
        ):
            if high - low > room:
                assert low <= 1e-6
                assert high >= room - 1e-6
                free = low < -1e-6 and high > room + 1e-6
                assert not free or abs(low + was * ratio - at) < 1e-3
            else:
                assert low + high == pytest.approx(room)
    zoom.fit()
    assert zoom.rect().width() <= min(view[0], size[0]) + 1e-6
    assert zoom.rect().height() <= min(view[1], size[1]) + 1e-6


def test_small_photos_name_themselves_and_say_how_many_more(desk: tuple[RequestPane, PagePhotos]) -> None:
    """Three of four are shown, none for what is no picture; each says what it opens, the last how many more."""
    pane, _photos = desk
    thumbs = pane.findChildren(PhotoThumb)
    assert [thumb.accessibleName() for thumb in thumbs] == [f"Photo {n} of 4: open it large" for n in (1, 2, 3)]
    assert [thumb._more for thumb in thumbs] == [0, 0, 1]
    assert all(thumb.focusPolicy() & Qt.FocusPolicy.TabFocus for thumb in thumbs)
    assert picture_of(picture(3000, 2000, "teal"), SMALL).width() == SMALL.width()


def test_the_viewer_is_driven_by_keys_alone(qtbot: QtBot, desk: tuple[RequestPane, PagePhotos]) -> None:
    """Space opens, 1 shows px for px, + and − zoom, 0 fits, arrows go on from any button, Esc gives the focus back."""
    pane, photos = desk
    first = pane.findChildren(PhotoThumb)[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Space)
    viewer = photos.viewer
    assert viewer is not None
    assert QApplication.focusWidget() is viewer.canvas
    canvas = viewer.canvas
    assert viewer.text.text().startswith("Photo 1 of 4 · ")
    assert not viewer.smaller.isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_1)
    assert viewer.text.text().endswith("100\u202f%")
    left = canvas.zoom.rect().left()
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.zoom.rect().left() == left + 60
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom.scale == pytest.approx(1.25)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.zoom.scale == pytest.approx(canvas.zoom.fitting)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert viewer.text.text() == "Photo 2 of 4 · 100\u202f%"  # a small one is not blown up
    QTest.keyClick(viewer.close_button, Qt.Key.Key_Right)
    QTest.keyClick(viewer.close_button, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert viewer.text.text().startswith("Photo 4 of 4")
    assert not viewer.next.isEnabled()
    assert all(button.accessibleName() for button in (viewer.smaller, viewer.larger, viewer.previous, viewer.next))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert photos.viewer is None
    assert QApplication.focusWidget() is first


def test_wheel_and_drag_move_what_is_under_the_hand(qtbot: QtBot, desk: tuple[RequestPane, PagePhotos]) -> None:
    """The wheel zooms about the pointer, a drag takes the picture along, a double click goes 1 : 1 and back."""
    viewer = opened(*desk)
    canvas = viewer.canvas
    place = QPointF(canvas.width() / 2 + 60, canvas.height() / 2 + 40)
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    for _ in range(8):
        before = (place - canvas.zoom.rect().topLeft()) / canvas.zoom.scale
        keys = Qt.KeyboardModifier.NoModifier
        turn = QWheelEvent(place, canvas.mapToGlobal(place), QPoint(), QPoint(0, 120), none, keys, phase, False)
        QApplication.sendEvent(canvas, turn)
    after = (place - canvas.zoom.rect().topLeft()) / canvas.zoom.scale
    assert (after - before).manhattanLength() < 0.01
    corner, at = canvas.zoom.rect().topLeft(), place.toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(canvas, at + QPoint(20, -10))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(20, -10))
    assert canvas.zoom.rect().topLeft() == corner + QPointF(20, -10)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert canvas.zoom.fitted
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert canvas.zoom.scale == pytest.approx(canvas.zoom.actual)
    assert canvas.grab().toImage().pixelColor(at) == QColor("teal")
    viewer.close_button.click()


def test_a_picture_that_comes_late_is_not_shown_under_another(desk: tuple[RequestPane, PagePhotos]) -> None:
    """Only the photo that is wanted now is shown; a broken one is told in a sentence."""
    viewer = opened(*desk)
    viewer.show_photo(1)
    viewer.set_picture(0, picture_of(picture(3000, 2000, "teal"), SMALL))
    assert viewer.canvas.zoom.picture == QSizeF(40, 30)
    viewer.set_picture(1, QImage())
    assert not viewer.canvas.has_picture
    assert viewer.canvas._told == "This file is no picture that can be shown."
    viewer.accept()
