"""How a vehicle drives: top speeds, streets that are closed to it, the share of free flow it gets by the hour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Floats = NDArray[np.float64]
Vehicle = Literal["car", "lorry"]
VEHICLE_BIT: Mapping[Vehicle, int] = {"car": 1, "lorry": 2}  # in masks of closed streets and banned turns

# Mean driving speeds in towns by OSM class with free flow, km/h, signals and turning included.
SPEED_KMH: Mapping[str, float] = {
    "motorway": 90,
    "motorway_link": 50,
    "trunk": 70,
    "trunk_link": 45,
    "primary": 45,
    "primary_link": 35,
    "secondary": 40,
    "secondary_link": 35,
    "tertiary": 35,
    "tertiary_link": 30,
    "unclassified": 30,
    "residential": 27,
    "road": 27,
    "living_street": 12,
}
CLASSES = tuple(SPEED_KMH)
MAIN_CLASSES = CLASSES[:8]  # what commuters fill: motorways to secondary streets with their ramps
U_TURN_S = 20.0  # what turning round at a dead end takes

# An assumption, not a measurement: the shape of a working day in most cities' counts, with peaks from 7 to 9 and
# from 16 to 18 o'clock, stronger on main streets. A city that knows better sets its own.
_MAIN = (1.0,) * 6 + (0.9, 0.7, 0.7, 0.8) + (0.85,) * 5 + (0.8, 0.7, 0.65, 0.75, 0.85) + (0.95,) * 4
_MINOR = (1.0,) * 7 + (0.9, 0.9) + (0.95,) * 7 + (0.9, 0.9) + (1.0,) * 6


@dataclass(frozen=True, slots=True)
class FlowShares:
    """Share of free flow by hour of the day, on main and on other streets. GeoError for what is no share."""

    main: tuple[float, ...] = _MAIN
    minor: tuple[float, ...] = _MINOR

    def __post_init__(self) -> None:
        for shares in (self.main, self.minor):
            if len(shares) != 24 or not all(0.05 <= share <= 2.0 for share in shares):
                raise GeoError("Shares of free flow are 24 numbers, one an hour, each between 0.05 and 2.")

    def slowing(self, start_h: float, end_h: float) -> tuple[float, float]:
        """How many times the free-flow time a way takes between two hours on average, on main and other streets.

        Hours past midnight may go on after 24.
        """
        hours = np.arange(math.floor(start_h), math.ceil(end_h))
        weight = np.minimum(hours + 1, end_h) - np.maximum(hours, start_h)
        main, minor = (
            float(np.average(1.0 / np.array(shares)[hours % 24], weights=weight)) for shares in (self.main, self.minor)
        )
        return main, minor


@dataclass(frozen=True, slots=True)
class TravelProfile:
    """How one type of vehicle drives, in some hours. GeoError names the rule that is broken.

    Speeds are capped by most_kmh and by those of a class; forbidden classes are closed to it. own_side: a stop is
    served from its own side of the street, where the street goes both ways. hours None: free flow.
    """

    name: str = "car"
    vehicle: Vehicle = "car"
    most_kmh: float = math.inf
    most_by_class_kmh: tuple[tuple[str, float], ...] = ()
    forbidden: frozenset[str] = frozenset()
    u_turn_s: float = U_TURN_S
    own_side: bool = False
    drives_left: bool = False
    hours: tuple[float, float] | None = None
    shares: FlowShares = field(default_factory=FlowShares)

    def __post_init__(self) -> None:
        unknown = sorted((self.forbidden | {name for name, _ in self.most_by_class_kmh}) - set(CLASSES))
        rules = {
            f"'{', '.join(unknown)}' is no class of street; there are {', '.join(CLASSES)}": not unknown,
            "top speeds are above 0 km/h": min([self.most_kmh, *(kmh for _, kmh in self.most_by_class_kmh)]) > 0,
            "turning round takes no less than 0 s": self.u_turn_s >= 0,
            "hours begin between 0 and 24 and end later, within a day": self.hours is None
            or (0 <= self.hours[0] < 24 and 0 < self.hours[1] - self.hours[0] <= 24),
        }
        broken = [rule for rule, holds in rules.items() if not holds]
        if broken:
            raise GeoError(f"The travel profile {self.name} breaks a rule: {'; '.join(broken)}.")

    def during(self, start_h: float, end_h: float) -> TravelProfile:
        """The same vehicle between two hours of the day; its ways take the mean of those hours."""
        return replace(self, hours=(float(start_h), float(end_h)))

    def speeds_kmh(self, speed_kmh: Floats, kind: NDArray[np.integer]) -> Floats:
        """Speeds of edges of some classes (places in CLASSES), from their free-flow speeds for a car."""
        cap = np.full(len(CLASSES), self.most_kmh)
        for name, kmh in self.most_by_class_kmh:
            cap[CLASSES.index(name)] = min(kmh, self.most_kmh)
        slowing = np.ones(len(CLASSES))
        if self.hours is not None:
            main, minor = self.shares.slowing(*self.hours)
            slowing[:] = [main if name in MAIN_CLASSES else minor for name in CLASSES]
        return np.asarray(np.minimum(speed_kmh, cap[kind]) / slowing[kind])

    def closed(self, kind: NDArray[np.integer], shut_to: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Which edges are closed to the vehicle, by their classes and by the mask of vehicles they are shut to."""
        by_class = np.array([name in self.forbidden for name in CLASSES])
        return np.asarray(by_class[kind] | ((shut_to & VEHICLE_BIT[self.vehicle]) > 0))


CAR = TravelProfile()
VAN = TravelProfile("van", most_kmh=100.0)
LORRY = TravelProfile(
    "lorry",
    vehicle="lorry",
    most_kmh=70.0,
    most_by_class_kmh=(("residential", 22.0), ("road", 22.0), ("living_street", 10.0), ("unclassified", 25.0)),
)
PROFILES: Mapping[str, TravelProfile] = {profile.name: profile for profile in (CAR, VAN, LORRY)}
