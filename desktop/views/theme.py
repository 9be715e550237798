"""Light, dark or the system's: palette, style sheet and font of the whole application, made from the tokens."""

from __future__ import annotations

import re
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.views.fonts import font, load_fonts, prose
from desktop.views.tokens import ASSETS, Scheme, Tokens, load_tokens

Choice = Literal["light", "dark", "system"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
_HOLE = re.compile(r"\$\{([^}]+)\}")
_current: Theme | None = None


class Theme(QObject):
    """The look in force. Widgets that paint themselves ask `theme().tokens` each time they paint."""

    changed = Signal()
    rows_changed = Signal(int)  # the height that rows of tables have now

    def __init__(self, app: QApplication, choice: Choice = "system") -> None:
        super().__init__(app)
        global _current
        _current = self
        self._app = app
        self._choice: Choice = choice
        self._comfortable = False
        self._outlines = QTemporaryDir()  # style sheets can name files only
        load_fonts()
        self.tokens: Tokens = load_tokens(self._scheme())
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def choice(self) -> Choice:
        """What the person chose."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Change the look of the running application."""
        if choice == self._choice:
            return
        self._choice = choice
        self._follow()

    @property
    def row_height(self) -> int:
        """How high rows of tables and lists are."""
        size = self.tokens.size
        return size.row_comfortable if self._comfortable else size.row_compact

    def choose_rows(self, density: str) -> None:
        """Compact or comfortable rows, in every table at once."""
        comfortable = density == "comfortable"
        if comfortable != self._comfortable:
            self._comfortable = comfortable
            self.rows_changed.emit(self.row_height)

    def colour(self, name: str) -> QColor:
        """A colour by the look's own name, "surface.pane"."""
        return QColor(self.tokens.colour.named(name))

    def _scheme(self) -> Scheme:
        if self._choice != "system":
            return self._choice
        return "dark" if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"

    def _system_changed(self) -> None:
        if self._choice == "system":
            self._follow()

    def _follow(self) -> None:
        tokens = load_tokens(self._scheme())
        if tokens is not self.tokens:
            self.tokens = tokens
            self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        self._app.setPalette(make_palette(self.tokens))
        self._app.setFont(font("body"))
        for kind, lettering in (
            ("QMenu", font("table")),
            ("QTipLabel", font("table")),
            ("QComboBox", prose("table")),
        ):
            self._app.setFont(lettering, kind)  # type: ignore[arg-type]  # the stub says bytes; Qt's binding takes str only
        self._app.setStyleSheet(self._style_sheet())

    def _style_sheet(self) -> str:
        return _HOLE.sub(lambda hole: self._fill(hole[1]), (ASSETS / "opsmap.qss").read_text(encoding="utf-8"))

    def _fill(self, hole: str) -> str:
        """The value of one hole of the style sheet: size.x, radius.x, icon:NAME:COLOUR or a colour."""
        if hole.startswith("icon:"):
            _, name, colour = hole.split(":")
            return self._outline(name, self.tokens.colour.named(colour))
        group, _, rest = hole.partition(".")
        if group in ("size", "radius"):
            return f"{getattr(getattr(self.tokens, group), rest)}px"
        return self.tokens.colour.named(hole)

    def _outline(self, name: str, colour: str) -> str:
        from desktop.views.icons import svg

        path = self._outlines.filePath(f"{name}-{colour.removeprefix('#')}.svg")
        with open(path, "wb") as file:
            file.write(svg(name, colour))
        return path


def theme() -> Theme:
    """The look in force; the composition root makes it before any widget."""
    assert _current is not None, "Theme(app) comes before the first widget"
    return _current


def make_palette(tokens: Tokens) -> QPalette:
    """Every role of Qt's palette, so that no widget falls back to a grey of its own."""
    colour, role, group = tokens.colour, QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for key, value in {
        role.Window: colour.surface_pane,
        role.WindowText: colour.text_primary,
        role.Base: colour.surface_pane,
        role.AlternateBase: colour.surface_sunken,
        role.Text: colour.text_primary,
        role.PlaceholderText: colour.text_tertiary,
        role.Button: colour.surface_pane,
        role.ButtonText: colour.text_primary,
        role.BrightText: colour.danger_text,
        role.ToolTipBase: colour.surface_raised,
        role.ToolTipText: colour.text_primary,
        role.Highlight: colour.accent_soft,
        role.HighlightedText: colour.text_primary,
        role.Accent: colour.accent_default,
        role.Link: colour.accent_text,
        role.LinkVisited: colour.accent_text,
        role.Light: colour.surface_raised,
        role.Midlight: colour.state_hover,
        role.Mid: colour.line_default,
        role.Dark: colour.line_strong,
        role.Shadow: colour.line_default,
    }.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(group.Disabled, key, QColor(colour.text_disabled))
    return palette
