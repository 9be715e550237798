"""Densities as pictures: equal steps that hold every value, one hue each, nothing where nothing is known."""

from __future__ import annotations

import base64

import numpy as np
from PySide6.QtGui import QColor, QImage

from desktop.domain.statistic_marks import density_edges, marked
from desktop.map.density_picture import NOTHING, density_pictures, picture_steps
from desktop.map.looks import look_of


def test_steps_hold_their_values_and_pictures_their_hues() -> None:
    """Each pixel has the hue of the step in which its value lies, in both looks; nan is clear."""
    values = np.array([[0.0, 3.0, 27.0], [np.nan, 11.9, 1000.0]])
    breaks = density_edges(np.linspace(0.0, 27.0, 5000))
    assert np.allclose(np.diff(breaks), breaks[1])
    assert breaks[-1] >= 26.9
    steps = picture_steps(values, breaks)
    for value, step in zip(values.ravel().tolist(), steps.ravel().tolist(), strict=True):
        if np.isnan(value):
            assert step == NOTHING
        else:
            assert breaks[step] <= value
            assert value < breaks[step + 1] or step == len(breaks) - 2
    for scheme, address in density_pictures(steps).items():
        image = QImage.fromData(base64.b64decode(address.split(",")[1]))
        ramp = look_of(scheme)["sequential"]  # type: ignore[arg-type]
        assert (image.width(), image.height()) == (3, 2)
        for (row, column), step in np.ndenumerate(steps):
            colour = image.pixelColor(column, row)
            assert colour.alpha() == 0 if step == NOTHING else colour == QColor(ramp[step])
    kinds = marked("density", {"per_km2": np.linspace(0.0, 27.0, 5000)})
    assert [mark.step for mark in kinds.marks] == list(range(len(breaks) - 1))[::-1]
    assert kinds.words()[0].startswith("≥ ")


def test_a_city_without_density_has_steps_all_the_same() -> None:
    """Noughts alone: steps up to one, all of them ascending."""
    breaks = density_edges(np.zeros(4))
    assert (np.diff(breaks) > 0).all()
    assert picture_steps(np.zeros((1, 1)), breaks)[0, 0] == 0
