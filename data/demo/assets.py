"""What the demo city owns along its streets: lights, hydrants and signals, and which of them a report names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from data.demo.catalogue import SERVICE_AT
from data.demo.city_time import Ints
from data.demo.frame import Floats, to_degrees
from data.demo.network import Network
from data.demo.places import Fabric, Sites, beside_piece
from data.demo.plan import DemoPlan
from data.demo.requests import RequestColumns
from data.demo.roads import PRIMARY, SECONDARY, TERTIARY

LIGHT_EVERY_M, LIGHT_MAIN_EVERY_M, HYDRANT_EVERY_M = 55.0, 90.0, 380.0
LIT_KM = 2.4  # so far from the centre every street's lights are in the register, beyond it those of the main streets
NAMED_SHARE, WRONG_SHARE = 0.62, 0.04  # of reports near an asset name one, of those the next one by mistake
_STREAM = 5  # of the seed, apart from those that draw the city and its requests
_LAMPS = ("LED 40 W", "LED 60 W", "sodium 70 W", "sodium 100 W")


@dataclass(frozen=True, slots=True)
class DemoAssetLayer:
    """A layer with its assets as columns. `reach_m`: how far from one a report may be that names it."""

    name: str
    icon: str
    service_codes: tuple[str, ...]
    reach_m: float
    codes: tuple[str, ...]
    names: tuple[str, ...]
    long: tuple[float, ...]
    lat: tuple[float, ...]
    attributes: tuple[dict[str, str], ...]
    x_m: tuple[float, ...]
    y_m: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def rows(self, layer_id: int) -> list[dict[str, object]]:
        """Rows of the asset table."""
        columns = zip(self.codes, self.names, self.lat, self.long, self.attributes, strict=True)
        names = ("asset_code", "name", "lat", "long", "attributes")
        return [{"layer_id": layer_id, **dict(zip(names, values, strict=True))} for values in columns]


def place_assets(seed: int, plan: DemoPlan, fabric: Fabric) -> tuple[DemoAssetLayer, ...]:
    """The layers of a seed, the same whatever the number of requests."""
    rng = np.random.default_rng([seed % 2**64, _STREAM])
    return (_lights(rng, plan), _hydrants(rng, plan), _signals(rng, plan, fabric))


def named_assets(seed: int, layers: Sequence[DemoAssetLayer], columns: RequestColumns) -> Ints:
    """For each request the asset it names, counted through all layers; -1 for none."""
    rng = np.random.default_rng([seed % 2**64, _STREAM, 1])
    incident = columns.reports.incident
    nearest, second = nearest_assets(layers, columns.incidents.service, columns.incidents.sites)
    draw = rng.random(len(incident))
    named = np.where(draw < NAMED_SHARE * WRONG_SHARE, second[incident], nearest[incident])
    return np.where(draw < NAMED_SHARE, named, -1)


def nearest_assets(layers: Sequence[DemoAssetLayer], service: Ints, sites: Sites) -> tuple[Ints, Ints]:
    """The nearest and the second nearest asset of each incident's own layer, counted through all layers; -1: none."""
    found = np.full((len(service), 2), -1, dtype=np.int64)
    on_street = (sites.park < 0) & ~sites.stadium
    before = 0
    for layer in layers:
        own = np.flatnonzero(on_street & np.isin(service, [SERVICE_AT[code] for code in layer.service_codes]))
        tree = cKDTree(np.column_stack([layer.x_m, layer.y_m]))
        places = np.column_stack([sites.x_m[own], sites.y_m[own]])
        away, which = tree.query(places, k=2, distance_upper_bound=layer.reach_m)
        found[own] = np.where(np.isfinite(away), which + before, -1)
        before += len(layer)
    return found[:, 0], np.where(found[:, 1] < 0, found[:, 0], found[:, 1])


