"""The asset of a request put into words for the detail pane, or those that stand near; read in the background."""

from __future__ import annotations

import math
from datetime import datetime

from data.records import Asset, AssetLayer, Placement, ServiceRequest
from data.unit_of_work import ReadUnit
from desktop.views import format as words
from desktop.views.asset_section import AssetLine, AssetState, NamingLine

NEAR_M, NEAR_MOST = 60.0, 3
OTHERS_MOST, ATTRIBUTES_MOST = 6, 6
DEGREE_M = 111_320.0  # of latitude


def asset_state(
    unit: ReadUnit, request: ServiceRequest, service_code: str, now: datetime, zone: str
) -> AssetState | None:
    """What the pane shows; None where the request names nothing and nothing near is for its service."""
    layers = {layer.id: layer for layer in unit.assets.layers()}
    if request.asset_id is not None:
        asset = unit.assets.get(request.asset_id)
        return None if asset is None else _named(unit, request, asset, layers[asset.layer_id], now, zone)
    fitting = {key: layer for key, layer in layers.items() if service_code in layer.service_codes}
    near = _near(unit, request, fitting) if fitting and request.placement is Placement.LOCATED else ()
    return AssetState(near=near) if near else None


def _named(
    unit: ReadUnit, request: ServiceRequest, asset: Asset, layer: AssetLayer, now: datetime, zone: str
) -> AssetState:
    others = [key for key in unit.assets.requests(asset.id) if key != request.id]
    attributes = [(key.replace("_", " "), " ".join(value.split())) for key, value in asset.attributes.items() if value]
    return AssetState(
        named=_line(asset, layer, ""),
        attributes=tuple(attributes[:ATTRIBUTES_MOST]),
        others=tuple(_naming(other, now, zone) for other in unit.requests.many(others[:OTHERS_MOST])),
        other_count=len(others),
    )


def _line(asset: Asset, layer: AssetLayer, note: str) -> AssetLine:
    what = " · ".join(part for part in (layer.name, asset.name) if part)
    return AssetLine(int(asset.id), asset.asset_code, what, layer.icon, note)


def _naming(request: ServiceRequest, now: datetime, zone: str) -> NamingLine:
    text = " ".join(request.description.split()) or request.address
    opened = words.moment(request.requested_at, now, zone)
    return NamingLine(int(request.id), request.service_request_id, text, opened)


def _near(unit: ReadUnit, request: ServiceRequest, layers: dict[int, AssetLayer]) -> tuple[AssetLine, ...]:
    """The nearest assets of some layers, at most NEAR_M away."""
    assert request.lat is not None
    assert request.long is not None
    shrunk = max(0.01, math.cos(math.radians(request.lat)))
    up, across = NEAR_M / DEGREE_M, NEAR_M / DEGREE_M / shrunk
    found = unit.assets.in_box(request.long - across, request.lat - up, request.long + across, request.lat + up)
    away = [
        (math.hypot((one.long - request.long) * shrunk, one.lat - request.lat) * DEGREE_M, one)
        for one in found
        if one.layer_id in layers
    ]
    nearest = sorted((pair for pair in away if pair[0] <= NEAR_M), key=lambda pair: (pair[0], pair[1].id))
    return tuple(_line(one, layers[one.layer_id], words.distance(far)) for far, one in nearest[:NEAR_MOST])
