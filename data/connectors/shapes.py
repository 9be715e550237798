"""Collects lines and shapes one by one and gives them as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.connectors.streets import AddressPoints, BaseMapShapes, StreetLines, TurnRules

Point = tuple[float, float]


class LineCollector:
    """Street lines on their way into arrays."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._nodes: list[int] = []
        self._offsets = [0]
        self._name: list[str] = []
        self._highway: list[str] = []
        self._oneway: list[int] = []
        self._speed_kmh: list[float] = []
        self._layer: list[int] = []
        self._way_id: list[int] = []
        self._shut_to: list[int] = []
        self._roundabout: list[bool] = []

    def __len__(self) -> int:
        return len(self._name)

    def add(
        self,
        points: Sequence[Point],
        nodes: Sequence[int],
        *,
        name: str,
        highway: str,
        oneway: int,
        speed_kmh: float,
        layer: int,
        way_id: int,
        shut_to: int = 0,
        roundabout: bool = False,
    ) -> None:
        """One line: points (lon, lat) with the junction id of each."""
        self._points += points
        self._nodes += nodes
        self._offsets.append(len(self._points))
        self._name.append(name)
        self._highway.append(highway)
        self._oneway.append(oneway)
        self._speed_kmh.append(speed_kmh)
        self._layer.append(max(-100, min(100, layer)))
        self._way_id.append(way_id)
        self._shut_to.append(shut_to)
        self._roundabout.append(roundabout)

    def lines(
        self,
        basemap: BaseMapShapes | None,
        addresses: AddressPoints | None = None,
        turns: TurnRules | None = None,
    ) -> StreetLines:
        """All lines so far."""
        points = np.array(self._points, dtype=np.float64).reshape(-1, 2)
        return StreetLines(
            lon=points[:, 0].copy(),
            lat=points[:, 1].copy(),
            offsets=np.array(self._offsets, dtype=np.int64),
            node_id=np.array(self._nodes, dtype=np.int64),
            name=self._name,
            highway=self._highway,
            oneway=np.array(self._oneway, dtype=np.int8),
            speed_kmh=np.array(self._speed_kmh, dtype=np.float32),
            layer=np.array(self._layer, dtype=np.int8),
            way_id=np.array(self._way_id, dtype=np.int64),
            shut_to=np.array(self._shut_to, dtype=np.uint8),
            roundabout=np.array(self._roundabout, dtype=np.bool_),
            turns=turns,
            basemap=basemap,
            addresses=addresses,
        )


class ShapeCollector:
    """Base map shapes on their way into arrays."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._offsets = [0]
        self._hole: list[bool] = []
        self._kind: list[str] = []
        self._name: list[str] = []
        self._places: list[Point] = []
        self._place_kind: list[str] = []
        self._place_name: list[str] = []

    def add(self, points: Sequence[Point], kind: str, name: str, *, hole: bool = False) -> None:
        """One ring or line of points (lon, lat)."""
        self._points += points
        self._offsets.append(len(self._points))
        self._hole.append(hole)
        self._kind.append(kind)
        self._name.append(name)

    def place(self, lon: float, lat: float, kind: str, name: str) -> None:
        """A place to name."""
        self._places.append((lon, lat))
        self._place_kind.append(kind)
        self._place_name.append(name)

    def shapes(self) -> BaseMapShapes:
        """All shapes so far."""
        points = np.array(self._points, dtype=np.float64).reshape(-1, 2)
        places = np.array(self._places, dtype=np.float64).reshape(-1, 2)
        return BaseMapShapes(
            lon=points[:, 0].copy(),
            lat=points[:, 1].copy(),
            offsets=np.array(self._offsets, dtype=np.int64),
            hole=np.array(self._hole, dtype=np.bool_),
            kind=self._kind,
            name=self._name,
            place_lon=places[:, 0].copy(),
            place_lat=places[:, 1].copy(),
            place_kind=self._place_kind,
            place_name=self._place_name,
        )


class AddressCollector:
    """House numbers on their way into arrays."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._number: list[str] = []
        self._street: list[str] = []

    def __len__(self) -> int:
        return len(self._number)

    def add(self, lon: float, lat: float, number: str, street: str) -> None:
        """One house number; nothing where the number or the street is empty."""
        if number.strip() and street.strip():
            self._points.append((lon, lat))
            self._number.append(number.strip())
            self._street.append(street.strip())

    def addresses(self) -> AddressPoints:
        """All addresses so far."""
        points = np.array(self._points, dtype=np.float64).reshape(-1, 2)
        return AddressPoints(points[:, 0].copy(), points[:, 1].copy(), self._number, self._street)
