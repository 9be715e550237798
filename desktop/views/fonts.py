"""The bundled fonts (Inter and JetBrains Mono, both OFL) and the type scale as QFont."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from desktop.views.tokens import ASSETS, load_tokens

_FILES = ("InterVariable.ttf", "JetBrainsMono.ttf")
_SANS = "Inter Variable"


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts, once for the process; returns their families. Needs a QGuiApplication."""
    families: list[str] = []
    for name in _FILES:
        number = QFontDatabase.addApplicationFont(str(ASSETS / "fonts" / name))
        if number < 0:
            raise FileNotFoundError(f"The bundled font {name} cannot be read; install Opsmap again.")
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(families)


def font(step: str = "body", *, weight: int | None = None, size: float | None = None) -> QFont:
    """The font of a step of the type scale ("body", "table", "caption", ...), with tabular figures.

    The weight is set on the variable axis, so 450 and 650 are real weights and nothing is emboldened by the renderer.
    """
    return QFont(_font(step, weight, size))


def prose(step: str = "body") -> QFont:
    """The font of a step for lists, fields and pages of words: its figures and hyphens are as wide as they are."""
    made = font(step)
    made.unsetFeature(QFont.Tag("tnum"))
    return made


@lru_cache(maxsize=128)
def _font(step: str, weight: int | None, size: float | None) -> QFont:
    tokens = load_tokens("light")  # type is the same in both schemes
    entry = tokens.type[step]
    made = QFont([_SANS, *tokens.fallback])
    _finish(made, size or entry.size, weight or entry.weight, entry.letter_spacing)
    for feature in tokens.features:
        made.setFeature(QFont.Tag(feature), 1)
    return made


@lru_cache(maxsize=8)
def _mono(size: float) -> QFont:
    made = QFont([load_tokens("light").mono, "monospace"])
    made.setStyleHint(QFont.StyleHint.Monospace)
    _finish(made, size, 450, 0)
    return made


def mono(size: float = 12) -> QFont:
    """The font for reports and codes."""
    return QFont(_mono(size))


def _finish(made: QFont, size: float, weight: int, letter_spacing: float) -> None:
    if size == int(size):
        made.setPixelSize(int(size))
    else:
        made.setPointSizeF(size * 0.75)  # half pixels exist only in points, at 96 per inch
    made.setVariableAxis(QFont.Tag("wght"), weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if letter_spacing:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, letter_spacing)
