"""The places that a map showed, to go back and forward through."""

from __future__ import annotations

import math
from dataclasses import dataclass

KEPT_MOST = 60
NEAR_PX = 160.0  # a move of less than this in all does not make a place of its own
_WORLD_PX = 256.0


@dataclass(frozen=True, slots=True)
class MapPlace:
    """The middle of a map, and how close it looks."""

    lon: float
    lat: float
    zoom: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.lon, self.lat, self.zoom)):
            raise ValueError("a place on the map has finite numbers")
        if abs(self.lat) > 90:
            raise ValueError(f"there is no latitude {self.lat}")

    def apart_px(self, other: MapPlace) -> float:
        """How far the middles are apart on this map, in px; infinite between zooms."""
        if round(self.zoom) != round(other.zoom):
            return math.inf
        (x, y), (to_x, to_y) = _world(self), _world(other)
        return math.hypot(to_x - x, to_y - y) * _WORLD_PX * math.exp2(self.zoom)


@dataclass(slots=True)
class _Stay:
    """Where somebody came to, and where small moves led from there."""

    began: MapPlace
    at: MapPlace


class ViewHistory:
    """Places in the order in which they were visited. Small moves belong to one place; the oldest are forgotten."""

    def __init__(self, kept_most: int = KEPT_MOST) -> None:
        if kept_most < 1:
            raise ValueError("a history keeps one place at least")
        self._kept_most = kept_most
        self._stays: list[_Stay] = []
        self._now = -1

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place before this one."""
        return self._now > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether somebody went back, and not yet elsewhere."""
        return self._now < len(self._stays) - 1

    @property
    def here(self) -> MapPlace | None:
        """Where the map is; None before it was anywhere."""
        return self._stays[self._now].at if self._stays else None

    def __len__(self) -> int:
        return len(self._stays)

    def visit(self, place: MapPlace, *, same: bool = False) -> None:
        """The map came to rest. `same` says that only its size changed; going elsewhere forgets what lay ahead."""
        stay = self._stays[self._now] if self._stays else None
        if stay is not None and same:
            self._stays[self._now] = _Stay(place, place)
        elif stay is not None and stay.began.apart_px(place) < NEAR_PX:
            stay.at = place
        else:
            self._stays = [*self._stays[: self._now + 1], _Stay(place, place)][-self._kept_most :]
            self._now = len(self._stays) - 1

    def back(self) -> MapPlace | None:
        """Go to the place before; None where there is none."""
        return self._go(-1) if self.can_go_back else None

    def forward(self) -> MapPlace | None:
        """Go to the place after; None where there is none."""
        return self._go(1) if self.can_go_forward else None

    def _go(self, by: int) -> MapPlace:
        self._now += by
        return self._stays[self._now].at


def _world(place: MapPlace) -> tuple[float, float]:
    """Web mercator from 0 to 1."""
    lat = math.radians(min(85.0511, max(-85.0511, place.lat)))
    return place.lon / 360 + 0.5, 0.5 - math.asinh(math.tan(lat)) / (2 * math.pi)
