"""Tokens, the style sheet and the palette made from them."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.views import tokens as module
from desktop.views.theme import Theme, make_palette
from desktop.views.tokens import Scheme, load_tokens

VIEWS = Path(module.__file__).parent
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_is_readable_on_its_surfaces(scheme: Scheme) -> None:
    """Every ink that carries words reaches 4.5 to 1 on the surfaces it stands on."""
    colour = load_tokens(scheme).colour
    surfaces = (colour.surface_pane, colour.surface_sunken, colour.surface_raised, colour.accent_soft)
    for surface in surfaces:
        for ink in (
            colour.text_primary,
            colour.text_secondary,
            colour.text_tertiary,
            colour.accent_text,
            colour.danger_text,
        ):
            assert contrast(ink, surface) >= 4.5, (ink, surface)
    assert contrast(colour.text_on_accent, colour.accent_default) >= 4.5
    for tint in ("danger", "warning", "success", "info"):
        assert contrast(colour.named(f"{tint}.text"), colour.named(f"{tint}.soft")) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_and_edges_are_visible(scheme: Scheme) -> None:
    """Marks, input edges and the focus ring reach 3 to 1 on a pane, as WCAG asks of what is not text."""
    loaded = load_tokens(scheme)
    for field in fields(loaded.status):
        assert contrast(loaded.status.named(field.name), loaded.colour.surface_pane) >= 3
    assert contrast(loaded.colour.line_strong, loaded.colour.surface_pane) >= 3
    assert contrast(loaded.colour.accent_default, loaded.colour.surface_pane) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ink_on_categorical_colours_is_readable(scheme: Scheme) -> None:
    """The number of a crew can be read on the crew's colour."""
    loaded = load_tokens(scheme)
    assert len(loaded.categorical) == 12
    assert all(contrast(slot.ink, slot.colour) >= 4.5 for slot in loaded.categorical)
    assert loaded.slot(12) == loaded.slot(0)


def test_both_schemes_hold_the_same_names() -> None:
    """Nothing is missing in the dark."""
    light, dark = load_tokens("light"), load_tokens("dark")
    assert light.type == dark.type
    assert set(light.basemap) == set(dark.basemap)
    assert len(light.diverging) == len(dark.diverging) == len(light.diverging_classes) == 7


def test_no_colour_is_written_outside_the_tokens() -> None:
    """Views, kit and style sheet name colours; they never write one."""
    written = re.compile(r"#[0-9A-Fa-f]{3,8}\b|QColor\(\s*\d|rgba?\(|Qt\.GlobalColor\.(?!transparent)")
    found = [
        f"{path.relative_to(VIEWS)}: {match[0]}"
        for path in [*VIEWS.rglob("*.py"), *VIEWS.rglob("*.qss")]
        for match in written.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_palette_leaves_no_grey_of_qt_s(look: Theme, scheme: Scheme) -> None:
    """Every role in every group is a colour of the tokens."""
    colour = load_tokens(scheme).colour
    known = {getattr(colour, field.name).lower() for field in fields(colour)}
    palette = make_palette(load_tokens(scheme))
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for role in QPalette.ColorRole:
            if role not in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
                assert palette.color(group, role).name() in known, (group, role)


def test_the_style_sheet_is_whole(look: Theme, qapp: QApplication) -> None:
    """Every hole of the style sheet was filled, and every file it names exists."""
    sheet = qapp.styleSheet()
    assert "${" not in sheet
    named = re.findall(r"url\(([^)]+)\)", sheet)
    assert named
    assert all(Path(path).is_file() for path in named)


def test_the_look_changes_while_the_application_runs(look: Theme, qapp: QApplication) -> None:
    """Choosing dark changes palette and style sheet at once, and back."""
    before = qapp.palette().color(QPalette.ColorRole.Window)
    heard: list[str] = []
    look.changed.connect(lambda: heard.append(look.tokens.scheme))
    try:
        look.choose("dark")
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(load_tokens("dark").colour.surface_pane)
        assert load_tokens("dark").colour.surface_raised in qapp.styleSheet()
    finally:
        look.choose("light")
    assert heard == ["dark", "light"]
    assert qapp.palette().color(QPalette.ColorRole.Window) == before
