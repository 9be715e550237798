"""Bundled fonts and icons."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QRawFont
from PySide6.QtWidgets import QLabel

import desktop
from desktop.views.fonts import font, load_fonts, mono, prose
from desktop.views.icons import icon_names, pixmap, service_icon
from desktop.views.kit import Words
from desktop.views.tokens import ASSETS, load_tokens

MOST_BYTES = 3_000_000


def test_fonts_are_bundled_with_their_licences(look: object) -> None:
    """Inter and JetBrains Mono are registered, and their licences lie beside them."""
    assert load_fonts() == ("Inter Variable", "JetBrains Mono")
    for name in ("Inter", "JetBrainsMono"):
        licence = (ASSETS / "fonts" / f"{name}-LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL Open Font License, Version 1.1" in licence
    assert "ISC" in (ASSETS / "icons" / "LICENSE").read_text(encoding="utf-8")


def test_assets_stay_small() -> None:
    """What is bundled stays under 3 MB."""
    assert sum(path.stat().st_size for path in ASSETS.rglob("*") if path.is_file()) < MOST_BYTES


def test_weights_are_real(look: object) -> None:
    """450, 600 and 650 come out of the variable axis: each is wider than the one before."""
    widths = [QFontMetricsF(font("body", weight=weight)).horizontalAdvance("Operations") for weight in (450, 600, 650)]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


@pytest.mark.parametrize("step", ["figure", "title", "heading", "body", "table", "caption", "chart"])
def test_figures_are_tabular(look: object, step: str) -> None:
    """Every digit takes the same room, so that columns of numbers stand under each other."""
    metrics = QFontMetricsF(font(step))
    assert len({round(metrics.horizontalAdvance(digit * 8), 3) for digit in "0123456789"}) == 1


def test_the_type_scale_is_the_look_s(look: object) -> None:
    """Each step has its size in px, half sizes too."""
    for step, entry in load_tokens("light").type.items():
        made = font(step)
        size = made.pixelSize() if made.pixelSize() > 0 else made.pointSizeF() / 0.75
        assert size == pytest.approx(entry.size)


def test_signs_of_the_look_are_in_the_font(look: object) -> None:
    """Thin spaces, the true minus, dashes, arrows and key signs need no other font."""
    raw = QRawFont.fromFont(font("body"))
    assert all(
        raw.supportsCharacter(ord(sign))
        for sign in "\u2009\u202f\u2212\u2013\u2026\u201c\u201d\u2192\u21b5\u2264\u00b7"
    )
    assert QRawFont.fromFont(mono()).familyName() == "JetBrains Mono"


def test_every_icon_that_code_names_is_bundled() -> None:
    """Names given to icon helpers exist as files."""
    named: set[str] = set()
    pattern = re.compile(r"""(?:icon=|Glyph\(|IconButton\(|set_icon\()\s*"([a-z0-9-]+)\"""")
    for path in Path(desktop.__file__).parent.rglob("*.py"):
        named |= set(pattern.findall(path.read_text(encoding="utf-8")))
    assert len(named) > 10
    assert named <= icon_names()


def test_an_unknown_service_icon_becomes_a_question_mark() -> None:
    """A city may name any icon; the window still draws something."""
    assert service_icon("trash-2") == "trash-2"
    assert service_icon("../../etc/passwd") == "circle-question-mark"


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0, 3.0])
def test_icons_are_drawn_at_the_pixels_of_the_screen(look: object, ratio: float) -> None:
    """An icon has as many pixels as the screen shows, in the colour asked for."""
    made = pixmap("trash-2", 16, load_tokens("light").colour.accent_default, ratio)
    assert made.width() == made.height() == round(16 * ratio)
    image = made.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    values = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), image.width())
    strongest = QColor.fromRgba(int(values.flat[int(np.argmax(values >> 24))]))
    wanted = QColor(load_tokens("light").colour.accent_default)
    assert max(abs(a - b) for a, b in zip(strongest.getRgb()[:3], wanted.getRgb()[:3], strict=True)) <= 3


def test_a_hyphen_in_words_is_narrower_than_a_figure(look: object) -> None:
    """Tabular figures make the hyphen as wide as a figure: labels draw that of words, fields and lists do without."""
    for step in ("caption", "table", "heading"):
        tabular = QFontMetricsF(font(step))
        figure = tabular.horizontalAdvance("0")
        label = Words("pick-up", step=step)
        assert label.text() == "pick-up"
        assert QFontMetricsF(label.font()).horizontalAdvance(QLabel.text(label)[4]) < 0.7 * figure
        assert QFontMetricsF(prose(step)).horizontalAdvance("-") < 0.8 * figure
        assert tabular.horizontalAdvance("1") == figure
