"""The look's values, read from assets/tokens.json into typed, frozen objects; no colour is written elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Scheme = Literal["light", "dark"]
ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours by use, as #RRGGBB. The names are those of the look with a low line for the dot."""

    surface_app: str
    surface_pane: str
    surface_sunken: str
    surface_raised: str
    state_hover: str
    state_pressed: str
    line_subtle: str
    line_default: str
    line_strong: str
    text_primary: str
    text_secondary: str
    text_tertiary: str
    text_disabled: str
    text_on_accent: str
    accent_default: str
    accent_hover: str
    accent_soft: str
    accent_line: str
    accent_text: str
    danger_text: str
    danger_soft: str
    warning_text: str
    warning_soft: str
    success_text: str
    success_soft: str
    info_text: str
    info_soft: str

    def named(self, name: str) -> str:
        """The colour of a name in the look's own spelling, "surface.pane"."""
        return str(getattr(self, name.replace(".", "_")))


@dataclass(frozen=True, slots=True)
class StatusColours:
    """One colour for each status mark; overdue is a state of the deadline."""

    submitted: str
    acknowledged: str
    in_progress: str
    scheduled: str
    closed: str
    overdue: str
    archived: str

    def named(self, name: str) -> str:
        """The colour of a status by its stored value."""
        return str(getattr(self, name))


@dataclass(frozen=True, slots=True)
class Slot:
    """One categorical colour and the ink that is readable on it."""

    colour: str
    ink: str


@dataclass(frozen=True, slots=True)
class TypeStep:
    """A step of the type scale, in px."""

    size: float
    line: int
    weight: int
    letter_spacing: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes in px."""

    rail: int
    top_bar: int
    status_bar: int
    pane_header: int
    table_header: int
    row_compact: int
    row_comfortable: int
    control: int
    control_small: int
    map_tool: int
    icon: int
    icon_small: int
    icon_rail: int
    map_symbol: int
    hit_area_min: int


@dataclass(frozen=True, slots=True)
class Radii:
    """Corner radii in px."""

    mark: int
    chip: int
    control: int
    panel: int
    pane: int


@dataclass(frozen=True, slots=True)
class Strokes:
    """Line widths in px; `icon` is in the 24 px grid of the icons."""

    icon: float
    focus: int
    focus_offset: int
    route: float
    route_selected: float
    route_casing: int


@dataclass(frozen=True, slots=True)
class Motion:
    """Durations in ms."""

    instant_ms: int
    fast_ms: int
    base_ms: int
    map_ms: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Everything the look decides, for one scheme."""

    scheme: Scheme
    colour: Colours
    status: StatusColours
    categorical: tuple[Slot, ...]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]
    diverging_classes: tuple[str, ...]
    basemap: Mapping[str, str]
    type: Mapping[str, TypeStep]
    family: str
    fallback: tuple[str, ...]
    mono: str
    features: tuple[str, ...]
    space: tuple[int, ...]
    pane_padding: int
    gap_in_row: int
    size: Sizes
    radius: Radii
    stroke: Strokes
    motion: Motion

    @property
    def dark(self) -> bool:
        """Whether this is the dark scheme."""
        return self.scheme == "dark"

    def slot(self, index: int) -> Slot:
        """The categorical colour of a crew or service; after the twelfth it starts anew (a number stands beside it)."""
        return self.categorical[index % len(self.categorical)]


@lru_cache(maxsize=2)
def load_tokens(scheme: Scheme) -> Tokens:
    """The tokens of one scheme. A missing or unknown name raises TypeError naming it."""
    raw = json.loads((ASSETS / "tokens.json").read_text(encoding="utf-8"))
    written = raw["type"]
    return Tokens(
        scheme=scheme,
        colour=Colours(**{name.replace(".", "_"): entry["value"] for name, entry in raw["colour"][scheme].items()}),
        status=StatusColours(
            **{field.name: raw["status"][field.name][scheme]["value"] for field in fields(StatusColours)}
        ),
        categorical=tuple(Slot(slot[scheme], slot["ink_on_it"][scheme]) for slot in raw["categorical"]["slots"]),
        sequential=tuple(raw["ramps"]["sequential"][scheme]),
        diverging=tuple(raw["ramps"]["diverging"][scheme]),
        diverging_classes=tuple(raw["ramps"]["diverging"]["classes"]),
        basemap=raw["basemap"][scheme],
        type={name: _step(step) for name, step in written["scale"].items()},
        family=written["family"],
        fallback=tuple(written["fallback"]),
        mono=written["mono"],
        features=tuple(written["features"]),
        space=tuple(raw["space"]["steps"]),
        pane_padding=raw["space"]["pane_padding"],
        gap_in_row=raw["space"]["gap_in_row"],
        size=Sizes(**raw["size"]),
        radius=Radii(**raw["radius"]),
        stroke=Strokes(**raw["stroke"]),
        motion=Motion(**{field.name: raw["motion"][field.name] for field in fields(Motion)}),
    )


def _step(step: Mapping[str, Any]) -> TypeStep:
    size = float(step["size"])
    return TypeStep(
        size,
        int(step.get("line", round(size * 1.4))),
        int(step.get("weight", 450)),
        float(step.get("letter_spacing", 0)),
    )
