"""What colours say is legible to colour-blind eyes: by difference under simulation, or by shape.

Simulation: Machado, Oliveira and Fernandes 2009, severity 1.0, in linear RGB. Difference: CIEDE2000 as in Sharma, Wu
and Dalal 2005, whose published pairs check the formula.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop.views.tokens import Scheme, load_tokens
from tests.desktop.views.test_tokens import contrast

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
EYES = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])  # D65
CLEAR = 10.0  # a difference that is seen at a glance, in symbols of 22 px
# How each status is drawn on the map, apart from its colour: see the legend and the symbols of the page.
SHAPES = {
    "submitted": "dashed ring",
    "acknowledged": "disc",
    "in_progress": "disc",
    "scheduled": "square",
    "overdue": "diamond",
    "closed": "dot with a tick",
    "archived": "dot with a dash",
}
Lab = NDArray[np.float64]


def seen(colour: str, eye: str) -> Lab:
    """A colour as an eye sees it, in CIELAB."""
    encoded = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ np.clip(EYES[eye] @ linear, 0, 1) / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: Lab, other: Lab) -> float:
    """CIEDE2000."""
    mean_chroma = (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    g = 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    (l1, a1, b1), (l2, a2, b2) = (np.array([lab[0], (1 + g) * lab[1], lab[2]]) for lab in (one, other))
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = 0.0 if grey else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if grey else (h1 + h2) / 2 if abs(h1 - h2) <= 180 else ((h1 + h2 + 360) / 2) % 360
    t = sum(
        w * np.cos(np.radians(k * hm + s)) for w, k, s in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
    )
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * (1 + t)
    rt = -2 * np.sqrt(cm**7 / (cm**7 + 25**7)) * np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    l_, c_, h_ = dl / sl, dc / sc, dh / sh
    return float(np.sqrt(l_**2 + c_**2 + h_**2 + rt * c_ * h_))


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_the_published_one(
    one: tuple[float, ...], other: tuple[float, ...], published: float
) -> None:
    """Sharma, Wu and Dalal 2005, table 1, to the last digit, whichever colour comes first."""
    assert difference(np.array(one), np.array(other)) == pytest.approx(published, abs=1e-4)
    assert difference(np.array(other), np.array(one)) == pytest.approx(published, abs=1e-4)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", EYES)
def test_statuses_differ_by_shape_or_clearly_by_colour(scheme: Scheme, eye: str) -> None:
    """Two statuses that share a shape on the map differ at a glance to every eye."""
    status = load_tokens(scheme).status
    for one, other in combinations(SHAPES, 2):
        if SHAPES[one] == SHAPES[other]:
            far = difference(seen(status.named(one), eye), seen(status.named(other), eye))
            assert far >= CLEAR, (one, other, far)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", EYES)
def test_classes_of_hotspots_are_told_apart(scheme: Scheme, eye: str) -> None:
    """Neighbouring classes differ, cold never looks like hot, and what is drawn as an outline needs no colour."""
    classes = [seen(colour, eye) for colour in load_tokens(scheme).diverging]
    cold, hot = classes[:3], classes[4:]
    for side in (cold, hot):
        assert all(difference(a, b) >= CLEAR for a, b in pairwise(side))
    assert all(difference(a, b) >= CLEAR for a in cold for b in hot)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_written_on_a_colour_can_be_read(scheme: Scheme) -> None:
    """An ink reaches 4.5 to 1 on every colour that carries a number or a word; the sequential ramp carries none."""
    tokens = load_tokens(scheme)
    assert all(contrast(slot.ink, slot.colour) >= 4.5 for slot in tokens.categorical)
    inks = (tokens.colour.text_primary, tokens.colour.surface_pane)
    for colour in tokens.diverging:
        assert max(contrast(ink, colour) for ink in inks) >= 4.5, colour


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_glyph_on_a_status_can_be_seen(scheme: Scheme) -> None:
    """The icon of the service reaches 3 to 1 on the fill of its status, as WCAG asks of what is not text."""
    tokens = load_tokens(scheme)
    paper = tokens.colour.surface_pane
    for name in set(SHAPES) - {"submitted"}:
        assert contrast(paper, tokens.status.named(name)) >= 3, name