def _lights(rng: np.random.Generator, plan: DemoPlan) -> DemoAssetLayer:
    network = plan.network
    away_m = np.hypot(network.x_m[network.a], network.y_m[network.a])
    main = np.isin(network.highway, (PRIMARY, SECONDARY))
    inner = (network.highway >= PRIMARY) & (away_m < LIT_KM * 1000)
    every = np.where(inner, LIGHT_EVERY_M, np.where(main, LIGHT_MAIN_EVERY_M, np.inf))
    piece, x, y = _along(network, every, 6.5)
    lamp, year = rng.integers(0, len(_LAMPS), len(piece)), rng.integers(1974, 2026, len(piece))
    attributes = [
        {"lamp": _LAMPS[at], "installed": str(when)} for at, when in zip(lamp.tolist(), year.tolist(), strict=True)
    ]
    services = ("street_light_out", "lamp_post")
    names = _streets(plan, piece)
    return _layer("Street lights", "lightbulb", services, 70.0, "L", 5, names, attributes, x, y)


def _hydrants(rng: np.random.Generator, plan: DemoPlan) -> DemoAssetLayer:
    network = plan.network
    served = (network.highway >= PRIMARY) & (network.highway <= TERTIARY) & ~network.bridge
    piece, x, y = _along(network, np.where(served, HYDRANT_EVERY_M, np.inf), -8.0)
    wide, kind = rng.choice((80, 100, 150), len(piece)).tolist(), rng.random(len(piece)).tolist()
    attributes = [
        {"diameter_mm": str(diameter), "kind": "pillar" if draw < 0.3 else "underground"}
        for diameter, draw in zip(wide, kind, strict=True)
    ]
    names = _streets(plan, piece)
    return _layer("Hydrants", "fire-extinguisher", ("hydrant",), 150.0, "H", 4, names, attributes, x, y)


def _signals(rng: np.random.Generator, plan: DemoPlan, fabric: Fabric) -> DemoAssetLayer:
    """Where main streets cross, at some of their other crossings, and at the corners that come up again and again."""
    network = plan.network
    main = np.isin(network.highway, (PRIMARY, SECONDARY))
    count = len(network.x_m)
    arms = np.bincount(np.concatenate([network.a, network.b]), minlength=count)
    of_main = np.bincount(np.concatenate([network.a[main], network.b[main]]), minlength=count)
    busy = np.isin(np.arange(count), fabric.corner) & (arms >= 3)  # where much goes wrong, there is a signal
    node = np.flatnonzero(busy | (of_main >= 3) | ((of_main >= 2) & (arms >= 4) & (rng.random(count) < 0.2)))
    streets = fabric.crossing[node].tolist()
    called = [" / ".join(plan.street_names[at] for at in pair if at >= 0) for pair in streets]
    attributes = [{"arms": str(number)} for number in arms[node].tolist()]
    services = ("traffic_signal",)
    return _layer(
        "Traffic signals", "siren", services, 90.0, "S", 4, called, attributes, network.x_m[node], network.y_m[node]
    )


def _along(network: Network, every_m: Floats, left_m: float) -> tuple[Ints, Floats, Floats]:
    """Places along pieces, evenly counted from where their streets begin: piece, metres east and north."""
    first = np.ceil(network.at_m / every_m)
    count = np.maximum(np.ceil((network.at_m + network.length_m) / every_m) - first, 0).astype(np.int64)
    piece = np.repeat(np.arange(len(count)), count)
    turn = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    along = (first[piece] + turn) * every_m[piece] - network.at_m[piece]
    return piece, *beside_piece(network, piece, along, np.full(len(piece), left_m))


def _streets(plan: DemoPlan, piece: Ints) -> list[str]:
    return [plan.street_names[at] for at in plan.network.street[piece].tolist()]


def _layer(
    name: str, icon: str, services: tuple[str, ...], reach_m: float, letter: str, digits: int, names: Sequence[str],
    attributes: Sequence[dict[str, str]], x_m: Floats, y_m: Floats,
) -> DemoAssetLayer:  # fmt: skip
    lon, lat = (tuple(np.round(values, 6).tolist()) for values in to_degrees(x_m, y_m))
    x, y = (tuple(np.round(values, 2).tolist()) for values in (x_m, y_m))
    codes = tuple(f"{letter}{number:0{digits}d}" for number in range(1, len(x) + 1))
    return DemoAssetLayer(name, icon, services, reach_m, codes, tuple(names), lon, lat, tuple(attributes), x, y)
