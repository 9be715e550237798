"""Status marks."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from data.records import Status
from desktop.views.marks import MARKS, mark_pixmap, paint_mark, paint_time_ring
from desktop.views.tokens import load_tokens

SIDE = 42


def painted(mark: str, ink: QColor | None = None, side: int = SIDE) -> NDArray[np.uint8]:
    """A mark on white as grey values."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    try:
        paint_mark(painter, QRectF(0, 0, side, side), mark, colour=ink)
    finally:
        painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(side, grey.bytesPerLine())[:, :side].copy()


def test_every_status_has_a_mark(look: object) -> None:
    """Each status of the records, and overdue, is drawn."""
    assert {*Status, "overdue"} == set(MARKS)
    for mark in MARKS:
        assert (painted(mark) < 250).sum() > 20


@pytest.mark.parametrize(("one", "other"), list(combinations(MARKS, 2)))
def test_marks_differ_in_shape_alone(look: object, one: str, other: str) -> None:
    """Drawn in the same ink, any two marks differ in a good part of what either covers, even at 14 px."""
    for side in (14, SIDE):
        first, second = (painted(mark, QColor("black"), side) < 128 for mark in (one, other))
        differing = (first ^ second).sum() / max(first.sum(), second.sum())
        assert differing > 0.25


def test_marks_stay_inside_their_box(look: object) -> None:
    """Nothing is cut off at the edge, so that rows can be as tight as the mark."""
    for mark in MARKS:
        image = painted(mark)
        edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        assert (edge > 250).all(), mark


def test_marks_take_the_colour_of_the_tokens(look: object) -> None:
    """The darkest colour of a mark is the token of its status, at any pixel ratio."""
    for mark in MARKS:
        image = mark_pixmap(mark, 28, 2.0).toImage()
        wanted = QColor(load_tokens("light").status.named(mark))
        colours = {
            image.pixelColor(x, y).name() for x in range(56) for y in range(56) if image.pixelColor(x, y).alpha() == 255
        }
        assert wanted.name() in colours, mark


def test_submitted_is_hollow_and_closed_is_full(look: object) -> None:
    """The two ends of a request's life are told apart by how much is filled."""
    assert (painted("submitted") < 200).mean() < 0.2
    assert (painted("closed") < 200).mean() > 0.5


def test_in_progress_is_full_on_the_right(look: object) -> None:
    """The right half of the disc is full, the left one is not."""
    inner = painted("in_progress", QColor("black"))[12:30, 12:30] < 128
    assert inner[:, 10:].mean() > 0.6
    assert inner[:, :8].mean() < 0.1


def test_time_ring_grows_with_the_time_left(look: object) -> None:
    """More time left paints more of the ring in ink."""
    covered = []
    for share in (0.0, 0.25, 0.5, 1.0):
        image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        try:
            paint_time_ring(painter, QRectF(0, 0, SIDE, SIDE), share)
        finally:
            painter.end()
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        values = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(SIDE, grey.bytesPerLine())[:, :SIDE]
        covered.append(int((values < 128).sum()))
    assert covered == sorted(covered)
    assert len(set(covered)) == 4
